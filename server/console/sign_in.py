"""Signing in, in one step or two, and out; the password, the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session

from sync.canonical import sha

from .. import accounts, two_steps
from ..context import server
from ..database import db, transaction
from ..field_app import is_loopback
from ..models import Person
from ..people import memberships
from ..problems import Refusal
from ..settings import LANGUAGES
from ..tokens import Tokens
from ..tries import Attempt, count_try, forgive
from .texts import say
from .visitor import COOKIE, me

blueprint = Blueprint("sign_in", __name__)

KNOWN = "chungsuc_browser"  # a browser that signed in before; its tries are counted apart (server/accounts.py)
KNOWN_DAYS = 180
HALF_S = 600  # between the password and the second step
# A browser's and a system's own word for itself → how people call it; the first that fits.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "coc_coc": "Cốc Cốc", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux"}  # fmt: skip


@blueprint.get("/sign-in")
def page() -> str:
    return render_template("console/sign_in.html", wanted=local_path(request.args.get("next", "")), username="")


@blueprint.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    """The password; then, where the account has one, the second step."""
    username = request.form.get("username", "").strip().lower()
    wanted = local_path(request.form.get("next", ""))
    try:
        person = check_password(username, request.form.get("password", ""))
    except Refusal as refusal:
        shown = render_template("console/sign_in.html", refusal=refusal, wanted=wanted, username=username)
        return shown, refusal.entry.status
    if two_steps.is_on(db.session, person.person_id):
        fresh(half=halves().issue(half_of(person))[0])
        return redirect(url_for("console.sign_in.second", next=wanted or None))  # type: ignore[return-value]
    return let_in(person, wanted)


def check_password(username: str, password: str) -> Person:
    """Whose password it is. Raises Refusal sign_in.wrong, sign_in.wait, sign_in.no_console."""
    here, now = server(), server().clock()
    person = accounts.find_account(db.session, username)
    attempt = Attempt(username, request.remote_addr or "", known_browser(person))
    with transaction() as writing:
        count_try(writing, attempt, now)
    if not accounts.fits(person, password) or person is None:
        with transaction() as writing:
            accounts.refused(writing, person, now)
        raise Refusal("sign_in.wrong")
    if not any("console" in role.surface for _, role, _ in memberships(db.session, person.person_id, here.today())):
        raise Refusal("sign_in.no_console")
    with transaction() as writing:
        forgive(writing, attempt, now)
    return person


@blueprint.get("/sign-in/second")
def second() -> str | Response:
    if half_signed_in() is None:
        return redirect(url_for("console.sign_in.page"))  # type: ignore[return-value]
    return render_template("console/second_step.html", wanted=local_path(request.args.get("next", "")))


@blueprint.post("/sign-in/second")
def second_step() -> Response | tuple[str, int]:
    """A code of the app or a recovery code, from whoever gave the right password some minutes ago."""
    here, now, person = server(), server().clock(), half_signed_in()
    wanted = local_path(request.form.get("next", ""))
    if person is None:
        flash(say("Đã quá lâu. Hãy đăng nhập lại từ đầu."), "warn")
        return redirect(url_for("console.sign_in.page", next=wanted or None))  # type: ignore[return-value]
    attempt = Attempt((person.username or "").lower(), request.remote_addr or "", known_browser(person), code=True)
    try:
        with transaction() as writing:
            count_try(writing, attempt, now)
        with transaction() as writing:
            two_steps.pass_step(writing, here.keys, person.person_id, request.form.get("code", "")[:40], now)
            forgive(writing, attempt, now)
    except Refusal as refusal:
        if refusal.code == "two_steps.wrong":
            with transaction() as writing:
                accounts.refused(writing, person, now)
        return render_template("console/second_step.html", refusal=refusal, wanted=wanted), refusal.entry.status
    return let_in(person, wanted)


def let_in(person: Person, wanted: str) -> Response:
    """Begin a session in this browser, and know the browser from now on."""
    here, now = server(), server().clock()
    with transaction() as writing:
        if old := request.cookies.get(COOKIE):
            accounts.end_session(writing, old, now)
        token = begin_session(writing, person.person_id)
    fresh()
    response = make_response(redirect(wanted or url_for("console.inbox.home")))
    keep(response, COOKIE, token, here.settings.session_hours * 3600)
    keep(response, KNOWN, browsers().issue(person.person_id)[0], KNOWN_DAYS * 86400)
    return response


def begin_session(writing: Session, person_id: str) -> str:
    here = server()
    browser = browser_name(request.user_agent.string)
    return accounts.begin_session(
        writing, person_id, here.clock(), here.settings.session_hours, browser=browser, address=request.remote_addr or ""
    )


def fresh(**kept: str) -> None:
    """Nothing of before signing in lives on, the page's token least of all; only the language, and what is named."""
    language = session.get("language")
    session.clear()
    session.update({**kept, **({"language": language} if language else {})})


