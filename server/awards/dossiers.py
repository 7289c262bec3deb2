"""A dossier whole, for who may see it; and the acts that change one. Scope is asked in SQL (server/scope.py).

Every act takes the session of a writing transaction, checks that the dossier is still what its reader saw (`version`),
that the state and the role allow it (awards.json "acts", workflow.json), writes, and adds its audit entry.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sync.text import fold

from .. import audit
from ..models import (
    Citation,
    Decision,
    Dossier,
    DossierStep,
    Handover,
    Meeting,
    Nomination,
    Objection,
    Opinion,
    Record,
    Revision,
    Vote,
)
from ..problems import Refusal
from ..scope import SEE_PII, in_reach, may, roles_by_scope
from . import workdays
from .rules import Rules
from .sources import Candidate, candidates

VOID = "void"


@dataclass(frozen=True)
class Acting:
    """Who acts, when: the person, the moment, the day people live in."""

    person_id: str
    name: str
    now: datetime
    today: date


@dataclass(frozen=True)
class Opened:
    """A dossier with all its parts. roles: action → the roles in which its reader may do it here."""

    rules: Rules
    dossier: Dossier
    nominations: Sequence[Nomination]
    citations: Mapping[str, Sequence[Citation]]  # by nomination
    stale: frozenset[str]  # records cited that were changed since
    meetings: Mapping[str, Meeting]  # by level
    votes: Mapping[tuple[str, str], Vote]  # by (nomination, level)
    opinions: Sequence[Opinion]
    steps: Sequence[DossierStep]
    decisions: Mapping[str, Decision]  # by kind
    handovers: Mapping[str, Handover]  # by nomination
    objections: Sequence[Objection]
    roles: Mapping[str, frozenset[str]]

    def may(self, act: str) -> frozenset[str]:
        """The roles in which the reader may do an act of awards.json now."""
        rule = self.rules.data["acts"].get(act, {"states": (), "roles": ()})
        if self.dossier.state not in rule["states"]:
            return frozenset()
        return self.roles.get("read", frozenset()) & set(rule["roles"])

    def may_answer(self, office: str) -> frozenset[str]:
        """The roles in which the reader answers for an office: its own, or who asked and got the answer on paper."""
        if not self.rules.data["acts"]["ask"]["states"].count(self.dossier.state):
            return frozenset()
        named = {*self.rules.offices[office]["roles"], *self.rules.data["acts"]["ask"]["roles"]}
        return self.roles.get("read", frozenset()) & named

    def next_steps(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The steps the reader may take now; those that a decision takes are not among them."""
        found = self.rules.workflow.steps_for(self.dossier.state, self.roles.get("step", ()))
        return [(action, step) for action, step in found if action not in BY_DECISION and step["to"] != self.dossier.state]

    def may_void(self) -> bool:
        return self.rules.workflow.may_void(self.dossier.state, self.roles.get("void", ()))

    @property
    def state(self) -> Mapping[str, Any]:
        return self.rules.workflow.state(self.dossier.state)

    def stands(self) -> list[Nomination]:
        """The nominations that were not refused."""
        return [each for each in self.nominations if each.outcome != "refused"]


BY_DECISION = {"award": "award", "refuse": "refuse", "forward_up": "forward"}  # step → kind of decision


def visible(person_id: str, rules: Rules, today: date) -> Select[tuple[Dossier]]:
    """The dossiers a person may read: they are full of persons, so see_pii is wanted too."""
    return select(Dossier).where(
        Dossier.form_id == rules.form,
        in_reach(person_id, "read", today, Dossier.unit_code, rules.form),
        in_reach(person_id, SEE_PII, today, Dossier.unit_code, rules.form),
    )


def open_dossier(session: Session, rules: Rules, person_id: str, dossier_id: str, today: date) -> Opened | None:
    """The dossier with its parts, None for a foreign one and for none alike."""
    dossier = session.scalar(visible(person_id, rules, today).where(Dossier.dossier_id == dossier_id))
    if dossier is None:
        return None

    def of(table: Any, *order: Any) -> Sequence[Any]:
        return session.scalars(select(table).where(table.dossier_id == dossier_id).order_by(*order)).all()

    nominations = of(Nomination, Nomination.place)
    ids = [each.nomination_id for each in nominations]
    citations: dict[str, list[Citation]] = {each: [] for each in ids}
    stale = set()
    cited = select(Citation, Record.answers_hash).join(Record, Record.rec == Citation.rec)
    for citation, head in session.execute(cited.where(Citation.nomination_id.in_(ids)).order_by(Citation.rec)):
        citations[citation.nomination_id].append(citation)
        if head != citation.answers_hash:
            stale.add(citation.rec)
    votes = session.scalars(select(Vote).where(Vote.nomination_id.in_(ids)))
    handovers = session.scalars(select(Handover).where(Handover.nomination_id.in_(ids)))
    scope = f"{dossier.unit_code}/{rules.form}"
    return Opened(
        rules,
        dossier,
        nominations,
        citations,
        frozenset(stale),
        {each.level: each for each in of(Meeting, Meeting.level)},
        {(each.nomination_id, each.level): each for each in votes},
        of(Opinion, Opinion.asked_at, Opinion.office),
        of(DossierStep, DossierStep.seq),
        {each.kind: each for each in of(Decision, Decision.kind)},
        {each.nomination_id: each for each in handovers},
        of(Objection, Objection.recorded_at),
        roles_by_scope(session, person_id, [scope], today)[scope],
    )


