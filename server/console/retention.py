"""What has been kept long enough: a preview with counts and list, then a run in the background (server/retention.py)."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, send_file
from flask import url_for as address
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from .. import audit, jobs, retention
from ..context import server
from ..database import db, transaction
from ..holds import held
from ..models import Job, Record
from ..problems import Refusal
from ..scope import PRIVACY, visible_records
from .inbox import form_titles, masked_not
from .opened import note_access
from .sheet import MASK
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("retention", __name__, url_prefix="/retention")

PAGE_ROWS = 50
SHOWN = 20
AGAIN_S = "2"


@blueprint.get("")
@needs("privacy")
def page() -> str:
    here, who = server(), me()
    today, zone = here.today(), here.settings.time_zone
    number = max(request.args.get("page", 1, type=int), 1)
    mine = visible_records(who.person_id, PRIVACY, today)
    counted = func.count()
    lines = []
    for rule in retention.rules(db.session, today, zone):
        found = mine.where(rule.due())
        kept, under = (
            db.session.scalar(asked.with_only_columns(counted)) or 0
            for asked in (mine.where(rule.condition), found.where(held(today)))
        )
        due = db.session.scalar(found.with_only_columns(counted)) or 0
        lines.append((rule, kept, due - under, under))
    total, digest = retention.digest_of(db.session, who.person_id, today, zone)
    listed = retention.to_erase(db.session, who.person_id, today, zone).order_by(Record.changed_at, Record.rec)
    rows = db.session.scalars(listed.limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)).all()
    runs = select(Job).where(Job.person_id == who.person_id, Job.kind == retention.KIND)
    return render_template(
        "console/retention.html",
        closing=retention.privacy(db.session)["closing"],
        lines=lines,
        rows=rows,
        clear=masked_not(db.session, who, rows),
        mask=MASK,
        titles=form_titles(db.session, sorted({row.form_id for row in rows})),
        units=all_units(db.session),
        total=total,
        digest=digest,
        number=number,
        pages=-(-total // PAGE_ROWS),
        jobs=db.session.scalars(runs.order_by(Job.created_at.desc()).limit(SHOWN)).all(),
    )


@blueprint.post("")
@needs("privacy")
def begin() -> AnyResponse:
    """Note the run and have it made. Raises Refusal retention.changed, job.too_many."""
    here, who = server(), me()
    if request.form.get("sure") != "yes":
        flash(say("Chưa xóa: cần đánh dấu xác nhận."), "warn")
        return redirect(address("console.retention.page"))
    total, digest = retention.digest_of(db.session, who.person_id, here.today(), here.settings.time_zone)
    if not total or digest != request.form.get("digest"):
        raise Refusal("retention.changed")
    db.session.rollback()
    with transaction() as writing:
        asked = {"on": here.today().isoformat(), "count": total, "digest": digest}
        job = jobs.ask(writing, here, retention.KIND, who.person_id, asked)
        writing.flush()
        note_access(writing, who.person_id, "retention", here.clock(), job=job.job_id, records=total)
        audit.append(writing, here.clock(), who.person_id, "retention.run", job.job_id, records=total, list=digest)
    jobs.wake(current_app._get_current_object())  # type: ignore[attr-defined]  # the app itself, for another thread
    return redirect(address("console.retention.one", job=job.job_id), 303)


def mine_or_404(job_id: uuid.UUID) -> Job:
    job = db.session.get(Job, str(job_id))
    if job is None or job.person_id != me().person_id or job.kind != retention.KIND:
        raise Refusal("request.not_found")
    return job


@blueprint.get("/<uuid:job>")
@needs("privacy")
def one(job: uuid.UUID) -> Response:
    found = mine_or_404(job)
    response = make_response(render_template("console/retention_run.html", job=found, kept=jobs.kept(server(), found)))
    if found.state in ("waiting", "running"):
        jobs.wake(current_app._get_current_object())  # type: ignore[attr-defined]  # its maker may have been killed
        response.headers["Refresh"] = AGAIN_S
    return response


@blueprint.get("/<uuid:job>/file")
@needs("privacy")
def take(job: uuid.UUID) -> Response:
    """Which records went, by id alone. Raises Refusal job.gone."""
    found = mine_or_404(job)
    path = jobs.file_of(server(), found)
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=found.file_name)


@blueprint.post("/<uuid:job>/cancel")
@needs("privacy")
def cancel(job: uuid.UUID) -> AnyResponse:
    """What is not erased yet stays; what is gone is gone."""
    found = mine_or_404(job)
    with transaction() as writing:
        jobs.cancel(writing, server(), found)
        audit.append(writing, server().clock(), me().person_id, "retention.stop", found.job_id)
    flash(say("Đã dừng. Hồ sơ chưa xóa vẫn còn."), "done")
    return redirect(address("console.retention.page"), 303)
