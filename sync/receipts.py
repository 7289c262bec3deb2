"""Receipts: which waiting ops the server says it stored (P-06, P-12, I7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# `retry` and `unreadable` are the other two: they leave an op waiting.
STORED = frozenset({"applied", "merged", "conflict", "parked", "adjudicate", "duplicate"})
Verdict = Mapping[str, Any]


@dataclass(frozen=True)
class Taken:
    """outbox: what still waits. settled and stuck: verdicts of this outbox's ops that were and were not stored."""

    outbox: list[Mapping[str, Any]]
    settled: list[Verdict]
    stuck: list[Verdict]


def take_receipt(outbox: Sequence[Mapping[str, Any]], receipt: Mapping[str, Any], *, epoch: str, device: str) -> Taken:
    """What a verified receipt changes; outbox: [{h, …}]. One of another epoch or device changes nothing."""
    if receipt["epoch"] != epoch or receipt["device"] != device:
        return Taken(list(outbox), [], [])
    waiting = {op["h"] for op in outbox}
    ours = [verdict for verdict in receipt["verdicts"] if verdict["h"] in waiting]
    settled = [verdict for verdict in ours if verdict["verdict"] in STORED]
    stored = {verdict["h"] for verdict in settled}
    stuck = [verdict for verdict in ours if verdict["verdict"] not in STORED]
    return Taken([op for op in outbox if op["h"] not in stored], settled, stuck)


def effective(verdict: Verdict) -> str:
    """What became of the op: a duplicate tells what it was the first time."""
    return (
        str(verdict.get("was") or verdict["verdict"]) if verdict["verdict"] == "duplicate" else str(verdict["verdict"])
    )
