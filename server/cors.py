"""Sync from elsewhere: the field app stays where it was installed, while its server has moved (docs/deploy.md).

Only origins this server was told of may call, only /sync/, and only with what a device sends; there are no cookies, so
none are allowed. Everything else is left to the browser's own rule, which refuses.
"""

from __future__ import annotations

from flask import Flask, Response, request

from .context import server
from .surfaces import here

METHODS = "GET, HEAD, POST, PUT"
SENT = "Authorization, Content-Type, Content-Encoding, Chungsuc-Key"
READ = "Chungsuc-Signature, Chungsuc-Size"
KEPT_S = "600"  # how long a browser need not ask again


def init_cors(app: Flask) -> None:
    app.after_request(let_in)


def let_in(response: Response) -> Response:
    """Answers, refusals and the browser's question beforehand alike."""
    if not request.path.startswith("/sync/v1/") or here() != "field":
        return response
    response.vary.add("Origin")
    if (origin := request.headers.get("Origin", "")) not in server().settings.former:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = READ
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = SENT
        response.headers["Access-Control-Max-Age"] = KEPT_S
    return response
