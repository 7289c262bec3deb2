"""The table: records of one form by office (commune, agency …), week and state. Counts only.

A nought is said only of an office that was heard of since: otherwise nobody knows, and the table says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from sync.workflow import VOID

from .duplicates import merged_away
from .models import Device, Membership, OrgUnit, Record
from .scope import rights


@dataclass
class Line:
    """Counts of one unit, of one week or of all. known: False where a nought would be a guess."""

    week: str = ""
    known: bool = True
    counts: dict[str, int] = field(default_factory=dict)  # state → records

    @property
    def total(self) -> int:
        """All but the voided."""
        return sum(count for state, count in self.counts.items() if state != VOID)

    def count(self, state: str) -> int:
        return self.counts.get(state, 0)

    def add(self, other: Line) -> None:
        for state, count in other.counts.items():
            self.counts[state] = self.counts.get(state, 0) + count


@dataclass
class UnitLines:
    """One office, or the topmost unit for what lies below none. heard_at: when anything last came from it."""

    code: str
    name: str
    heard_at: datetime | None
    whole: Line = field(default_factory=Line)
    weeks: list[Line] = field(default_factory=list)


@dataclass
class Table:
    """first, last: days, both counted. weeks: ISO weeks that the period touches."""

    form_id: str
    first: date
    last: date
    weeks: list[str]
    units: list[UnitLines] = field(default_factory=list)
    whole: Line = field(default_factory=Line)


def district_table(
    session: Session, person_id: str, action: str, form_id: str, first: date, last: date, today: date, time_zone: str
) -> Table:
    """Count what the person may count: `action` is "table", or "export" for a workbook."""
    allowed = rights(person_id, action, today).subquery()
    codes = select(allowed.c.code).where(allowed.c.form_id == form_id)
    units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
    counts = count(session, form_id, codes, first, last, units, today)
    heads = {head_of(units, code, today).code for code in session.scalars(codes) if units[code].office} | counts.keys()
    heard = heard_at(session, units, today)
    table = Table(form_id, first, last, weeks_between(first, last))
    for code in sorted(heads, key=lambda code: units[code].path):
        heard_on = heard[code].astimezone(ZoneInfo(time_zone)).date() if code in heard else None
        lines = UnitLines(code, units[code].name, heard.get(code))
        for week in table.weeks:
            states = counts.get(code, {}).get(week, {})
            lines.weeks.append(Line(week, bool(states) or is_known(week, heard_on, today), states))
            lines.whole.add(lines.weeks[-1])
        lines.whole.known = any(line.known for line in lines.weeks)
        table.whole.add(lines.whole)
        table.units.append(lines)
    return table


def count(
    session: Session,
    form_id: str,
    codes: Select[tuple[str]],
    first: date,
    last: date,
    units: Mapping[str, OrgUnit],
    today: date,
) -> dict[str, dict[str, dict[str, int]]]:
    """Head unit → week → state → how many records of the days from first to last."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    columns = (Record.unit_code, Record.event_week, Record.state)
    grouped = select(*columns, func.count()).where(
        Record.form_id == form_id,
        Record.unit_code.in_(codes),
        Record.event_date.between(first, last),
        Record.rec.not_in(merged_away()),
    )
    for unit_code, week, state, number in session.execute(grouped.group_by(*columns)):
        states = counts.setdefault(head_of(units, unit_code, today).code, {}).setdefault(week, {})
        states[state] = states.get(state, 0) + number
    return counts


def head_of(units: Mapping[str, OrgUnit], code: str, today: date | None = None) -> OrgUnit:
    """The office a unit belongs to, itself if it is one; the topmost unit where there is none.

    today: given, an office that has ended by then counts with the one that succeeded it.
    """
    unit = units[code]
    while not unit.office and unit.parent is not None:
        unit = units[unit.parent]
    while today and unit.valid_to and unit.valid_to < today and unit.successor:
        unit = units[unit.successor]
    return unit


def offices(units: Mapping[str, OrgUnit], codes: Iterable[str], today: date) -> list[str]:
    """The offices these units belong to, in the order of the tree; what stands above several has no line of its own."""
    found = {head_of(units, code, today).code for code in codes}
    above = {
        code
        for code in found
        if any(other != code and units[other].path.startswith(units[code].path) for other in found)
    }
    return sorted(found - {code for code in above if not units[code].office}, key=lambda code: units[code].path)


def heard_at(session: Session, units: Mapping[str, OrgUnit], today: date) -> dict[str, datetime]:
    """Head unit → when a device of its people was last here, or a record of it last changed."""
    devices = (
        select(Membership.unit_code, func.max(Device.last_seen_at))
        .join(Device, Device.person_id == Membership.person_id)
        .where(Device.last_seen_at.is_not(None))
        .group_by(Membership.unit_code)
    )
    records = select(Record.unit_code, func.max(Record.changed_at)).group_by(Record.unit_code)
    found: dict[str, datetime] = {}
    for unit_code, at in (*session.execute(devices), *session.execute(records)):
        head = head_of(units, unit_code, today).code
        found[head] = max(at, found.get(head, at))
    return found


def is_known(week: str, heard_on: date | None, today: date) -> bool:
    """Whether a nought can be believed: something came on the week's last day or later, or in the running week."""
    if heard_on is None:
        return False
    monday, sunday = days_of(week)
    return heard_on >= (monday if today <= sunday else sunday)


def weeks_between(first: date, last: date) -> list[str]:
    """ISO weeks, "2021-W49", of the days from first to last."""
    monday = first - timedelta(days=first.weekday())
    count = max((last - monday).days // 7 + 1, 0)
    return [week_of(monday + timedelta(weeks=index)) for index in range(count)]


def week_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def days_of(week: str) -> tuple[date, date]:
    """Monday and Sunday of an ISO week."""
    year, number = week.split("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    return monday, monday + timedelta(days=6)
