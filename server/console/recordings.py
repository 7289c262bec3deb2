"""Questions read aloud: how many of each form can be heard in which language and where, and which cannot."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import select

from ..context import server
from ..database import db
from ..models import OrgUnit
from ..problems import Refusal
from ..programs import recording_forms
from ..recordings import coverage, languages
from ..scope import rights
from .texts import label
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("recordings", __name__, url_prefix="/recordings")


def recorded_here() -> bool:
    """Whether the campaign records questions, and the visitor may read the recordings' records somewhere."""
    return not recording_forms(db.session).isdisjoint(me().reads)


def readable_units() -> set[str]:
    forms = recording_forms(db.session)
    found = db.session.execute(rights(me().person_id, "read", server().today())).all()
    return {unit for unit, form_id in found if form_id in forms}


@blueprint.get("")
@needs("read")
def page() -> str:
    """One line a form, one column a language, as heard in a unit; below, each question of one form in one language."""
    units = readable_units()
    if not units:
        raise Refusal("request.forbidden")
    home = db.session.scalars(select(OrgUnit.code).where(OrgUnit.code.in_(units)).order_by(OrgUnit.path).limit(1)).one()
    unit = request.args.get("unit") or home
    if unit not in units:
        raise Refusal("request.forbidden")
    found = coverage(db.session, unit)
    lines: dict[str, list[object]] = {}
    for each in found:
        lines.setdefault(each.form_id, []).append(each)
    asked = (request.args.get("form"), request.args.get("language"))
    one = next((each for each in found if (each.form_id, each.language) == asked), None)
    return render_template(
        "console/recordings.html", lines=lines, unit=unit, units=all_units(db.session).options(units), one=one,
        languages=[(name, label(words)) for name, words in languages(db.session)],
    )  # fmt: skip
