"""What people ask about their own data: taken down at the desk, answered within three days; used no further, or erased
by order, if need be.

A request names a record and holds nothing of it. Erasing destroys contents and keeps signatures and the chain (P-24).
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from .. import audit
from ..context import server
from ..database import db, transaction
from ..erasure import erase
from ..holds import hold_on
from ..models import Record, SubjectRequest
from ..models.requests import RESTRICTING
from ..problems import Refusal
from ..scope import PRIVACY, rights, roles_by_scope, visible_records
from .inbox import form_titles
from .opened import Opened, note_access, opened_or_404
from .sheet import MASK
from .texts import label, say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("requests", __name__, url_prefix="/requests")

DUE = timedelta(days=3)  # Decree 13/2023: within 72 hours of the request
LATEST = 200
LONGEST = 300
KINDS = {
    "see": "Xem dữ liệu của mình",
    "correct": "Sửa cho đúng",
    "restrict": "Ngừng dùng dữ liệu, chỉ lưu giữ",
    "withdraw": "Rút lại đồng ý",
    "erase": "Xóa dữ liệu",
}
STATES = {"open": "Chờ trả lời", "done": "Đã làm", "refused": "Từ chối"}


def mine() -> Select[tuple[SubjectRequest]]:
    """Requests about records of the units and forms in which the reader answers them."""
    allowed = rights(me().person_id, "privacy", server().today()).subquery()
    here = select(1).where(allowed.c.code == SubjectRequest.unit_code, allowed.c.form_id == SubjectRequest.form_id)
    return select(SubjectRequest).where(here.exists())


@blueprint.get("")
@needs("privacy")
def page() -> str:
    asked = mine().order_by(SubjectRequest.state != "open", SubjectRequest.due_at, SubjectRequest.request_id)
    found = db.session.scalars(asked.limit(LATEST)).all()
    return render_template(
        "console/requests.html",
        found=found,
        kinds=KINDS,
        states=STATES,
        restricting=RESTRICTING,
        now=server().clock(),
        units=all_units(db.session),
        titles=form_titles(db.session, sorted({each.form_id for each in found})),
    )


def about(rec: uuid.UUID) -> Opened:
    """The record, if the reader answers requests about it. Raises Refusal request.not_found, request.forbidden."""
    opened = opened_or_404(rec)
    if not opened.may("privacy"):
        raise Refusal("request.forbidden")
    return opened


@blueprint.get("/new/<uuid:rec>")
@needs("privacy")
def new(rec: uuid.UUID) -> str:
    opened = about(rec)
    title = opened.doc["title"] if opened.see_pii else MASK
    return render_template("console/request_new.html", opened=opened, title=title, kinds=KINDS)


@blueprint.post("/new/<uuid:rec>")
@needs("privacy")
def take(rec: uuid.UUID) -> Response:
    opened, kind = about(rec), request.form.get("kind", "")
    if kind not in KINDS:
        raise Refusal("request.invalid")
    now, who = server().clock(), me().person_id
    made = SubjectRequest(
        request_id=str(uuid.uuid4()), subject=str(rec), unit_code=opened.record.unit_code, form_id=opened.record.form_id,
        kind=kind, state="open", note="", taken_by=who, taken_at=now, due_at=now + DUE,
    )  # fmt: skip
    with transaction() as writing:
        writing.add(made)
        audit.append(writing, now, who, f"request.{kind}", str(rec), request=made.request_id)
    flash(say("Đã ghi yêu cầu."), "done")
    return redirect(url_for("console.requests.show", asked=made.request_id))


def one(asked: uuid.UUID) -> SubjectRequest:
    """Raises Refusal request.not_found for a foreign one as for none."""
    found = db.session.scalar(mine().where(SubjectRequest.request_id == str(asked)))
    if found is None:
        raise Refusal("request.not_found")
    return found


@blueprint.get("/<uuid:asked>")
@needs("privacy")
def show(asked: uuid.UUID) -> str:
    found = one(asked)
    today = server().today()
    readable = visible_records(me().person_id, PRIVACY, today).where(Record.rec == found.subject)
    return render_template(
        "console/request.html",
        found=found,
        there=db.session.scalar(readable) is not None,
        kinds=KINDS,
        states=STATES,
        longest=LONGEST,
        restricting=found.kind in RESTRICTING,
        hold=hold_on(db.session, found.subject, today),
        units=all_units(db.session),
    )


@blueprint.post("/<uuid:asked>")
@needs("privacy")
def answer(asked: uuid.UUID) -> Response:
    """Done, refused (both with what was done, or why not), or erased: that wants the box ticked and cannot be undone."""
    found, said = one(asked), request.form.get("say", "")
    note = " ".join(request.form.get("note", "").split())[:LONGEST]
    back = redirect(url_for("console.requests.show", asked=asked))
    if (
        found.state != "open"
        or said not in ("done", "refused", "erase")
        or (said == "erase") != (found.kind == "erase" and said != "refused")
    ):
        raise Refusal("request.invalid")
    if not note:
        flash(say("Cần ghi đã làm gì, hoặc vì sao từ chối."), "warn")
        return back
    if said == "erase" and request.form.get("sure") != "yes":
        flash(say("Chưa xóa: cần đánh dấu xác nhận."), "warn")
        return back
    here, who = server(), me().person_id
    request_id, subject, scope = found.request_id, found.subject, f"{found.unit_code}/{found.form_id}"
    if said == "erase":
        role = min(roles_by_scope(db.session, who, [scope], here.today())[scope]["privacy"])
        try:
            erase(here, who, role, subject, note)
        except Refusal as refusal:
            if refusal.code != "erase.held":
                raise
            flash(label({"vi": refusal.entry.vi, "en": refusal.entry.en}), "warn")
            return back
    with transaction() as writing:
        row = writing.get_one(SubjectRequest, request_id)
        row.state, row.note = ("refused" if said == "refused" else "done"), note
        row.answered_by, row.answered_at = who, here.clock()
        note_access(writing, who, "request", here.clock(), subject, request=request_id, answer=said)
        audit.append(writing, here.clock(), who, f"request.{said}", subject, request=request_id)
    flash(say("Đã ghi trả lời."), "done")
    return back


@blueprint.post("/<uuid:asked>/lift")
@needs("privacy")
def lift(asked: uuid.UUID) -> Response:
    """A restriction, or a withdrawal, holds no more; why is put down. Raises Refusal request.invalid."""
    found = one(asked)
    note = " ".join(request.form.get("note", "").split())[:LONGEST]
    back = redirect(url_for("console.requests.show", asked=asked))
    if found.kind not in RESTRICTING or found.state != "done" or found.lifted_at is not None:
        raise Refusal("request.invalid")
    if not note:
        flash(say("Cần ghi vì sao dùng lại được."), "warn")
        return back
    with transaction() as writing:
        row = writing.get_one(SubjectRequest, found.request_id)
        row.lifted_by, row.lifted_at, row.lift_note = me().person_id, server().clock(), note
        audit.append(writing, server().clock(), me().person_id, "request.lift", found.subject, request=found.request_id)
    flash(say("Hồ sơ được dùng lại như thường."), "done")
    return back
