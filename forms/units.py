"""org_units.csv → units: one tree, dated. A parent stands above its children in the file: nobody can write a circle."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from forms.expressions.values import date_days
from forms.problems import Problem, Where, problem
from forms.reading import MAX_BYTES

# kind → the kinds it may stand under; "" is the top.
PARENTS = {
    "district": {""},
    "commune": {"district"},
    "village": {"commune"},
    "team": {"commune", "village"},
    "agency": {"district", "commune"},
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


@dataclass(frozen=True)
class Unit:
    """An org unit; valid_from and valid_to are ISO days, "" = open; parent and successor are codes or ""."""

    code: str
    name: str
    kind: str
    parent: str
    valid_from: str
    valid_to: str
    successor: str


COLUMNS = tuple(field.name for field in fields(Unit))


def read_units(text: bytes, file: str) -> tuple[tuple[Unit, ...], list[Problem]]:
    """Read the table; columns beyond COLUMNS are for readers. Returns (units in the file's order, problems)."""
    if len(text) > MAX_BYTES:
        return (), [problem("file.too_large", Where(file), size=len(text), limit=MAX_BYTES)]
    try:
        rows = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True)
        lines = [(rows.line_num, row) for row in rows]
    except UnicodeDecodeError:
        return (), [problem("file.not_utf8", Where(file))]
    except csv.Error as broken:
        return (), [problem("csv.broken", Where(file), reason=str(broken))]
    found = [
        problem("csv.column", Where(file), column=column) for column in COLUMNS if column not in (rows.fieldnames or ())
    ]
    if found:
        return (), found
    units: dict[str, Unit] = {}
    for line, row in lines:
        unit = Unit(**{column: (row[column] or "").strip() for column in COLUMNS})
        found += [
            problem("campaign.unit_invalid", Where(file, f"line {line}"), unit=unit.code, reason=reason)
            for reason in _faults(unit, units)
        ]
        units[unit.code] = unit
    for unit in units.values():
        if unit.successor and (unit.successor not in units or unit.successor == unit.code):
            reason = f"its successor {unit.successor} is no other unit"
            found.append(problem("campaign.unit_invalid", Where(file), unit=unit.code, reason=reason))
    return tuple(units.values()), found


def _faults(unit: Unit, above: Mapping[str, Unit]) -> Iterator[str]:
    if not CODE.fullmatch(unit.code):
        yield "its code may hold letters, digits and -"
    if unit.code in above:
        yield "its code is twice in the file"
    if not unit.name:
        yield "it has no name"
    if unit.parent and unit.parent not in above:
        yield f"its parent {unit.parent} does not stand above it"
    elif unit.kind not in PARENTS:
        yield f"its kind is not one of {', '.join(PARENTS)}"
    elif (kind := above[unit.parent].kind if unit.parent else "") not in PARENTS[unit.kind]:
        yield f"a {unit.kind} does not stand under {f'a {kind}' if kind else 'nothing'}"
    for day in (unit.valid_from, unit.valid_to):
        if day and date_days(day) is None:
            yield f"'{day}' is not a day as 2021-12-31"
    if unit.valid_to and unit.valid_to < unit.valid_from:
        yield "it ends before it begins"
