"""Who may do what to which record: the one place. Everything that lists, opens or changes records asks here.

A membership gives a role in a unit and all under it; `role_right` says what the role may do with which form.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from .models import Grant, Membership, MembershipForm, OrgUnit, Person, Record, RoleRight

# Besides roles.json's actions, `role_right` holds two that loading a campaign derives from the role:
SEE_PII = "see_pii"  # persons are shown unmasked
HOLD = "hold"  # a device may hold the records: field surface, "read" and see_pii together

Unit = aliased(OrgUnit)  # the unit asked about
Top = aliased(OrgUnit)  # the unit of the membership above it


def under(unit_path: ColumnElement[str], top_path: ColumnElement[str]) -> ColumnElement[bool]:
    """The first path lies in the subtree of the second. Paths end in "/", and codes hold neither % nor _."""
    return func.substr(unit_path, 1, func.length(top_path)) == top_path


def granted(person_id: str, at: date) -> Select[tuple[str, str]]:
    """(unit code, form id) for everything the person's memberships of the day `at` allow at all, with repeats."""
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
            Membership.valid_from <= at,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= at),
            narrowed(),
        )
    )


def rights(person_id: str, action: str, at: date) -> Select[tuple[str, str]]:
    """(unit code, form id) pairs on which the person may do `action` on the day `at`."""
    return granted(person_id, at).where(RoleRight.action == action)


def units_below(person_id: str, action: str, at: date) -> Select[tuple[str]]:
    """Codes of the units strictly below those in which the person may do `action`: not one's peers, nor above."""
    return rights(person_id, action, at).where(Unit.code != Top.code).with_only_columns(Unit.code).distinct()


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


def may(session: Session, person_id: str, action: str, unit_code: str, form_id: str, at: date) -> bool:
    """One question of the same rule: may the person do `action` on this unit's records of this form?"""
    wanted = rights(person_id, action, at).where(Unit.code == unit_code, RoleRight.form_id == form_id)
    return session.execute(wanted.limit(1)).first() is not None


def roles_by_scope(
    session: Session, person_id: str, scopes: Iterable[str], at: date
) -> dict[str, dict[str, frozenset[str]]]:
    """For each scope "<unit>/<form>": action → the roles in which the person may do it there on the day `at`."""
    split = [tuple(scope.split("/")) for scope in scopes]
    asked = granted(person_id, at).with_only_columns(Unit.code, RoleRight.form_id, RoleRight.action, Membership.role)
    found: dict[str, dict[str, set[str]]] = {scope: {} for scope in scopes}
    for unit, form_id, action, role in session.execute(asked.where(tuple_(Unit.code, RoleRight.form_id).in_(split))):
        found[f"{unit}/{form_id}"].setdefault(action, set()).add(role)
    return {scope: {action: frozenset(roles) for action, roles in actions.items()} for scope, actions in found.items()}


def scopes_to_hold(session: Session, person_id: str, at: date) -> set[str]:
    """The scopes a person's devices may hold, by their memberships on the day `at`."""
    return {f"{unit}/{form_id}" for unit, form_id in session.execute(rights(person_id, HOLD, at))}


def held_grants(session: Session, person_id: str, at: date) -> dict[str, int] | None:
    """{scope: generation} as stored; None when memberships say otherwise by now, so that grants want refreshing."""
    held = select(Grant.scope, Grant.gen).where(Grant.person_id == person_id, Grant.held)
    grants = dict(session.execute(held).all())
    return grants if grants.keys() == scopes_to_hold(session, person_id, at) else None


def refresh_grants(session: Session, person_id: str, at: date) -> dict[str, int]:
    """Bring a person's grants to what their memberships say on the day `at`; {scope: generation} of those held.

    A scope given again after it was taken has the next generation, so that the device starts it anew (P-16).
    """
    session.get_one(Person, person_id, with_for_update=True)  # two devices of one person: one after the other
    wanted = scopes_to_hold(session, person_id, at)
    grants = {grant.scope: grant for grant in session.scalars(select(Grant).where(Grant.person_id == person_id))}
    for scope in wanted - grants.keys():
        grants[scope] = Grant(person_id=person_id, scope=scope, gen=1, held=True)
        session.add(grants[scope])
    for scope, grant in grants.items():
        if scope in wanted and not grant.held:
            grant.gen, grant.held = grant.gen + 1, True
        elif scope not in wanted and grant.held:
            grant.held = False
    session.flush()
    return {scope: grants[scope].gen for scope in sorted(wanted)}
