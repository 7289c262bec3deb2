"""People one looks after: who they are and what they may do, by unit; a person's page gives and ends roles.

Whoever looks after a commune gives field roles in the units below it; console roles are given by those who look after
the tree's top. Nobody changes a peer's roles, nor their own.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from sync.text import fold

from .. import accounts, two_steps
from .. import people as rules
from ..context import server
from ..database import db, transaction
from ..delegations import delegations
from ..delegations import state_of as loan_state
from ..devices import state_of
from ..models import Delegation, Device, Membership, MembershipForm, OrgUnit, Person, Role, RoleRight
from ..problems import Refusal
from ..scope import rights, tops, units_below
from .corrections import read_day
from .inbox import form_titles
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("people", __name__, url_prefix="/people")

PAGE_PEOPLE = 50
NAME_LENGTH = 100
PHONE = re.compile(r"\+?[0-9]{9,14}")


@dataclass
class Card:
    """A person as listed. mine: the reader may give them devices and roles. lent: units of what colleagues lent them."""

    person: Person
    posts: list[tuple[Membership, Role, OrgUnit]] = field(default_factory=list)
    lent: set[str] = field(default_factory=set)
    devices: list[tuple[Device, str]] = field(default_factory=list)  # with its state now
    mine: bool = False

    @property
    def uses_field(self) -> bool:
        return any("field" in role.surface for _, role, _ in self.posts)

    @property
    def uses_console(self) -> bool:
        return any("console" in role.surface for _, role, _ in self.posts)


@dataclass(frozen=True)
class Keeper:
    """Where the reader looks after people. seen: units; below: those strictly below; top: the whole tree."""

    person_id: str
    seen: frozenset[str]
    below: frozenset[str]
    top: bool
    peers: frozenset[str] = frozenset()  # of a keeper of the top: the others, by person id

    def keeps(self, card: Card) -> bool:
        """Whoever has another role elsewhere, lent ones too, is kept from there: a link makes one that person."""
        if self.top:
            return card.person.person_id not in self.peers
        return bool(card.posts) and {unit.code for _, _, unit in card.posts} | card.lent <= self.below

    def units(self) -> frozenset[str]:
        """Where the reader may give roles."""
        return self.seen if self.top else self.below

    def may_give(self, role: Role, unit: str) -> bool:
        return unit in self.units() and (self.top or role.surface == ["field"])


def keeper(session: Session) -> Keeper:
    who, today = me().person_id, server().today()
    own = set(session.scalars(tops(who, "people", today)))
    roots = set(session.scalars(select(OrgUnit.code).where(OrgUnit.parent.is_(None), OrgUnit.code.in_(own))))
    top = bool(roots)
    wardens = (
        select(Membership.person_id)
        .join(RoleRight, and_(RoleRight.campaign_id == Membership.campaign_id, RoleRight.role == Membership.role))
        .where(RoleRight.action == "people", Membership.unit_code.in_(roots))
    )
    return Keeper(
        who,
        frozenset(session.scalars(select(rights(who, "people", today).subquery().c.code).distinct())),
        frozenset(session.scalars(units_below(who, "people", today))),
        top,
        frozenset(session.scalars(wardens)) if top else frozenset(),
    )


def cards(session: Session, keeper: Keeper, person_ids: Sequence[str]) -> list[Card]:
    """These people with what they are today and their devices, in the order given."""
    here = server()
    found = {
        person.person_id: Card(person)
        for person in session.scalars(select(Person).where(Person.person_id.in_(person_ids)))
    }
    asked = (
        select(Membership, Role, OrgUnit)
        .join(Role, and_(Role.campaign_id == Membership.campaign_id, Role.role == Membership.role))
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .where(Membership.person_id.in_(person_ids), today_only(here.today()))
        .order_by(OrgUnit.path, Membership.valid_from)
    )
    for membership, role, unit in session.execute(asked):
        found[membership.person_id].posts.append((membership, role, unit))
    loans = (
        select(Delegation.to_person, Membership.unit_code)
        .join(Membership, Membership.membership_id == Delegation.membership_id)
        .where(Delegation.to_person.in_(found), Delegation.revoked_at.is_(None), Delegation.valid_to >= here.today())
    )
    for person_id, unit_code in session.execute(loans):
        found[person_id].lent.add(unit_code)
    for device in session.scalars(select(Device).where(Device.person_id.in_(found)).order_by(Device.enrolled_at)):
        found[device.person_id].devices.append((device, state_of(device, here.clock())))
    for card in found.values():
        card.mine = keeper.keeps(card)
    return [found[person_id] for person_id in person_ids if person_id in found]


def today_only(today: date):  # type: ignore[no-untyped-def]
    return and_(Membership.valid_from <= today, or_(Membership.valid_to.is_(None), Membership.valid_to >= today))


def listed(session: Session, keeper: Keeper, q: str = "", unit: str = "") -> list[str]:
    """Ids of everyone with a role where the reader looks after people, in the order of the tree."""
    asked = (
        select(Person.person_id, Person.name, Person.username)
        .join(Membership, Membership.person_id == Person.person_id)
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .where(today_only(server().today()), Membership.unit_code.in_(inside(keeper, unit)))
        .order_by(OrgUnit.path, Person.name)
    )
    wanted = fold(q).split()
    found: dict[str, None] = {}
    for person_id, name, username in session.execute(asked):
        if all(word in fold(f"{name} {username or ''}") for word in wanted):
            found[person_id] = None
    return list(found)


def inside(keeper: Keeper, unit: str) -> Iterable[str]:
    """The units seen, or those of them under the one asked for."""
    if not unit:
        return keeper.seen
    path = db.session.scalar(select(OrgUnit.path).where(OrgUnit.code == unit)) or "-"
    return [row.code for row in db.session.scalars(select(OrgUnit)) if row.path.startswith(path)]


@blueprint.get("")
@needs("people")
def page() -> str:
    keeping, units = keeper(db.session), all_units(db.session)
    q, unit = request.args.get("q", "").strip()[:100], request.args.get("unit", "")
    number = max(request.args.get("page", 1, type=int), 1)
    found = listed(db.session, keeping, q, unit if unit in keeping.seen else "")
    some = found[(number - 1) * PAGE_PEOPLE : number * PAGE_PEOPLE]
    return render_template(
        "console/people.html",
        cards=cards(db.session, keeping, some),
        units=units,
        unit_options=units.options(set(keeping.seen)),
        unit=unit,
        q=q,
        page=number,
        pages=-(-len(found) // PAGE_PEOPLE),
        total=len(found),
        may_add=bool(keeping.units()),
    )


@blueprint.get("/new")
@needs("people")
def adding() -> str:
    return write_person({})


@blueprint.post("/new")
@needs("people")
def add() -> Response | tuple[str, int]:
    given, here, keeping = request.form, server(), keeper(db.session)
    name, username = given.get("name", "").strip()[:NAME_LENGTH], given.get("username", "").strip().lower()[:64]
    try:
        if not name:
            raise Refusal("request.invalid")
        role, unit = givable(keeping, given.get("role", ""), given.get("unit", ""))
        with transaction() as writing:
            person = rules.add_person(writing, name, here.clock(), username=username or None, by=me().person_id)
            rules.add_membership(
                writing, person, role, unit, here.clock(), here.today(), forms=forms_of(given), by=me().person_id
            )
    except Refusal as refusal:
        return write_person(given, refusal), refusal.entry.status
    flash(say("Đã thêm %(name)s.", name=name), "done")
    return redirect(url_for("console.people.show", person=person.person_id))


def write_person(typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    return render_template("console/person_new.html", typed=typed, refusal=refusal, **offers(keeper(db.session)))


def offers(keeping: Keeper) -> dict[str, object]:
    """The roles, units and forms that the reader may give."""
    roles = [role for role in db.session.scalars(select(Role).order_by(Role.role)) if keeping.top or not desk(role)]
    form_ids = sorted(set(db.session.scalars(select(RoleRight.form_id).distinct())))
    return {
        "roles": roles,
        "unit_options": all_units(db.session).options(set(keeping.units())),
        "titles": form_titles(db.session, form_ids),
    }


def desk(role: Role) -> bool:
    return role.surface != ["field"]


def givable(keeping: Keeper, role: str, unit: str) -> tuple[str, str]:
    """Raises Refusal role.unknown, unit.unknown, membership.not_yours."""
    found = db.session.scalar(select(Role).where(Role.role == role))
    if found is None:
        raise Refusal("role.unknown")
    if unit not in keeping.units():
        raise Refusal("unit.unknown")
    if not keeping.may_give(found, unit):
        raise Refusal("membership.not_yours")
    return role, unit


def forms_of(given) -> list[str]:  # type: ignore[no-untyped-def]
    return [form for form in given.getlist("forms") if form]


@blueprint.get("/<uuid:person>")
@needs("people")
def show(person: uuid.UUID) -> str:
    return person_page(str(person))


def person_page(person_id: str, refusal: Refusal | None = None) -> str:
    keeping = keeper(db.session)
    card, today = seen(keeping, person_id), server().today()
    asked = (
        select(Membership, Role, OrgUnit)
        .join(Role, and_(Role.campaign_id == Membership.campaign_id, Role.role == Membership.role))
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .where(Membership.person_id == person_id)
        .order_by(Membership.valid_from.desc())
    )
    held = [tuple(row) for row in db.session.execute(asked)]
    named: dict[str, list[str]] = {}
    narrowed = select(MembershipForm).where(MembershipForm.membership_id.in_([each[0].membership_id for each in held]))
    for row in db.session.scalars(narrowed):
        named.setdefault(row.membership_id, []).append(row.form_id)
    return render_template(
        "console/person.html",
        card=card,
        held=held,
        named=named,
        today=today,
        units=all_units(db.session),
        loans=[(*each, loan_state(each[0], today)) for each in delegations(db.session, [person_id])],
        refusal=refusal,
        keeping=keeping,
        has_password=card.person.password_hash is not None,
        two_steps_on=two_steps.is_on(db.session, person_id),
        sessions=accounts.sessions_of(db.session, person_id, server().clock()) if card.mine else [],
        **offers(keeping),
    )


@blueprint.post("/<uuid:person>/memberships")
@needs("people")
def give(person: uuid.UUID) -> Response | tuple[str, int]:
    """A role in a unit, from a day, for all its forms or some."""
    here, given, card = server(), request.form, mine(str(person))
    try:
        role, unit = givable(keeper(db.session), given.get("role", ""), given.get("unit", ""))
        first, last = as_day(given.get("from", ""), here.today()), as_day(given.get("until", ""), None)
        if last is not None and last < (first or here.today()):
            raise Refusal("membership.dates")
        with transaction() as writing:
            holder = writing.get_one(Person, card.person.person_id)
            rules.add_membership(
                writing,
                holder,
                role,
                unit,
                here.clock(),
                first or here.today(),
                valid_to=last,
                forms=forms_of(given),
                by=me().person_id,
            )
    except Refusal as refusal:
        return person_page(str(person), refusal), refusal.entry.status
    flash(say("Đã giao vai trò."), "done")
    return redirect(url_for("console.people.show", person=person))


@blueprint.post("/<uuid:person>/memberships/<uuid:membership>/end")
@needs("people")
def end(person: uuid.UUID, membership: uuid.UUID) -> Response | tuple[str, int]:
    here, card = server(), mine(str(person))
    row = db.session.get(Membership, str(membership))
    if row is None or row.person_id != card.person.person_id:
        raise Refusal("request.not_found")
    try:
        last = as_day(request.form.get("until", ""), here.today())
        with transaction() as writing:
            rules.end_membership(writing, row.membership_id, last or here.today(), here.clock(), by=me().person_id)
    except Refusal as refusal:
        return person_page(str(person), refusal), refusal.entry.status
    flash(say("Đã ghi ngày cuối của vai trò."), "done")
    return redirect(url_for("console.people.show", person=person))


@blueprint.post("/<uuid:person>/phone")
@needs("people")
def phone(person: uuid.UUID) -> Response:
    """How to call somebody whose device stays away; blank: not known."""
    card, said = mine(str(person)), re.sub(r"[ .-]", "", request.form.get("phone", ""))
    if said and not PHONE.fullmatch(said):
        flash(say("Số điện thoại gồm 9 đến 14 chữ số, có thể bắt đầu bằng +."), "warn")
    else:
        with transaction() as writing:
            rules.set_phone(writing, card.person.person_id, said or None, server().clock(), by=me().person_id)
        flash(say("Đã ghi số điện thoại."), "done")
    return redirect(url_for("console.people.show", person=person))


@blueprint.post("/<uuid:person>/account")
@needs("people")
def account(person: uuid.UUID) -> Response:
    """Close a person's account, or open it again."""
    card, active = mine(str(person)), request.form.get("active") == "yes"
    with transaction() as writing:
        rules.set_active(writing, card.person.person_id, active, server().clock(), by=me().person_id)
    name = card.person.name
    opened, closed = (
        say("Đã mở lại tài khoản của %(name)s.", name=name),
        say("Đã ngừng tài khoản của %(name)s.", name=name),
    )
    flash(opened if active else closed, "done")
    return redirect(url_for("console.people.show", person=person))


