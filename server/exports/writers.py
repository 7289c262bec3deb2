"""Files an export is written as. Each is written line by line, bounded in memory, and says who made it and why.

A text is never a formula: spreadsheets get texts as texts, and in CSV what they would compute has an apostrophe before.
"""

from __future__ import annotations

import csv
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TextIO

import xlsxwriter

from ..problems import Refusal
from .columns import Cell, Column, Table

About = Sequence[tuple[str, str]]
MOST_SHEET_ROWS = 1_000_000  # Excel ends at 1,048,576
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
GEOMETRY = "geopoint"


class Writer(Protocol):
    """Lines, each of a table, then where they come from; closed in any case, and again is harmless."""

    suffix: str

    def line(self, table: Table, cells: Sequence[Cell]) -> None: ...
    def about(self, about: About) -> None: ...
    def close(self) -> None: ...


class Xlsx:
    """A sheet a table; the last one says where the file comes from. Numbers are numbers, codes are texts."""

    suffix = ".xlsx"

    def __init__(self, path: Path, tables: Sequence[Table], heads: Mapping[str, Sequence[str]], mark: str) -> None:
        """heads: by table's path. mark: printed on each page."""
        self.folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.stem}-")
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "tmpdir": self.folder.name}  # fmt: skip
        self.book = xlsxwriter.Workbook(str(path), options)
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "dd/mm/yyyy"})
        self.text = self.book.add_format({"num_format": "@"})
        self.mark, self.names = mark.replace("&", "&&"), set[str]()
        self.sheets = {table.path: self.sheet(table, heads[table.path]) for table in tables}
        self.next = dict.fromkeys(self.sheets, 1)
        self.dates = {table.path: date_places(table) for table in tables}

    def sheet(self, table: Table, heads: Sequence[str]) -> Any:
        sheet = self.book.add_worksheet(self.named(table.name))
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.bold)
        sheet.set_column(0, max(len(heads) - 1, 0), 18)
        sheet.freeze_panes(1, 0)
        self.printed(sheet)
        return sheet

    def printed(self, sheet: Any) -> None:
        sheet.set_header(f"&L{self.mark[:200]}")
        sheet.set_footer(f"&L{self.mark[:200]}&R&P/&N")
        sheet.set_landscape()
        sheet.set_paper(9)  # A4

    def named(self, name: str) -> str:
        """A sheet's name: 31 characters, each name once."""
        plain = "".join("_" if letter in "[]:*?/\\'" else letter for letter in name)
        short, number = plain[-31:], 1
        while short.casefold() in self.names:
            number += 1
            short = f"{plain[-28:]}_{number}"
        self.names.add(short.casefold())
        return short

    def line(self, table: Table, cells: Sequence[Cell]) -> None:
        row, sheet = self.next[table.path], self.sheets[table.path]
        if row > MOST_SHEET_ROWS:
            raise Refusal("export.too_many_rows")
        self.next[table.path] += 1
        for place, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                if place in self.dates[table.path] and (day := as_day(cell)):
                    sheet.write_datetime(row, place, day, self.day)
                else:
                    sheet.write_string(row, place, cell[:32767], self.text)
            elif abs(cell) < 1e15:
                sheet.write_number(row, place, cell)
            else:
                sheet.write_string(row, place, str(cell), self.text)

    def about(self, about: About) -> None:
        sheet = self.book.add_worksheet(self.named("Chung Sức"))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        self.printed(sheet)
        for row, (label, value) in enumerate(about):
            sheet.write_string(row, 0, label, self.bold)
            sheet.write_string(row, 1, value, self.text)

    def close(self) -> None:
        self.book.close()
        self.folder.cleanup()


class Csv:
    """A .zip of one .csv a table, UTF-8 with a mark that Excel reads, and a text that says where they come from."""

    suffix = ".csv.zip"

    def __init__(self, path: Path, tables: Sequence[Table], heads: Mapping[str, Sequence[str]], mark: str) -> None:
        self.path = path
        self.folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.stem}-")
        self.files, self.rows = list[TextIO](), dict[str, Any]()
        for table in tables:
            file = (Path(self.folder.name) / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline="")
            self.files.append(file)
            self.rows[table.path] = csv.writer(file)
            self.rows[table.path].writerow([harmless(head) for head in heads[table.path]])

    def line(self, table: Table, cells: Sequence[Cell]) -> None:
        self.rows[table.path].writerow(["" if cell is None else harmless(cell) for cell in cells])

    def about(self, about: About) -> None:
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in self.files:
                file.close()
                archive.write(file.name, Path(file.name).name)
            archive.writestr("chung-suc.txt", "\ufeff" + "".join(f"{label}: {value}\r\n" for label, value in about))

    def close(self) -> None:
        for file in self.files:
            file.close()
        self.folder.cleanup()


class GeoJson:
    """A FeatureCollection (RFC 7946) of the records, at the first place their form asks for; tables of repeats have none."""

    suffix = ".geojson"

    def __init__(self, path: Path, tables: Sequence[Table], heads: Mapping[str, Sequence[str]], mark: str) -> None:
        self.heads = list(heads[""])
        asked = point_of(tables[0])
        self.point = self.heads.index(asked.heads[0]) if asked else None
        self.file = path.open("w", encoding="utf-8")
        self.file.write('{"type":"FeatureCollection","features":[')
        self.first = True

    def line(self, table: Table, cells: Sequence[Cell]) -> None:
        if table.path:
            return
        geometry, at = None, self.point
        if at is not None and isinstance(cells[at], float) and isinstance(cells[at + 1], float):
            more = [cells[at + 2]] if isinstance(cells[at + 2], float) else []
            geometry = {"type": "Point", "coordinates": [cells[at + 1], cells[at], *more]}
        said = {head: cell for head, cell in zip(self.heads, cells, strict=True) if cell is not None}
        feature = {"type": "Feature", "id": said.get("KEY"), "geometry": geometry, "properties": said}
        self.file.write(("" if self.first else ",") + "\n" + json.dumps(feature, ensure_ascii=False))
        self.first = False

    def about(self, about: About) -> None:
        self.file.write(f'\n],"about":{json.dumps(dict(about), ensure_ascii=False)}}}\n')

    def close(self) -> None:
        self.file.close()


FORMATS: dict[str, type[Xlsx] | type[Csv] | type[GeoJson]] = {"xlsx": Xlsx, "csv": Csv, "geojson": GeoJson}


def point_of(table: Table) -> Column | None:
    """The question a record is put on the map by."""
    return next((column for column in table.columns if column.kind == GEOMETRY), None)


def date_places(table: Table) -> frozenset[int]:
    """Which cells of the questions' columns hold days; the table's own come first and last."""
    places, at = set(), 1 if not table.path else 0
    for column in table.columns:
        if column.kind == "date":
            places.add(at)
        at += len(column.heads)
    return frozenset(places)


def as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would compute, with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(COMPUTED) else cell
