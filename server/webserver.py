"""Serving for real: waitress by default; gunicorn where TLS or several processes are asked for."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Flask

from . import logs
from .app import create_app
from .comparing import begin_comparing
from .database import db
from .figures.catching_up import start
from .problems import Refusal
from .serving import open_server
from .settings import Settings
from .surfaces import DEFAULT_PORTS

THREADS = 8
TURN_S = 0.0005
GARBAGE_AT = 20_000  # objects made and not let go of


@dataclass(frozen=True)
class Tls:
    certificate: str
    key: str


def run(
    settings: Settings,
    *,
    say: Callable[[str], object],
    listen: str = "127.0.0.1",
    console_port: int | None = None,
    field_port: int | None = None,
    tls_cert: str | None = None,
    tls_key: str | None = None,
    workers: int = 1,
) -> None:
    """Open the server and serve both origins until interrupted. Raises Refusal settings.tls and what opening raises."""
    if (tls_cert is None) != (tls_key is None):
        raise Refusal("settings.tls")
    tls = Tls(tls_cert, tls_key) if tls_cert and tls_key else None
    if tls:
        settings = replace(
            settings, console_origin=secure(settings.console_origin), field_origin=secure(settings.field_origin)
        )
    logs.set_up()
    app = open_server(create_app(settings))
    binds = [
        f"{listen}:{console_port or port_of(settings.console_origin)}",
        f"{listen}:{field_port or port_of(settings.field_origin)}",
    ]
    say(f"Bàn làm việc / console:    {settings.console_origin}/")
    say(f"Phiếu ghi / field app:     {settings.field_origin}/app/")
    say("Ctrl-C: dừng / stop")
    if tls or workers > 1:
        serve_gunicorn(app, settings, binds, tls, workers)
    else:
        start(app)
        serve_waitress(app, settings, binds)


def settle_memory() -> None:
    """What a process holds once it has started, it holds for good: the collector need not look at it again and again,
    and forks go on sharing it. What requests leave behind is looked for less often: it is little, and soon gone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AT)


def secure(origin: str) -> str:
    return origin.replace("http://", "https://", 1)


def port_of(origin: str) -> int:
    parts = urlsplit(origin)
    return parts.port or DEFAULT_PORTS[parts.scheme]


def serve_waitress(app: Flask, settings: Settings, binds: list[str]) -> None:
    import waitress

    settle_memory()
    begin_comparing(app)
    waitress.serve(
        app,
        listen=" ".join(binds),
        threads=THREADS,
        ident=None,
        max_request_body_size=4 * settings.request_max_bytes,  # what is a little too large gets our own words
        clear_untrusted_proxy_headers=not settings.proxy_hops,  # with hops, ProxyFix reads them (server/app.py)
    )


def serve_gunicorn(app: Flask, settings: Settings, binds: list[str], tls: Tls | None, workers: int) -> None:
    """Workers are forks of this process: they share the app's memory as it is now, and no connection. Unix only."""
    from gunicorn.app.base import BaseApplication

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    settle_memory()

    class Application(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", binds)
            self.cfg.set("workers", workers)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", THREADS)
            self.cfg.set("loglevel", "warning")
            if settings.proxy_hops:
                self.cfg.set("forwarded_allow_ips", "*")
            if tls:
                self.cfg.set("certfile", tls.certificate)
                self.cfg.set("keyfile", tls.key)

        def load(self) -> object:
            sys.setswitchinterval(TURN_S)
            start(app)  # of the worker: a thread of before the fork would be none
            begin_comparing(app)
            return app

    Application().run()
