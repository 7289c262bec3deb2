"""Reviews over a span of days (sơ kết, tổng kết): begun, written, signed, corrected, printed, taken as files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FileResponse
from werkzeug.wrappers import Response

from .. import audit
from ..context import server
from ..database import db, transaction
from ..figures.basis import incomplete
from ..figures.definitions import Definitions, definitions
from ..models import OrgUnit, Review
from ..papers.rendering import DOCX, render
from ..problems import Refusal
from ..references import loaded_files
from ..returns import desk, reviews
from ..returns.outputs import Sheet
from ..returns.paper import heading, place_date
from ..returns.review_paper import TEMPLATE, values_of
from ..scope import posts_over
from .district import as_day
from .opened import note_access
from .returns import days, password_again, version, zone
from .texts import figure, label, number, say
from .visitor import RETURNS, me, needs

blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")

SHOWN = 50


@blueprint.get("")
@needs(RETURNS)
def page() -> str:
    return listed()


def listed(wrong: str = "") -> str:
    known, today = definitions(db.session), server().today()
    mine = reviews.readable(db.session, known, posts_over(db.session, me().person_id, today))
    held = {(name, unit.code) for name, unit, _ in mine}
    rows = reviews.shown_of(db.session, {unit for _, unit in held}, SHOWN)
    return render_template(
        "console/reviews.html",
        known=known,
        rows=[row for row in rows if (row.name, row.unit_code) in held],
        units={unit.code: unit.name for _, unit, _ in mine},
        offered=[(name, unit) for name, unit, parts in mine if parts & {"fill", "sign"}],
        days=days,
        wrong=wrong,
        typed=request.form,
    )


@blueprint.post("")
@needs(RETURNS)
def begin() -> Response | tuple[str, int]:
    """A review of a unit from one day to another; the one there is, if it was begun already."""
    given = request.form
    name, _, unit = given.get("which", "").partition("/")
    _, org, reader = before(name, unit)
    try:
        first, last = as_day(given.get("first", "")), as_day(given.get("last", ""))
    except ValueError:
        return listed(say("Ngày viết như 05/12/2021.")), 422
    try:
        with transaction() as writing:
            row = reviews.begun(writing, name, org.code, first, last, reader, server().clock())
            review_id = row.review_id
    except Refusal as refusal:
        return listed(refusal.entry.vi if say("Ngày") == "Ngày" else refusal.entry.en), refusal.entry.status
    return redirect(url_for("console.reviews.show", review=review_id))


def before(name: str, unit: str) -> tuple[Definitions, OrgUnit, desk.Reader]:
    """A review's unit and what its reader may do. Raises Refusal review.unknown."""
    known, org = definitions(db.session), db.session.get(OrgUnit, unit)
    review = known.reviews.get(name)
    if review is None or org is None or org.kind not in review["who"]["kinds"]:
        raise Refusal("review.unknown")
    if org.code not in review["who"].get("units", (org.code,)):
        raise Refusal("review.unknown")
    try:
        return known, org, desk.reader_of(db.session, known, me().person_id, me().name, review, org, server().today())
    except Refusal as refusal:
        raise Refusal("review.unknown") from refusal


def find(review: uuid.UUID) -> tuple[Definitions, Review, OrgUnit, desk.Reader]:
    row = db.session.get(Review, str(review))
    if row is None:
        raise Refusal("review.unknown")
    known, org, reader = before(row.name, row.unit_code)
    return known, row, org, reader


@blueprint.get("/<uuid:review>")
@needs(RETURNS)
def show(review: uuid.UUID) -> str:
    return shown(review)


def shown(review: uuid.UUID, refusal: Refusal | None = None) -> str:
    known, row, org, reader = find(review)
    asked, rows = known.reviews[row.name], reviews.revisions(db.session, row)
    return render_template(
        "console/review.html",
        known=known,
        review=asked,
        row=row,
        rows=rows,
        unit=org,
        content=content_of(known, row),
        offered=reviews.practices_of(db.session, known, asked, row) if row.state == "draft" else [],
        may={act: reviews.may(reader, act, row.state) and row is rows[-1] for act in reviews.ACTS},
        over=server().today() > row.last,
        typed=request.form if refusal else {},
        refusal=refusal,
        counting=bool(incomplete(db.session)),
        days=days,
        day=date.fromisoformat,
        figure=figure,
        signed_change=signed_change,
    )


