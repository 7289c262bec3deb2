"""Who may do what to which record: the one place. Everything that lists, opens or changes records asks here.

A membership gives a role in a unit and all it reaches: what lies under it, and the units it or they came to succeed
(communes that were merged). `role_right` says what the role may do with which form. Somebody on leave lends a
membership to somebody else for some days (`delegation`); a loan is not lent on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from .database import ask, several
from .models import (
    Delegation,
    Device,
    Grant,
    Membership,
    MembershipForm,
    OrgUnit,
    Person,
    Record,
    RoleRight,
    SubjectRequest,
)
from .models.requests import RESTRICTING

PRIVACY = "privacy"  # of roles.json's actions: answer what people ask about their own data
COMMEND = "commend"  # of roles.json's actions: begin dossiers in a unit's name
# Besides roles.json's actions, `role_right` holds two that loading a campaign derives from the role:
SEE_PII = "see_pii"  # persons are shown unmasked
HOLD = "hold"  # a device may hold the records: field surface, "read" and see_pii together

Who = str | ColumnElement[str] | InstrumentedAttribute[str]  # a person, or the column that names one

Actor = aliased(Person)  # who acts; `Person`, whose membership it is


def lent(person_id: Who, at: date) -> ColumnElement[bool]:
    """The membership was lent to this person for the day `at`."""
    return (
        select(1)
        .where(
            Delegation.membership_id == Membership.membership_id,
            Delegation.to_person == person_id,
            Delegation.valid_from <= at,
            Delegation.valid_to >= at,
            Delegation.revoked_at.is_(None),
        )
        .exists()
    )


def held_by(person_id: Who, at: date) -> ColumnElement[bool]:
    """The membership is the person's own or lent to them, and holds on the day `at`."""
    return and_(
        or_(Membership.person_id == person_id, lent(person_id, at)),
        Membership.valid_from <= at,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= at),
    )


def reach(tops: Select[tuple[str]], at: date) -> CTE:
    """(top, code, below) for each unit that each of these units reaches on the day `at`.

    A unit reaches itself, what stands under it, and each unit that ended before `at` and names it as successor, with
    all that stands under that. below: not the unit itself, nor what it succeeds.
    """
    top = tops.subquery()
    found = select(top.c[0].label("top"), top.c[0].label("code"), literal(0).label("below")).cte(recursive=True)
    below = select(OrgUnit.parent.label("up"), OrgUnit.code.label("code"), literal(1).label("below"))
    before = select(OrgUnit.successor, OrgUnit.code, literal(0))
    edge = union_all(
        below.where(OrgUnit.parent.is_not(None)), before.where(OrgUnit.successor.is_not(None), OrgUnit.valid_to < at)
    ).subquery("edge")
    return found.union(
        select(found.c.top, edge.c.code, case((edge.c.below == 1, 1), else_=found.c.below)).join(
            edge, edge.c.up == found.c.code
        )
    )


def reached_from(code: str, at: date) -> Select[tuple[str]]:
    """Codes of the units that this one reaches on the day `at`, itself among them; none where there is no such unit."""
    units = reach(select(OrgUnit.code).where(OrgUnit.code == code), at)
    return select(units.c.code)


def granted(person_id: str, at: date, *columns: Any, below: bool = False) -> Select[Any]:
    """What the memberships of the day `at` allow at all, with repeats: (unit code, form id), or `columns` of
    Membership and RoleRight. below: only in units strictly below those of the memberships."""
    units = reach(select(Membership.unit_code).where(held_by(person_id, at)).distinct(), at)
    found = (
        select(*(columns or (units.c.code, RoleRight.form_id)))
        .select_from(Membership)
        .join(Person, and_(Person.person_id == Membership.person_id, Person.active))
        .join(Actor, and_(Actor.person_id == person_id, Actor.active))
        .join(RoleRight, and_(RoleRight.campaign_id == Membership.campaign_id, RoleRight.role == Membership.role))
        .join(units, units.c.top == Membership.unit_code)
        .where(held_by(person_id, at), narrowed())
    )
    return found.where(units.c.below == 1) if below else found


def rights(person_id: str, action: str, at: date, roles: Collection[str] | None = None) -> Select[tuple[str, str]]:
    """(unit code, form id) pairs on which the person may do `action` on the day `at`; roles: in one of these only."""
    found = granted(person_id, at).where(RoleRight.action == action)
    return found if roles is None else found.where(Membership.role.in_(roles))


def roles_by_right(person_id: str, action: str, at: date) -> Select[tuple[str, str, str]]:
    """The same with the role that gives it: (unit code, form id, role), each once."""
    return granted(person_id, at).add_columns(Membership.role).where(RoleRight.action == action).distinct()


def units_below(person_id: str, action: str, at: date) -> Select[tuple[str]]:
    """Codes of the units strictly below those in which the person may do `action`: not one's peers, nor above."""
    found = granted(person_id, at, below=True).where(RoleRight.action == action)
    return select(found.subquery().c[0]).distinct()


def tops(person_id: str, action: str, at: date) -> Select[tuple[str]]:
    """Codes of the units in which the person may do `action` on any form: those of the memberships themselves."""
    return granted(person_id, at, Membership.unit_code).where(RoleRight.action == action).distinct()


