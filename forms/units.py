"""org_units.csv → units: one tree, dated. A parent stands above its children in the file: nobody can write a circle.

Which kinds there are, and which stand under which, is the campaign's own (`unit_kinds` of campaign.json).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from forms.expressions.values import date_days
from forms.problems import Problem, Where, problem
from forms.reading import MAX_BYTES

Kinds = Mapping[str, Any]  # kind → {label, under: [kinds it stands under; none: the top], office}

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


def read_units(text: bytes, file: str, kinds: Kinds | None) -> tuple[tuple[Unit, ...], list[Problem]]:
    """Read the table; columns beyond COLUMNS are for readers. Without `kinds` nothing is said about kinds.

    Returns (units in the file's order, problems).
    """
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
            for reason in _faults(unit, units, kinds)
        ]
        units[unit.code] = unit
    found += [
        problem("campaign.unit_invalid", Where(file), unit=unit.code, reason=reason)
        for unit in units.values()
        if (reason := _succession_fault(unit, units))
    ]
    return tuple(units.values()), found


def _succession_fault(unit: Unit, units: Mapping[str, Unit]) -> str:
    passed, after = {unit.code}, unit.successor
    if after and (after not in units or after == unit.code):
        return f"its successor {after} is no other unit"
    while after in units and after not in passed:
        passed.add(after)
        after = units[after].successor
    return f"its successors lead back to {after}" if after == unit.code else ""


def _faults(unit: Unit, above: Mapping[str, Unit], kinds: Kinds | None) -> Iterator[str]:
    if not CODE.fullmatch(unit.code):
        yield "its code may hold letters, digits and -"
    if unit.code in above:
        yield "its code is twice in the file"
    if not unit.name:
        yield "it has no name"
    if unit.parent and unit.parent not in above:
        yield f"its parent {unit.parent} does not stand above it"
    elif kinds is not None and unit.kind not in kinds:
        yield f"its kind is not one of {', '.join(kinds)}"
    elif kinds and (kind := above[unit.parent].kind if unit.parent else "") not in (kinds[unit.kind]["under"] or [""]):
        yield f"a {unit.kind} does not stand under {f'a {kind}' if kind else 'nothing'}"
    for day in (unit.valid_from, unit.valid_to):
        if day and date_days(day) is None:
            yield f"'{day}' is not a day as 2021-12-31"
    if unit.valid_to and unit.valid_to < unit.valid_from:
        yield "it ends before it begins"
