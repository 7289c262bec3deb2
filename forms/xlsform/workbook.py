"""Bytes ↔ sheets: .xlsx workbooks and Markdown tables. What is not one, or too much of one, is a problem with a code."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # neither library publishes types
import xlsxwriter  # type: ignore[import-untyped]

from forms.problems import Problem, Where, problem
from forms.xlsform.sheets import Sheet, Sheets, by_name, make_sheet

MAX_FILE_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 80_000_000  # a workbook of 100,000 choices has 20
MOST_LINES, MOST_COLUMNS = 120_000, 300
LONGEST_CELL = 32_767  # Excel's own bound
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how .xls begins, and a workbook behind a password
ERROR = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)\Z")


def read_workbook(content: bytes, file: str = "") -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets of an .xlsx. A formula counts by the value that was saved with it."""
    if refused := _refuse(content, file):
        return {}, [refused]
    found: list[Problem] = []
    sheets = []
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in workbook.worksheets:
            table = _table(sheet.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS + 1, values_only=True))
            if len(table) > MOST_LINES or any(len(cells) > MOST_COLUMNS for cells in table):
                where = Where(file, sheet.title)
                found.append(problem("xlsform.sheet_too_large", where, lines=MOST_LINES, columns=MOST_COLUMNS))
            elif made := make_sheet(sheet.title, table):
                sheets.append(made)
                found += _errors(made, file)
    except Exception:  # a damaged workbook makes the library raise nearly anything
        return {}, [problem("xlsform.damaged", Where(file))]
    return by_name(sheets), found


def _refuse(content: bytes, file: str) -> Problem | None:
    """What can be said before anything is unpacked."""
    if len(content) > MAX_FILE_BYTES:
        return problem("file.too_large", Where(file), size=len(content), limit=MAX_FILE_BYTES)
    if content.startswith(OLE):
        return problem("xlsform.old_or_locked", Where(file))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return problem("xlsform.not_a_workbook", Where(file))
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED_BYTES:
        return problem("file.too_large", Where(file), size=size, limit=MAX_UNPACKED_BYTES)
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        return problem("xlsform.not_a_workbook", Where(file))
    return None


def _table(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    """Rows of texts without the blank ends that spreadsheets are full of."""
    table: list[tuple[str, ...]] = []
    filled = 0
    for row in rows:
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        table.append(tuple(cells))
        if cells:
            filled = len(table)
    return table[:filled]


def cell_text(value: Any) -> str:
    """A cell as its author meant it: 1 for 1.0, yes for TRUE, a date as 2021-12-05."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="milliseconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).replace("\r\n", "\n").replace("_x000D_", "")


def _errors(sheet: Sheet, file: str) -> Iterable[Problem]:
    for line in sheet.lines:
        for column, text in enumerate(line.cells):
            if text.startswith("#") and ERROR.match(text):
                yield problem("xlsform.cell_error", Where(file, sheet.address(line.number, column)), text=text)


def read_markdown(text: str) -> dict[str, Sheet]:
    """The sheets of Markdown tables: the first column names a sheet, the next line is its header."""
    tables: dict[str, list[tuple[str, ...]]] = {}
    name = ""
    for line in text.splitlines():
        if not line.strip().startswith("|") or re.fullmatch(r"[\s|:]*-[\s|:-]*", line):
            continue
        first, *cells = (cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
        if first:
            name = first
            tables.setdefault(name, [])
        if name and any(cells):
            tables[name].append(tuple(cells))
    return by_name([sheet for name, table in tables.items() if (sheet := make_sheet(name, table))])


def write_workbook(sheets: Sheets, file: str = "") -> tuple[bytes, list[Problem]]:
    """An .xlsx of texts, header in bold and held in place, columns as wide as what they hold. b"" when there is a problem."""
    found = [
        problem("xlsform.cell_too_long", Where(file, sheet.address(line.number, column)), most=LONGEST_CELL)
        for sheet in sheets.values()
        for line in sheet.lines
        for column, text in enumerate(line.cells)
        if len(text) > LONGEST_CELL
    ]
    if found:
        return b"", found
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#e3eeea", "border": 1})
        for sheet in sheets.values():
            page = workbook.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, header in enumerate(sheet.header):
                page.write_string(0, column, header, bold)
                texts = [header, *(line.cells[column] for line in sheet.lines if column < len(line.cells))]
                page.set_column(column, column, min(max(map(len, texts)) + 2, 48))
            for line in sheet.lines:
                for column, text in enumerate(line.cells):
                    if text:
                        page.write_string(line.number - 1, column, text)
    return written.getvalue(), []
