"""A record as its holder sees it: the server's copy with the device's own pending ops laid over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.ops import CONTENT


def overlay(doc: Mapping[str, Any] | None, ops: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """doc: the server's DOC or None. ops: every op of this record still held, [{h, n, type, at, form, answers?, title?,
    settled}]. Returns {answers, form, base, title, phase, pending}; base: what an edit made now has been made from.
    The phase is "waiting" while any op has no receipt of the current epoch."""
    known = doc or {}
    folded = set(known.get("ops", ()))
    pending = sorted((op for op in ops if op["h"] not in folded), key=lambda op: int(op["n"]))
    top = next((op for op in reversed(pending) if op["type"] in CONTENT), None)
    return {
        "answers": top["answers"] if top else known.get("answers"),
        "form": top["form"] if top else known.get("form"),
        "base": top["h"] if top else known.get("hash"),
        "title": (top or {}).get("title") or known.get("title"),
        "phase": _phase(known, pending, top),
        "pending": [{"h": op["h"], "type": op["type"], "at": op["at"]} for op in pending],
    }


def _phase(doc: Mapping[str, Any], pending: Sequence[Mapping[str, Any]], top: Mapping[str, Any] | None) -> str:
    if any(not op["settled"] for op in pending):
        return "waiting"
    return "received" if top else str(doc.get("phase", "received"))
