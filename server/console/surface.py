"""What all console pages share: one blueprint on the console's host, sign-in by default, CSRF, headers, language."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from sync.canonical import sha

from ..context import server
from ..database import db
from ..errors import refused
from ..field_app import is_loopback
from ..models import Campaign
from ..problems import Refusal
from ..surfaces import belongs, here
from . import (
    account,
    adjudications,
    attachments,
    behind,
    bulk,
    calls,
    consents,
    dashboard,
    devices,
    district,
    dossier_acts,
    dossier_papers,
    dossiers,
    duplicates,
    exports,
    figures,
    holds,
    inbox,
    leave,
    lists,
    logs,
    navigation,
    paper_templates,
    people,
    proofs,
    recordings,
    records,
    register,
    requests,
    retention,
    return_files,
    returns,
    reviews,
    roles,
    sign_in,
    support,
    texts,
    visitor,
)

STATIC = Path(__file__).parents[1] / "static" / "console"
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self' data:",
            "media-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
OPEN = frozenset(
    {
        "console.static",
        "console.sign_in.page",
        "console.sign_in.enter",
        "console.sign_in.language",
        "console.sign_in.second",
        "console.sign_in.second_step",
        "console.sign_in.forgotten",
        "console.sign_in.reset",
        "console.proofs.ask",
        "console.proofs.one",
    }
)

# What is left to somebody whose role wants a second step that is not set up.
SETTING_UP = OPEN | {
    "console.account.setting_up",
    "console.account.begin_two_steps",
    "console.account.confirm_two_steps",
    "console.sign_in.leave",
}

NOUNS = (
    sign_in,
    account,
    inbox,
    records,
    attachments,
    bulk,
    calls,
    adjudications,
    dashboard,
    figures,
    behind,
    district,
    exports,
    returns,
    return_files,
    reviews,
    dossier_acts,
    dossier_papers,
    dossiers,
    register,
    paper_templates,
    proofs,
    people,
    roles,
    devices,
    lists,
    leave,
    duplicates,
    logs,
    requests,
    holds,
    retention,
    consents,
    support,
    recordings,
)

csrf = CSRFProtect()


def init_console(app: Flask) -> None:
    console = Blueprint("console", __name__, static_folder=str(STATIC), static_url_path="/static")
    belongs(console, "console")
    console.before_request(guard)
    for noun in NOUNS:
        console.register_blueprint(noun.blueprint)
    app.config |= {
        # Only the console's forms have a cookie to protect; devices have none (P-15).
        "WTF_CSRF_CHECK_DEFAULT": False,
        # A page may lie open over lunch: its token lives as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        "SESSION_COOKIE_NAME": "chungsuc_page",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": not is_loopback(app.extensions["chungsuc"].settings.console_origin.split("//")[1]),
    }
    csrf.init_app(app)
    app.register_error_handler(CSRFError, lambda error: refused(Refusal("page.expired")))
    app.after_request(harden)
    app.register_blueprint(console)
    app.jinja_env.globals |= {
        "visitor": visitor.shown,
        "menu_for": navigation.menu_for,
        "is_demo": is_demo,
        "stylesheet": stylesheet,
        "script": script,
        "language": texts.language,
        "csrf_field": csrf_field,
    }
    app.jinja_env.globals["_"] = texts.say
    app.jinja_env.filters |= texts.FILTERS


def guard() -> AnyResponse | None:
    """Nobody passes without a session but to sign in; nothing is changed without the page's token."""
    if not request.is_secure and not is_loopback(request.host):
        raise Refusal("console.insecure")
    csrf.protect()
    if request.endpoint == "console.static":
        return None
    count_call(visitor.shown_id())
    if request.endpoint in OPEN:
        return None
    who = visitor.present()
    if who is not None and who.lacks_step and request.endpoint not in SETTING_UP:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("console.account.setting_up"))
        raise Refusal("two_steps.needed")
    if who is not None:
        return None
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("console.sign_in.page", next=wanted if wanted != "/" else None))
    raise Refusal("sign_in.needed")


def count_call(person_id: str) -> None:
    """Whoever is signed in is counted by themselves, everybody else by address. Raises Refusal request.too_many."""
    running = server()
    if person_id:
        running.rates.count("account", person_id, running.settings.account_rate)
    else:
        running.rates.count("visitor", request.remote_addr or "", running.settings.visitor_rate)


def harden(response: Response) -> Response:
    """Headers of every answer on the console's host. The stylesheet is named by its content and may be kept."""
    if here() == "console":
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)  # a file from a stranger has stricter ones of its own
        if request.endpoint == "console.static" and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def stylesheet() -> str:
    return named("console.css")


def script() -> str:
    return named("desk.js")


def named(filename: str) -> str:
    """The address of a static file, with its content in it."""
    digest = sha((STATIC / filename).read_bytes())[:12]
    return url_for("console.static", filename=filename, v=digest)


def csrf_field() -> str:
    """The page's token, for a hidden input of each form."""
    return generate_csrf()


def is_demo() -> bool:
    """Whether what is shown is demonstration data."""
    return server().settings.demo or bool(db.session.scalar(select(Campaign.demo).where(Campaign.demo).limit(1)))
