"""Deciding about what was stored and could not be applied (P-06): accept, redirect, attach to a record, reject.

What a person decides is an op in the server's name, judged like any other, that names the waiting op in `settles`; so
the record tells it, and the author's device learns it from the feed. Where there is no record to tell it, hello does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from forms import files
from sync.blobs import blobs_of
from sync.ops import CONTENT, Intent
from sync.ops import Op as WireOp

from . import audit, intake
from .context import Server
from .database import db, transaction
from .fold import Stored
from .known import as_read
from .models import Adjudication, Op, Person, Record
from .people import memberships
from .problems import Refusal
from .programs import forms_of
from .scope import roles_by_scope

BY_ITSELF = {"submit", "edit", "correct", "comment", "void"}  # op types whose content can be taken over
LONGEST_NOTE = 1000  # characters


def waiting_op(session: Session, h: str, *, lock: bool = False) -> tuple[Adjudication, WireOp, Op]:
    """What waits, with its op. Raises Refusal judgement.settled where somebody has decided.

    lock: inside the writing transaction alone; a reader that held the lock would wait for itself.
    """
    waiting = session.get_one(Adjudication, h, with_for_update=lock)
    if waiting.settled_at is not None:
        raise Refusal("judgement.settled")
    row = session.get_one(Op, h)
    return waiting, as_read(row), row


def accept(
    server: Server, person_id: str, h: str, note: str, *, answers: Any = None, unit: str | None = None
) -> Stored:
    """Take an op over, as it is or with other answers, for its own unit or another.

    Raises Refusal judgement.settled, judgement.by_hand, judgement.refused (with the reason), request.forbidden.
    """
    _, op, row = waiting_op(db.session, h)
    record = db.session.get(Record, op.rec)
    if op.type not in BY_ITSELF or (record is None and op.type not in CONTENT):
        raise Refusal("judgement.by_hand")
    scope = f"{unit}/{op.form[0]}" if unit else record.scope if record else op.header["scope"]
    kind = op.type if op.type not in CONTENT else "correct" if record else "submit"
    held = roles_by_scope(db.session, person_id, [scope], server.today())[scope]
    if not held.get(kind):
        raise Refusal("request.forbidden")
    author = db.session.get_one(Person, row.person_id)
    payload = {key: value for key, value in op.payload.items() if key not in ("salt", "by")}
    if answers is not None:
        payload["answers"] = answers
    payload |= {"settles": [h], "author": author_of(db.session, server, author)}
    payload |= {"reason": note} if note and kind != "void" else {}
    form = op.header["form"]
    blobs = blobs_in(db.session, op, payload)
    base = op.header["base"] if record else None
    intent = Intent(kind, op.rec, base, form, record.scope if record else scope, payload, blobs)
    decision = "redirected" if unit else "accepted"
    return intake.act(server, person_id, min(held[kind]), intent, settle_with(server, person_id, h, decision, note))


def author_of(session: Session, server: Server, author: Person) -> dict[str, str]:
    """Who a record's author stays when somebody else takes it over."""
    held = memberships(session, author.person_id, server.today())
    return {"name": author.name, "role": held[0][1].role if held else "", "person": author.person_id}


def blobs_in(session: Session, op: WireOp, payload: Mapping[str, Any]) -> tuple[str, ...]:
    form = forms_of(session, [op.form]).get(op.form)
    if form is None or "answers" not in payload:
        return ()
    return blobs_of(answer for _, answer in files(form.program, payload["answers"]))


def settle_with(server: Server, person_id: str, h: str, decision: str, note: str) -> intake.Then:
    """What `intake.act` does besides: the decision stands with its op, or neither does."""

    def then(session: Session, decided_op: str, stored: Stored) -> None:
        if stored.rev is None:
            raise Refusal("judgement.refused", details={"reason": stored.reason or stored.verdict})
        settle(session, server, person_id, h, decision, note, decided_op)

    return then


def settle(
    session: Session, server: Server, person_id: str, h: str, decision: str, note: str, decided_op: str | None
) -> None:
    waiting, _, _ = waiting_op(session, h, lock=True)
    now = server.clock()
    waiting.settled_at, waiting.settled_by = now, person_id
    waiting.decision, waiting.note, waiting.decided_op = decision, note or None, decided_op
    session.flush()
    audit.append(session, now, person_id, "judgement", waiting.rec, op=h, decision=decision)


def redirect(server: Server, person_id: str, h: str, unit: str, note: str) -> Stored:
    """To the unit it belongs to: a new record begins there; one that exists is moved there.

    Raises Refusal as `accept`.
    """
    _, op, _ = waiting_op(db.session, h)
    record = db.session.get(Record, op.rec)
    if record is None:
        return accept(server, person_id, h, note, unit=unit)
    held = roles_by_scope(db.session, person_id, [record.scope], server.today())[record.scope].get("correct")
    if not held:
        raise Refusal("request.forbidden")
    form = {"id": record.form_id, "version": record.form_version}
    payload = {"to": f"{unit}/{record.form_id}", "reason": note, "settles": [h]}
    intent = Intent("move", record.rec, record.hash, form, record.scope, payload)
    return intake.act(server, person_id, min(held), intent, settle_with(server, person_id, h, "redirected", note))


def attach(server: Server, person_id: str, h: str, to_rec: str, note: str) -> Stored:
    """To a record it belongs with: that one links to it, and its history says so."""
    _, op, _ = waiting_op(db.session, h)
    record = db.session.get(Record, to_rec)
    if record is None or record.rec == op.rec:
        raise Refusal("judgement.record")
    held = roles_by_scope(db.session, person_id, [record.scope], server.today())[record.scope]
    if "read" not in held or not held.get("comment"):
        raise Refusal("judgement.record")
    form = {"id": record.form_id, "version": record.form_version}
    payload = {"to": op.rec, "kind": "attached", "settles": [h], "reason": note}
    intent = Intent("link", record.rec, record.hash, form, record.scope, payload)
    role = min(held["comment"])
    return intake.act(server, person_id, role, intent, settle_with(server, person_id, h, "attached", note))


def reject(server: Server, person_id: str, h: str, note: str) -> None:
    """Not taken over. Its content stays stored; the record, if there is one, keeps the reason in its history."""
    if not note:
        raise Refusal("judgement.note")
    _, op, _ = waiting_op(db.session, h)
    record = db.session.get(Record, op.rec)
    held = roles_by_scope(db.session, person_id, [record.scope], server.today())[record.scope] if record else {}
    if record is not None and held.get("comment"):
        form = {"id": record.form_id, "version": record.form_version}
        payload = {"text": note, "settles": [h]}
        intent = Intent("comment", record.rec, record.hash, form, record.scope, payload)
        role = min(held["comment"])
        intake.act(server, person_id, role, intent, settle_with(server, person_id, h, "rejected", note))
        return
    with transaction() as session:
        settle(session, server, person_id, h, "rejected", note, None)
