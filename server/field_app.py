"""The field app's files under /app/ on the field origin: a path in the settings, not an import.

A phone cannot install the app over plain http on an address (no service worker, no WebCrypto), so there it gets a page
that says so and what to do, never a blank one.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.security import safe_join

from .context import server
from .problems import Refusal
from .release import ENCODINGS, MADE, PAGE, is_served, served, squeezed
from .surfaces import here, port_surface
from .wire import WORTH_GZIP_BYTES

blueprint = Blueprint("field_app", __name__)

# Named here, because an operating system's own table may be wrong or missing (Windows knows no .webmanifest).
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".txt": "text/plain",
}
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'{sync}",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types chungsuc",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Photos, recordings and places are asked for by the page itself, when a person presses for one.
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    # Always asked again, answered 304 by the ETag: a phone in the valley must never mix two releases.
    "Cache-Control": "no-cache",
}


def headers() -> dict[str, str]:
    """The app may call its own origin, and the address its devices are told to follow the server to."""
    sync = server().settings.devices_origin
    policy = CONTENT_SECURITY_POLICY.format(sync="" if sync == request.host_url.rstrip("/") else f" {sync}")
    return {"Content-Security-Policy": policy, **HEADERS}


@blueprint.before_app_request
def root() -> Response | None:
    """ "/" leads to the app, except on the console's host, where it is the console's."""
    if request.path != "/" or here() == "console":
        return None
    return only_where_it_works() or redirect("/app/")  # type: ignore[return-value]


@blueprint.before_request
def only_where_it_works() -> Response | None:
    """The app on its own origin; a page that explains itself everywhere else but the console's host."""
    if here() == "console":
        raise Refusal("request.not_found")
    if here() is None and port_surface() == "console":
        return explain("wrong_address.html", 421, server().settings.console_origin + "/")
    if not request.is_secure and not is_loopback(request.host):
        return explain("insecure.html", 200)
    if here() is None:
        return explain("wrong_address.html", 421, server().settings.field_origin + "/app/")
    return None


@blueprint.get("/app")
def to_the_app() -> Response:
    return redirect("/app/")  # type: ignore[return-value]


@blueprint.get("/app/")
@blueprint.get("/app/<path:path>")
def app_file(path: str = PAGE) -> Response:
    """One file of the field app, with its type, an ETag and the headers that keep foreign code out."""
    web_dir = server().settings.web_dir
    if path in MADE:
        return answer(MADE[path](web_dir, TYPES, headers()), TYPES.get(Path(path).suffix, "application/octet-stream"))
    found = safe_join(str(web_dir), path)
    file = Path(found) if found else None
    if file is None or not is_served(Path(path), TYPES) or not file.is_file():
        abort(404)
    return answer(served(file), TYPES[file.suffix])


def answer(content: bytes, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.add_etag()
    response.make_conditional(request)
    response.headers.update(headers())
    response.vary.add("Accept-Encoding")
    encoding = next((each for each in ENCODINGS if request.accept_encodings[each]), None)
    if encoding and response.status_code == 200 and len(content) >= WORTH_GZIP_BYTES:
        response.set_data(squeezed(content, encoding))
        response.headers["Content-Encoding"] = encoding
    return response


def is_loopback(host: str) -> bool:
    """Browsers treat these as secure although they are plain http."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def explain(template: str, status: int, address: str = "") -> Response:
    response = make_response(render_template(template, address=address), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
