"""Who may do what to which record: the one place. Everything that lists, opens or changes records asks here.

A membership gives a role in a unit and all under it; `role_right` says what the role may do with which form.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from .models import Membership, MembershipForm, OrgUnit, Person, Record, RoleRight

Unit = aliased(OrgUnit)  # the unit asked about
Top = aliased(OrgUnit)  # the unit of the membership above it


def under(unit_path: ColumnElement[str], top_path: ColumnElement[str]) -> ColumnElement[bool]:
    """The first path lies in the subtree of the second. Paths end in "/", and codes hold neither % nor _."""
    return func.substr(unit_path, 1, func.length(top_path)) == top_path


def rights(person_id: str, action: str, at: date) -> Select[tuple[str, str]]:
    """(unit code, form id) pairs on which the person may do `action` on the day `at`."""
    return (
        select(Unit.code, RoleRight.form_id)
        .join_from(Membership, Person, Person.person_id == Membership.person_id)
        .join(
            RoleRight,
            and_(RoleRight.campaign_id == Membership.campaign_id, RoleRight.role == Membership.role),
        )
        .join(Top, Top.code == Membership.unit_code)
        .join(Unit, under(Unit.path, Top.path))
        .where(
            Membership.person_id == person_id,
            Person.active,
            RoleRight.action == action,
            Membership.valid_from <= at,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= at),
            narrowed(),
        )
    )


def narrowed() -> ColumnElement[bool]:
    """The membership is for all forms, or names this one."""
    named = select(MembershipForm.form_id).where(MembershipForm.membership_id == Membership.membership_id)
    return or_(~named.exists(), RoleRight.form_id.in_(named))


def visible_records(person_id: str, action: str, at: date) -> Select[tuple[Record]]:
    """The records on which the person may do `action` (roles.json's actions, or "see_pii") on the day `at`."""
    allowed = rights(person_id, action, at).subquery()
    return select(Record).where(
        select(1).where(allowed.c.code == Record.unit_code, allowed.c.form_id == Record.form_id).exists()
    )
