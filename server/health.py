"""GET /health, on both surfaces: is the process alive and does the database answer?"""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import text

from .database import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> dict[str, bool]:
    """200 {"ok": true}; 503 server.busy when the database does not answer."""
    db.session.execute(text("SELECT 1"))
    return {"ok": True}