def begin(session: Session, rules: Rules, by: Acting, unit_code: str, award: str, occasion: str, procedure: str) -> str:
    """A new, empty dossier of a unit; its id. Raises Refusal request.forbidden, dossier.field."""
    if not may(session, by.person_id, "submit", unit_code, rules.form, by.today):
        raise Refusal("request.forbidden")
    if award not in {row["name"] for row in rules.offered(by.today)} or occasion not in rules.occasions:
        raise Refusal("dossier.field")
    if procedure not in ("regular", "simplified"):
        raise Refusal("dossier.field")
    dossier = Dossier(
        dossier_id=str(uuid.uuid4()), form_id=rules.form, unit_code=unit_code, award=award, occasion=occasion,
        procedure=procedure, state=rules.workflow.initial, version=1, created_at=by.now, created_by=by.person_id, checks={},
    )  # fmt: skip
    session.add(dossier)
    session.flush()
    audit.append(session, by.now, by.person_id, "dossier.begin", dossier.dossier_id, unit=unit_code, award=award)
    return dossier.dossier_id


def locked(session: Session, opened: Opened, version: int) -> Dossier:
    """The row to change, held until the end. Raises Refusal dossier.changed when its reader saw an older one."""
    dossier = session.get_one(Dossier, opened.dossier.dossier_id, with_for_update=True, populate_existing=True)
    if dossier.version != version or dossier.version != opened.dossier.version:
        raise Refusal("dossier.changed")
    dossier.version += 1
    return dossier


def allowed(opened: Opened, act: str) -> str:
    """The role in which an act is done. Raises Refusal dossier.state."""
    roles = opened.may(act)
    if not roles:
        raise Refusal("dossier.state")
    return min(roles)


def preparing(session: Session, opened: Opened, by: Acting, version: int) -> Dossier:
    """The row to change by who prepares it. One that came back goes to where the workflow says a mended one goes.

    Raises Refusal dossier.state, dossier.changed.
    """
    role = allowed(opened, "prepare")
    dossier = locked(session, opened, version)
    to = opened.rules.workflow.after_writing("correct", dossier.state, opened.roles.get("correct", ()))
    if to is not None and to != dossier.state:
        move(session, opened, by, dossier, "correct", to, role, "")
    return dossier


def note(session: Session, by: Acting, opened: Opened, act: str, **detail: Any) -> None:
    audit.append(session, by.now, by.person_id, f"dossier.{act}", opened.dossier.dossier_id, **detail)


# Nominations


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


def add_nomination(session: Session, dossier: Dossier, candidate: Candidate, place: int) -> None:
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


def nomination_of(opened: Opened, nomination_id: str) -> Nomination:
    """Raises Refusal request.not_found for one that is not of this dossier."""
    found = next((each for each in opened.nominations if each.nomination_id == nomination_id), None)
    if found is None:
        raise Refusal("request.not_found")
    return found


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
    if not recs or recs[0] not in found:
        raise Refusal("dossier.record_unfit")
    add_nomination(session, dossier, found[recs[0]], nomination.place)
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


# Meetings


def hold_meeting(
    session: Session, opened: Opened, by: Acting, version: int, level: str, told: Mapping[str, Any],
    votes: Mapping[str, tuple[int, int]],
) -> None:  # fmt: skip
    """The minutes and the votes. told: met_on, met_at, chair, secretary, present, absent, notes.

    votes: nomination → (for, against); all are the members present. Raises Refusal dossier.field, dossier.votes.
    """
    allowed(opened, "prepare" if level == "unit" else "council")
    if not all(told[name] for name in ("met_on", "met_at", "chair", "secretary", "present")) or told["met_on"] > by.today:
        raise Refusal("dossier.field")
    total = len(told["present"])
    for in_favour, against in votes.values():
        if in_favour < 0 or against < 0 or in_favour + against > total:
            raise Refusal("dossier.votes")
    dossier = preparing(session, opened, by, version) if level == "unit" else locked(session, opened, version)
    meeting = session.get(Meeting, (dossier.dossier_id, level)) or Meeting(dossier_id=dossier.dossier_id, level=level)
    for name, value in told.items():
        setattr(meeting, name, value)
    session.add(meeting)
    for nomination in opened.nominations:
        key = (nomination.nomination_id, level)
        vote = session.get(Vote, key)
        if nomination.nomination_id not in votes:
            if vote is not None:
                session.delete(vote)
            continue
        vote = vote or Vote(nomination_id=nomination.nomination_id, level=level)
        vote.votes_for, vote.votes_against = votes[nomination.nomination_id]
        vote.votes_total = total
        session.add(vote)
    note(session, by, opened, "meeting", level=level, present=total, absent=len(told["absent"]), votes=len(votes))


