"""From state to state, but for the steps that a decision takes: what has to be there first, and what each brings."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import Decision, Dossier, Nomination
from ..problems import Refusal
from . import workdays
from .acts import locked, move
from .appraisal import add_opinion
from .checklist import parts
from .dossiers import Acting, Opened

VOID = "void"


def take_step(session: Session, opened: Opened, by: Acting, version: int, action: str, reason: str) -> None:
    """Raises Refusal dossier.state, .reason, .incomplete, .unappraised, .objections, .signed, .record_taken."""
    step = dict(opened.next_steps()).get(action)
    if step is None:
        raise Refusal("dossier.state")
    if step.get("reason") == "required" and not reason:
        raise Refusal("dossier.reason")
    again = action == opened.deciding["steps"].get("again")
    (unsigned if again else GUARDS.get(action, unguarded))(opened, by)
    role = min(opened.roles["step"] & set(step["roles"]))
    dossier = locked(session, opened, version)
    if action == "receive":
        receive(session, opened, by, dossier)
    if again:
        take_back(session, opened)
    if action in ("province_awards", "province_refuses"):
        outcome = "awarded" if action == "province_awards" else "refused"
        for each in session.scalars(select(Nomination).where(Nomination.dossier_id == dossier.dossier_id)):
            each.outcome = outcome if each.outcome == "forwarded" else each.outcome
    move(session, opened, by, dossier, action, step["to"], role, reason)


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


def unguarded(opened: Opened, by: Acting) -> None:
    """Nothing but the state and the role has to be right."""


GUARDS = {"forward": complete, "find_eligible": appraised, "open_review": heard}


def take_back(session: Session, opened: Opened) -> None:
    """The decision is taken back before it was signed: what it said stays in the history and the audit."""
    for decision in session.scalars(select(Decision).where(Decision.dossier_id == opened.dossier.dossier_id)):
        session.delete(decision)
    for nomination in opened.nominations:
        row = session.get_one(Nomination, nomination.nomination_id)
        row.outcome, row.money_vnd = "proposed", None
    session.flush()
