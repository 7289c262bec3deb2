"""The register of awards: who, what, when, by which decision; on the screen and as a workbook."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from sqlalchemy import func, select

from .. import audit
from ..awards.paper_values import RECIPIENTS
from ..awards.register import lines, read, workbook
from ..context import server
from ..database import db, transaction
from .district import XLSX
from .dossiers import attachment, award_labels, rules
from .opened import note_access
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("register", __name__, url_prefix="/awards")

PAGE_ROWS = 100


def asked() -> tuple[str, str, int | None]:
    return request.args.get("q", "").strip()[:100], request.args.get("unit", ""), request.args.get("year", None, type=int)


@blueprint.get("")
@needs("read")
def page() -> str:
    found, here, who = rules(), server(), me()
    query, unit, year = asked()
    wanted = lines(found, who.person_id, "read", here.today(), query, unit, year)
    total = db.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    number = max(request.args.get("page", 1, type=int), 1)
    rows = read(db.session, wanted.limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS))
    everything = read(db.session, lines(found, who.person_id, "read", here.today()).limit(1000))
    return render_template(
        "console/register.html", rows=rows, total=total, number=number, pages=max(-(-total // PAGE_ROWS), 1), q=query, unit=unit,
        year=year, awards=award_labels(found), recipients=RECIPIENTS,
        units=all_units(db.session).options({line.dossier.unit_code for line in everything}),
        years=sorted({line.decision.signed_on.year for line in everything if line.decision.signed_on}),
        may_export="export" in who.actions,
    )  # fmt: skip


@blueprint.get("/workbook")
@needs("export")
def download() -> Response:
    """The lines of the units whose dossiers the reader may export; the audit keeps that it was taken."""
    found, here, who = rules(), server(), me()
    rows = read(db.session, lines(found, who.person_id, "export", here.today(), *asked()))
    content = workbook(rows, award_labels(found), RECIPIENTS, say("Sổ khen thưởng"))
    with transaction() as writing:
        note_access(writing, who.person_id, "export", here.clock(), register=len(rows))
        audit.append(writing, here.clock(), who.person_id, "register.export", found.form, lines=len(rows))
    return attachment(content, XLSX, f"so-khen-thuong-{here.today()}.xlsx")
