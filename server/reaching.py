"""Whether what was sent back has reached its author: by what their devices say they have, never by what was sent.

A device that has caught up names its place in each scope that changed (P-14); a record whose change stands at or before
that place is on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from .models import Device, DeviceReach, Feed, OrgUnit, Person, Record
from .scope import SEE_PII, visible, visible_records

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
RETURNED = "has_issues"  # the phase of what waits for its author
MOST = 1000  # people of one list


def note(session: Session, device_id: str, cursors: Mapping[str, int], now: datetime) -> None:
    """The device has each of these scopes up to its cursor."""
    rows = [{"device_id": device_id, "scope": scope, "cursor": cursor, "at": now} for scope, cursor in cursors.items()]
    if rows:
        insert = INSERT[session.get_bind().dialect.name](DeviceReach)
        after = {"cursor": insert.excluded.cursor, "at": insert.excluded.at}
        session.execute(insert.on_conflict_do_update(index_elements=["device_id", "scope"], set_=after), rows)


def has_it() -> ColumnElement[bool]:
    """A device of the record's author that still works says it has the newest change. The query names Feed beside Record."""
    return (
        select(1)
        .where(
            DeviceReach.device_id == Device.device_id,
            Device.person_id == Record.author_id,
            Device.state == "active",
            DeviceReach.scope == Record.scope,
            DeviceReach.cursor >= Feed.seq,
        )
        .exists()
    )


def in_feed() -> ColumnElement[bool]:
    return and_(Feed.scope == Record.scope, Feed.rec == Record.rec)


def reached(session: Session, rec: str) -> bool:
    """Whether a record is on its author's device as it is now."""
    return session.scalar(select(Record.rec).join(Feed, in_feed()).where(Record.rec == rec, has_it())) is not None


@dataclass(frozen=True)
class Call:
    """Somebody to call. phone: "" where none is known or it may not be seen. devices: how many still work."""

    person: str
    phone: str
    unit_code: str
    count: int
    since: datetime
    devices: int
    last_seen_at: datetime | None


def calls(session: Session, person_id: str, today: date) -> list[Call]:
    """Authors whose returned records have not reached them, by unit; of the records this person may read."""
    waiting = visible_records(person_id, "read", today).join(Feed, in_feed()).where(Record.phase == RETURNED, ~has_it())
    clear = func.max(clear_column(person_id, today))
    grouped = (
        waiting.with_only_columns(
            Record.author_id,
            Record.unit_code,
            func.count().label("count"),
            func.min(Record.changed_at).label("since"),
            clear,
        )
        .group_by(Record.author_id, Record.unit_code)
        .subquery()
    )
    asked = (
        select(Person, grouped, OrgUnit.path)
        .join(grouped, grouped.c.author_id == Person.person_id)
        .join(OrgUnit, OrgUnit.code == grouped.c.unit_code)
        .order_by(OrgUnit.path, Person.name, Person.person_id)
    )
    rows = session.execute(asked.limit(MOST)).all()
    devices = devices_of(session, {row[0].person_id for row in rows})
    return [
        Call(
            person.name,
            (person.phone or "") if clear else "",
            unit,
            count,
            since,
            *devices.get(person.person_id, (0, None)),
        )
        for person, _, unit, count, since, clear, _ in rows
    ]


def clear_column(person_id: str, today: date) -> ColumnElement[int]:
    return case((visible(person_id, SEE_PII, today), 1), else_=0)


def devices_of(session: Session, people: Iterable[str]) -> dict[str, tuple[int, datetime | None]]:
    """Person → (devices that work, when one of them was last heard)."""
    asked = select(Device.person_id, func.count(), func.max(Device.last_seen_at)).where(
        Device.person_id.in_(sorted(people)), Device.state == "active"
    )
    return {person: (count, last) for person, count, last in session.execute(asked.group_by(Device.person_id))}