def narrowed() -> ColumnElement[bool]:
    """The membership is for all forms, or names this one."""
    named = select(MembershipForm.form_id).where(MembershipForm.membership_id == Membership.membership_id)
    return or_(~named.exists(), RoleRight.form_id.in_(named))


def restricted() -> Select[tuple[str]]:
    """Records that are stored and no more, because their person asked for it (docs/privacy.md)."""
    return select(SubjectRequest.subject).where(
        SubjectRequest.kind.in_(RESTRICTING), SubjectRequest.state == "done", SubjectRequest.lifted_at.is_(None)
    )


def visible(person_id: str, action: str, at: date) -> ColumnElement[bool]:
    """The record is one on which the person may do `action`. A restricted one is there for "privacy" alone."""
    allowed = rights(person_id, action, at).distinct().subquery()
    here = tuple_(Record.unit_code, Record.form_id).in_(select(allowed))
    return here if action == PRIVACY else and_(here, Record.rec.not_in(restricted()))


def visible_records(person_id: str, action: str, at: date) -> Select[tuple[Record]]:
    """The records on which the person may do `action` (roles.json's actions, or "see_pii") on the day `at`."""
    return select(Record).where(visible(person_id, action, at))


def in_reach(
    person_id: str, action: str, at: date, unit_code: ColumnElement[str], form_id: str, roles: Collection[str] | None = None
) -> ColumnElement[bool]:
    """A row's unit is one where the person may do `action` with `form_id`: for tables beside records."""
    allowed = rights(person_id, action, at, roles).distinct().subquery()
    return unit_code.in_(select(allowed.c[0]).where(allowed.c[1] == form_id))


def reads_all_logs(session: Session, person_id: str, at: date) -> bool:
    """Whether the person keeps the logs of the whole tree: what a server did belongs to no unit below."""
    top = select(OrgUnit.code).where(OrgUnit.parent.is_(None), OrgUnit.code.in_(tops(person_id, "audit", at)))
    return session.execute(top.limit(1)).first() is not None


def logged_in_reach(
    person_id: str, at: date, who: ColumnElement[str], about: ColumnElement[str | None]
) -> ColumnElement[bool]:
    """A line of a log is of the units whose logs the person keeps: `who` did it is somebody there or their device, or
    `about` is one of those or a record from there."""
    units = select(rights(person_id, "audit", at).subquery().c[0])
    people = select(Membership.person_id).where(Membership.unit_code.in_(units))
    devices = select(Device.device_id).where(Device.person_id.in_(people))
    records = select(Record.rec).where(visible(person_id, "audit", at))
    return or_(who.in_(people), who.in_(devices), about.in_(people), about.in_(devices), about.in_(records))


def may(session: Session, person_id: str, action: str, unit_code: str, form_id: str, at: date) -> bool:
    """One question of the same rule: may the person do `action` on this unit's records of this form?"""
    allowed = rights(person_id, action, at).subquery()
    wanted = select(1).select_from(allowed).where(allowed.c.code == unit_code, allowed.c.form_id == form_id)
    return session.execute(wanted.limit(1)).first() is not None


def rights_anywhere(person_id: str, at: date) -> Select[tuple[str, str, str]]:
    """(form id, action, role) of what the person may do somewhere, each once."""
    return granted(person_id, at, RoleRight.form_id, RoleRight.action, Membership.role).distinct()


def roles_by_scope(
    session: Session, person_id: str, scopes: Iterable[str], at: date
) -> dict[str, dict[str, frozenset[str]]]:
    """For each scope "<unit>/<form>": action → the roles in which the person may do it there on the day `at`."""
    split = [tuple(scope.split("/")) for scope in scopes]
    found: dict[str, dict[str, set[str]]] = {"/".join(each): {} for each in split}
    for unit, form_id, action, role in ask(session, roles_asked(), person=person_id, at=at, split=split):
        found[f"{unit}/{form_id}"].setdefault(action, set()).add(role)
    return {scope: {action: frozenset(roles) for action, roles in actions.items()} for scope, actions in found.items()}


@cache
def roles_asked() -> Select[tuple[str, str, str, str]]:
    """The statement of `roles_by_scope`, put together once: that costs more than asking it."""
    person: Any = bindparam("person", type_=String)
    at: Any = bindparam("at", type_=Date)
    allowed = granted(person, at).add_columns(RoleRight.action, Membership.role).subquery()
    return select(allowed).where(tuple_(allowed.c.code, allowed.c.form_id).in_(several("split")))


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


def posts_over(session: Session, person_id: str, at: date) -> list[tuple[str, str]]:
    """(role, path of its unit) of the person's memberships of the day `at`: what returns ask, which are of a unit and
    of no form."""
    asked = (
        select(Membership.role, OrgUnit.path)
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .join(Person, Person.person_id == Membership.person_id)
        .where(
            Membership.person_id == person_id,
            Person.active,
            Membership.valid_from <= at,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= at),
        )
    )
    return [(role, path) for role, path in session.execute(asked)]
