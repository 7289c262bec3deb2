"""The retention run: what has been kept long enough is erased, after somebody saw what that is (privacy.json).

A job of kind "retention": it erases a few records at a time through `server.erasure`, each with its order and audit
entry. Killed, it goes on with what is still due; what came under a hold meanwhile, or changed, stays.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from forms.privacy import FILE, states_of
from sync.canonical import sha

from .context import Server
from .database import db
from .erasure import Order, erase_some, order_for
from .holds import held
from .jobs import MAKERS, Progress
from .models import Erasure, Job, Record
from .problems import Refusal
from .references import campaign_file
from .scope import PRIVACY, roles_by_scope, visible_records

KIND = "retention"
AT_ONCE = 20


@dataclass(frozen=True)
class Rule:
    """A rule as it holds today. before: records last changed before this moment are due; None: none is yet."""

    name: str
    label: Mapping[str, str]
    months: int
    counts_from: str
    before: datetime | None
    condition: ColumnElement[bool]

    def due(self) -> ColumnElement[bool]:
        return false() if self.before is None else and_(self.condition, Record.changed_at < self.before)


def privacy(session: Session) -> Mapping[str, Any]:
    """privacy.json of the campaign; without rules where it has none."""
    return campaign_file(session, FILE) or {"closing": None, "retention": []}


def rules(session: Session, today: date, zone: str) -> list[Rule]:
    """What the campaign says, as of the day `today`."""
    said = privacy(session)
    closing = date.fromisoformat(said["closing"]) if said["closing"] else None
    return [rule_of(each, said["retention"], closing, today, zone) for each in said["retention"]]


def rule_of(each: Mapping[str, Any], others: Any, closing: date | None, today: date, zone: str) -> Rule:
    filled = [{"states": [], **rule} for rule in others]
    conditions = []
    for form in each["forms"]:
        states, named = states_of({"states": [], **each}, form, filled)
        where = Record.state.in_(states) if named else Record.state.not_in(states)
        conditions.append(and_(Record.form_id == form, where))
    if each["from"] == "record":
        cut: date | None = months_before(today, each["months"])
    else:
        cut = today if closing and months_after(closing, each["months"]) <= today else None
    before = datetime.combine(cut, time(), ZoneInfo(zone)) if cut else None
    return Rule(each["name"], each["label"], each["months"], each["from"], before, or_(*conditions))


def months_after(day: date, months: int) -> date:
    """The same day of the month, or the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def months_before(day: date, months: int) -> date:
    return months_after(day, -months)


def due(session: Session, person_id: str, today: date, zone: str) -> Select[tuple[Record]]:
    """Records that are due and that this person answers for; those under a hold too."""
    wanted = or_(false(), *(rule.due() for rule in rules(session, today, zone)))
    return visible_records(person_id, PRIVACY, today).where(wanted)


def to_erase(session: Session, person_id: str, today: date, zone: str) -> Select[tuple[Record]]:
    return due(session, person_id, today, zone).where(~held(today))


def digest_of(session: Session, person_id: str, today: date, zone: str) -> tuple[int, str]:
    """(how many, a hash of which): what a person saw is what is erased."""
    recs = session.scalars(to_erase(session, person_id, today, zone).with_only_columns(Record.rec).order_by(Record.rec))
    listed = list(recs)
    return len(listed), sha(json.dumps(listed).encode())


def reason_of(job: Job) -> str:
    return f"Hết thời hạn lưu, lần chạy {job.job_id}"


def make(server: Server, job: Job, path: Path, progress: Progress) -> str:
    """Erase what was due on the day the job was asked for; the file says which records went, by id alone."""
    zone, day, total = server.settings.time_zone, date.fromisoformat(job.asked["on"]), int(job.asked["count"])
    person = job.person_id
    passed: set[str] = set()  # held, or gone, since the list was made
    while some := next_some(server, job, day, zone, passed):
        roles = roles_by_scope(db.session, person, {scope for _, scope in some}, server.today())
        orders: list[Order] = []
        for rec, scope in some:
            try:
                orders.append(order_for(server, person, min(roles[scope][PRIVACY]), rec, reason_of(job)))
            except (Refusal, KeyError, ValueError):
                passed.add(rec)
        db.session.rollback()
        erase_some(server, person, orders)
        left = len(list(db.session.scalars(chosen(server, job, day, zone).with_only_columns(Record.rec))))
        db.session.rollback()
        progress(max(0, total - left), total)
    done = list(erased_by(job))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("record", "erased_at", "order"))
        lines.writerows(done)
    progress(len(done), max(total, len(done)))
    return f"retention_{server.local_now():%Y%m%d_%H%M}.csv"


MAKERS[KIND] = make


def chosen(server: Server, job: Job, day: date, zone: str) -> Select[tuple[Record]]:
    """What the job may still erase: due on its day, in the reach its person has today, not held today."""
    wanted = or_(false(), *(rule.due() for rule in rules(db.session, day, zone)))
    today = server.today()
    return visible_records(job.person_id, PRIVACY, today).where(wanted, ~held(today))


def next_some(server: Server, job: Job, day: date, zone: str, passed: set[str]) -> list[tuple[str, str]]:
    asked = chosen(server, job, day, zone).with_only_columns(Record.rec, Record.scope).order_by(Record.rec)
    found = db.session.execute(asked.limit(AT_ONCE + len(passed))).all()
    db.session.rollback()
    return [(rec, scope) for rec, scope in found if rec not in passed][:AT_ONCE]


def erased_by(job: Job) -> Iterator[tuple[str, str, str]]:
    """(record, when, hash of the order) of what this job erased, whoever carried it out."""
    asked = select(Erasure).where(Erasure.erased_at >= job.created_at).order_by(Erasure.erased_at, Erasure.rec)
    for row in db.session.scalars(asked):
        if json.loads(row.payload).get("reason") == reason_of(job):
            yield row.rec, row.erased_at.isoformat(), row.h
