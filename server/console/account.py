"""One's own account: where one is signed in, and the second step of signing in."""

from __future__ import annotations

import uuid

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .. import accounts, two_steps
from ..context import server
from ..database import db, transaction
from ..models import Person
from ..people import memberships
from ..problems import Refusal
from ..tries import count_try, forgive
from .sign_in import own_attempt
from .texts import say
from .visitor import COOKIE, me

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def page() -> str:
    own = me().person_id
    return render_template(
        "console/account.html",
        sessions=accounts.sessions_of(db.session, own, server().clock()),
        here=accounts.sha(request.cookies.get(COOKIE, "").encode()),
        is_on=two_steps.is_on(db.session, own),
        wanted=is_wanted(own),
        codes_left=two_steps.codes_left(db.session, own),
    )


def is_wanted(person_id: str) -> bool:
    return two_steps.wanted([role for _, role, _ in memberships(db.session, person_id, server().today())])


@blueprint.post("/sessions/<uuid:session>/end")
def end(session: uuid.UUID) -> Response:
    own = me().person_id
    with transaction() as writing:
        ended = accounts.revoke_sessions(writing, own, server().clock(), by=own, only=str(session))
    if not ended:
        raise Refusal("request.not_found")
    flash(say("Đã đăng xuất máy đó."), "done")
    return redirect(url_for("console.account.page"))


@blueprint.post("/sessions/end")
def end_others() -> Response:
    own = me().person_id
    with transaction() as writing:
        ended = accounts.revoke_sessions(writing, own, server().clock(), by=own, but=request.cookies.get(COOKIE, ""))
    flash(say("Đã đăng xuất %(n)s máy khác.", n=ended), "done")
    return redirect(url_for("console.account.page"))


@blueprint.get("/two-steps")
def setting_up() -> str:
    own = me().person_id
    return set_up(two_steps.pending(db.session, server().keys, own))


def set_up(secret: bytes | None, refusal: Refusal | None = None) -> str:
    """Begin, or scan and confirm. secret: the one that waits for its first code."""
    own = db.session.get_one(Person, me().person_id)
    uri = two_steps.uri(secret, own.username or own.name) if secret else ""
    return render_template(
        "console/two_steps.html",
        is_on=two_steps.is_on(db.session, own.person_id),
        wanted=is_wanted(own.person_id),
        secret=two_steps.typed(secret) if secret else "",
        qr=segno.make(uri, error="m").svg_data_uri(scale=5, border=3) if secret else "",
        refusal=refusal,
    )


@blueprint.post("/two-steps")
def begin_two_steps() -> str | tuple[str, int]:
    """A secret for the app, for whoever knows the password: a browser left open is not enough."""
    here = server()
    try:
        ask_password()
        with transaction() as writing:
            secret = two_steps.begin(writing, here.keys, me().person_id, here.clock())
    except Refusal as refusal:
        return set_up(None, refusal), refusal.entry.status
    return set_up(secret)


@blueprint.post("/two-steps/confirm")
def confirm_two_steps() -> str | tuple[str, int]:
    """The first code turns it on; other browsers sign in anew, with it."""
    here, own, now = server(), me().person_id, server().clock()
    try:
        with transaction() as writing:
            codes = two_steps.confirm(writing, here.keys, own, request.form.get("code", ""), now)
            accounts.revoke_sessions(writing, own, now, by=own, but=request.cookies.get(COOKIE, ""))
    except Refusal as refusal:
        return set_up(two_steps.pending(db.session, here.keys, own), refusal), refusal.entry.status
    return render_template("console/recovery_codes.html", codes=codes, now=now)


@blueprint.post("/two-steps/codes")
def new_codes() -> str | tuple[str, int] | Response:
    """New recovery codes in the place of the old ones."""
    own, now = me().person_id, server().clock()
    try:
        ask_password()
        if not two_steps.is_on(db.session, own):
            raise Refusal("two_steps.off")
        with transaction() as writing:
            codes = two_steps.renew_codes(writing, own)
            accounts.audit.append(writing, now, own, "two_steps.codes", own)
    except Refusal as refusal:
        return set_up(None, refusal), refusal.entry.status
    return render_template("console/recovery_codes.html", codes=codes, now=now)


@blueprint.post("/two-steps/off")
def off() -> Response | tuple[str, int]:
    own = me().person_id
    try:
        if is_wanted(own):
            raise Refusal("two_steps.needed")
        ask_password()
        with transaction() as writing:
            two_steps.turn_off(writing, own, server().clock(), by=own)
    except Refusal as refusal:
        return set_up(None, refusal), refusal.entry.status
    flash(say("Đã tắt xác nhận hai bước."), "done")
    return redirect(url_for("console.account.page"))


def ask_password() -> None:
    """Raises Refusal password.wrong, sign_in.wait."""
    now, person = server().clock(), db.session.get_one(Person, me().person_id)
    with transaction() as writing:
        count_try(writing, own_attempt(person), now)
    if not accounts.fits(person, request.form.get("present", "")):
        raise Refusal("password.wrong")
    with transaction() as writing:
        forgive(writing, own_attempt(person), now)
