"""Opinions of the offices asked, the appraisal itself, the public notice and what is said against a name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from ..models import Objection, Opinion
from ..problems import Refusal
from . import workdays
from .acts import allowed, locked, nomination_of, note
from .dossiers import Acting, Opened


def add_opinion(session: Session, opened: Opened, by: Acting, office: str, question: str) -> None:
    due = workdays.after(by.today, opened.rules.data["deadlines"]["opinion"], opened.rules.holidays)
    session.add(
        Opinion(
            dossier_id=opened.dossier.dossier_id, office=office, question=question, asked_at=by.now,
            asked_by=by.person_id, due_on=due,
        )
    )
    session.flush()


def ask(session: Session, opened: Opened, by: Acting, version: int, office: str, question: str) -> None:
    allowed(opened, "ask")
    if office not in opened.rules.offices or office in {each.office for each in opened.opinions}:
        raise Refusal("dossier.field")
    locked(session, opened, version)
    add_opinion(session, opened, by, office, question)
    note(session, by, opened, "ask", office=office)


def answer(session: Session, opened: Opened, by: Acting, version: int, office: str, said: str, words: str) -> None:
    """An office's opinion: "agrees", "disagrees" (then with a reason), or "none"."""
    if office not in {each.office for each in opened.opinions} or said not in ("agrees", "disagrees", "none"):
        raise Refusal("dossier.field")
    if not opened.may_answer(office):
        raise Refusal("dossier.state")
    if said == "disagrees" and not words:
        raise Refusal("dossier.reason")
    locked(session, opened, version)
    opinion = session.get_one(Opinion, (opened.dossier.dossier_id, office))
    opinion.answer, opinion.note, opinion.answered_at, opinion.answered_by = said, words, by.now, by.person_id
    note(session, by, opened, "answer", office=office, answer=said)


def appraise(
    session: Session, opened: Opened, by: Acting, version: int, checks: Mapping[str, Mapping[str, str]], words: str
) -> None:
    """checks: check → {"value": yes|no|na, "note"}; blank values wait."""
    allowed(opened, "appraise")
    known = {check["name"] for check in opened.rules.data["checks"]}
    if not checks.keys() <= known or any(each["value"] not in ("", "yes", "no", "na") for each in checks.values()):
        raise Refusal("dossier.field")
    dossier = locked(session, opened, version)
    dossier.checks = {name: dict(each) for name, each in checks.items() if each["value"]}
    dossier.appraisal_note = words
    note(session, by, opened, "appraise", checks={name: each["value"] for name, each in checks.items()})


def post(session: Session, opened: Opened, by: Acting, version: int, first: date | None) -> None:
    """Put the names up in public from a day on, for as many working days as the campaign says; None: take it down."""
    allowed(opened, "post")
    dossier = locked(session, opened, version)
    dossier.posted_from = first
    days = opened.rules.data["deadlines"]["notice"]
    dossier.posted_to = workdays.after(first, days, opened.rules.holidays) if first else None
    note(session, by, opened, "post", first=first.isoformat() if first else None)


def object_(
    session: Session, opened: Opened, by: Acting, version: int, nomination_id: str, said_on: date, said_by: str, words: str
) -> None:
    """Something said against a name, by letter, telephone or in person."""
    allowed(opened, "post")
    if not words or said_on > by.today:
        raise Refusal("dossier.field")
    if nomination_id:
        nomination_of(opened, nomination_id)
    locked(session, opened, version)
    row = Objection(
        objection_id=str(uuid.uuid4()), dossier_id=opened.dossier.dossier_id, nomination_id=nomination_id or None,
        said_on=said_on, said_by=said_by, text=words, recorded_at=by.now, recorded_by=by.person_id,
    )  # fmt: skip
    session.add(row)
    note(session, by, opened, "objection", objection=row.objection_id)


def settle(session: Session, opened: Opened, by: Acting, version: int, objection_id: str, finding: str) -> None:
    allowed(opened, "post")
    if not finding or objection_id not in {each.objection_id for each in opened.objections}:
        raise Refusal("dossier.field")
    locked(session, opened, version)
    row = session.get_one(Objection, objection_id)
    row.finding, row.settled_at, row.settled_by = finding, by.now, by.person_id
    note(session, by, opened, "objection_settled", objection=objection_id)
