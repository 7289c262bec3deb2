"""The public check of a record's hash: there, or not there. Open to everybody, tells of nobody, counted by address."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from sqlalchemy import select

from ..context import server
from ..database import db
from ..models import Citation

blueprint = Blueprint("proofs", __name__, url_prefix="/check")

RATE = "60/minute"
HASH = re.compile(r"[0-9a-f]{64}")


@blueprint.get("")
def ask() -> tuple[str, int]:
    return check(request.args.get("hash", ""))


@blueprint.get("/<digest>")
def one(digest: str) -> tuple[str, int]:
    return check(digest)


def check(said: str) -> tuple[str, int]:
    """Only revisions that a dossier cites can be asked about: the page says nothing of other records."""
    server().rates.count("check", request.remote_addr or "", RATE)
    digest = re.sub(r"\s", "", said).lower()
    valid = bool(HASH.fullmatch(digest)) and db.session.scalar(select(Citation.rec).where(Citation.hash == digest).limit(1)) is not None
    page = render_template("console/check.html", asked=digest[:64], valid=valid)
    return page, 200 if valid or not digest else 404
