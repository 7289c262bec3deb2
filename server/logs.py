"""Structured logging: one JSON line an event, on stderr. No personal data and no secrets: ids, codes, counts, times."""

from __future__ import annotations

import json
import logging
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

logger = logging.getLogger("chungsuc")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line |= failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def failure(error: BaseException | None) -> dict[str, Any]:
    """Where an error happened, without its text: messages of a database or a parser may quote answers."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return {"error": type(error).__name__, "trace": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-12:]]}


def event(name: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any) -> None:
    """Log one event. Fields are ids, codes and numbers only."""
    logger.log(level, name, extra={"fields": fields}, exc_info=error)


def set_up() -> None:
    """Send the server's events to stderr, once a process."""
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False


def log_requests(app: Flask) -> None:
    """One event a request: the endpoint's name, never its address, which may hold a record's id or a search."""

    @app.before_request
    def begin() -> None:
        g.began_s = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        event(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((time.monotonic() - g.get("began_s", time.monotonic())) * 1000, 1),
            bytes_in=request.content_length,
            bytes_out=response.content_length,
        )
        return response