@blueprint.post("/<uuid:person>/password-code")
@needs("people")
def password_code(person: uuid.UUID) -> str | tuple[str, int]:
    """A one-time code with which this person sets a password. It is shown once, and to nobody else."""
    card, here = signing_in(str(person)), server()
    try:
        with transaction() as writing:
            owner = writing.get_one(Person, card.person.person_id)
            if not owner.username:
                rules.name_account(writing, owner, request.form.get("username", ""), here.clock(), by=me().person_id)
            code = accounts.make_reset_code(writing, owner, here.clock(), by=me().person_id)
    except Refusal as refusal:
        return person_page(str(person), refusal), refusal.entry.status
    return render_template(
        "console/reset_code.html",
        card=Card(owner),
        code=code,
        link=f"{here.settings.console_origin}{url_for('console.sign_in.forgotten')}",
        ends=here.clock() + accounts.RESET_LIFE,
    )


@blueprint.post("/<uuid:person>/sessions/end")
@needs("people")
def end_sessions(person: uuid.UUID) -> Response:
    card = signing_in(str(person))
    with transaction() as writing:
        accounts.revoke_sessions(writing, card.person.person_id, server().clock(), by=me().person_id)
    flash(say("Đã đăng xuất %(name)s khỏi mọi máy.", name=card.person.name), "done")
    return redirect(url_for("console.people.show", person=person))


