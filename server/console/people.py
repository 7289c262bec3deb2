"""People below one's unit and their devices: give an enrolment link, see who was last here, revoke what was lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ..context import server
from ..database import db, transaction
from ..devices import state_of
from ..models import Device, Membership, OrgUnit, Person, Role
from ..people import make_enrolment, revoke_device
from ..problems import Refusal
from ..scope import rights, units_below
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("people", __name__, url_prefix="/people")


@dataclass
class Card:
    """A person as listed. mine: the reader may give them a device."""

    person: Person
    posts: list[tuple[Role, OrgUnit]] = field(default_factory=list)
    devices: list[tuple[Device, str]] = field(default_factory=list)  # with its state now
    mine: bool = False

    @property
    def uses_field(self) -> bool:
        return any("field" in role.surface for role, _ in self.posts)


def cards(session: Session, person_id: str | None = None) -> list[Card]:
    """Everyone with a role where the reader looks after people, in the order of the tree; or one of them."""
    here, who = server(), me()
    today = here.today()
    seen = {unit for unit, _ in session.execute(rights(who.person_id, "people", today))}
    below = set(session.scalars(units_below(who.person_id, "people", today)))
    asked = (
        select(Person, Role, OrgUnit)
        .join(Membership, Membership.person_id == Person.person_id)
        .join(Role, and_(Role.campaign_id == Membership.campaign_id, Role.role == Membership.role))
        .join(OrgUnit, OrgUnit.code == Membership.unit_code)
        .where(
            Person.active,
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        )
        .order_by(OrgUnit.path, Person.name)
    )
    if person_id is not None:
        asked = asked.where(Person.person_id == person_id)
    found: dict[str, Card] = {}
    for person, role, unit in session.execute(asked):
        found.setdefault(person.person_id, Card(person)).posts.append((role, unit))
    shown = {key: card for key, card in found.items() if any(unit.code in seen for _, unit in card.posts)}
    for card in shown.values():
        # Whoever has another role elsewhere gets devices from there: a link makes one that person.
        card.mine = card.uses_field and all(unit.code in below for _, unit in card.posts)
    devices = select(Device).where(Device.person_id.in_(shown)).order_by(Device.enrolled_at)
    for device in session.scalars(devices):
        shown[device.person_id].devices.append((device, state_of(device, here.clock())))
    return list(shown.values())


@blueprint.get("")
@needs("people")
def page() -> str:
    return render_template("console/people.html", cards=cards(db.session), units=all_units(db.session))


@blueprint.post("/<uuid:person>/enrolment")
@needs("people")
def enrolment(person: uuid.UUID) -> str:
    """A one-time link, shown this once: only its hash is kept."""
    here, card = server(), mine(str(person))
    days = here.settings.enrolment_days
    with transaction() as writing:
        given_to = writing.get_one(Person, card.person.person_id)
        code = make_enrolment(writing, given_to, here.clock(), days, here.today(), by=me().person_id)
    link = f"{here.settings.field_origin}/app/#enrol={code}.{here.keys.key_id}"
    return render_template(
        "console/enrolment.html",
        card=card,
        link=link,
        qr=segno.make(link, error="m").svg_data_uri(scale=5, border=3),
        ends=here.clock() + timedelta(days=days),
    )


@blueprint.get("/devices/<uuid:device>")
@needs("people")
def revoking(device: uuid.UUID) -> str:
    """What revoking means, before it is done."""
    card, found = device_of(str(device))
    return render_template("console/revoke.html", card=card, device=found)


@blueprint.post("/devices/<uuid:device>/revoke")
@needs("people")
def revoke(device: uuid.UUID) -> Response:
    card, found = device_of(str(device))
    if request.form.get("sure") != "yes":
        flash(say("Chưa thu hồi: cần đánh dấu xác nhận."), "warn")
        return redirect(url_for("console.people.revoking", device=device))
    with transaction() as writing:
        revoke_device(writing, found.device_id, server().clock(), by=me().person_id)
    flash(say("Đã thu hồi máy “%(device)s” của %(name)s.", device=found.name, name=card.person.name), "done")
    return redirect(url_for("console.people.page"))


def mine(person_id: str) -> Card:
    """Raises Refusal request.not_found for whom the reader may not give a device."""
    card = next((card for card in cards(db.session, person_id) if card.mine), None)
    if card is None:
        raise Refusal("request.not_found")
    return card


def device_of(device_id: str) -> tuple[Card, Device]:
    device = db.session.get(Device, device_id)
    if device is None:
        raise Refusal("request.not_found")
    return mine(device.person_id), device
