"""A campaign small enough to live through thousands of times: one form, two teams, an office."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from uuid import UUID

TEAM_A, TEAM_B, COMMUNE = "C-1-A", "C-1-B", "C"
TAGS = ("rice", "water", "care")


def text(words: str) -> dict[str, str]:
    return {"vi": words, "en": words}


def question(kind: str, name: str, **columns: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "label": text(name), **columns}


def form(version: int) -> dict[str, Any]:
    """Version n has n - 1 questions more than the first."""
    people = [question("text", "name", required=True), question("integer", "age", constraint=". >= 0 and . <= 120")]
    survey = [
        question("text", "who", required=True),
        question("integer", "size", constraint=". >= 0 and . <= 40"),
        question("select_multiple tag", "tags"),
        question("text", "place"),
        {"type": "repeat", "name": "people", "label": text("people"), "children": people},
        {"type": "calculate", "name": "years", "calculation": "sum(${age})"},
        question("integer", "granted", writable_by=[{"roles": ["officer"], "states": "*"}]),
        *(question("text", f"more_{number}") for number in range(2, version + 1)),
    ]
    settings = {"form_id": "note", "version": str(version), "title": text("Ghi chép"), "default_language": "vi",
                "instance_name": "${who}"}  # fmt: skip
    return {
        "settings": settings,
        "survey": survey,
        "choices": {"tag": [{"name": tag, "label": text(tag)} for tag in TAGS]},
    }


UNITS = """code,name,kind,parent,valid_from,valid_to,successor
D,Huyện,district,,2020-01-01,,
C,Xã,commune,D,2020-01-01,,
C-1,Bản,village,C,2020-01-01,,
C-1-A,Tổ A,team,C-1,2020-01-01,,
C-1-B,Tổ B,team,C-1,2020-01-01,,
"""
KINDS = {"district": [], "commune": ["district"], "village": ["commune"], "team": ["village"]}
OWN = ["read", "submit", "edit", "comment", "void"]
ROLES = {
    "member": {"label": text("Tổ viên"), "surface": ["field"], "see_pii": True, "forms": {"note": OWN}},
    "officer": {"label": text("Công chức"), "surface": ["field", "console"], "see_pii": True,
                "forms": {"note": ["read", "correct", "step", "comment", "void", "adjudicate"]}},
}  # fmt: skip


def state(phase: str, *, is_open: bool, **more: Any) -> dict[str, Any]:
    return {"label": text(phase), "phase": phase, "open": is_open, **more}


WORKFLOW = {
    "forms": ["note"], "initial": "sent",
    "states": {
        "sent": state("received", is_open=True, edit={"roles": ["member"], "to": "sent"},
                      correct={"roles": ["officer"], "to": "sent"}, void={"roles": ["member", "officer"]}),
        "returned": state("has_issues", is_open=True, edit={"roles": ["member"], "to": "sent"}, void={"roles": ["member"]}),
        "approved": state("approved", is_open=False, correct={"roles": ["officer"], "to": "approved"}),
        "void": state("rejected", is_open=False),
    },
    "steps": {
        "return": {"label": text("Trả lại"), "from": ["sent"], "to": "returned", "roles": ["officer"], "reason": "required",
                   "remarks": True, "tone": "attention"},
        "approve": {"label": text("Duyệt"), "from": ["sent"], "to": "approved", "roles": ["officer"], "tone": "positive"},
        "reopen": {"label": text("Mở lại"), "from": ["approved"], "to": "sent", "roles": ["officer"], "tone": "neutral"},
    },
}  # fmt: skip


def lawful(kind: str, action: str | None, before: str) -> bool:
    """Whether the workflow's words let somebody do this to a record in this state."""
    if kind == "step":
        return before in WORKFLOW["steps"][action]["from"]
    if kind == "move":
        return bool(WORKFLOW["states"][before]["open"])
    return kind not in ("edit", "correct", "void") or kind in WORKFLOW["states"][before]


def files(version: int = 1) -> dict[str, bytes]:
    kinds = {kind: {"label": text(kind), "under": under} for kind, under in KINDS.items()}
    settings = {
        "id": "small", "label": text("Nhỏ"), "version": str(version), "time_zone": "Asia/Ho_Chi_Minh", "unit_kinds": kinds
    }  # fmt: skip
    return {
        "campaign.json": json.dumps(settings).encode(),
        "org_units.csv": UNITS.encode(),
        "roles.json": json.dumps({"roles": ROLES}).encode(),
        "workflow.json": json.dumps({"workflows": [WORKFLOW]}).encode(),
        "forms/note.json": json.dumps(form(version)).encode(),
    }


def answers(random: Random, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """New answers, or the old ones with a few of them changed; every text is one that was never written before."""
    content = dict(before or {"who": word(random)})
    content.pop("years", None)
    for _ in range(random.randint(1, 2)):
        name = random.choice(["who", "size", "tags", "place", "people", "people"])
        if name == "people":
            content["people"] = people(random, content.get("people", []))
        else:
            content[name] = {"who": word(random), "size": random.randint(0, 40), "place": word(random),
                             "tags": random.sample(TAGS, random.randint(1, 3))}[name]  # fmt: skip
    return {name: value for name, value in content.items() if value}


def people(random: Random, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [dict(row) for row in rows]
    kind = random.random()
    if not rows or kind < 0.25:
        rows.append({"__id": str(UUID(int=random.getrandbits(128), version=4)), "name": word(random), "age": 1})
    elif kind < 0.5:
        rows.remove(random.choice(rows))
    else:
        row = random.choice(rows)
        row[random.choice(["name", "name"])] = word(random)
        row["age"] = random.randint(0, 120)
    return rows


def word(random: Random) -> str:
    return f"Đỗ {random.getrandbits(40):x}"