@blueprint.post("/<uuid:person>/second-step/off")
@needs("people")
def drop_second_step(person: uuid.UUID) -> Response:
    """The phone with the app is lost; the person's browsers are signed out, too."""
    card, now = signing_in(str(person)), server().clock()
    with transaction() as writing:
        two_steps.turn_off(writing, card.person.person_id, now, by=me().person_id)
        accounts.revoke_sessions(writing, card.person.person_id, now, by=me().person_id)
    flash(say("Đã gỡ bước hai của %(name)s.", name=card.person.name), "done")
    return redirect(url_for("console.people.show", person=person))


def signing_in(person_id: str) -> Card:
    """Somebody one looks after who works in the console. Raises Refusal request.not_found."""
    card = mine(person_id)
    if not card.uses_console:
        raise Refusal("request.not_found")
    return card


def as_day(text: str, default: date | None) -> date | None:
    """dd/mm/yyyy, or ISO as a date field sends it. Raises Refusal membership.dates."""
    if not text.strip():
        return default
    try:
        return date.fromisoformat(read_day(text.strip()))
    except ValueError as error:
        raise Refusal("membership.dates") from error


def seen(keeping: Keeper, person_id: str) -> Card:
    """Raises Refusal request.not_found for whom the reader does not see."""
    found = cards(db.session, keeping, [person_id])
    if not found or not (found[0].mine or any(unit.code in keeping.seen for _, _, unit in found[0].posts)):
        raise Refusal("request.not_found")
    return found[0]


def mine(person_id: str) -> Card:
    """Raises Refusal request.not_found for whom the reader does not look after."""
    card = seen(keeper(db.session), person_id)
    if not card.mine:
        raise Refusal("request.not_found")
    return card
