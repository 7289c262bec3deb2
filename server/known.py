"""What the database knows that concerns a batch of ops: read in a few queries, whatever the batch's size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from sync.judge import NOTHING_SEEN, Base, content_of
from sync.ops import Op as WireOp
from sync.ops import read_op

from .database import ask, several
from .fold import Arrival, Known, Stored
from .models import Erasure, Op, Parked, Person, Record, Revision
from .programs import forms_of, workflows_of
from .scope import roles_by_scope

STORED = select(Op.h, Op.verdict, Op.reason, Op.rev).where(Op.h.in_(several("hs")))
DOCS = select(Record.rec, Record.doc).where(Record.rec.in_(several("recs")))
ERASED = select(Erasure.rec).where(Erasure.rec.in_(several("recs")))
PARKED = select(Parked.rec).where(Parked.rec.in_(several("recs"))).limit(1)
NUMBERS = (
    select(Op.n, Op.h)
    .where(Op.device_id == bindparam("device_id"), Op.n.in_(several("ns")))
    .order_by(Op.received_at)
)


def load(session: Session, arrivals: Sequence[Arrival], today: date) -> Known:
    """Everything `fold` asks about these ops, as of now."""
    hs = {arrival.op.h for arrival in arrivals}
    recs = {arrival.op.rec for arrival in arrivals}
    known = Known(
        stored={h: Stored(verdict, reason, rev) for h, verdict, reason, rev in ask(session, STORED, hs=list(hs))},
        docs={rec: json.loads(doc) for rec, doc in ask(session, DOCS, recs=list(recs))},
        parked=parked_of(session, recs),
        erased=frozenset(rec for (rec,) in ask(session, ERASED, recs=list(recs))),
    )
    living = [arrival for arrival in arrivals if arrival.op.rec not in known.erased]
    concerned = [*living, *(arrival for waiting in known.parked.values() for arrival in waiting)]
    known.bases = bases_of(session, concerned)
    known.numbers = numbers_of(session, arrivals)
    known.roles = roles_of(session, known, concerned, today)
    known.forms = forms_of(session, {arrival.op.form for arrival in concerned})
    known.workflows = workflows_of(session, {arrival.op.form[0] for arrival in concerned})
    return known


def parked_of(session: Session, recs: Iterable[str]) -> dict[str, list[Arrival]]:
    """The parked ops of these records, oldest first. They were authentic and allowed in when they came."""
    if not ask(session, PARKED, recs=list(recs)):
        return {}
    asked = (
        select(Op, Person)
        .join(Parked, Parked.op_h == Op.h)
        .join(Person, Person.person_id == Op.person_id)
        .where(Op.rec.in_(recs))
        .order_by(Op.received_at, Op.n)
    )
    parked: dict[str, list[Arrival]] = {}
    for row, person in session.execute(asked):
        arrival = Arrival(as_read(row), row.device_id, person.person_id, person.name, "active")
        parked.setdefault(row.rec, []).append(arrival)
    return parked


def as_read(row: Op) -> WireOp:
    """A stored op, read again from its exact bytes."""
    op = read_op({"header": row.header.decode(), "payload": row.payload.decode(), "sig": row.sig})
    assert isinstance(op, WireOp), row.h
    return op


def bases_of(session: Session, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], Base]:
    """The content each `base` names: a revision's, or what the applied op so named carried, or else made (P-08).

    An op that waits for a person stands for its own base; one that is parked is not there yet.
    """
    recs = {arrival.op.rec for arrival in arrivals if arrival.op.header["base"]}
    if not recs:
        return {}
    parked = set(session.scalars(select(Parked.op_h).where(Parked.rec.in_(recs))))
    waiting = dict(
        session.execute(select(Op.h, Op.base).where(Op.rec.in_(recs), Op.rev.is_(None), Op.h.not_in(parked))).all()
    )
    stands_for: dict[tuple[str, str], str | None] = {}
    for arrival in arrivals:
        named = found = arrival.op.header["base"]
        while found in waiting:
            found = waiting[found]
        if named is not None and found not in parked:
            stands_for[arrival.op.rec, named] = found
    wanted = set(stands_for.values()) - {None}
    bases: dict[tuple[str, str], Base] = {}
    revisions = select(Revision).where(
        Revision.rec.in_(recs), or_(Revision.hash.in_(wanted), Revision.op_h.in_(wanted))
    )
    for revision in session.scalars(revisions):
        base = Base(json.loads(revision.answers), revision.answers_hash)
        bases[revision.rec, revision.hash] = bases[revision.rec, revision.op_h] = base
    for row in session.scalars(select(Op).where(Op.rec.in_(recs), Op.h.in_(wanted))):
        content = content_of(as_read(row))
        if content is not None:
            bases[row.rec, row.h] = content
    for (rec, named), found in stands_for.items():
        if found is None or (rec, found) in bases:
            bases[rec, named] = bases[rec, found] if found else NOTHING_SEEN
    return bases


def numbers_of(session: Session, arrivals: Iterable[Arrival]) -> dict[tuple[str, int], str]:
    """The op that first came with each (device, n) of the batch."""
    chains: dict[str, set[int]] = {}
    for arrival in arrivals:
        if arrival.device_id is not None:
            chains.setdefault(arrival.device_id, set()).add(arrival.op.header["n"])
    numbers: dict[tuple[str, int], str] = {}
    for device_id, ns in chains.items():
        for n, h in ask(session, NUMBERS, device_id=device_id, ns=list(ns)):
            numbers.setdefault((device_id, n), h)
    return numbers


def roles_of(
    session: Session, known: Known, arrivals: Iterable[Arrival], today: date
) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
    """What each author may do, in the scope the op names, in the one its record has, and wherever it moves to."""
    scopes: dict[str, set[str]] = {}
    arrivals = list(arrivals)
    moved: dict[str, set[str]] = {}
    for arrival in arrivals:
        if arrival.op.target:
            moved.setdefault(arrival.op.rec, set()).add(arrival.op.target)
    for arrival in arrivals:
        asked = scopes.setdefault(arrival.person_id, set())
        asked |= {arrival.op.header["scope"], *moved.get(arrival.op.rec, ())}
        if arrival.op.rec in known.docs:
            asked.add(known.docs[arrival.op.rec]["scope"])
    return {
        (person_id, scope): roles
        for person_id, asked in scopes.items()
        for scope, roles in roles_by_scope(session, person_id, asked, today).items()
    }