def halves() -> Tokens:
    return Tokens(server().keys.secret, "console-half", HALF_S, server().clock)


def half_of(person: Person) -> str:
    """Who gave which password: changed since, it is worth nothing."""
    return f"{person.person_id} {sha((person.password_hash or '').encode())[:16]}"


def half_signed_in() -> Person | None:
    """Who gave the right password in this browser and owes the second step."""
    try:
        said = halves().read(session.get("half", ""))
    except Refusal:
        return None
    person = db.session.get(Person, said.partition(" ")[0])
    return person if person is not None and person.active and half_of(person) == said else None


@blueprint.get("/sign-in/forgotten")
def forgotten() -> str:
    return render_template("console/reset.html", username="")


@blueprint.post("/sign-in/forgotten")
def reset() -> Response | tuple[str, int]:
    """A new password, by a one-time code of an administrator."""
    given, now = request.form, server().clock()
    username = given.get("username", "").strip().lower()
    person = accounts.find_account(db.session, username)
    attempt = Attempt(f"{username}\nreset", request.remote_addr or "")
    try:
        with transaction() as writing:
            count_try(writing, attempt, now)
        if given.get("new") != given.get("again"):
            raise Refusal("password.differs")
        with transaction() as writing:
            owner = writing.get_one(Person, person.person_id) if person is not None else None
            accounts.use_reset_code(writing, owner, given.get("code", "")[:40], given.get("new", ""), now)
            forgive(writing, attempt, now)
    except Refusal as refusal:
        return render_template("console/reset.html", refusal=refusal, username=username), refusal.entry.status
    flash(say("Đã đặt mật khẩu mới. Hãy đăng nhập."), "done")
    return redirect(url_for("console.sign_in.page"))  # type: ignore[return-value]


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
    try:
        with transaction() as writing:
            count_try(writing, own_attempt(person), now)
        if not accounts.fits(person, given.get("present", "")):
            raise Refusal("password.wrong")
        if given.get("new") != given.get("again"):
            raise Refusal("password.differs")
        with transaction() as writing:
            forgive(writing, own_attempt(person), now)
            mine = writing.get_one(Person, person.person_id)
            accounts.set_password(writing, mine, given.get("new", ""), now, by=person.person_id)
            token = begin_session(writing, person.person_id)
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


def own_attempt(person: Person) -> Attempt:
    """A try at the password of somebody who is signed in."""
    return Attempt((person.username or "").lower(), request.remote_addr or "", "password")


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


def browser_name(agent: str) -> str:
    """ "Firefox, Windows"; what is none of those we know by name has none."""
    found = (next((name for mark, name in table.items() if mark in agent), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def is_secure() -> bool:
    """Plain http is only let in on loopback, where a Secure cookie would be lost."""
    return request.is_secure or not is_loopback(request.host)


def local_path(wanted: str) -> str:
    """An address of this very site, or ""."""
    parts = urlsplit(wanted)
    fine = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if fine and not parts.netloc and not parts.scheme else ""