def content_of(known: Definitions, row: Review) -> Mapping[str, Any]:
    return desk.snapshot_of(row) if row.code else reviews.content_of(db.session, known, row)


def signed_change(value: str | None) -> str:
    """+5, −3, 0; a dash where one of both spans is unknown."""
    if value is None:
        return "–"
    return f"+{number(value)}" if not value.startswith("-") and value != "0" else number(value).replace("-", "−")


@blueprint.post("/<uuid:review>/save")
@needs(RETURNS)
def save(review: uuid.UUID) -> Response | tuple[str, int]:
    known, row, _, reader = find(review)
    given = request.form
    blocks = [each["name"] for each in known.reviews[row.name]["narrative"]]
    texts = {name: given.get(f"text.{name}", "") for name in blocks}

    def write(writing: Any) -> None:
        reviews.save(
            writing, known, row.review_id, reader, server().clock(), version(), texts, given.getlist("practice")
        )

    return done(review, write, say("Đã lưu bản thảo."))


@blueprint.post("/<uuid:review>/sign")
@needs(RETURNS)
def sign(review: uuid.UUID) -> Response | tuple[str, int]:
    """With the password entered again, as a return."""
    known, row, _, reader = find(review)
    here = server()
    if "sign" not in reader.roles:
        raise Refusal("request.forbidden")

    def write(writing: Any) -> None:
        reviews.sign(writing, known, row.review_id, reader, here.clock(), here.today(), version())

    try:
        password_again(reader.person_id)
    except Refusal as refusal:
        return shown(review, refusal), refusal.entry.status
    return done(review, write, say("Đã ký báo cáo tổng kết."))


@blueprint.post("/<uuid:review>/correct")
@needs(RETURNS)
def correct(review: uuid.UUID) -> Response | tuple[str, int]:
    _, row, _, reader = find(review)
    try:
        with transaction() as writing:
            after = reviews.correct(
                writing, row.review_id, reader, server().clock(), version(), request.form.get("remark", "")
            )
            review_id = after.review_id
    except Refusal as refusal:
        return shown(review, refusal), refusal.entry.status
    return redirect(url_for("console.reviews.show", review=review_id))


def done(review: uuid.UUID, write: Callable[[Any], None], words: str) -> Response | tuple[str, int]:
    try:
        with transaction() as writing:
            write(writing)
    except Refusal as refusal:
        return shown(review, refusal), refusal.entry.status
    flash(words, "done")
    return redirect(url_for("console.reviews.show", review=review))


@blueprint.get("/<uuid:review>/files/<kind>")
@needs(RETURNS)
def download(review: uuid.UUID, kind: str) -> FileResponse:
    """The report as a paper or as JSON; a draft says that it is one. Raises Refusal review.no_template."""
    if kind not in ("docx", "json"):
        raise Refusal("request.not_found")
    known, row, org, _ = find(review)
    content, code = content_of(known, row), row.code or ""
    if kind == "json":
        body, media = (
            (json.dumps({**content, "code": code or None}, ensure_ascii=False, indent=1) + "\n").encode(),
            "application/json",
        )
    else:
        template = loaded_files(db.session).get(TEMPLATE)
        if template is None:
            raise Refusal("review.no_template")
        sheet = Sheet(content, code, label, lambda _, split: split, heading(org.name), place_date(content, zone()))
        above = db.session.get(OrgUnit, org.parent) if org.parent else None
        body, media = render(template, values_of(sheet, above.name if above else "", number, signed_change)), DOCX
    now = server().clock()
    with transaction() as writing:
        note_access(writing, me().person_id, "export", now, review=row.review_id, code=code, kind=kind)
        audit.append(writing, now, me().person_id, "review.export", row.review_id, kind=kind, code=code)
    response = FileResponse(body, mimetype=media)
    name = f"{row.name}_{row.unit_code}_{row.first}_{row.last}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
