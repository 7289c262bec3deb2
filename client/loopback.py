"""The window's way to the device: a loopback server that only this window may use.

A one-time boot token becomes an HttpOnly cookie; every request's Host is checked, every write's Origin too.
"""

from __future__ import annotations

import hmac
import re
import secrets
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, Response, jsonify, redirect, request, send_from_directory
from waitress.server import BaseWSGIServer

from client.errors import DeviceError

WEB = Path(__file__).parent / "web"
COOKIE = "chungsuc_window"
MAX_BODY = 48 * 1024 * 1024  # the largest file, as base64
WAIT_S = 20.0
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:;"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'"
)
UNFRAMED, FRAMED = "frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'"
META = re.compile(r'(<meta name="chungsuc-device" content=")[a-z]+(">)')


class Interface(Protocol):
    """What a device is to its window: the methods of ARCHITECTURE.md by name, and word of changes."""

    def call(self, method: str, asked: dict[str, Any]) -> dict[str, Any]: ...

    def wait_for_change(self, since: int, timeout_s: float) -> int: ...

    def end(self) -> None: ...


class Gate:
    """Who may talk to the loopback server: whoever holds the cookie that the one-time token was changed into."""

    def __init__(self) -> None:
        self.boot_token: str | None = secrets.token_urlsafe(32)
        self._cookie = secrets.token_urlsafe(32)

    def spend(self, token: str) -> str | None:
        """The cookie for the right token, once; None otherwise."""
        if self.boot_token is None or not hmac.compare_digest(token, self.boot_token):
            return None
        self.boot_token = None
        return self._cookie

    def admits(self, cookie: str) -> bool:
        return hmac.compare_digest(cookie, self._cookie)


def create_loopback(device: Interface, gate: Gate, port: int, web: Path = WEB, *, first: str = "/app/") -> Flask:
    """The WSGI app for waitress at 127.0.0.1:port. first: the page that the one-time token leads to; one that is not the
    app itself may show the app in a frame of its own."""
    app = Flask("chungsuc-window", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    @app.before_request
    def guard() -> tuple[Response, int] | None:
        if request.host not in hosts:
            return _refusal("window.foreign_host", 421)
        if request.path == "/boot":
            return None
        if not gate.admits(request.cookies.get(COOKIE, "")):
            return _refusal("window.outsider", 403)
        if request.method not in ("GET", "HEAD") and request.headers.get("Origin") not in {
            f"http://{host}" for host in hosts
        }:
            return _refusal("window.foreign_origin", 403)
        return None

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP if first == "/app/" else CSP.replace(UNFRAMED, FRAMED)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/boot")
    def boot() -> Any:
        cookie = gate.spend(request.args.get("t", ""))
        if cookie is None:
            return _refusal("window.outsider", 403)
        answer = redirect(first)
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="Strict")
        return answer

    @app.get("/app/")
    def index() -> Response:
        page = (web / "index.html").read_text("utf-8")
        return Response(META.sub(r"\g<1>loopback\g<2>", page), mimetype="text/html")

    @app.get("/app/<path:name>")
    def file(name: str) -> Response:
        mimetype = "text/javascript" if name.endswith(".js") else None
        return send_from_directory(web, name, mimetype=mimetype)

    @app.post("/device/<method>")
    def call(method: str) -> Any:
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict):
            return _refusal("request.not_json", 400)
        try:
            return jsonify(device.call(method, asked))
        except DeviceError as refused:
            return jsonify({"error": refused.json()}), 409
        except KeyError as missing:
            return _refusal("request.incomplete", 400, missing=str(missing))

    @app.get("/device/changes")
    def changes() -> Any:
        since = request.args.get("since", default=0, type=int)
        return jsonify({"changes": device.wait_for_change(since, WAIT_S)})

    @app.errorhandler(Exception)
    def failed(failure: Exception) -> Any:
        status = getattr(failure, "code", 500)
        if status == 500:
            app.logger.error("device failed: %s", type(failure).__name__, exc_info=failure)
        return _refusal("device.failure" if status == 500 else "request.refused", int(status))

    return app


def _refusal(code: str, status: int, **details: str) -> tuple[Response, int]:
    return jsonify({"error": {"code": code, "details": details}}), status


def end_serving(server: BaseWSGIServer, device: Interface) -> None:
    """End a loopback server once the last answer is given; pages that wait for changes are told to wait no longer.

    A thread that answered after the server was closed would wake it by a number that another file or socket has by now.
    """

    def close() -> None:
        for channel in [*server.active_channels.values()]:
            channel.handle_close()
        server.close()

    device.end()
    server.task_dispatcher.shutdown()
    # In the server's own thread: it may be looking at its sockets. Under the lock, so that no other wake-up closes the
    # trigger before ours has been written to it.
    with server.trigger.lock:
        server.trigger.thunks.append(close)
        server.trigger.pull_trigger()
