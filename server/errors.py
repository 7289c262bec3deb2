"""The outermost edge: every error becomes one JSON shape, or a plain page; where it happened goes to the log only."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from .logs import event
from .problems import Refusal

# Errors that Werkzeug, webargs or the limiter raise, as our own codes.
CODES = {
    400: "request.garbled",
    403: "request.forbidden",
    404: "request.not_found",
    405: "request.method",
    413: "request.too_large",
    415: "request.garbled",
    421: "host.unknown",
    422: "request.invalid",
    429: "request.too_many",
}


def handle_errors(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_busy)
    app.register_error_handler(Exception, failed)


def answer(refusal: Refusal) -> Response:
    """The refusal as a page for a browser that asks for one, as JSON for everything else."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        response = Response(render_template("console/refusal.html", refusal=refusal), mimetype="text/html")
    else:
        response = jsonify(refusal.body())
    response.status_code = refusal.entry.status
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 429:
        response.headers["Retry-After"] = str(refusal.details.get("wait_s", 60))
    return response


def refused(refusal: Refusal) -> Response:
    event("refused", code=refusal.code, endpoint=request.endpoint)
    return answer(refusal)


def http_error(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # a redirect
    if error.code not in CODES:
        return failed(error)
    refusal = Refusal(CODES[error.code], details=shape_problems(error))
    event("refused", code=refusal.code, endpoint=request.endpoint)
    return answer(refusal)


def shape_problems(error: HTTPException) -> dict[str, Any]:
    """What a schema found wrong, by place; never the values."""
    data = getattr(error, "data", None) or {}
    return {"problems": data["messages"]} if "messages" in data else {}


def database_busy(error: OperationalError) -> Response:
    event("database_error", level=logging.ERROR, error=error, endpoint=request.endpoint)
    return answer(Refusal("server.busy"))


def failed(error: Exception) -> Response:
    event("failure", level=logging.ERROR, error=error, endpoint=request.endpoint)
    return answer(Refusal("server.failure"))
