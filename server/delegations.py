"""Leave: a membership lent to a colleague for some days. Rules over a session; every change leaves an audit entry.

Whoever is away lends what they are, or the person who looks after them does it. The colleague works in their own name:
ops and audit say who did it, and the membership says by whose right.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from . import audit
from .models import Delegation, Membership, OrgUnit, Person, Role
from .problems import Refusal
from .scope import reached_from

LONGEST = timedelta(days=92)
Lender = aliased(Person)


def colleagues(session: Session, membership: Membership, today: date) -> list[tuple[Person, Role, OrgUnit]]:
    """Who may take it over: people with a role in the console in the same unit, above it or below it."""
    unit = session.get_one(OrgUnit, membership.unit_code)
    line = or_(
        OrgUnit.code.in_(unit.path.strip("/").split("/")), OrgUnit.code.in_(reached_from(membership.unit_code, today))
    )
    asked = (
        select(Person, Role, OrgUnit)
        .join(Membership, Membership.person_id == Person.person_id)
        .join(Role, and_(Role.campaign_id == Membership.campaign_id, Role.role == Membership.role))
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .where(
            Person.active,
            Person.person_id != membership.person_id,
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
            line,
        )
        .order_by(OrgUnit.path, Person.name, Role.role)
    )
    found = {person.person_id: (person, role, unit) for person, role, unit in session.execute(asked) if desk(role)}
    return list(found.values())


def desk(role: Role) -> bool:
    return "console" in role.surface


def delegate(
    session: Session,
    membership: Membership,
    to_person: str,
    valid_from: date,
    valid_to: date,
    now: datetime,
    today: date,
    *,
    by: str,
) -> Delegation:
    """Lend a membership for some days. Raises Refusal delegation.dates, delegation.person."""
    ends = membership.valid_to or date.max
    within = valid_to >= max(valid_from, today) and valid_to - valid_from < LONGEST and valid_to <= ends
    if not within or valid_from < membership.valid_from:
        raise Refusal("delegation.dates")
    if to_person not in {person.person_id for person, _, _ in colleagues(session, membership, today)}:
        raise Refusal("delegation.person")
    row = Delegation(
        delegation_id=str(uuid.uuid4()),
        membership_id=membership.membership_id,
        to_person=to_person,
        valid_from=valid_from,
        valid_to=valid_to,
        made_by=by,
        made_at=now,
    )
    session.add(row)
    session.flush()
    days = {"from": valid_from.isoformat(), "until": valid_to.isoformat()}
    audit.append(session, now, by, "delegation.make", membership.person_id, to=to_person, role=membership.role, **days)
    return row


def revoke(session: Session, delegation_id: str, now: datetime, *, by: str) -> None:
    """From now on it gives nothing; what was done by it stays. A second time changes nothing."""
    row = session.get_one(Delegation, delegation_id)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now, by
        lender = session.get_one(Membership, row.membership_id).person_id
        audit.append(session, now, by, "delegation.revoke", lender, to=row.to_person)


def delegations(
    session: Session, person_ids: Sequence[str]
) -> list[tuple[Delegation, Membership, Role, OrgUnit, Person, Person]]:
    """Every loan these people gave or took, the newest first: (loan, membership, role, unit, lender, to whom)."""
    taker = aliased(Person)
    asked = (
        select(Delegation, Membership, Role, OrgUnit, Lender, taker)
        .join(Membership, Membership.membership_id == Delegation.membership_id)
        .join(Role, and_(Role.campaign_id == Membership.campaign_id, Role.role == Membership.role))
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .join(Lender, Lender.person_id == Membership.person_id)
        .join(taker, taker.person_id == Delegation.to_person)
        .where(or_(Membership.person_id.in_(person_ids), Delegation.to_person.in_(person_ids)))
        .order_by(Delegation.valid_from.desc(), Delegation.made_at.desc())
    )
    return [tuple(row) for row in session.execute(asked)]


def state_of(row: Delegation, today: date) -> str:
    """ "revoked", "over", "coming" or "running"."""
    if row.revoked_at is not None:
        return "revoked"
    if row.valid_to < today:
        return "over"
    return "coming" if row.valid_from > today else "running"
