"""Signing in and out, the password, the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for

from .. import accounts
from ..context import server
from ..database import db, transaction
from ..field_app import is_loopback
from ..models import Person
from ..people import memberships
from ..problems import Refusal
from ..settings import LANGUAGES
from ..tokens import Tokens
from .texts import say
from .visitor import COOKIE, me

blueprint = Blueprint("sign_in", __name__)

KNOWN = "chungsuc_browser"  # a browser that signed in before; its tries are counted apart (server/accounts.py)
KNOWN_DAYS = 180


@blueprint.get("/sign-in")
def page() -> str:
    return render_template("console/sign_in.html", wanted=local_path(request.args.get("next", "")), username="")


@blueprint.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    username = request.form.get("username", "").strip().lower()
    wanted = local_path(request.form.get("next", ""))
    try:
        person, token = sign_in(username, request.form.get("password", ""))
    except Refusal as refusal:
        shown = render_template("console/sign_in.html", refusal=refusal, wanted=wanted, username=username)
        return shown, refusal.entry.status
    language = session.get("language")
    session.clear()  # nothing of before signing in lives on, the page's token least of all
    if language:
        session["language"] = language
    response = make_response(redirect(wanted or url_for("console.inbox.home")))
    keep(response, COOKIE, token, server().settings.session_hours * 3600)
    keep(response, KNOWN, browsers().issue(person.person_id)[0], KNOWN_DAYS * 86400)
    return response


def sign_in(username: str, password: str) -> tuple[Person, str]:
    """The person and the session's secret. Raises Refusal sign_in.wrong, sign_in.wait, sign_in.no_console."""
    here, now = server(), server().clock()
    person = accounts.find_account(db.session, username)
    attempt = accounts.Attempt(username, request.remote_addr or "", known_browser(person))
    with transaction() as writing:
        accounts.count_try(writing, attempt, now)
    if not accounts.fits(person, password) or person is None:
        with transaction() as writing:
            accounts.refused(writing, person, now)
        raise Refusal("sign_in.wrong")
    if not any("console" in role.surface for _, role, _ in memberships(db.session, person.person_id, here.today())):
        raise Refusal("sign_in.no_console")
    with transaction() as writing:
        accounts.forgive(writing, attempt, now)
        if old := request.cookies.get(COOKIE):
            accounts.end_session(writing, old, now)
        return person, accounts.begin_session(writing, person.person_id, now, here.settings.session_hours)


@blueprint.post("/sign-out")
def leave() -> Response:
    with transaction() as writing:
        accounts.end_session(writing, request.cookies.get(COOKIE, ""), server().clock())
    session.clear()
    response = make_response(redirect(url_for("console.sign_in.page")))
    response.delete_cookie(COOKIE, secure=is_secure(), httponly=True, samesite="Lax")
    return response


@blueprint.get("/password")
def password() -> str:
    return render_template("console/password.html")


@blueprint.post("/password")
def change_password() -> Response | tuple[str, int]:
    here, now, given = server(), server().clock(), request.form
    person = db.session.get_one(Person, me().person_id)
    attempt = accounts.Attempt((person.username or "").lower(), request.remote_addr or "", "password")
    try:
        with transaction() as writing:
            accounts.count_try(writing, attempt, now)
        if not accounts.fits(person, given.get("present", "")):
            raise Refusal("password.wrong")
        if given.get("new") != given.get("again"):
            raise Refusal("password.differs")
        with transaction() as writing:
            accounts.forgive(writing, attempt, now)
            mine = writing.get_one(Person, person.person_id)
            accounts.set_password(writing, mine, given.get("new", ""), now, by=person.person_id)
            token = accounts.begin_session(writing, person.person_id, now, here.settings.session_hours)
    except Refusal as refusal:
        return render_template("console/password.html", refusal=refusal), refusal.entry.status
    flash(say("Đã đổi mật khẩu. Các máy khác đang đăng nhập đã được đăng xuất."), "done")
    response = make_response(redirect(url_for("console.inbox.home")))
    keep(response, COOKIE, token, here.settings.session_hours * 3600)
    return response


@blueprint.post("/language")
def language() -> Response:
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(local_path(request.form.get("next", "")) or "/")  # type: ignore[return-value]


def known_browser(person: Person | None) -> str:
    """The mark of a browser in which this very person signed in before, or ""."""
    mark = request.cookies.get(KNOWN, "")
    try:
        return mark if mark and person and browsers().read(mark) == person.person_id else ""
    except Refusal:
        return ""


def browsers() -> Tokens:
    return Tokens(server().keys.secret, "console-browser", KNOWN_DAYS * 86400, server().clock)


def keep(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=is_secure())


def is_secure() -> bool:
    """Plain http is only let in on loopback, where a Secure cookie would be lost."""
    return request.is_secure or not is_loopback(request.host)


def local_path(wanted: str) -> str:
    """An address of this very site, or ""."""
    parts = urlsplit(wanted)
    fine = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if fine and not parts.netloc and not parts.scheme else ""
