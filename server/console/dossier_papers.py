"""The papers of a dossier, one by one and all in one .zip; each taken is in the access log."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response

from ..awards.bundle import Maker, Paper, papers
from ..awards.dossiers import Opened
from ..context import server
from ..database import db, transaction
from ..papers import DOCX
from ..problems import Refusal
from .dossiers import acting, attachment, opened_or_404
from .opened import note_access
from .visitor import me, needs

blueprint = Blueprint("dossier_papers", __name__, url_prefix="/dossiers")


def exported(opened: Opened, what: str) -> None:
    with transaction() as writing:
        note_access(writing, me().person_id, "export", server().clock(), dossier=opened.dossier.dossier_id, paper=what)


@blueprint.get("/<uuid:dossier>/papers/<key>", defaults={"nomination": None})
@blueprint.get("/<uuid:dossier>/papers/<key>/<uuid:nomination>")
@needs("read")
def paper(dossier: uuid.UUID, key: str, nomination: uuid.UUID | None) -> Response:
    opened = opened_or_404(dossier)
    wanted, maker = Paper(key, str(nomination) if nomination else ""), Maker(db.session, opened, acting())
    if wanted not in papers(opened):
        raise Refusal("request.not_found")
    content = maker.make(wanted)
    exported(opened, key)
    return attachment(content, DOCX, maker.file_name(wanted).replace("/", "-"))


@blueprint.get("/<uuid:dossier>/archive")
@needs("read")
def archive(dossier: uuid.UUID) -> Response:
    opened = opened_or_404(dossier)
    check = server().settings.console_origin + "/check/"
    content = Maker(db.session, opened, acting()).archive(check)
    exported(opened, "archive")
    return attachment(content, "application/zip", f"ho-so-khen-thuong-{opened.dossier.dossier_id[:8]}.zip")
