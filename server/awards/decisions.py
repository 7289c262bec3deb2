"""The Chairman's decision and what follows: the money, the number on the signed paper, the hand-over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from forms.awards import DECIDED

from ..models import Decision, Handover, Nomination
from ..problems import Refusal
from .acts import allowed, locked, move, nomination_of, note
from .dossiers import Acting, Opened
from .money import money_of
from .steps import complete, heard


@dataclass(frozen=True)
class Decided:
    """kind: award, forward or refuse. awarded: nominations that get it; the others of an award are refused."""

    kind: str
    awarded: Collection[str]
    signer: str
    reason: str
    certificate_text: str


def decide(session: Session, opened: Opened, by: Acting, version: int, decided: Decided) -> None:
    """Raises Refusal dossier.state, .field, .reason, .objections, .incomplete. A decision that leaves somebody out says why."""
    role = allowed(opened, "decide")
    heard(opened, by)
    names = {each.nomination_id for each in opened.nominations}
    upward, deciding = opened.rules.forwards(opened.dossier.award), opened.deciding
    if opened.rules.own(opened.dossier.award):
        complete(opened, by)
    if decided.kind not in DECIDED or decided.kind not in deciding["steps"] or not decided.signer or decided.kind == ("award" if upward else "forward"):
        raise Refusal("dossier.field")
    chosen = set() if decided.kind == "refuse" else set(decided.awarded)
    if not chosen <= names or (decided.kind != "refuse" and not chosen):
        raise Refusal("dossier.field")
    if chosen != names and not decided.reason:
        raise Refusal("dossier.reason")
    dossier = locked(session, opened, version)
    total = 0
    for nomination in opened.nominations:
        row = session.get_one(Nomination, nomination.nomination_id)
        if nomination.nomination_id not in chosen:
            row.outcome = "refused"
            continue
        row.outcome = "awarded" if decided.kind == "award" else "forwarded"
        found = money_of(opened, nomination, by.today) if decided.kind == "award" else None
        row.money_vnd = found.vnd if found else None
        total += row.money_vnd or 0
    kinds = [decided.kind] if chosen == names or decided.kind == "refuse" else [decided.kind, "refuse"]
    for kind in kinds:
        session.add(
            Decision(
                dossier_id=dossier.dossier_id, kind=kind, decided_at=by.now, decided_by=by.person_id, signer=decided.signer,
                reason=decided.reason, certificate_text=decided.certificate_text if kind == "award" else "",
                money_vnd=total if kind == "award" else 0,
            )
        )
    session.flush()
    note(session, by, opened, "decide", kind=decided.kind, chosen=len(chosen), of=len(names), vnd=total)
    action = deciding["steps"][decided.kind]
    step = opened.rules.workflow.step(action)
    if step is None:
        raise Refusal("dossier.state")
    move(session, opened, by, dossier, action, step["to"], role, decided.reason)


def number(session: Session, opened: Opened, by: Acting, version: int, kind: str, said: str, signed_on: date | None) -> None:
    """The clerk's number and the day of signing, from the paper: from now on the decision stands."""
    allowed(opened, "number")
    if kind not in opened.decisions or not said or signed_on is None or signed_on > by.today:
        raise Refusal("dossier.field")
    locked(session, opened, version)
    row = session.get_one(Decision, (opened.dossier.dossier_id, kind))
    row.number, row.signed_on = said, signed_on
    note(session, by, opened, "number", kind=kind, number=said, signed_on=signed_on.isoformat())


def hand_over(
    session: Session, opened: Opened, by: Acting, version: int, nomination_id: str, handed_on: date | None, to_whom: str,
    place: str, paid: bool,
) -> None:  # fmt: skip
    """The certificate (and the money) reached the recipient. Wants the decision signed first."""
    allowed(opened, "hand_over")
    nomination = nomination_of(opened, nomination_id)
    signed = opened.decisions.get("award") or opened.decisions.get("forward")
    if signed is None or signed.signed_on is None or nomination.outcome != "awarded":
        raise Refusal("dossier.state")
    if handed_on is None or not signed.signed_on <= handed_on <= by.today or not to_whom:
        raise Refusal("dossier.field")
    locked(session, opened, version)
    row = session.get(Handover, nomination_id) or Handover(nomination_id=nomination_id)
    row.handed_on, row.to_whom, row.place, row.money_paid = handed_on, to_whom, place, paid
    row.recorded_at, row.recorded_by = by.now, by.person_id
    session.add(row)
    note(session, by, opened, "hand_over", nomination=nomination_id, on=handed_on.isoformat(), paid=paid)


