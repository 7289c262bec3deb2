"""Legal holds: placed on a record or on all its author wrote, listed with reason and day, lifted with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from .. import holds
from ..context import server
from ..database import db, transaction
from ..models import LegalHold, Person
from ..problems import Refusal
from ..scope import PRIVACY, rights
from .inbox import form_titles
from .people import as_day
from .requests import about
from .sheet import MASK
from .texts import label, say
from .units import all_units
from .visitor import me, names_of, needs

blueprint = Blueprint("holds", __name__, url_prefix="/holds")

LATEST = 200
ABOUT = {"record": "Một hồ sơ", "author": "Mọi hồ sơ của một người lập"}


def mine() -> Select[tuple[LegalHold]]:
    """Holds placed from records of the units and forms for which the reader answers."""
    allowed = rights(me().person_id, PRIVACY, server().today()).subquery()
    here = select(1).where(allowed.c.code == LegalHold.unit_code, allowed.c.form_id == LegalHold.form_id)
    return select(LegalHold).where(here.exists())


@blueprint.get("")
@needs("privacy")
def page() -> str:
    found = db.session.scalars(
        mine().order_by(LegalHold.lifted_at.is_not(None), LegalHold.placed_at.desc(), LegalHold.hold_id).limit(LATEST)
    ).all()
    authors = {hold.subject for hold in found if hold.about == "author"}
    return render_template(
        "console/holds.html",
        found=found,
        about=ABOUT,
        today=server().today(),
        names=names_of(db.session, authors | {hold.placed_by for hold in found}),
        titles=form_titles(db.session, sorted({hold.form_id for hold in found})),
        units=all_units(db.session),
    )


@blueprint.get("/new/<uuid:rec>")
@needs("privacy")
def new(rec: uuid.UUID) -> str:
    return write(rec, {})


def write(rec: uuid.UUID, typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    opened = about(rec)
    return render_template(
        "console/hold_new.html",
        opened=opened,
        title=opened.doc["title"] if opened.see_pii else MASK,
        author=db.session.get_one(Person, opened.record.author_id).name,
        about=ABOUT,
        typed=typed,
        refusal=refusal,
        longest=holds.LONGEST,
    )


@blueprint.post("/new/<uuid:rec>")
@needs("privacy")
def place(rec: uuid.UUID) -> Response | tuple[str, int]:
    opened, given, here = about(rec), request.form, server()
    try:
        until = day_of(given.get("until", ""))
        with transaction() as writing:
            holds.place(
                writing, opened.record, given.get("about", ""), given.get("reason", ""), until, here.clock(),
                here.today(), by=me().person_id,
            )  # fmt: skip
    except Refusal as refusal:
        return write(rec, given, refusal), refusal.entry.status
    flash(say("Đã giữ lại: không ai xóa được cho tới khi bỏ giữ."), "done")
    return redirect(url_for("console.holds.page"))


def day_of(text: str):  # type: ignore[no-untyped-def]
    """Raises Refusal hold.dates."""
    try:
        return as_day(text, None)
    except Refusal as refusal:
        raise Refusal("hold.dates") from refusal


@blueprint.post("/<uuid:hold>/lift")
@needs("privacy")
def lift(hold: uuid.UUID) -> Response:
    found = db.session.scalar(mine().where(LegalHold.hold_id == str(hold)))
    if found is None:
        raise Refusal("request.not_found")
    try:
        with transaction() as writing:
            holds.lift(writing, found.hold_id, request.form.get("note", ""), server().clock(), by=me().person_id)
    except Refusal as refusal:
        flash(label({"vi": refusal.entry.vi, "en": refusal.entry.en}), "warn")
    else:
        flash(say("Đã bỏ giữ."), "done")
    return redirect(url_for("console.holds.page"))
