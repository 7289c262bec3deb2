"""The district's table: records of one form by commune, week and state; and the same as a workbook. Counts only.

A nought is said only of a commune that was heard of since: otherwise nobody knows, and the table says so.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from sync.workflow import VOID

from .models import Device, Membership, OrgUnit, Record
from .scope import rights, under

HEADS = ("commune", "agency")  # units with a line of their own; records above them stand at the district's


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
    """One commune, agency or the district itself. heard_at: when anything last came from it."""

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
    table = Table(form_id, first, last, weeks_between(first, last))
    allowed = rights(person_id, action, today).subquery()
    codes = select(allowed.c.code).where(allowed.c.form_id == form_id)
    heard = heard_at(session)
    shown = session.scalars(select(OrgUnit).where(OrgUnit.code.in_(codes)).order_by(OrgUnit.path)).all()
    lines = {unit.code: UnitLines(unit.code, unit.name, heard.get(unit.code)) for unit in shown if unit.kind in HEADS}
    above = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
    counts: dict[str, dict[str, dict[str, int]]] = {}
    grouped = (
        select(Record.unit_code, Record.event_week, Record.state, func.count())
        .where(Record.form_id == form_id, Record.unit_code.in_(codes), Record.event_date.between(first, last))
        .group_by(Record.unit_code, Record.event_week, Record.state)
    )
    for unit_code, week, state, count in session.execute(grouped):
        head = head_of(above, unit_code)
        if head.code not in lines:
            lines[head.code] = UnitLines(head.code, head.name, heard.get(head.code))
        states = counts.setdefault(head.code, {}).setdefault(week, {})
        states[state] = states.get(state, 0) + count
    for code, unit_lines in sorted(lines.items(), key=lambda item: above[item[0]].path):
        heard_on = unit_lines.heard_at.astimezone(ZoneInfo(time_zone)).date() if unit_lines.heard_at else None
        for week in table.weeks:
            states = counts.get(code, {}).get(week, {})
            unit_lines.weeks.append(Line(week, bool(states) or is_known(week, heard_on, today), states))
            unit_lines.whole.add(unit_lines.weeks[-1])
        unit_lines.whole.known = any(line.known for line in unit_lines.weeks)
        table.whole.add(unit_lines.whole)
        table.units.append(unit_lines)
    return table


def head_of(units: Mapping[str, OrgUnit], code: str) -> OrgUnit:
    """The commune or agency a unit belongs to; the topmost unit where there is none."""
    unit = units[code]
    while unit.kind not in HEADS and unit.parent is not None:
        unit = units[unit.parent]
    return unit


def heard_at(session: Session) -> dict[str, datetime]:
    """Unit → when a device of its people was last here, or a record under it last changed."""
    below = aliased(OrgUnit)
    heads = select(OrgUnit.code).select_from(OrgUnit).join(below, under(below.path, OrgUnit.path))
    devices = (
        heads.add_columns(func.max(Device.last_seen_at))
        .join(Membership, Membership.unit_code == below.code)
        .join(Device, Device.person_id == Membership.person_id)
        .where(Device.last_seen_at.is_not(None))
        .group_by(OrgUnit.code)
    )
    records = (
        heads.add_columns(func.max(Record.changed_at))
        .join(Record, Record.unit_code == below.code)
        .group_by(OrgUnit.code)
    )
    found: dict[str, datetime] = {}
    for code, at in (*session.execute(devices), *session.execute(records)):
        found[code] = max(at, found.get(code, at))
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


@dataclass(frozen=True)
class Captions:
    """The workbook's words in the reader's language."""

    sheet_units: str
    sheet_weeks: str
    title: str
    period: str
    made: str
    unit_code: str
    unit: str
    week: str
    days: str
    total: str
    heard: str
    unknown: str
    whole: str
    note: str


def workbook(table: Table, states: Sequence[tuple[str, str]], captions: Captions, time_zone: str) -> bytes:
    """The table as .xlsx: a sheet by unit, one by unit and week. states: (id, label), in the table's order.

    Codes are texts, so that 03424 keeps its nought; nothing is a formula.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        font = {"font_name": "Times New Roman", "font_size": 12}
        bold = book.add_format({**font, "bold": True})
        plain = book.add_format(font)
        head = book.add_format(
            {
                **font,
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "align": "center",
                "border": 1,
                "bg_color": "#E3ECE6",
            }
        )
        cell = book.add_format({**font, "border": 1})
        code = book.add_format({**font, "border": 1, "num_format": "@"})
        count = book.add_format({**font, "border": 1, "num_format": "#,##0"})
        sums = book.add_format({**font, "bold": True, "border": 1, "num_format": "#,##0"})
        zone = ZoneInfo(time_zone)

        def begin(name: str, columns: Sequence[tuple[str, int]]) -> xlsxwriter.worksheet.Worksheet:
            sheet = book.add_worksheet(name)
            for row, (text, style) in enumerate(
                ((captions.title, bold), (captions.period, plain), (captions.made, plain), (captions.note, plain))
            ):
                sheet.write_string(row, 0, text, style)
            for column, (text, width) in enumerate(columns):
                sheet.write_string(TOP, column, text, head)
                sheet.set_column(column, column, width)
            sheet.freeze_panes(TOP + 1, 2)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(TOP)
            return sheet

        def write_counts(
            sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, line: Line, style: object
        ) -> None:
            numbers = [line.count(state) for state, _ in states if state != VOID] + [line.total, line.count(VOID)]
            for offset, value in enumerate(numbers):
                if line.known:
                    sheet.write_number(row, column + offset, value, style)
                else:
                    sheet.write_string(row, column + offset, captions.unknown, cell)

        numbers = [(label, 14) for state, label in states if state != VOID] + [(captions.total, 10)]
        numbers += [(label, 12) for state, label in states if state == VOID]
        sheet = begin(
            captions.sheet_units, [(captions.unit_code, 12), (captions.unit, 34), *numbers, (captions.heard, 20)]
        )
        for row, unit in enumerate(table.units, TOP + 1):
            sheet.write_string(row, 0, unit.code, code)
            sheet.write_string(row, 1, unit.name, cell)
            write_counts(sheet, row, 2, unit.whole, count)
            heard = f"{unit.heard_at.astimezone(zone):%d/%m/%Y %H:%M}" if unit.heard_at else captions.unknown
            sheet.write_string(row, 2 + len(numbers), heard, cell)
        last = TOP + 1 + len(table.units)
        sheet.write_string(last, 0, "", sums)
        sheet.write_string(last, 1, captions.whole, sums)
        write_counts(sheet, last, 2, table.whole, sums)
        sheet = begin(
            captions.sheet_weeks,
            [(captions.unit_code, 12), (captions.unit, 34), (captions.week, 10), (captions.days, 24), *numbers],
        )
        row = TOP + 1
        for unit in table.units:
            for line in unit.weeks:
                monday, sunday = days_of(line.week)
                for column, (text, style) in enumerate(
                    (
                        (unit.code, code),
                        (unit.name, cell),
                        (line.week, code),
                        (f"{monday:%d/%m/%Y} – {sunday:%d/%m/%Y}", cell),
                    )
                ):
                    sheet.write_string(row, column, text, style)
                write_counts(sheet, row, 4, line, count)
                row += 1
        sheet.autofilter(TOP, 0, max(row - 1, TOP), 3 + len(numbers))
    return out.getvalue()


TOP = 5  # the row of the column heads, from 0
