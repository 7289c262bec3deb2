"""What was stored and not applied: why, which record, from whom; and deciding about it (server/judgement.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from forms import Env, Form, Instance
from sync.ops import CONTENT, UUID
from sync.reasons import REASONS, message
from sync.volatile import env_values

from .. import judgement
from ..context import server
from ..database import db, transaction
from ..judgement import BY_ITSELF, LONGEST_NOTE
from ..models import Adjudication, Device, Op, Person, Record
from ..problems import Refusal
from ..programs import forms_of
from ..scope import SEE_PII, may, rights, roles_by_scope, visible_records
from . import corrections, texts
from .opened import note_access
from .sheet import Sheet
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("adjudications", __name__, url_prefix="/waiting")

LATEST = 200


def mine(person_id: str, *, settled: bool = False) -> Select[Any]:
    """(adjudication, op, person, device) of the units and forms on which this person may adjudicate."""
    allowed = rights(person_id, "adjudicate", server().today()).subquery()
    scoped = select(1).where(
        allowed.c.code == Adjudication.unit_code, Op.scope == allowed.c.code.concat("/").concat(allowed.c.form_id)
    )
    return (
        select(Adjudication, Op, Person, Device)
        .join(Op, Op.h == Adjudication.op_h)
        .join(Person, Person.person_id == Op.person_id)
        .outerjoin(Device, Device.device_id == Op.device_id)
        .where(scoped.exists(), Adjudication.settled_at.is_not(None) if settled else Adjudication.settled_at.is_(None))
    )


@blueprint.get("")
@needs("adjudicate")
def page() -> str:
    who, settled = me(), request.args.get("tab") == "settled"
    order = (Adjudication.settled_at if settled else Adjudication.opened_at).desc()
    found = db.session.execute(mine(who.person_id, settled=settled).order_by(order).limit(LATEST)).all()
    readable = visible_records(who.person_id, "read", server().today()).with_only_columns(Record.rec)
    recs = [waiting.rec for waiting, *_ in found]
    return render_template(
        "console/adjudications.html",
        found=found,
        settled=settled,
        message=message,
        decided=decided,
        units=all_units(db.session),
        readable=set(db.session.scalars(readable.where(Record.rec.in_(recs)))),
    )


def decided(decision: str) -> str:
    """What was decided, in words."""
    words = {
        "accepted": say("Đã nhận vào hồ sơ"),
        "redirected": say("Đã chuyển đơn vị khác"),
        "attached": say("Đã gắn vào hồ sơ khác"),
        "rejected": say("Không nhận"),
    }
    return words[decision]


def found_or_404(h: str) -> Any:
    for settled in (False, True):
        row = db.session.execute(mine(me().person_id, settled=settled).where(Adjudication.op_h == h)).first()
        if row is not None:
            return row
    raise Refusal("request.not_found")


@blueprint.get("/<h>")
@needs("adjudicate")
def show(h: str) -> str:
    row = found_or_404(h)
    with transaction() as writing:
        note_access(writing, me().person_id, "view", server().clock(), row[0].rec, op=h)
    return write(row, {})


def write(row: Any, typed: Mapping[str, str], refusal: Refusal | None = None, instance: Instance | None = None) -> str:
    waiting, op, person, device = row
    here, who = server(), me()
    unit, form_id = op.scope.split("/")
    see_pii = may(db.session, who.person_id, SEE_PII, unit, form_id, here.today())
    form, answers, sheet = sheet_of(db.session, op, see_pii)
    record = db.session.scalar(visible_records(who.person_id, "read", here.today()).where(Record.rec == op.rec))
    open_to = units_open_to(form_id, "correct" if record else "submit")
    if instance is None and form is not None and see_pii and op.type in CONTENT and waiting.settled_at is None:
        instance = instance_of(form, op, answers, record)
    wrong = {problem["path"] for problem in instance.problems()} if instance else set()
    fields = (
        [each for each in corrections.fields(instance) if each.name.removeprefix(corrections.PREFIX) in wrong]
        if instance
        else []
    )
    return render_template(
        "console/adjudication.html",
        waiting=waiting,
        op=op,
        person=person,
        device=device,
        message=message(waiting.reason),
        units=all_units(db.session),
        blocks=sheet.blocks(answers) if sheet else [],
        problems=[{**each, "label": sheet.label(each["path"]) if sheet else each["path"]} for each in waiting.problems],
        raw=json.dumps(json.loads(op.payload), ensure_ascii=False, indent=1) if see_pii else None,
        record=record,
        refusal=refusal,
        why=message(refusal.details["reason"]) if refusal and refusal.details.get("reason") in REASONS else {},
        typed=typed,
        takes_over=op.type in BY_ITSELF and (record is not None or op.type in CONTENT),
        fields=fields,
        redirect_to=all_units(db.session).options(open_to - {unit}) if op.type in CONTENT else [],
        decided=decided,
        longest=LONGEST_NOTE,
    )


def units_open_to(form_id: str, action: str) -> set[str]:
    asked = rights(me().person_id, action, server().today())
    return {unit for unit, form in db.session.execute(asked) if form == form_id}


def instance_of(form: Form, op: Op, answers: Mapping[str, Any], record: Record | None) -> Instance:
    """The op's answers as the reader may mend them before taking them over."""
    here, action = server().local_now(), "correct" if record else "submit"
    scope = record.scope if record else op.scope
    roles = roles_by_scope(db.session, me().person_id, [scope], here.date())[scope].get(action, frozenset())
    recorded = env_values(json.loads(op.payload).get("volatile"), op.rec, op.at)
    env = Env(**recorded, roles=roles, state=record.state if record else "draft", language=texts.language())
    return Instance(form, dict(answers), env)


