"""Templates of papers: download one, upload another in its place after it was checked, go back to the campaign's own."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select, update

from sync.canonical import sha

from .. import audit
from ..awards.bundle import template_of
from ..awards.paper_kinds import KINDS
from ..context import server
from ..database import db, transaction
from ..models import PaperTemplate
from ..papers import DOCX, Fault, check_layout, check_template, render
from ..papers.decree30 import CODES
from ..papers.packages import MAX_FILE
from ..problems import REGISTER, Refusal
from .dossiers import attachment, rules
from .texts import language, say
from .visitor import me, needs

blueprint = Blueprint("paper_templates", __name__, url_prefix="/papers")


def may_change() -> bool:
    """Who appraises dossiers keeps the templates of their papers."""
    found = rules()
    return any((found.form, role) in me().step_roles for role in found.data["deciding"][found.data["decides"]]["acts"]["appraise"]["roles"])


def known(kind: str) -> None:
    if kind not in KINDS:
        raise Refusal("paper.kind_unknown")


@blueprint.get("")
@needs("read")
def page() -> str:
    return shown()


def shown(kind: str = "", faults: list[Fault] | None = None, departures: list[tuple[str, str, str]] | None = None) -> str:
    rules()
    uploaded = {row.kind: row for row in db.session.scalars(select(PaperTemplate).where(PaperTemplate.in_use))}
    return render_template(
        "console/paper_templates.html", kinds=KINDS, uploaded=uploaded, may_change=may_change(), failed=kind, faults=faults or [],
        departures=departures or [], register=REGISTER, english=language() == "en",
    )  # fmt: skip


@blueprint.get("/<kind>")
@needs("read")
def download(kind: str) -> Response:
    rules()
    known(kind)
    return attachment(template_of(db.session, kind), DOCX, f"{kind}.docx")


@blueprint.get("/<kind>/sample")
@needs("read")
def sample(kind: str) -> Response:
    """The template filled in with samples: what it will look like."""
    rules()
    known(kind)
    return attachment(render(template_of(db.session, kind), KINDS[kind].sample()), DOCX, f"{kind}-mau.docx")


@blueprint.post("/<kind>")
@needs("read")
def upload(kind: str) -> Response | tuple[str, int]:
    """Checked and filled in once with samples before it is kept; a wrong one changes nothing."""
    known(kind)
    if not may_change():
        raise Refusal("request.forbidden")
    file = request.files.get("file")
    content = file.stream.read(MAX_FILE + 1) if file is not None else b""
    if faults := check_template(content, KINDS[kind]):
        return shown(kind, faults), 422
    here, who, digest = server(), me(), sha(content)
    with transaction() as writing:
        put_away(writing, kind)
        row = PaperTemplate(
            template_id=str(uuid.uuid4()), kind=kind, hash=digest, content=content, uploaded_at=here.clock(),
            uploaded_by=who.person_id, in_use=True,
        )  # fmt: skip
        writing.add(row)
        audit.append(writing, here.clock(), who.person_id, "paper.template", kind, hash=digest)
    departures = check_layout(render(content, KINDS[kind].sample()))
    flash(say("Đã nhận mẫu mới."), "done")
    if departures:
        position = 1 if language() == "en" else 0
        return shown(kind, departures=[(CODES[d.code][position], d.where, d.found) for d in departures]), 200
    return redirect(url_for("console.paper_templates.page"))  # type: ignore[return-value]


@blueprint.post("/<kind>/reset")
@needs("read")
def reset(kind: str) -> Response:
    known(kind)
    if not may_change():
        raise Refusal("request.forbidden")
    here = server()
    with transaction() as writing:
        put_away(writing, kind)
        audit.append(writing, here.clock(), me().person_id, "paper.template_reset", kind)
    flash(say("Đã dùng lại mẫu gốc."), "done")
    return redirect(url_for("console.paper_templates.page"))  # type: ignore[return-value]


def put_away(session: object, kind: str) -> None:
    session.execute(update(PaperTemplate).where(PaperTemplate.kind == kind, PaperTemplate.in_use).values(in_use=False))  # type: ignore[attr-defined]
