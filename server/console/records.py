"""One record: read it, take a step, send it back with remarks, correct it, settle its conflicts.

Whatever is done becomes an op in the server's name and takes the same way as a device's (`intake.act`). What the
reader saw goes with it: the hash of the answers, or the revision, so that nothing is approved unseen.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from forms import Env, Instance, files
from sync.blobs import blobs_of
from sync.judge import value_at
from sync.ops import Intent
from sync.reasons import message
from sync.volatile import env_values

from .. import intake, reaching
from ..context import server
from ..database import db, transaction
from ..fold import Stored
from ..holds import hold_on
from ..models import Record, Role
from ..problems import Refusal
from ..programs import workflows_of
from . import corrections, texts
from .alike import hints
from .attachments import attachments_of
from .inbox import Filters, in_order_asked, late_states, waiting_for
from .opened import Opened, answers_at, answers_by_rev, note_access, opened_or_404
from .sheet import MASK, Sheet, lines_of, remarks_by_path
from .texts import label, say
from .units import all_units
from .visitor import me

blueprint = Blueprint("records", __name__, url_prefix="/records")

REMARK = "remark:"
LIST_LOOKED_AT = 500  # records of a list among which the one before and the one after are looked for
STALE = "Hồ sơ đã thay đổi từ lúc anh/chị mở. Hãy xem lại nội dung mới rồi làm lại."
LONGEST = {"reason": 1000, "remark": 500, "text": 2000}  # characters


@blueprint.get("/<uuid:rec>")
def show(rec: uuid.UUID) -> str:
    opened = opened_or_404(rec)
    with transaction() as writing:
        note_access(writing, me().person_id, "view", server().clock(), str(rec), rev=opened.record.rev)
    return page(opened)


def page(opened: Opened) -> str:
    sheet, doc, listed = sheet_of(opened), opened.doc, request.values.get("list", "")[:1000]
    before, after = neighbours(str(opened.record.rec), listed)
    blocks = sheet.blocks(doc["answers"])
    return render_template(
        "console/record.html",
        **heading(opened),
        blocks=blocks,
        remarks=remarks_by_path(doc["remarks"], {line.path for line in lines_of(blocks)}),
        story=story(opened, sheet),
        roles={role: label(words) for role, words in db.session.execute(select(Role.role, Role.label))},
        steps=opened.steps(),
        listed=listed or None,
        before=before and address_of(before, listed),
        after=after and address_of(after, listed),
        reached=reaching.reached(db.session, opened.record.rec) if opened.record.phase == reaching.RETURNED else None,
        hold=hold_on(db.session, opened.record.rec, server().today()),
        likes=hints(opened.record.rec) if "correct" in me().actions else [],
        conflicts=[
            {
                "path": conflict["path"],
                "label": sheet.label(conflict["path"]),
                "head": sheet.value(conflict["path"], value_at(doc["answers"], conflict["path"])),
                "other": sheet.value(conflict["path"], conflict["other"]),
                "other_by": conflict["other_by"],
                "other_at": conflict["other_at"],
            }
            for conflict in doc["conflicts"]
        ],
    )


def address_of(rec: str, listed: str) -> str:
    return url_for("console.records.show", rec=rec, list=listed or None)


def neighbours(rec: str, listed: str) -> tuple[str | None, str | None]:
    """The records before and after this one in the list the reader came from; of one that left it, the first after."""
    if not listed:
        return None, None
    asked, who = Filters.of(MultiDict(parse_qsl(listed))), me()
    workflows = workflows_of(db.session, {form for form, _ in who.step_roles} | {asked.form})
    found = in_order_asked(who, asked, waiting_for(who, workflows), late_states(workflows))
    near = list(db.session.scalars(found.with_only_columns(Record.rec).limit(LIST_LOOKED_AT)))
    if rec not in near:
        return None, next(iter(near), None)
    at = near.index(rec)
    return (near[at - 1] if at else None), (near[at + 1] if at + 1 < len(near) else None)


def heading(opened: Opened) -> dict[str, Any]:
    """What every page about a record shows on top, and the hashes its forms carry."""
    doc = opened.doc
    return {
        "opened": opened,
        "doc": doc,
        "title": doc["title"] if opened.see_pii else MASK,
        "form_title": label(opened.form.program["title"]),
        "state": opened.workflow.state(doc["state"]),
        "place": all_units(db.session).place(opened.record.unit_code),
        "attachments": attachments_of(opened),
    }


def sheet_of(opened: Opened) -> Sheet:
    recorded = env_values(opened.doc.get("volatile"), str(opened.record.rec), server().local_now().isoformat())
    return Sheet(opened.form, texts, see_pii=opened.see_pii, recorded=recorded, state=opened.record.state)


def story(opened: Opened, sheet: Sheet) -> list[dict[str, Any]]:
    """The history, oldest first: who did what, why, and what it changed."""
    said = answers_by_rev(db.session, opened.record.rec)
    told = []
    for entry in opened.doc["history"]:
        step = opened.workflow.step(entry["action"]) if entry["action"] else None
        rev = entry["rev"]
        told.append(
            {
                **entry,
                "what": label(step["label"]) if step else say(DEEDS[entry["type"]]),
                "tone": (step or {}).get("tone", "neutral"),
                "to_label": label(opened.workflow.state(entry["to"])["label"]),
                "changes": sheet.changes(said[rev - 1], said[rev]) if rev - 1 in said and rev in said else [],
                "remarks": [{**remark, "label": sheet.label(remark["path"])} for remark in entry["remarks"]],
            }
        )
    return told


DEEDS = {
    "submit": "Lập và gửi hồ sơ",
    "edit": "Sửa và gửi lại",
    "correct": "Cán bộ ghi, sửa",
    "comment": "Ghi ý kiến",
    "void": "Hủy hồ sơ",
    "resolve": "Chọn giá trị đúng",
    "step": "Chuyển bước",
    "link": "Liên kết với hồ sơ khác",
    "move": "Chuyển sang đơn vị khác",
}


@blueprint.get("/<uuid:rec>/revisions")
def compare(rec: uuid.UUID) -> str:
    """Two revisions side by side, what differs marked; the first and the last unless the reader chose."""
    opened = opened_or_404(rec)
    with transaction() as writing:
        note_access(writing, me().person_id, "view", server().clock(), str(rec), rev=opened.record.rev)
    said, sheet = answers_by_rev(db.session, str(rec)), sheet_of(opened)
    revs = sorted(said)
    one, other = (
        request.args.get(name, default, type=int) for name, default in (("one", revs[0]), ("other", revs[-1]))
    )
    one, other = (each if each in said else revs[0] for each in (one, other))
    lines = [{line.path: line for line in lines_of(sheet.blocks(said[rev]))} for rev in (one, other)]
    paths = list(dict.fromkeys([*lines[0], *lines[1]]))
    return render_template(
        "console/compare.html",
        **heading(opened),
        revs=revs,
        one=one,
        other=other,
        entries={entry["rev"]: entry for entry in opened.doc["history"]},
        rows=[
            (path, *((side[path].value if path in side else "") for side in lines), sheet.label(path))
            for path in paths
            if any(path in side and not side[path].blank for side in lines)
        ],
    )


@blueprint.get("/<uuid:rec>/steps/<action>")
def step_page(rec: uuid.UUID, action: str) -> str:
    """Where a step that wants a reason or remarks is written."""
    opened = opened_or_404(rec)
    return write_step(opened, action, {})


def write_step(opened: Opened, action: str, typed: Mapping[str, str], warning: str = "") -> str:
    step = dict(opened.steps()).get(action)
    if step is None:
        raise Refusal("request.not_found")
    return render_template(
        "console/step.html",
        **heading(opened),
        action=action,
        step=step,
        blocks=sheet_of(opened).blocks(opened.doc["answers"]),
        asked=askable(opened, step["to"]),
        typed=typed,
        typed_phrases=request.form.getlist("phrase"),
        listed=request.values.get("list", "")[:1000],
        warning=warning,
        prefix=REMARK,
        longest=LONGEST,
    )


def askable(opened: Opened, state: str) -> set[str]:
    """The questions whose author could answer a remark: those she may write in the state the step leads to."""
    env = Env(today=server().today().isoformat(), roles=frozenset({opened.doc["author"]["role"]}), state=state)
    return {node.path for node in corrections.writable(Instance(opened.form, dict(opened.doc["answers"]), env))}


@blueprint.post("/<uuid:rec>/steps/<action>")
def take_step(rec: uuid.UUID, action: str) -> Response | tuple[str, int]:
    opened, given = opened_or_404(rec), request.form
    step = dict(opened.steps()).get(action)
    if step is None:
        return changed_meanwhile(
            opened,
            say(
                "Bước này không còn làm được: hồ sơ đang ở “%(state)s”.",
                state=label(opened.workflow.state(opened.record.state)["label"]),
            ),
        )
    wants_words = step.get("reason") == "required" or step.get("remarks")
    known = [label(words) for words in opened.workflow.phrases()]
    phrases = [words for words in given.getlist("phrase") if words in known]
    reason = cut("\n".join([*phrases, given.get("reason", "").strip()]), "reason")
    if given.get("answers_hash") != opened.doc["answers_hash"]:
        warning = say(STALE)
        if wants_words:
            return write_step(opened, action, given, warning), 409
        return changed_meanwhile(opened, warning)
    if step.get("reason") == "required" and not reason:
        return write_step(opened, action, given, say("Cần ghi lý do để người lập biết phải sửa gì.")), 422
    remarks = [
        {"path": name.removeprefix(REMARK), "text": cut(text, "remark")}
        for name, text in given.items()
        if step.get("remarks") and name.startswith(REMARK) and text.strip()
    ]
    payload: dict[str, Any] = {"action": action, "answers_hash": opened.doc["answers_hash"]}
    payload |= {"reason": reason} if reason else {}
    payload |= {"remarks": remarks} if remarks else {}
    role = min(opened.may("step") & set(step["roles"]))
    listed = given.get("list", "")[:1000]
    _, after = neighbours(str(opened.record.rec), listed)
    stored = do(opened, "step", role, payload)
    answer = told(opened, stored, say("Đã ghi: %(what)s.", what=label(step["label"])))
    return redirect(address_of(after, listed)) if after and stored.rev is not None else answer  # type: ignore[return-value]


@blueprint.post("/<uuid:rec>/comments")
def comment(rec: uuid.UUID) -> Response:
    opened = opened_or_404(rec)
    words = cut(request.form.get("text", ""), "text")
    if not opened.may("comment"):
        raise Refusal("request.forbidden")
    if not words:
        flash(say("Chưa ghi gì."), "warn")
        return back(opened)
    return told(opened, do(opened, "comment", min(opened.may("comment")), {"text": words}), say("Đã ghi ý kiến."))


@blueprint.post("/<uuid:rec>/void")
def void(rec: uuid.UUID) -> Response:
    opened = opened_or_404(rec)
    reason = cut(request.form.get("reason", ""), "reason")
    if not opened.may_void():
        raise Refusal("request.forbidden")
    if not reason:
        flash(say("Cần ghi lý do hủy."), "warn")
        return back(opened)
    return told(opened, do(opened, "void", min(opened.may("void")), {"reason": reason}), say("Đã hủy hồ sơ."))


@blueprint.post("/<uuid:rec>/conflicts")
def resolve(rec: uuid.UUID) -> Response:
    """One answer for each conflict that was chosen; the others stay open."""
    opened, given = opened_or_404(rec), request.form
    if not opened.may_resolve():
        raise Refusal("request.forbidden")
    if given.get("revision") != opened.doc["hash"]:
        return changed_meanwhile(opened, say(STALE))
    values = {}
    for conflict in opened.doc["conflicts"]:
        path = conflict["path"]
        if given.get(f"choose:{path}") == "head":
            values[path] = value_at(opened.doc["answers"], path)
        elif given.get(f"choose:{path}") == "other":
            values[path] = conflict["other"]
    if not values:
        flash(say("Chưa chọn giá trị nào."), "warn")
        return back(opened)
    stored = do(opened, "resolve", min(opened.may("correct")), {"values": values, "revision": opened.doc["hash"]})
    return told(opened, stored, say("Đã chọn giá trị đúng."))


@blueprint.get("/<uuid:rec>/correction")
def correction_page(rec: uuid.UUID) -> str:
    opened = opened_or_404(rec)
    if not opened.may_correct() or not opened.see_pii:
        raise Refusal("request.forbidden")
    return write_correction(opened, instance_of(opened, opened.doc["answers"]), opened.doc["hash"], told_wrong=False)


@blueprint.post("/<uuid:rec>/correction")
def correct(rec: uuid.UUID) -> Response | tuple[str, int]:
    """The reviewer's answers on top of the revision she saw; what others changed meanwhile is merged at intake."""
    opened, typed = opened_or_404(rec), request.form.to_dict(flat=False)
    if not opened.may_correct() or not opened.see_pii:
        raise Refusal("request.forbidden")
    base = request.form.get("revision", "")
    seen = answers_at(db.session, opened.record.rec, base)
    if seen is None:
        return changed_meanwhile(opened, say(STALE))
    instance = instance_of(opened, seen)
    corrections.fill(instance, typed, texts.decimal_mark())
    if instance.problems():
        return write_correction(opened, instance, base, told_wrong=True), 422
    answers = instance.snapshot()
    if answers == seen:
        flash(say("Không có gì thay đổi."), "warn")
        return back(opened)
    here = server().local_now()
    volatile = {
        "today": here.date().isoformat(),
        "now": here.isoformat(timespec="milliseconds"),
        "tz_offset_min": int(here.utcoffset().total_seconds() // 60),  # type: ignore[union-attr]
    }
    payload = {"answers": answers, "volatile": volatile, "title": instance.title()}
    stored = do(opened, "correct", min(opened.may("correct")), payload, base)
    return told(opened, stored, say("Đã ghi."))


def instance_of(opened: Opened, answers: Mapping[str, Any]) -> Instance:
    """The answers as this reviewer may change them: judged by her roles in the record's state, as intake will."""
    here = server().local_now()
    env = Env(
        seed=str(opened.record.rec),
        now=here.isoformat(timespec="milliseconds"),
        today=here.date().isoformat(),
        tz_offset_min=int(here.utcoffset().total_seconds() // 60),  # type: ignore[union-attr]
        roles=opened.may("correct"),
        state=opened.record.state,
        language=texts.language(),
    )
    return Instance(opened.form, dict(answers), env)


def write_correction(opened: Opened, instance: Instance, base: str, *, told_wrong: bool) -> str:
    sheet = sheet_of(opened)
    others = corrections.other_problems(instance)
    return render_template(
        "console/correction.html",
        **heading(opened),
        base=base,
        fields=corrections.fields(instance),
        told_wrong=told_wrong,
        others=[{"label": sheet.label(each["path"]), "message": each["message"]} for each in others],
    )


def do(opened: Opened, kind: str, role: str, payload: Mapping[str, Any], base: str | None = None) -> Stored:
    """One op in the server's name, by this person in this role."""
    doc = opened.doc
    blobs = blobs_of(answer for _, answer in files(opened.form.program, payload.get("answers", {})))
    intent = Intent(kind, doc["rec"], base or doc["hash"], doc["form"], doc["scope"], payload, blobs)
    return intake.act(server(), me().person_id, role, intent)


def told(opened: Opened, stored: Stored, done: str) -> Response:
    """Back to the record with what became of the op; every verdict has its words."""
    if stored.verdict in ("applied", "merged"):
        flash(done, "done")
    elif stored.verdict == "conflict":
        flash(say("Đã ghi; có câu hỏi hai bên sửa khác nhau. Hãy chọn giá trị đúng ở dưới."), "warn")
    else:
        flash(label(message(stored.reason)) if stored.reason else say("Chưa ghi được."), "warn")
    return back(opened)


def changed_meanwhile(opened: Opened, words: str) -> tuple[str, int]:
    """The record as it is now, with a word why nothing was done."""
    flash(words, "warn")
    return page(opened), 409


def back(opened: Opened) -> Response:
    return redirect(url_for("console.records.show", rec=opened.record.rec))  # type: ignore[return-value]


def cut(text: str, what: str) -> str:
    return text.strip().replace("\r\n", "\n")[: LONGEST[what]]
