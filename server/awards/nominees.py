"""Who is nominated, on which records, in which words; and who signs the request."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sync.text import fold

from ..models import Citation, Dossier, Nomination, Record, Vote
from ..problems import Refusal
from .acts import nomination_of, note, preparing
from .dossiers import Acting, Opened
from .sources import Candidate, candidates


def nominate(session: Session, opened: Opened, by: Acting, version: int, recs: Sequence[str]) -> int:
    """A nomination of each of these records' recipients; how many. Raises Refusal dossier.record_unfit, .record_taken."""
    dossier = preparing(session, opened, by, version)
    found = {each.record.rec: each for each in candidates(session, opened.rules, by.person_id, dossier.unit_code, by.today)}
    place = max((each.place for each in opened.nominations), default=0)
    for rec in dict.fromkeys(recs):
        if rec not in found:
            raise Refusal("dossier.record_unfit" if not is_cited(session, rec) else "dossier.record_taken")
        place += 1
        add_nomination(session, dossier, found[rec], place)
    if recs:
        note(session, by, opened, "nominate", records=list(recs))
    return len(recs)


def add_nomination(session: Session, dossier: Dossier, candidate: Candidate, place: int) -> str:
    said = candidate.said
    kept = ("ethnic_group", "position", "home", "facts", "period", "results", "past_awards", "violation", "agreed")
    nomination = Nomination(
        nomination_id=str(uuid.uuid4()), dossier_id=dossier.dossier_id, place=place, recipient=said["recipient"],
        name=said["name"], search=fold(said["name"]), birth_year=said["birth_year"], sex=said["sex"],
        is_leader=said["is_leader"], direct=said["direct"], merit=said["facts"][:600], outcome="proposed",
        facts={name: said[name] for name in (*kept, "members_total", "members_women")},
    )  # fmt: skip
    session.add(nomination)
    session.flush()
    cite(session, nomination.nomination_id, candidate.record)
    return nomination.nomination_id


def cite(session: Session, nomination_id: str, record: Record) -> None:
    session.add(
        Citation(
            nomination_id=nomination_id, rec=record.rec, rev=record.rev, hash=record.hash,
            answers_hash=record.answers_hash, live=True,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:  # another officer was quicker
        raise Refusal("dossier.record_taken") from error


def is_cited(session: Session, rec: str) -> bool:
    return session.scalar(select(Citation.rec).where(Citation.rec == rec, Citation.live)) is not None


def add_record(session: Session, opened: Opened, by: Acting, version: int, nomination_id: str, rec: str) -> None:
    """One more record that a nomination rests on: its recipient did this too."""
    dossier = preparing(session, opened, by, version)
    nomination_of(opened, nomination_id)
    found = [c for c in candidates(session, opened.rules, by.person_id, dossier.unit_code, by.today) if c.record.rec == rec]
    if not found:
        raise Refusal("dossier.record_taken" if is_cited(session, rec) else "dossier.record_unfit")
    cite(session, nomination_id, found[0].record)
    note(session, by, opened, "cite", nomination=nomination_id, record=rec)


def reword(session: Session, opened: Opened, by: Acting, version: int, nomination_id: str, merit: str) -> None:
    """The summary of the merit, in the officer's words; the name and the rest stay as on the record."""
    nomination_of(opened, nomination_id)
    if not merit:
        raise Refusal("dossier.field")
    preparing(session, opened, by, version)
    session.get_one(Nomination, nomination_id).merit = merit
    note(session, by, opened, "reword", nomination=nomination_id)


def renew(session: Session, opened: Opened, by: Acting, version: int, nomination_id: str) -> None:
    """Take a nomination's records as they are now, after one was corrected."""
    nomination = nomination_of(opened, nomination_id)
    dossier = preparing(session, opened, by, version)
    recs = [citation.rec for citation in opened.citations[nomination_id]]
    drop(session, nomination)
    found = {each.record.rec: each for each in candidates(session, opened.rules, by.person_id, dossier.unit_code, by.today)}
    if not recs or not found.keys() >= set(recs):
        raise Refusal("dossier.record_unfit")
    # the record that bears the name says the rest of the recipient; those added to it are cited beside it
    first, *others = sorted((found[rec] for rec in recs), key=lambda each: each.name != nomination.name)
    made = add_nomination(session, dossier, first, nomination.place)
    for each in others:
        cite(session, made, each.record)
    note(session, by, opened, "renew", records=recs)


def withdraw(session: Session, opened: Opened, by: Acting, version: int, nomination_id: str) -> None:
    """Take a nomination out; its records are free again."""
    nomination = nomination_of(opened, nomination_id)
    preparing(session, opened, by, version)
    drop(session, nomination)
    later = [each for each in opened.nominations if each.place > nomination.place]
    for each in later:
        session.get_one(Nomination, each.nomination_id).place -= 1
    note(session, by, opened, "withdraw", nomination=nomination_id)


def drop(session: Session, nomination: Nomination) -> None:
    for table in (Vote, Citation, Nomination):
        for row in session.scalars(select(table).where(table.nomination_id == nomination.nomination_id)):
            session.delete(row)
        session.flush()


def set_signer(session: Session, opened: Opened, by: Acting, version: int, signer: str) -> None:
    """Who signs the unit's request."""
    preparing(session, opened, by, version).signer = signer
    note(session, by, opened, "signer")
