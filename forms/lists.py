"""Reference data of a campaign: lists/*.csv, and the two lists every campaign has without writing them.

A list is {"columns": [name…], "rows": [[text…]…]}, as `Env.lists` takes it: texts only, one row a choice. Rows that are
dated have `valid_from` and `valid_to`, ISO days, both included; a name may then stand in several rows, never two of them
on one day. Rows are ended, not removed: records name them for ever.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.expressions.values import date_days
from forms.problems import Problem, Where, problem
from forms.units import COLUMNS, Unit

List = Mapping[str, Any]

MAX_LIST_BYTES, MAX_ROWS, MAX_COLUMNS = 8_000_000, 100_000, 60
AUTHOR_COLUMNS = ("name", "label", "role", "unit", "kind")
FOREVER = "9999-12-31"


def read_list(text: bytes, file: str) -> tuple[List | None, list[Problem]]:
    """Read one CSV. Returns (list or None, problems)."""
    if len(text) > MAX_LIST_BYTES:
        return None, [problem("file.too_large", Where(file), size=len(text), limit=MAX_LIST_BYTES)]
    try:
        rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        return None, [problem("file.not_utf8", Where(file))]
    except csv.Error as broken:
        return None, [problem("csv.broken", Where(file), reason=str(broken))]
    columns = [column.strip() for column in rows[0]] if rows else []
    found = list(_column_faults(columns, file))
    if found:
        return None, found
    lines = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows[1:], 2) if any(row)]
    if len(lines) > MAX_ROWS:
        return None, [problem("list.too_long", Where(file), rows=len(lines), limit=MAX_ROWS)]
    found += _row_faults(columns, lines, file)
    return {"columns": columns, "rows": [row for _, row in lines]}, found


def _column_faults(columns: Sequence[str], file: str) -> Iterator[Problem]:
    if "name" not in columns:
        yield problem("csv.column", Where(file, "line 1"), column="name")
    if not any(column == "label" or column.startswith("label::") for column in columns):
        yield problem("csv.column", Where(file, "line 1"), column="label")
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        yield problem("list.column_twice", Where(file, "line 1"), column=column)
    if len(columns) > MAX_COLUMNS:
        yield problem("list.too_wide", Where(file, "line 1"), columns=len(columns), limit=MAX_COLUMNS)


def _row_faults(columns: Sequence[str], lines: Sequence[tuple[int, list[str]]], file: str) -> Iterator[Problem]:
    seen: dict[str, list[tuple[str, str]]] = {}
    for line, row in lines:
        where = Where(file, f"line {line}")
        if len(row) != len(columns):
            yield problem("list.cells", where, cells=len(row), columns=len(columns))
            continue
        cells = dict(zip(columns, row, strict=True))
        if not cells["name"] or " " in cells["name"]:
            yield problem("choices.name_invalid", where, name=cells["name"])
        first, last = cells.get("valid_from", ""), cells.get("valid_to", "")
        wrong = [day for day in (first, last) if day and date_days(day) is None]
        for day in wrong:
            yield problem("list.day", where, day=day)
        if not wrong:
            span = (first, last or FOREVER)
            if any(begin <= span[1] and span[0] <= end for begin, end in seen.get(cells["name"], ())):
                yield problem("list.name_twice", where, name=cells["name"])
            seen.setdefault(cells["name"], []).append(span)


def org_units_list(units: Sequence[Unit]) -> List:
    """The built-in list `org_units`: name is the code, label the name; one column more for each kind that stands above
    others, with the code of the ancestor of that kind."""
    by_code = {unit.code: unit for unit in units}
    kinds = list(dict.fromkeys(unit.kind for unit in units))
    columns = ["name", "label", *(column for column in COLUMNS if column not in ("code", "name")), *kinds]
    rows = []
    for unit in units:
        places = ancestors(unit.code, by_code)
        own = [getattr(unit, column) for column in columns[2 : len(COLUMNS)]]
        rows.append([unit.code, unit.name, *own, *(places.get(kind, "") for kind in kinds)])
    return {"columns": columns, "rows": rows}


def author_list(name: str, role: str, unit: str, org_units: List | None) -> List:
    """The built-in list `author`: one row about who fills in, for which unit, and the units around that by kind.

    The twin in JavaScript is client/web/device/lists.js.
    """
    columns = list(org_units["columns"]) if org_units else []
    own = next((row for row in org_units["rows"] if row[0] == unit), None) if org_units else None
    cells = dict(zip(columns, own, strict=True)) if own else {}
    kinds = columns[len(COLUMNS) :]
    row = [name, name, role, unit, cells.get("kind", ""), *(cells.get(kind, "") for kind in kinds)]
    return {"columns": [*AUTHOR_COLUMNS, *kinds], "rows": [row]}


def ancestors(code: str, by_code: Mapping[str, Unit]) -> dict[str, str]:
    """kind → code of a unit and all above it; of two of one kind the nearer."""
    places: dict[str, str] = {}
    passed = set[str]()
    while code in by_code and code not in passed:  # a file that is not whole yet may hold a circle
        passed.add(code)
        places.setdefault(by_code[code].kind, code)
        code = by_code[code].parent
    return places
