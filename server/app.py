"""create_app: the server's table of contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from . import models  # noqa: F401  (the metadata is complete before anything migrates)
from .console import init_console
from .context import Server, utc_now
from .cors import init_cors
from .database import MIGRATIONS, db, listen
from .errors import handle_errors
from .field_app import blueprint as field_app
from .health import blueprint as health
from .logs import log_requests
from .settings import Settings
from .surfaces import set_hosts, to_home
from .sync_api import init_sync
from .wire import INFLATED_MAX_BYTES, BoundedRequest


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The WSGI app of both surfaces. Touches the disk for nothing but data_dir; `serving.open_server` starts it."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask(__name__, static_folder=None)
    app.request_class = BoundedRequest
    app.config |= {
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "MAX_CONTENT_LENGTH": settings.request_max_bytes,
        INFLATED_MAX_BYTES: settings.push_max_bytes,
    }
    app.extensions["chungsuc"] = Server(settings, clock)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    set_hosts(app, settings.console_origin, settings.field_origin, *settings.former)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        listen(db.engine)
    log_requests(app)
    app.add_url_rule("/", view_func=to_home)
    app.register_blueprint(health)
    app.register_blueprint(field_app)
    init_sync(app)
    init_cors(app)
    init_console(app)
    handle_errors(app)  # last: flask-smorest brings handlers of its own shape
    return app
