"""What a record looks like in a list. Pure; the twin of client/web/device/rows.js. Ops: rows of the store's own_op."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.ops import CONTENT

PHASES = ("draft", "waiting", "received", "has_issues", "approved", "rejected")
NEEDS_A_PERSON = {"adjudicate", "parked", "conflict"}
DECIDED = {"accepted", "rejected", "attached", "redirected"}  # by a person, of what could not be applied
ENDED = {"rejected", "attached", "redirected"}  # decided by a person, and not into this record
Doc = Mapping[str, Any] | None
Ops = Sequence[Mapping[str, Any]]


def unsent(ops: Ops, epoch: str | None) -> list[Mapping[str, Any]]:
    """Own ops without a receipt of this epoch (P-12)."""
    return [op for op in ops if not op["epoch"] or op["epoch"] != epoch]


def unfolded(doc: Doc, ops: Ops, epoch: str | None) -> list[Mapping[str, Any]]:
    """Ops the server holds but has not folded into the document this device has."""
    folded = set((doc or {}).get("ops", ()))
    return [op for op in ops if op["epoch"] and op["epoch"] == epoch and op["h"] not in folded]


def phase_of(doc: Doc, ops: Ops, epoch: str | None, *, carried: bool = False) -> str:
    """carried: what is shown was brought by hand and is not at the server."""
    if carried or unsent(ops, epoch):
        return "waiting"
    if any(op["type"] in CONTENT and op["verdict"] not in ENDED for op in unfolded(doc, ops, epoch)):
        return "received"
    if doc:
        return str(doc["phase"])
    return "draft" if not ops else "rejected" if all(op["verdict"] == "rejected" for op in ops) else "received"


def before(old: Doc, new: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a document's answers were when this device last judged them, or first had them: changes are marked against it."""
    if old is None or old.get("before"):
        return (old or {}).get("before")
    return None if old["answers_hash"] == new["answers_hash"] else {"answers": old["answers"], "rev": old["rev"]}


def attention_of(doc: Doc, ops: Ops, epoch: str | None) -> bool:
    """Whether a person should look: returned, in conflict, or refused for now."""
    judged = [op for op in unsent(ops, epoch) if op["verdict"]]
    judged += [op for op in unfolded(doc, ops, epoch) if op["verdict"] in NEEDS_A_PERSON]
    return phase_of(doc, ops, epoch) == "has_issues" or bool((doc or {}).get("conflicts")) or bool(judged)
