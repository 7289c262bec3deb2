"""Dossiers as the indicators see them: each a document of the form that governs dossiers, nobody's record.

awards.json "counted" says which question of the form holds what is known of a dossier, so indicators.json counts dossiers
as it counts records. Their tallies stand beside the records', under the dossier's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..figures.cells import Doc
from ..figures.definitions import definitions
from ..figures.keeping import follow
from ..models import Decision, Dossier, DossierStep, Nomination
from .rules import Rules, has_awards, rules_of
from .shares import shares


def count(session: Session, rules: Rules, dossier_id: str) -> None:
    """Bring the figures to a dossier as it is now, in the transaction that changed it."""
    session.flush()
    follow(session, [document(session, rules, session.get_one(Dossier, dossier_id))])


def documents(session: Session) -> Iterator[Doc]:
    """Every dossier, for working all figures out again."""
    if has_awards(session):
        rules = rules_of(session)
        for dossier in session.scalars(select(Dossier).where(Dossier.form_id == rules.form).order_by(Dossier.dossier_id)):
            yield document(session, rules, dossier)


def document(session: Session, rules: Rules, dossier: Dossier) -> Doc:
    answers: dict[str, Any] = {}
    for name, value in known(session, dossier).items():
        if name in rules.data["counted"] and value is not None:
            put(answers, rules.data["counted"][name], value)
    return {
        "rec": dossier.dossier_id,
        "form": {"id": rules.form},
        "scope": f"{dossier.unit_code}/{rules.form}",
        "phase": rules.workflow.phase(dossier.state),
        "created_at": dossier.created_at.isoformat(),
        "answers": answers,
    }


def known(session: Session, dossier: Dossier) -> dict[str, Any]:
    """What forms.awards.COUNTED names, as answers; None: not yet."""
    zone = ZoneInfo(definitions(session).campaign["time_zone"])

    def day(moment: datetime) -> str:
        return moment.astimezone(zone).date().isoformat()

    of = Nomination.dossier_id == dossier.dossier_id
    nominees = session.scalars(select(Nomination).where(of)).all()
    found = shares(nominees)
    left = session.get(DossierStep, (dossier.dossier_id, 1))  # the first step: the unit sends its request
    signed = session.scalar(
        select(Decision).where(Decision.dossier_id == dossier.dossier_id, Decision.kind.in_(("award", "forward")))
    )
    individuals = [each for each in nominees if each.recipient == "individual"]
    return {
        "unit": dossier.unit_code,
        "procedure": dossier.procedure,
        "occasion": dossier.occasion,
        "award": dossier.award,
        "requested_on": day(left.at if left else dossier.created_at),
        "nominees": found.total,
        "individuals": len(individuals),
        "direct": sum(each.direct for each in individuals),
        "women": sum(each.sex == "female" for each in individuals),
        "awarded": sum(each.outcome == "awarded" for each in nominees) if signed else None,
        "number": signed.number or None if signed else None,
        "signed_on": signed.signed_on.isoformat() if signed and signed.signed_on else None,
        "money_vnd": signed.money_vnd if signed else None,
    }


def put(answers: dict[str, Any], path: str, value: Any) -> None:
    """ "/request/award": the groups on the way are made."""
    *groups, name = path.split("/")[1:]
    for group in groups:
        answers = answers.setdefault(group, {})
    answers[name] = value
