"""Lists from Excel: a template to fill in, a trial that shows what each line would do, then all of it, and undo."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from ..context import server
from ..database import db, transaction
from ..imports import work
from ..imports.columns import columns_of
from ..imports.planning import Reach
from ..imports.reading import MAX_BYTES, MOST_LINES
from ..imports.template import template
from ..models import ListImport, Membership, OrgUnit, Role
from ..problems import REGISTER, Refusal
from .district import XLSX
from .people import Keeper, keeper
from .texts import label, language, say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("lists", __name__, url_prefix="/lists")

SHOWN = 20
ACTS = {"added": "thêm", "changed": "sửa", "left": "giữ nguyên", "wrong": "sai"}
TONES = {"added": "approved", "changed": "received", "left": "", "wrong": "has_issues"}


def offered() -> dict[str, Mapping[str, str]]:
    """List → its label: people, and each kind of unit that stands under another."""
    people = {"vi": "Người", "en": "People"}
    return {work.PEOPLE: people, **{kind: each["label"] for kind, each in work.unit_kinds(db.session).items()}}


def reach_of(keeping: Keeper) -> Reach:
    return Reach(keeping.units(), keeping.seen, keeping.top)


@blueprint.get("")
@needs("people")
def page() -> str:
    return write()


def write(refusal: Refusal | None = None) -> str:
    mine = select(ListImport).where(ListImport.person_id == me().person_id).order_by(ListImport.tried_at.desc())
    return render_template(
        "console/lists.html", lists=offered(), found=db.session.scalars(mine.limit(SHOWN)).all(), refusal=refusal,
        details=told(refusal), most=MOST_LINES, kilobytes=MAX_BYTES // 1000,
    )  # fmt: skip


def told(refusal: Refusal | None) -> list[str]:
    """What the refusal names: columns, lines, what depends on the import."""
    if refusal is None:
        return []
    found = []
    for name, value in refusal.details.items():
        words = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
        if words:
            found.append(f"{say(DETAILS[name]) if name in DETAILS else name}: {words}")
    return found


# What a refusal's details speak of; `import.depended` names tables.
DETAILS = {
    "sheet": "cần trang tính", "found": "có trong tệp", "unknown": "cột không biết", "missing": "thiếu cột", "lines": "số dòng sai",
    "most": "tối đa", "problems": "không khớp", "changed": "đã sửa sau đó", "device": "máy đã cấp", "op": "việc đã ghi",
    "record": "hồ sơ", "membership": "vai trò giao sau", "delegation": "ủy quyền", "org_unit": "đơn vị trực thuộc",
    "adjudication": "việc chờ phân xử", "subject_request": "yêu cầu của người dân", "list_import": "lần nhập danh sách",
    "period_return": "báo cáo kỳ", "dossier": "hồ sơ khen thưởng", "console_session": "đang đăng nhập",
}  # fmt: skip


@blueprint.get("/<which>/template.xlsx")
@needs("people")
def blank(which: str) -> Response:
    if which not in offered():
        raise Refusal("request.not_found")
    keeping, units = keeper(db.session), all_units(db.session)
    seen = keeping.units() if which == work.PEOPLE else keeping.seen
    roles = [(role.role, label(role.label)) for role in db.session.scalars(select(Role).order_by(Role.role))
             if reach_of(keeping).may_give(role)] if which == work.PEOPLE else []  # fmt: skip
    named = [(code, units.place(code)) for code, _ in units.options(set(seen))]
    response = Response(template(which, columns_of(which), named, roles), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{which}.xlsx"'
    return response


@blueprint.post("/<which>")
@needs("people")
def upload(which: str) -> AnyResponse | tuple[str, int]:
    if which not in offered():
        raise Refusal("request.not_found")
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refusal("import.none")
        with file.stream as stream:
            content = stream.read(MAX_BYTES + 1)
        with transaction() as writing:
            row = work.try_list(writing, which, content, file.filename, server().clock(), by=me().person_id)
    except Refusal as refusal:
        return write(refusal), refusal.entry.status
    return redirect(url_for("console.lists.show", done=row.import_id), 303)


def mine(done: uuid.UUID) -> ListImport:
    row = db.session.get(ListImport, str(done))
    if row is None or row.person_id != me().person_id:
        raise Refusal("request.not_found")
    return row


@blueprint.get("/imports/<uuid:done>")
@needs("people")
def show(done: uuid.UUID) -> str:
    return import_page(mine(done))


def import_page(row: ListImport, refusal: Refusal | None = None) -> str:
    lines = work.lines_of(row)
    reach, today = reach_of(keeper(db.session)), server().today()
    steps = work.steps_of(db.session, row.which, lines, reach, today) if row.state == "tried" else []
    faults = {line.number: line.faults for line in lines}
    roles = {role.role: label(role.label) for role in db.session.scalars(select(Role))}
    return render_template(
        "console/list_import.html",
        row=row,
        steps=[
            (step, [worded(step, roles)], [(fault, why(fault.code)) for fault in faults.get(step.line, [])])
            for step in sorted(steps, key=lambda step: (step.act != "wrong", step.line))
        ],
        counts=work.counted(steps) if row.state == "tried" else row.counts,
        digest=work.digest_of(steps),
        title=offered().get(row.which, {}),
        acts=ACTS,
        tones=TONES,
        refusal=refusal,
        details=told(refusal),
        sheets=sheets_of(row),
    )


def worded(step: Any, roles: Mapping[str, str]) -> str:
    return ", ".join(roles.get(each, each) for each in step.told)


def why(code: str) -> str:
    entry = REGISTER[code]
    return entry.vi if language() == "vi" else entry.en


def sheets_of(row: ListImport) -> list[tuple[str, str]]:
    """(unit, place) of the people an applied import brought, for printing their enrolment slips."""
    if row.state != "applied" or row.which != work.PEOPLE:
        return []
    asked = select(OrgUnit.code).join(Membership, Membership.unit_code == OrgUnit.code)
    given = asked.where(Membership.membership_id.in_(row.done["memberships"])).distinct().order_by(OrgUnit.code)
    units = all_units(db.session)
    return [(code, units.place(code)) for code in db.session.scalars(given)]


@blueprint.post("/imports/<uuid:done>/apply")
@needs("people")
def apply(done: uuid.UUID) -> AnyResponse | tuple[str, int]:
    row, here, reach = mine(done), server(), reach_of(keeper(db.session))
    seen = request.form.get("digest", "")
    db.session.rollback()
    try:
        with transaction() as writing:
            work.apply(writing, row.import_id, seen, reach, here.clock(), here.today(), by=me().person_id)
    except Refusal as refusal:
        return import_page(mine(done), refusal), refusal.entry.status
    flash(say("Đã nhập danh sách."), "done")
    return redirect(url_for("console.lists.show", done=done), 303)


@blueprint.post("/imports/<uuid:done>/undo")
@needs("people")
def undo(done: uuid.UUID) -> AnyResponse | tuple[str, int]:
    row, here = mine(done), server()
    if request.form.get("sure") != "yes":
        flash(say("Chưa lấy lại: cần đánh dấu xác nhận."), "warn")
        return redirect(url_for("console.lists.show", done=done))
    db.session.rollback()
    try:
        with transaction() as writing:
            work.undo(writing, row.import_id, here.clock(), here.today(), by=me().person_id)
    except Refusal as refusal:
        return import_page(mine(done), refusal), refusal.entry.status
    flash(say("Đã lấy lại cả lần nhập."), "done")
    return redirect(url_for("console.lists.show", done=done), 303)