@blueprint.post("/<h>/<decision>")
@needs("adjudicate")
def decide(h: str, decision: str) -> Response | tuple[str, int]:
    """Accept, redirect, attach or reject; what was refused is told on the page, and nothing is lost."""
    row = found_or_404(h)
    waiting, op = row[0], row[1]
    given = request.form
    note = given.get("note", "").strip().replace("\r\n", "\n")[:LONGEST_NOTE]
    try:
        if waiting.settled_at is not None:
            raise Refusal("judgement.settled")
        carry_out(op, decision, note, given)
    except Refusal as refusal:
        if refusal.code == "request.not_found":
            raise
        return write(found_or_404(h), given, refusal), refusal.entry.status
    flash(
        say("Đã quyết định: %(what)s. Người lập sẽ thấy ở lần gửi, nhận tới.", what=decided(WORD[decision])),
        "done",
    )
    return redirect(url_for("console.adjudications.page"))


WORD = {"accept": "accepted", "redirect": "redirected", "attach": "attached", "reject": "rejected"}


def carry_out(op: Op, decision: str, note: str, given: Any) -> None:
    """Raises Refusal of server/judgement.py."""
    here, who = server(), me().person_id
    if decision == "accept":
        judgement.accept(here, who, op.h, note, answers=mended(op, given))
    elif decision == "redirect":
        if not note:
            raise Refusal("judgement.note")
        if given.get("unit") not in units_open_to(op.scope.split("/")[1], "submit"):
            raise Refusal("unit.unknown")
        judgement.redirect(here, who, op.h, given["unit"], note)
    elif decision == "attach":
        named = UUID.search(given.get("record", "").lower())
        judgement.attach(here, who, op.h, named.group(0) if named else "", note)
    elif decision == "reject":
        judgement.reject(here, who, op.h, note)
    else:
        raise Refusal("request.not_found")


def mended(op: Op, given: Any) -> dict[str, Any] | None:
    """The op's answers with what the reader typed; None: as they are."""
    typed = {name: texts_ for name, texts_ in given.to_dict(flat=False).items() if name.startswith(corrections.PREFIX)}
    form, answers, _ = sheet_of(db.session, op, see_pii=True)
    if not typed or form is None:
        return None
    instance = instance_of(form, op, answers, db.session.get(Record, op.rec))
    corrections.fill(instance, typed, texts.decimal_mark())
    return instance.snapshot()


def sheet_of(session: Session, op: Op, see_pii: bool) -> tuple[Form | None, dict[str, Any], Sheet | None]:
    """The op's form and answers to read; None where it brings none, or of a form version nobody published here."""
    header, payload = json.loads(op.header), json.loads(op.payload)
    version = (header["form"]["id"], header["form"]["version"])
    form = forms_of(session, [version]).get(version)
    answers = payload.get("answers")
    if form is None or not isinstance(answers, dict):
        return None, {}, None
    recorded = env_values(payload.get("volatile"), header["rec"], header["at"])
    return form, answers, Sheet(form, texts, see_pii=see_pii, recorded=recorded)
