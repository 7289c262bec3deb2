"""Whom to call: authors who do not have yet what was sent back to them, by village. Prints, and copies as text; names and
phones where they may be seen, nothing of any record."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template

from .. import reaching
from ..context import server
from ..database import db
from .texts import number, say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@blueprint.get("")
@needs("step")
def page() -> str:
    here, units = server(), all_units(db.session)
    found = reaching.calls(db.session, me().person_id, here.today())
    now = here.clock()
    places = [
        (units.place(code), [(call, (now - call.since).days) for call in group])
        for code, group in groupby(found, key=lambda call: call.unit_code)
    ]
    lines = [
        line
        for place, listed in places
        for line in (
            place,
            *(
                f"- {call.person}{f', {call.phone}' if call.phone else ''}: "
                + say("%(n)s phiếu, %(days)s ngày", n=number(call.count), days=number(days))
                for call, days in listed
            ),
        )
    ]
    return render_template(
        "console/calls.html", places=places, text="\n".join(lines), made=now, most=reaching.MOST, total=len(found)
    )
