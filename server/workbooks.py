"""The district's table as .xlsx: a sheet by unit, one by unit and week. Codes are texts, nothing is a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sync.workflow import VOID

from .reports import Line, Table, days_of

TOP = 5  # the row of the column heads, from 0
FONT = {"font_name": "Times New Roman", "font_size": 12}  # what offices print in (Decree 30/2020)
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "plain": {},
    "head": {
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "center",
        "border": 1,
        "bg_color": "#E3ECE6",
    },
    "text": {"border": 1, "num_format": "@"},  # 03424 keeps its nought
    "count": {"border": 1, "num_format": "#,##0"},
    "sum": {"border": 1, "num_format": "#,##0", "bold": True},
}


@dataclass(frozen=True)
class Captions:
    """The workbook's words in the reader's language."""

    title: str
    period: str
    made: str
    note: str
    sheet_units: str
    sheet_weeks: str
    unit_code: str
    unit: str
    week: str
    days: str
    total: str
    heard: str
    whole: str
    unknown: str


class Workbook:
    """Writes one table. states: (id, label) in the order of its columns, the voided last."""

    def __init__(self, table: Table, states: Sequence[tuple[str, str]], captions: Captions, time_zone: str) -> None:
        self.table, self.captions, self.zone = table, captions, ZoneInfo(time_zone)
        self.states = [state for state, _ in states if state != VOID]
        self.heads = [(label, 14) for state, label in states if state != VOID]
        self.heads += [(captions.total, 10), *((label, 12) for state, label in states if state == VOID)]
        self.out = io.BytesIO()
        safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.out, safe)
        self.styles = {name: self.book.add_format({**FONT, **style}) for name, style in STYLES.items()}

    def content(self) -> bytes:
        """The file. Called once."""
        self.by_unit()
        self.by_week()
        self.book.close()
        return self.out.getvalue()

    def by_unit(self) -> None:
        words = self.captions
        columns = [(words.unit_code, 12), (words.unit, 34), *self.heads, (words.heard, 20)]
        sheet = self.begin(words.sheet_units, columns)
        for row, unit in enumerate(self.table.units, TOP + 1):
            self.texts(sheet, row, unit.code, unit.name)
            self.counts(sheet, row, 2, unit.whole, "count")
            sheet.write_string(row, len(columns) - 1, self.moment(unit.heard_at), self.styles["text"])
        last = TOP + 1 + len(self.table.units)
        self.texts(sheet, last, "", words.whole)
        self.counts(sheet, last, 2, self.table.whole, "sum")

    def by_week(self) -> None:
        words = self.captions
        columns = [(words.unit_code, 12), (words.unit, 34), (words.week, 10), (words.days, 24), *self.heads]
        sheet = self.begin(words.sheet_weeks, columns)
        lines = [(unit, line) for unit in self.table.units for line in unit.weeks]
        for row, (unit, line) in enumerate(lines, TOP + 1):
            monday, sunday = days_of(line.week)
            self.texts(sheet, row, unit.code, unit.name, line.week, f"{monday:%d/%m/%Y} – {sunday:%d/%m/%Y}")
            self.counts(sheet, row, 4, line, "count")
        sheet.autofilter(TOP, 0, TOP + len(lines), len(columns) - 1)

    def begin(self, name: str, columns: Sequence[tuple[str, int]]) -> Worksheet:
        """A sheet with its title and column heads, which stay in sight and come again on each printed page."""
        sheet, words = self.book.add_worksheet(name), self.captions
        sheet.write_string(0, 0, words.title, self.styles["title"])
        for row, text in enumerate((words.period, words.made, words.note), 1):
            sheet.write_string(row, 0, text, self.styles["plain"])
        for column, (text, width) in enumerate(columns):
            sheet.write_string(TOP, column, text, self.styles["head"])
            sheet.set_column(column, column, width)
        sheet.freeze_panes(TOP + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TOP)
        return sheet

    def texts(self, sheet: Worksheet, row: int, *texts: str) -> None:
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, self.styles["text"])

    def counts(self, sheet: Worksheet, row: int, column: int, line: Line, style: str) -> None:
        for offset, value in enumerate([*map(line.count, self.states), line.total, line.count(VOID)]):
            if line.known:
                sheet.write_number(row, column + offset, value, self.styles[style])
            else:
                sheet.write_string(row, column + offset, self.captions.unknown, self.styles["text"])

    def moment(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%d/%m/%Y %H:%M}" if at else self.captions.unknown