# Steps


def take_step(session: Session, opened: Opened, by: Acting, version: int, action: str, reason: str) -> None:
    """Raises Refusal dossier.state, .reason, .incomplete, .unappraised, .objections, .signed, .record_taken."""
    step = dict(opened.next_steps()).get(action)
    if step is None:
        raise Refusal("dossier.state")
    if step.get("reason") == "required" and not reason:
        raise Refusal("dossier.reason")
    GUARDS.get(action, lambda opened, by: None)(opened, by)
    role = min(opened.roles["step"] & set(step["roles"]))
    dossier = locked(session, opened, version)
    if action == "receive":
        receive(session, opened, by, dossier)
    if action == "review_again":
        review_again(session, opened)
    if action in ("province_awards", "province_refuses"):
        outcome = "awarded" if action == "province_awards" else "refused"
        for each in session.scalars(select(Nomination).where(Nomination.dossier_id == dossier.dossier_id)):
            each.outcome = outcome if each.outcome == "forwarded" else each.outcome
    move(session, opened, by, dossier, action, step["to"], role, reason)


def move(
    session: Session, opened: Opened, by: Acting, dossier: Dossier, action: str, to: str, role: str, reason: str
) -> None:
    """Bring a dossier to a state: its line of history, its records free or used, the audit entry."""
    last = session.scalar(select(func.max(DossierStep.seq)).where(DossierStep.dossier_id == dossier.dossier_id)) or 0
    session.add(
        DossierStep(
            dossier_id=dossier.dossier_id, seq=last + 1, action=action, from_state=dossier.state, to_state=to,
            reason=reason, at=by.now, person_id=by.person_id, role=role,
        )
    )
    dossier.state = to
    rejected = opened.rules.workflow.phase(to) == "rejected"
    refused = set(
        session.scalars(
            select(Nomination.nomination_id).where(Nomination.dossier_id == dossier.dossier_id, Nomination.outcome == "refused")
        )
    )
    for nomination_id, citations in opened.citations.items():
        for citation in citations:
            session.get_one(Citation, (nomination_id, citation.rec)).live = not rejected and nomination_id not in refused
    try:
        session.flush()
    except IntegrityError as error:
        raise Refusal("dossier.record_taken") from error
    note(session, by, opened, "step", action=action, to=to, role=role)


def void(session: Session, opened: Opened, by: Acting, version: int, reason: str) -> None:
    if not opened.may_void():
        raise Refusal("dossier.state")
    if not reason:
        raise Refusal("dossier.reason")
    dossier = locked(session, opened, version)
    move(session, opened, by, dossier, VOID, VOID, min(opened.roles[VOID]), reason)


def receive(session: Session, opened: Opened, by: Acting, dossier: Dossier) -> None:
    """Home Affairs takes the dossier in: the time for appraisal runs, the offices always asked are asked."""
    rules = opened.rules
    dossier.received_on = by.today
    dossier.due_on = workdays.after(by.today, rules.data["deadlines"]["appraisal"], rules.holidays)
    asked = {each.office for each in opened.opinions}
    for name, office in rules.offices.items():
        if office["always"] and name not in asked:
            add_opinion(session, opened, by, name, "")


def complete(opened: Opened, by: Acting) -> None:
    from .checklist import parts  # the check-list reads dossiers, so this looks the other way only when asked

    if not all(part.done for part in parts(opened)):
        raise Refusal("dossier.incomplete")


def appraised(opened: Opened, by: Acting) -> None:
    values = [opened.dossier.checks.get(check["name"], {}).get("value") for check in opened.rules.data["checks"]]
    if not all(values) or "no" in values:
        raise Refusal("dossier.unappraised")
    if any(each.answer is None for each in opened.opinions):
        raise Refusal("dossier.unappraised")


def heard(opened: Opened, by: Acting) -> None:
    """Nothing said against a name is left unsettled, and a notice that was posted has run its time."""
    posted_to = opened.dossier.posted_to
    if any(each.settled_at is None for each in opened.objections) or (posted_to is not None and by.today <= posted_to):
        raise Refusal("dossier.objections")


def unsigned(opened: Opened, by: Acting) -> None:
    if any(each.signed_on for each in opened.decisions.values()):
        raise Refusal("dossier.signed")


GUARDS = {"forward": complete, "find_eligible": appraised, "open_review": heard, "review_again": unsigned}


def review_again(session: Session, opened: Opened) -> None:
    """The decision is taken back before it was signed: what it said stays in the history and the audit."""
    for decision in session.scalars(select(Decision).where(Decision.dossier_id == opened.dossier.dossier_id)):
        session.delete(decision)
    for nomination in opened.nominations:
        row = session.get_one(Nomination, nomination.nomination_id)
        row.outcome, row.money_vnd = "proposed", None
    session.flush()


# Opinions, appraisal, public notice


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


def head_revision(session: Session, digest: str) -> Revision | None:
    """The revision with a hash, whoever asks: the public check says no more than that it is there."""
    return session.scalar(select(Revision).where(Revision.hash == digest))
