"""Exports of records: ask for one with a reason, see how far it is, take the file, think better of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from .. import audit, jobs
from ..context import server
from ..database import db, transaction
from ..exports.columns import tables_of
from ..exports.job import KIND, text_in
from ..exports.records import Asked, count_of, versions_of, wanted
from ..exports.writers import FORMATS, point_of
from ..models import Job
from ..problems import Refusal
from ..programs import workflows_of
from ..scope import rights
from . import texts
from .district import as_day, forms_with
from .inbox import form_titles, state_labels
from .opened import note_access
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("exports", __name__, url_prefix="/exports")

SHOWN = 20
REASON_MIN, REASON_MAX = 5, 300
AGAIN_S = "2"


@blueprint.get("")
@needs("export")
def page() -> str:
    return filled_in(request.args)


def filled_in(given: Any, wrong: str = "") -> str:
    """The page with what was asked for so far. wrong: what keeps it from being made."""
    here, who = server(), me()
    forms = forms_with("export")
    form = given.get("form") if given.get("form") in forms else (forms[0] if forms else "")
    mine = select(Job).where(Job.person_id == who.person_id, Job.kind == KIND).order_by(Job.created_at.desc())
    units = all_units(db.session)
    allowed = {unit for unit, of in db.session.execute(rights(who.person_id, "export", here.today())) if of == form}
    return render_template(
        "console/exports.html",
        given=given,
        wrong=wrong,
        form=form,
        titles=form_titles(db.session, forms),
        states=state_labels(workflows_of(db.session, [form]), form) if form else {},
        unit_options=units.options(allowed),
        mapped=bool(form) and has_point(form),
        jobs=db.session.scalars(mine.limit(SHOWN)).all(),
        now=here.clock(),
    )


def has_point(form: str) -> bool:
    current = versions_of(db.session, wanted(me().person_id, Asked(form, "xlsx", "", "vi"), server().today()), form)
    return point_of(tables_of(current[:1], form, lambda label: text_in(label, "vi"))[0]) is not None


@blueprint.post("")
@needs("export")
def begin() -> AnyResponse | str:
    """Note the job and its reason, and have it made. Raises Refusal request.forbidden, job.too_many."""
    here, who, given = server(), me(), request.form
    if given.get("form") not in forms_with("export") or given.get("format") not in FORMATS:
        raise Refusal("request.forbidden")
    reason = " ".join(given.get("reason", "").split())[:REASON_MAX]
    days = {}
    for name in ("first", "last"):
        try:
            days[name] = as_day(given[name]).isoformat() if given.get(name, "").strip() else ""
        except ValueError:
            return filled_in(given, texts.say("Ngày viết như 05/12/2021."))
    if len(reason) < REASON_MIN:
        return filled_in(given, texts.say("Hãy ghi lý do: mỗi lần xuất đều được ghi nhật ký cùng lý do."))
    asked = Asked(
        form=given["form"],
        format=given["format"],
        reason=reason,
        language=texts.language(),
        spoken=given.get("spoken") == "yes",
        state=given.get("state", ""),
        unit=given.get("unit", ""),
        **days,
    )
    count = count_of(db.session, wanted(who.person_id, asked, here.today()))
    if not count:
        return filled_in(given, texts.say("Không có hồ sơ nào như vậy. Hãy nới ngày, đơn vị hoặc trạng thái."))
    db.session.rollback()
    with transaction() as writing:
        job = jobs.ask(writing, here, KIND, who.person_id, asked.saved())
        writing.flush()
        note_access(writing, who.person_id, "export", here.clock(), job=job.job_id, records=count, **asked.saved())
        audit.append(writing, here.clock(), who.person_id, "records.export", asked.form, job=job.job_id, records=count)
    jobs.wake(current_app._get_current_object())  # type: ignore[attr-defined]  # the app itself, for another thread
    return redirect(url_for("console.exports.one", job=job.job_id), 303)


def mine_or_404(job_id: uuid.UUID) -> Job:
    job = db.session.get(Job, str(job_id))
    if job is None or job.person_id != me().person_id or job.kind != KIND:
        raise Refusal("request.not_found")
    return job


@blueprint.get("/<uuid:job>")
@needs("export")
def one(job: uuid.UUID) -> Response:
    found = mine_or_404(job)
    titles = form_titles(db.session, [found.asked["form"]])
    page = render_template(
        "console/export.html", job=found, title=titles.get(found.asked["form"], {}), kept=jobs.kept(server(), found)
    )
    response = make_response(page)
    if found.state in ("waiting", "running"):
        jobs.wake(current_app._get_current_object())  # type: ignore[attr-defined]  # its maker may have been killed
        response.headers["Refresh"] = AGAIN_S
    return response


@blueprint.get("/<uuid:job>/file")
@needs("export")
def take(job: uuid.UUID) -> Response:
    """The file; a download that broke off goes on where it was. Raises Refusal job.gone."""
    here, who = server(), me()
    found = mine_or_404(job)
    path = jobs.file_of(here, found)
    if not request.range or not request.range.ranges[0][0]:
        with transaction() as writing:
            note_access(writing, who.person_id, "export_file", here.clock(), job=found.job_id)
    return send_file(
        path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=found.file_name or found.job_id,
        conditional=True,
        etag=found.sha256 or True,
    )


@blueprint.post("/<uuid:job>/cancel")
@needs("export")
def cancel(job: uuid.UUID) -> AnyResponse:
    found = mine_or_404(job)
    with transaction() as writing:
        jobs.cancel(writing, server(), found)
        audit.append(writing, server().clock(), me().person_id, "records.export_cancelled", found.asked["form"],
                     job=found.job_id)  # fmt: skip
    return redirect(url_for("console.exports.page"), 303)
