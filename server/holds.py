"""Legal holds: what must stay for an inspection or a court. Rules over a session; every change leaves an audit entry.

A hold on a record also covers those that were found to be about the same person (linked, or merged into one): otherwise
half of a case would go.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from . import audit
from .models import DuplicatePair, LegalHold, Op, Record
from .models.requests import ABOUT
from .problems import Refusal

LONGEST = 300


def holding(today: date) -> ColumnElement[bool]:
    """The hold is in force on this day."""
    return and_(LegalHold.lifted_at.is_(None), or_(LegalHold.until.is_(None), LegalHold.until >= today))


def held(today: date) -> ColumnElement[bool]:
    """The record is under a hold: itself, through its author, or through one about the same person."""
    named = select(LegalHold.subject).where(holding(today))
    records, authors = (named.where(LegalHold.about == about) for about in ABOUT)
    same = DuplicatePair.state.in_(("linked", "merged"))
    other = case((DuplicatePair.first.in_(records), DuplicatePair.second), else_=DuplicatePair.first)
    through = select(other).where(same, or_(DuplicatePair.first.in_(records), DuplicatePair.second.in_(records)))
    return or_(Record.rec.in_(records), Record.author_id.in_(authors), Record.rec.in_(through))


def hold_on(session: Session, rec: str, today: date) -> LegalHold | None:
    """A hold that keeps this record, also one of which only ops are here; the one that lasts longest."""
    pairs = select(DuplicatePair.first, DuplicatePair.second).where(
        DuplicatePair.state.in_(("linked", "merged")), or_(DuplicatePair.first == rec, DuplicatePair.second == rec)
    )
    subjects = {rec, *(each for pair in session.execute(pairs) for each in pair)}
    authors = select(Op.person_id).where(Op.rec == rec, Op.type == "submit")
    of_record = and_(LegalHold.about == "record", LegalHold.subject.in_(subjects))
    of_author = and_(LegalHold.about == "author", LegalHold.subject.in_(authors))
    found = session.scalars(select(LegalHold).where(holding(today), or_(of_record, of_author)))
    return max(found, key=lambda hold: hold.until or date.max, default=None)


def place(
    session: Session,
    record: Record,
    about: str,
    reason: str,
    until: date | None,
    now: datetime,
    today: date,
    *,
    by: str,
) -> LegalHold:
    """Raises Refusal hold.reason, hold.dates."""
    reason = " ".join(reason.split())[:LONGEST]
    if not reason or about not in ABOUT:
        raise Refusal("hold.reason")
    if until is not None and until < today:
        raise Refusal("hold.dates")
    hold = LegalHold(
        hold_id=str(uuid.uuid4()), about=about, subject=record.rec if about == "record" else record.author_id,
        unit_code=record.unit_code, form_id=record.form_id, reason=reason, until=until, placed_by=by, placed_at=now,
    )  # fmt: skip
    session.add(hold)
    session.flush()
    audit.append(session, now, by, "hold.place", hold.subject, hold=hold.hold_id, about=about)
    return hold


def lift(session: Session, hold_id: str, note: str, now: datetime, *, by: str) -> None:
    """A second time changes nothing. Raises Refusal hold.reason."""
    note = " ".join(note.split())[:LONGEST]
    if not note:
        raise Refusal("hold.reason")
    hold = session.get_one(LegalHold, hold_id, with_for_update=True)
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by, hold.lift_note = now, by, note
        audit.append(session, now, by, "hold.lift", hold.subject, hold=hold_id)
