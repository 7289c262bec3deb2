"""create_app: the server's table of contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, current_app
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from . import models  # noqa: F401  (the metadata is complete before anything migrates)
from .database import db, listen
from .errors import handle_errors
from .health import blueprint as health
from .logs import log_requests
from .settings import Settings
from .surfaces import set_hosts

MIGRATIONS = Path(__file__).parent / "migrations"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Server:
    """What every request may know: the settings and the clock (aware UTC)."""

    settings: Settings
    clock: Callable[[], datetime]


def server() -> Server:
    """The Server of the running app."""
    return current_app.extensions["chungsuc"]


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The WSGI app of both surfaces. Touches the disk for nothing but data_dir; `serving.open_server` starts it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, static_folder=None)
    app.config |= {"SQLALCHEMY_DATABASE_URI": settings.database, "MAX_CONTENT_LENGTH": settings.request_max_bytes}
    app.extensions["chungsuc"] = Server(settings, clock)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    set_hosts(app, settings.console_origin, settings.field_origin)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        listen(db.engine)
    log_requests(app)
    handle_errors(app)
    app.register_blueprint(health)
    return app
