"""What was stored and not applied: why, which record, from whom. Read only; deciding comes with a later version."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from sync.reasons import message
from sync.volatile import env_values

from ..context import server
from ..database import db, transaction
from ..models import Adjudication, Device, Op, Person, Record
from ..problems import Refusal
from ..programs import forms_of
from ..scope import SEE_PII, may, rights, visible_records
from . import texts
from .opened import note_access
from .sheet import Sheet
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("adjudications", __name__, url_prefix="/waiting")

LATEST = 200


def mine(person_id: str) -> Select[Any]:
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
        .where(scoped.exists(), Adjudication.settled_at.is_(None))
    )


@blueprint.get("")
@needs("adjudicate")
def page() -> str:
    who = me()
    found = db.session.execute(mine(who.person_id).order_by(Adjudication.opened_at.desc()).limit(LATEST)).all()
    readable = visible_records(who.person_id, "read", server().today()).with_only_columns(Record.rec)
    recs = [waiting.rec for waiting, *_ in found]
    return render_template(
        "console/adjudications.html",
        found=found,
        message=message,
        units=all_units(db.session),
        readable=set(db.session.scalars(readable.where(Record.rec.in_(recs)))),
    )


@blueprint.get("/<h>")
@needs("adjudicate")
def show(h: str) -> str:
    here, who = server(), me()
    row = db.session.execute(mine(who.person_id).where(Adjudication.op_h == h)).first()
    if row is None:
        raise Refusal("request.not_found")
    waiting, op, person, device = row
    with transaction() as writing:
        note_access(writing, who.person_id, "view", here.clock(), waiting.rec, op=h)
    unit, form_id = op.scope.split("/")
    see_pii = may(db.session, who.person_id, SEE_PII, unit, form_id, here.today())
    sheet, answers = sheet_of(db.session, op, see_pii)
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
    )


def sheet_of(session: Session, op: Op, see_pii: bool) -> tuple[Sheet | None, dict[str, Any]]:
    """The op's answers to read; None where it brings none, or of a form version nobody published here."""
    header, payload = json.loads(op.header), json.loads(op.payload)
    version = (header["form"]["id"], header["form"]["version"])
    form = forms_of(session, [version]).get(version)
    answers = payload.get("answers")
    if form is None or not isinstance(answers, dict):
        return None, {}
    recorded = env_values(payload.get("volatile"), header["rec"], header["at"])
    return Sheet(form, texts, see_pii=see_pii, recorded=recorded), answers
