"""An uploaded workbook → lines of texts, or why not. Stranger's bytes: bounded, no macros, nothing of it is run.

A refusal is about the file; a Fault about one cell, so that all of them are told at once.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.xlsform.sheets import Sheet
from forms.xlsform.workbook import read_workbook

from ..problems import Refusal
from .columns import Column, by_header

MAX_BYTES = 900_000  # below what any request may have (settings.request_max_bytes)
MOST_LINES = 2_000
REFUSED = {
    "file.too_large": "import.too_large",
    "xlsform.sheet_too_large": "import.too_many_lines",
    "xlsform.not_a_workbook": "import.not_xlsx",
    "xlsform.old_or_locked": "import.old_or_locked",
    "xlsform.damaged": "import.damaged",
}
COMMENT = "#"  # a line that begins so is an example or a remark


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell. code: of the register. cell: "people!C7"."""

    cell: str
    code: str
    text: str = ""


@dataclass
class Line:
    """One line: its number, its texts by column, where each stands, and what is wrong with it."""

    number: int
    said: dict[str, str]
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, code: str) -> None:
        cell = self.cells.get(column, self.cells[""])
        self.faults.append(Fault(cell, code, self.said.get(column, "")))


def read_list(content: bytes, which: str, columns: tuple[Column, ...]) -> list[Line]:
    """Raises Refusal import.too_large, import.not_xlsx, import.macros, import.old_or_locked, import.damaged, import.sheet,
    list.columns, import.too_many_lines, import.empty."""
    if len(content) > MAX_BYTES:
        raise Refusal("import.too_large", details={"most": MAX_BYTES})
    if has_macros(content):
        raise Refusal("import.macros")
    sheets, problems = read_workbook(content)
    for problem in problems:
        if problem.code in REFUSED:
            raise Refusal(REFUSED[problem.code])
    sheet = sheets.get(which)
    if sheet is None:
        raise Refusal("import.sheet", details={"sheet": which, "found": sorted(sheets)[:10]})
    places = heads(sheet, columns)
    lines = [
        line_of(sheet, line.number, line.cells, places)
        for line in sheet.filled()
        if not line.cells[0].strip().startswith(COMMENT)
    ]
    if len(lines) > MOST_LINES:
        raise Refusal("import.too_many_lines", details={"most": MOST_LINES})
    if not lines:
        raise Refusal("import.empty")
    for line in lines:
        check(line, columns)
    return lines


def has_macros(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def heads(sheet: Sheet, columns: tuple[Column, ...]) -> dict[str, int]:
    """Column → its place. Raises Refusal import.columns, naming what is unknown, twice or missing."""
    known = by_header(columns)
    places: dict[str, int] = {}
    wrong = []
    for place, head in enumerate(sheet.header):
        text = unicodedata.normalize("NFC", head).strip().rstrip("*").strip().casefold()
        if not text:
            continue
        column = known.get(text)
        if column is None or column.name in places:
            wrong.append(f"{sheet.address(sheet.header_line, place)}: {head[:40]}")
        else:
            places[column.name] = place
    missing = [column.vi for column in columns if column.wanted and column.name not in places]
    if wrong or missing:
        raise Refusal("import.columns", details={"unknown": wrong[:10], "missing": missing})
    return places


def line_of(sheet: Sheet, number: int, texts: tuple[str, ...], places: Mapping[str, int]) -> Line:
    said = {
        name: " ".join(unicodedata.normalize("NFC", texts[at]).split()) if at < len(texts) else ""
        for name, at in places.items()
    }
    cells: dict[str, Any] = {name: sheet.address(number, at) for name, at in places.items()}
    return Line(number, said, {**cells, "": sheet.address(number)})


def check(line: Line, columns: tuple[Column, ...]) -> None:
    """Blank where something is wanted, too long, or a spreadsheet's error."""
    for column in columns:
        text = line.said.get(column.name, "")
        if column.wanted and not text:
            line.fault(column.name, "import.blank")
        elif len(text) > column.longest:
            line.fault(column.name, "import.too_long")
        elif text.startswith("#") and text.rstrip("!?").isupper():
            line.fault(column.name, "import.cell_error")
