"""Sheets of texts, as a spreadsheet or a Markdown table holds them, and the names of their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LETTERS = 26


@dataclass(frozen=True)
class Line:
    """A row below the header. number: as the spreadsheet counts, from 1. cells: as many as the header has or fewer."""

    number: int
    cells: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """name: as written. header: the first row that holds anything, on line `header_line`."""

    name: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    header_line: int = 1

    def filled(self) -> Iterator[Line]:
        return (line for line in self.lines if line)

    def address(self, line: int, column: int | None = None) -> str:
        """'survey!C7', or 'survey!7' for the whole row. column: from 0."""
        return f"{self.name}!{'' if column is None else column_letters(column)}{line}"


Sheets = Mapping[str, Sheet]  # by name in lower case; those that begin with _ are left out, as XLSForm says


def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def make_sheet(name: str, table: list[tuple[str, ...]]) -> Sheet | None:
    """A sheet of the table's rows, the first of which is line 1; None when nothing is written in it."""
    for index, cells in enumerate(table):
        if any(cell.strip() for cell in cells):
            lines = (Line(number, row) for number, row in enumerate(table[index + 1 :], index + 2))
            return Sheet(name, cells, tuple(lines), index + 1)
    return None


def by_name(sheets: list[Sheet]) -> dict[str, Sheet]:
    """The first of each name counts."""
    named: dict[str, Sheet] = {}
    for sheet in sheets:
        if not sheet.name.startswith("_"):
            named.setdefault(sheet.name.strip().lower(), sheet)
    return named
