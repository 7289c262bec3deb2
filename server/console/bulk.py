"""One step onward for many records at once, after a look at a sample of them.

The list is made once, with the hash of each record's answers as they are then: a step reaches only that content (I6).
Some of the records, drawn by chance, must have been opened by this very person before anything is done.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sync.ops import Intent
from sync.reasons import REASONS, message

from .. import audit, intake
from ..context import server
from ..database import db, transaction
from ..models import AccessEntry, BulkStep, Record
from ..problems import Refusal
from ..programs import workflows_of
from ..scope import SEE_PII, roles_by_scope, visible, visible_records
from .inbox import Filters, bulk_steps, form_titles, late_states, wanted
from .sheet import MASK
from .texts import label, say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("bulk", __name__, url_prefix="/bulk")

MOST, SAMPLE_LEAST, SAMPLE_SHARE = 200, 3, 20  # records of a list; of them to open: 3, and one more for each 20
DRAW = secrets.SystemRandom()


@blueprint.get("")
@needs("step")
def offer() -> str:
    """What could be done with the records the filters of the inbox leave."""
    asked, workflow, steps = asked_for(request.args)
    late = late_states({asked.form: workflow})
    counted = []
    for action, step in steps:
        found = fitting(asked, step, late)
        counted.append((action, step, len(found)))
    return render_template(
        "console/bulk_offer.html", asked=asked, steps=counted, most=MOST, titles=form_titles(db.session, [asked.form])
    )


def asked_for(given: MultiDict[str, str]) -> tuple[Filters, Any, Any]:
    """Raises Refusal request.not_found for filters that name no form, or one with no such step for the reader."""
    asked = Filters.of(given)
    workflow = workflows_of(db.session, [asked.form]).get(asked.form) if asked.form else None
    steps = bulk_steps(me(), workflow)
    if workflow is None or not steps:
        raise Refusal("request.not_found")
    return asked, workflow, steps


def fitting(asked: Filters, step: Any, late: Any) -> list[tuple[str, str, int]]:
    """(rec, answers_hash, rev) of the records, the longest waiting first, where the reader may take this step."""
    who, today = me(), server().today()
    found = (
        wanted(who, asked, late)
        .where(Record.state.in_(step["from"]), Record.open_conflicts == 0)
        .where(visible(who.person_id, "step", today))
        .with_only_columns(Record.rec)
        .order_by(Record.received_at, Record.rec)
        .limit(MOST)
    )
    recs = db.session.scalars(found).all()
    asked_of = select(Record.rec, Record.answers_hash, Record.rev).where(Record.rec.in_(recs))
    contents = {row.rec: tuple(row) for row in db.session.execute(asked_of)}
    return [contents[rec] for rec in recs if rec in contents]


@blueprint.post("")
@needs("step")
def make() -> Response:
    """Fix the list and draw the sample."""
    asked, workflow, steps = asked_for(request.form)
    action = request.form.get("action", "")
    step = dict(steps).get(action)
    items = fitting(asked, step, late_states({asked.form: workflow})) if step else []
    if not items:
        raise Refusal("request.not_found")
    size = min(len(items), SAMPLE_LEAST + len(items) // SAMPLE_SHARE)
    row = BulkStep(
        bulk_id=str(uuid.uuid4()),
        person_id=me().person_id,
        form_id=asked.form,
        action=action,
        items=[list(item) for item in items],
        sample=DRAW.sample([rec for rec, _, _ in items], size),
        made_at=server().clock(),
        results={},
    )
    with transaction() as writing:
        writing.add(row)
        writing.flush()
        audit.append(writing, server().clock(), me().person_id, "bulk.make", row.bulk_id, records=len(items))
    return redirect(url_for("console.bulk.show", bulk=row.bulk_id))


def mine(bulk: uuid.UUID) -> BulkStep:
    row = db.session.get(BulkStep, str(bulk))
    if row is None or row.person_id != me().person_id:
        raise Refusal("request.not_found")
    return row


@blueprint.get("/<uuid:bulk>")
@needs("step")
def show(bulk: uuid.UUID) -> str:
    row = mine(bulk)
    workflow = workflows_of(db.session, [row.form_id])[row.form_id]
    recs = [rec for rec, _, _ in row.items]
    readable = visible_records(me().person_id, "read", server().today())
    records = {each.rec: each for each in db.session.scalars(readable.where(Record.rec.in_(recs)))}
    named = visible_records(me().person_id, SEE_PII, server().today()).with_only_columns(Record.rec)
    clear = set(db.session.scalars(named.where(Record.rec.in_(recs))))
    return render_template(
        "console/bulk.html",
        row=row,
        step=workflow.step(row.action),
        records=records,
        clear=clear,
        mask=MASK,
        units=all_units(db.session),
        looked=looked_at(row),
        words=lambda code: label(message(code)) if code in REASONS else code,
    )


def looked_at(row: BulkStep) -> set[str]:
    """Of the sample, the records that this person has opened as they are in the list."""
    revs = {rec: rev for rec, _, rev in row.items}
    asked = select(AccessEntry.rec, AccessEntry.detail).where(
        AccessEntry.person_id == row.person_id, AccessEntry.what == "view", AccessEntry.rec.in_(row.sample)
    )
    return {rec for rec, detail in db.session.execute(asked) if rec and detail.get("rev") == revs[rec]}


@blueprint.post("/<uuid:bulk>/take")
@needs("step")
def take(bulk: uuid.UUID) -> Response | tuple[str, int]:
    """The step, record by record, each an op with the hash its list has; what has changed since is left and told."""
    row, here, who = mine(bulk), server(), me().person_id
    if row.done_at is not None:
        return redirect(url_for("console.bulk.show", bulk=bulk))
    if looked_at(row) != set(row.sample):
        flash(say("Chưa làm: hãy mở xem hết các hồ sơ mẫu trước."), "warn")
        return show(bulk), 409
    left_out = set(request.form.getlist("leave"))
    step = workflows_of(db.session, [row.form_id])[row.form_id].step(row.action) or {"roles": []}
    results: dict[str, str] = {}
    for rec, answers_hash, _ in row.items:
        if rec in left_out:
            continue
        record = db.session.get(Record, rec)
        held = roles_by_scope(db.session, who, [record.scope], here.today())[record.scope] if record else {}
        roles = held.get("step", frozenset()) & frozenset(step["roles"])
        if record is None or not roles:
            results[rec] = "scope.outside"
            continue
        form = {"id": record.form_id, "version": record.form_version}
        payload = {"action": row.action, "answers_hash": answers_hash}
        intent = Intent("step", rec, record.hash, form, record.scope, payload)
        # What no longer fits is left alone here, not made an op that waits for a person.
        if record.answers_hash != answers_hash:
            results[rec] = "step.content_changed"
        elif record.state not in step["from"]:
            results[rec] = "step.forbidden"
        else:
            stored = intake.act(here, who, min(roles), intent)
            results[rec] = stored.verdict if stored.rev is not None else stored.reason or stored.verdict
        db.session.expire_all()
    with transaction() as writing:
        done = writing.get_one(BulkStep, row.bulk_id)
        done.done_at, done.results = here.clock(), results
        applied = sum(result == "applied" for result in results.values())
        audit.append(writing, here.clock(), who, "bulk.take", row.bulk_id, applied=applied, records=len(row.items))
    flash(say("Đã làm %(n)s hồ sơ.", n=applied), "done")
    return redirect(url_for("console.bulk.show", bulk=bulk))
