"""How a record stands for somebody who decides about it: the server's copy, what a carrier brought that the server has
not seen, and this device's own ops over both, each read by the same workflow that will judge them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from client import rows
from client.session import Session, unit_of
from sync.canonical import answers_hash
from sync.ops import CONTENT

# Verdicts of ops that are, or will be, part of the record; the others wait for a person.
FOLDS = {None, "applied", "merged", "conflict"}
ACTIONS = ("edit", "correct", "step", "void")


@dataclass(frozen=True)
class Standing:
    """base: what a change made now is made from. since: when it came into its state, or "". carried: what is shown has
    not reached the server. doc: the server's copy, or None."""

    state: str
    answers: dict[str, Any]
    answers_hash: str
    form: dict[str, str]
    base: str
    since: str
    author: str
    carried: bool
    doc: Mapping[str, Any] | None


def standing(
    session: Session, kept: Mapping[str, Any], doc: Mapping[str, Any] | None, own: rows.Ops
) -> Standing | None:
    """kept: the record's row. own: its own ops with their wire, oldest first. None: a draft, nobody's record yet."""
    epoch = session.store.head().get("epoch")
    folded = set((doc or {}).get("ops", ()))
    heard = [op for op in session.carried_ops(kept["rec"]) if op["h"] not in folded]
    waits = [op for op in own if op["h"] not in folded and (op["epoch"] != epoch or op["verdict"] in FOLDS)]
    if doc is None and not heard and not waits:
        return None
    form_id, unit = kept["form_id"], unit_of(kept["scope"])
    workflow = session.workflow(form_id)
    mine = {action: session.roles(form_id, action, unit) for action in ACTIONS}
    state = doc["state"] if doc else workflow.initial
    since = next((entry["received_at"] for entry in reversed((doc or {}).get("history", [])) if _enters(entry)), "")
    answers, digest, base = (doc["answers"], doc["answers_hash"], doc["hash"]) if doc else ({}, "", "")
    form = dict(doc["form"]) if doc else {"id": form_id, "version": kept["form_version"]}
    # What an author of another device may do is the server's to know: it is read as allowed.
    anyone = {key: list(session.campaign().get("roles", ())) for key in ACTIONS}
    for op, roles in [*((op, anyone) for op in heard), *((op, mine) for op in waits if op["wire"])]:
        wire = json.loads(op["wire"])
        payload, header = json.loads(wire["payload"]), json.loads(wire["header"])
        before = state
        state = workflow.state_after(state, {"type": op["type"], "action": payload.get("action")}, roles)
        since = op["at"] if state != before else since
        if op["type"] in CONTENT:
            answers, form, base = payload["answers"], header["form"], op["h"]
            digest = answers_hash(answers, form, header["blobs"])
    author = doc["author"]["name"] if doc else (heard[0]["person_name"] if heard else session.person_name)
    return Standing(state, answers, digest, form, base, since, author, bool(heard), doc)


def laid_under(session: Session, rec: str, doc: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The document that own ops are laid over: the server's copy with what was carried on top of it."""
    folded = set((doc or {}).get("ops", ()))
    for op in session.carried_ops(rec):
        if op["type"] in CONTENT and op["h"] not in folded:
            wire = json.loads(op["wire"])
            payload, header = json.loads(wire["payload"]), json.loads(wire["header"])
            said = {
                "answers": payload["answers"],
                "title": payload.get("title"),
                "form": header["form"],
                "hash": op["h"],
            }
            doc = {"ops": [], "phase": "received", **(doc or {}), **said}
    return doc


def _enters(entry: Mapping[str, Any]) -> bool:
    return bool(entry["from"] != entry["to"])
