"""One record of every form of the flood relief campaign: {form id: (role, {path: answer})}."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "household_damage": ("village_head", {
        "/consent/agreed": "yes", "/home/commune": "03424", "/home/village": "03424-03",
        "/home/head_name": "Giàng A Páo", "/home/people": 5, "/losses/house": "house_collapsed",
        "/losses/needs": ["food", "shelter"], "/losses/urgency": "24h",
    }),
    "relief_delivery": ("relief_team", {
        "/trip/commune": "03424", "/trip/households": 12, "/goods[rice]/item": "rice", "/goods[rice]/qty": 200,
        "/receipt/receiver": "Lò Văn Ơn",
    }),
    "water_level": ("village_head", {
        "/reading/read_at": "08:30", "/reading/commune": "03424", "/reading/station": "ban_bo",
        "/reading/level_cm": 370, "/reading/trend": "rising",
    }),
    "evacuation_count": ("village_head", {
        "/day/commune": "03424", "/day/sheltered": 40, "/day/children": 12,
    }),
}  # fmt: skip
