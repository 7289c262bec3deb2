"""Devices of the people one looks after: an enrolment link with its QR code, a sheet of them for a village, names,
who was last here, what is missing, and revoking what was lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from ..context import server
from ..database import db, transaction
from ..models import Device, Op, Person
from ..people import enrolment_link, make_enrolment, rename_device, revoke_device
from ..problems import Refusal
from .people import Card, cards, keeper, listed, mine
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("devices", __name__, url_prefix="/people")

SHEET_PEOPLE = 60  # of one sheet: two pages of A4 and more are printed in parts
NAME_LENGTH = 80


@dataclass(frozen=True)
class Pass:
    """One person's one-time link on paper."""

    card: Card
    link: str
    qr: str


def make_pass(card: Card, scale: int) -> Pass:
    """A one-time link: only its hash is kept."""
    here = server()
    with transaction() as writing:
        person = writing.get_one(Person, card.person.person_id)
        days, by = here.settings.enrolment_days, me().person_id
        code = make_enrolment(writing, person, here.clock(), days, here.today(), by=by)
    link = enrolment_link(here.settings.field_origin, code, here.keys.key_id)
    return Pass(card, link, segno.make(link, error="m").svg_data_uri(scale=scale, border=3))


def ends():  # type: ignore[no-untyped-def]
    return server().clock() + timedelta(days=server().settings.enrolment_days)


@blueprint.post("/<uuid:person>/enrolment")
@needs("people")
def enrolment(person: uuid.UUID) -> str:
    """A one-time link, shown this once."""
    card = mine(str(person))
    if not card.uses_field:
        raise Refusal("request.not_found")
    made = make_pass(card, 5)
    return render_template("console/enrolment.html", card=card, link=made.link, qr=made.qr, ends=ends())


@blueprint.get("/sheet")
@needs("people")
def sheet_page() -> str:
    """Whom a sheet would be for, before any link is made."""
    unit, wanted = for_sheet(request.args.get("unit", ""))
    return render_template(
        "console/enrolment_sheet.html", unit=unit, cards=wanted, passes=[], units=all_units(db.session)
    )


@blueprint.post("/sheet")
@needs("people")
def sheet() -> str:
    """A4, one QR code a person, each a one-time link; for those of a unit who have no device yet, or all chosen."""
    unit, wanted = for_sheet(request.form.get("unit", ""))
    chosen = set(request.form.getlist("person"))
    passes = [make_pass(card, 3) for card in wanted if card.person.person_id in chosen]
    return render_template(
        "console/enrolment_sheet.html", unit=unit, cards=wanted, passes=passes, ends=ends(), units=all_units(db.session)
    )


def for_sheet(unit: str) -> tuple[str, list[Card]]:
    """The people of a unit to whom the reader may give devices. Raises Refusal request.not_found."""
    keeping = keeper(db.session)
    if unit not in keeping.seen:
        raise Refusal("request.not_found")
    found = cards(db.session, keeping, listed(db.session, keeping, unit=unit))
    return unit, [card for card in found if card.mine and card.uses_field][:SHEET_PEOPLE]


@blueprint.get("/devices/<uuid:device>")
@needs("people")
def show(device: uuid.UUID) -> str:
    """One device: whose, last seen, what it sent, what is missing of its chain (P-23); and what may be done with it."""
    card, found = device_of(str(device))
    held, newest, last_at = db.session.execute(
        select(func.count(), func.max(Op.n), func.max(Op.received_at)).where(Op.device_id == found.device_id)
    ).one()
    state = next(state for each, state in card.devices if each.device_id == found.device_id)
    missing = (newest or 0) - found.contiguous
    return render_template(
        "console/device.html", card=card, device=found, state=state, held=held, missing=missing, last_at=last_at
    )


@blueprint.post("/devices/<uuid:device>/name")
@needs("people")
def rename(device: uuid.UUID) -> Response:
    _, found = device_of(str(device))
    name = " ".join(request.form.get("name", "").split())[:NAME_LENGTH]
    if not name:
        flash(say("Chưa ghi gì."), "warn")
    else:
        with transaction() as writing:
            rename_device(writing, found.device_id, name, server().clock(), by=me().person_id)
        flash(say("Đã đổi tên máy thành “%(device)s”.", device=name), "done")
    return redirect(url_for("console.devices.show", device=device))


@blueprint.post("/devices/<uuid:device>/revoke")
@needs("people")
def revoke(device: uuid.UUID) -> Response:
    card, found = device_of(str(device))
    if request.form.get("sure") != "yes":
        flash(say("Chưa thu hồi: cần đánh dấu xác nhận."), "warn")
        return redirect(url_for("console.devices.show", device=device))
    with transaction() as writing:
        revoke_device(writing, found.device_id, server().clock(), by=me().person_id)
    flash(say("Đã thu hồi máy “%(device)s” của %(name)s.", device=found.name, name=card.person.name), "done")
    return redirect(url_for("console.people.show", person=card.person.person_id))


def device_of(device_id: str) -> tuple[Card, Device]:
    device = db.session.get(Device, device_id)
    if device is None:
        raise Refusal("request.not_found")
    return mine(device.person_id), device
