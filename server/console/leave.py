"""Leave: lending one's roles to a colleague for some days, and who lent what to whom. People keepers do it for others."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..context import server
from ..database import db, transaction
from ..delegations import colleagues, delegate, delegations, revoke, state_of
from ..models import Delegation, Membership, Person
from ..people import memberships
from ..problems import Refusal
from .people import as_day, mine
from .texts import say
from .units import all_units
from .visitor import me

blueprint = Blueprint("leave", __name__, url_prefix="/leave")


@blueprint.get("")
def page() -> str:
    return write(whose(request.args.get("person", "")), {})


def write(lender_id: str, typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    today = server().today()
    held = memberships(db.session, lender_id, today)
    lendable = [each for each in held if each[0].person_id == lender_id and "console" in each[1].surface]
    return render_template(
        "console/leave.html",
        own=lender_id == me().person_id,
        lender=db.session.get_one(Person, lender_id),
        offers=[(*each, colleagues(db.session, each[0], today)) for each in lendable],
        loans=[(*each, state_of(each[0], today)) for each in delegations(db.session, [lender_id])],
        units=all_units(db.session),
        today=today,
        typed=typed,
        refusal=refusal,
    )


def whose(person_id: str) -> str:
    """The reader ("" or their own id), or somebody they look after. Raises Refusal request.not_found."""
    if person_id in ("", me().person_id):
        return me().person_id
    if "people" not in me().actions:
        raise Refusal("request.not_found")
    return str(mine(person_id).person.person_id)


@blueprint.post("")
def lend() -> Response | tuple[str, int]:
    here, given = server(), request.form
    membership = db.session.get(Membership, given.get("membership", ""))
    if membership is None:
        raise Refusal("request.not_found")
    lender = whose(membership.person_id)
    try:
        first, last = as_day(given.get("from", ""), None), as_day(given.get("until", ""), None)
        if first is None or last is None:
            raise Refusal("delegation.dates")
        with transaction() as writing:
            delegate(
                writing,
                writing.get_one(Membership, membership.membership_id),
                given.get("to", ""),
                first,
                last,
                here.clock(),
                here.today(),
                by=me().person_id,
            )
    except Refusal as refusal:
        return write(lender, given, refusal), refusal.entry.status
    flash(say("Đã ủy quyền."), "done")
    return redirect(url_for("console.leave.page", person=None if lender == me().person_id else lender))


@blueprint.post("/<uuid:delegation>/back")
def take_back(delegation: uuid.UUID) -> Response:
    """Whoever lent it, took it, or looks after the lender ends it."""
    row = db.session.get(Delegation, str(delegation))
    if row is None:
        raise Refusal("request.not_found")
    lender = db.session.get_one(Membership, row.membership_id).person_id
    if me().person_id not in (lender, row.to_person):
        whose(lender)
    with transaction() as writing:
        revoke(writing, row.delegation_id, server().clock(), by=me().person_id)
    flash(say("Đã thu lại ủy quyền."), "done")
    return redirect(url_for("console.leave.page", person=None if me().person_id in (lender, row.to_person) else lender))
