"""What every act on a dossier begins and ends with.

An act takes the session of a writing transaction, checks that the dossier is still what its reader saw (`version`), that
the state and the role allow it (awards.json "acts", workflow.json), writes, and adds its audit entry.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .. import audit
from ..models import Citation, Dossier, DossierStep, Nomination, OrgUnit
from ..problems import Refusal
from ..scope import COMMEND, may
from .counting import count
from .dossiers import Acting, Opened
from .rules import Rules


def begin(session: Session, rules: Rules, by: Acting, unit_code: str, award: str, occasion: str, procedure: str) -> str:
    """A new, empty dossier of a unit; its id. Raises Refusal request.forbidden, dossier.field, .award_unit."""
    if not may(session, by.person_id, COMMEND, unit_code, rules.form, by.today):
        raise Refusal("request.forbidden")
    if award not in {row["name"] for row in rules.offered(by.today)} or occasion not in rules.occasions:
        raise Refusal("dossier.field")
    kinds = rules.deciding(award)["unit_kinds"] if not rules.forwards(award) else []
    if kinds and session.get_one(OrgUnit, unit_code).kind not in kinds:
        raise Refusal("dossier.award_unit")
    if procedure not in ("regular", "simplified"):
        raise Refusal("dossier.field")
    dossier = Dossier(
        dossier_id=str(uuid.uuid4()), form_id=rules.form, unit_code=unit_code, award=award, occasion=occasion,
        procedure=procedure, state=rules.workflow.initial, version=1, created_at=by.now, created_by=by.person_id, checks={},
    )  # fmt: skip
    session.add(dossier)
    count(session, rules, dossier.dossier_id)
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
    """What every act ends with: the figures follow the dossier, and the audit keeps who did what."""
    count(session, opened.rules, opened.dossier.dossier_id)
    audit.append(session, by.now, by.person_id, f"dossier.{act}", opened.dossier.dossier_id, **detail)


def nomination_of(opened: Opened, nomination_id: str) -> Nomination:
    """Raises Refusal request.not_found for one that is not of this dossier."""
    found = next((each for each in opened.nominations if each.nomination_id == nomination_id), None)
    if found is None:
        raise Refusal("request.not_found")
    return found


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
