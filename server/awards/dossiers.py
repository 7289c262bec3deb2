"""A dossier whole, for who may see it. Scope is asked in SQL (server/scope.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.orm import Session

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
    Vote,
)
from ..scope import SEE_PII, in_reach, roles_by_scope
from .rules import Rules

NOBODY: Mapping[str, Any] = {"states": (), "roles": ()}


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

    @property
    def deciding(self) -> Mapping[str, Any]:
        return self.rules.deciding(self.dossier.award)

    def may(self, act: str) -> frozenset[str]:
        """The roles in which the reader may do an act of awards.json now."""
        rule = self.deciding["acts"].get(act, NOBODY)
        if self.dossier.state not in rule["states"]:
            return frozenset()
        return self.roles.get("read", frozenset()) & set(rule["roles"])

    def may_answer(self, office: str) -> frozenset[str]:
        """The roles in which the reader answers for an office: its own, or who asked and got the answer on paper."""
        asking = self.deciding["acts"].get("ask", NOBODY)
        if self.dossier.state not in asking["states"]:
            return frozenset()
        named = {*self.rules.offices[office]["roles"], *asking["roles"]}
        return (self.roles.get("read", frozenset()) | self.roles.get("comment", frozenset())) & named

    def next_steps(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The steps the reader may take now: not those that a decision takes, and of a unit's own award no way to others."""
        found = self.rules.workflow.steps_for(self.dossier.state, self.roles.get("step", ()))
        again = self.deciding["steps"].get("again", "")
        decided = self.rules.deciding_steps()
        own = self.rules.own(self.dossier.award)
        return [(action, step) for action, step in found if action == again or not (own or action in decided)]

    def may_void(self) -> bool:
        return self.rules.workflow.may_void(self.dossier.state, self.roles.get("void", ()))

    @property
    def state(self) -> Mapping[str, Any]:
        return self.rules.workflow.state(self.dossier.state)

    def stands(self) -> list[Nomination]:
        """The nominations that were not refused."""
        return [each for each in self.nominations if each.outcome != "refused"]


def visible(person_id: str, rules: Rules, today: date) -> Select[tuple[Dossier]]:
    """The dossiers a person may read, and those on which her office was asked: full of persons, so see_pii is wanted too."""
    reads = and_(
        in_reach(person_id, "read", today, Dossier.unit_code, rules.form),
        in_reach(person_id, SEE_PII, today, Dossier.unit_code, rules.form),
    )
    asked = (asked_of(name, office, person_id, rules, today) for name, office in rules.offices.items() if office["roles"])
    return select(Dossier).where(Dossier.form_id == rules.form, or_(reads, *asked))


def asked_of(name: str, office: Mapping[str, Any], person_id: str, rules: Rules, today: date) -> ColumnElement[bool]:
    """The office was asked about the dossier, and the person answers for it: in its role, where the appraisal is made
    (so the Front of a commune does not answer for that of the district)."""
    home = literal(rules.data["home"])
    return and_(
        select(1).where(Opinion.dossier_id == Dossier.dossier_id, Opinion.office == name).exists(),
        *(in_reach(person_id, action, today, home, rules.form, office["roles"]) for action in ("comment", SEE_PII)),
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
