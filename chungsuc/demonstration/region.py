"""Where people live: the campaign's own tree of units, cut down to some communes or repeated for many districts. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from random import Random

from forms import Unit

from .people import Household, household, main_group

HOUSEHOLDS = (18, 45)  # of a village's team: at least, at most


@dataclass(frozen=True)
class Home:
    """Where one team works. places: kind of unit → code, its own and all above it. group: whose village it is."""

    unit: Unit
    places: Mapping[str, str]
    group: str
    households: int

    def household(self, seed: int, number: int, on: date) -> Household:
        """The same number is the same household, whoever asks."""
        return household(Random(f"{seed}/{self.unit.code}/{number}"), self.group, on)


def cut(units: Sequence[Unit], keep: set[str]) -> list[Unit]:
    """The tree without the units beside the named ones (of the same kind) and what lies in those."""
    kinds = {unit.kind for unit in units if unit.code in keep}
    dropped = {unit.code for unit in units if unit.kind in kinds} - keep
    kept = []
    for unit in units:
        if unit.parent in dropped:
            dropped.add(unit.code)
        elif unit.code not in dropped:
            kept.append(replace(unit, successor="" if unit.successor in dropped else unit.successor))
    return kept


def repeated(units: Sequence[Unit], times: int) -> Iterator[Unit]:
    """The tree so many times over, side by side; copies say so in their codes and names."""
    for number in range(1, times + 1):
        for unit in units:
            if number == 1:
                yield unit
                continue
            code, parent, successor = (
                f"D{number}-{name}" if name else "" for name in (unit.code, unit.parent, unit.successor)
            )
            yield replace(unit, code=code, parent=parent, successor=successor, name=f"{unit.name} ({number})")


def homes(units: Sequence[Unit], kinds: set[str], seed: int) -> list[Home]:
    """The units of those kinds, with whoever lives there."""
    by_code = {unit.code: unit for unit in units}
    found = []
    for unit in units:
        if unit.kind in kinds:
            random = Random(f"{seed}/{unit.parent}")  # the teams of one village belong to one people
            group = main_group(random)
            found.append(Home(unit, ancestors(unit, by_code), group, random.randint(*HOUSEHOLDS)))
    return found


def ancestors(unit: Unit, by_code: Mapping[str, Unit]) -> dict[str, str]:
    """kind → code, of the unit and all above it; the lowest of a kind counts."""
    places: dict[str, str] = {}
    here: Unit | None = unit
    while here is not None:
        places.setdefault(here.kind, here.code)
        here = by_code.get(here.parent)
    return places


def as_csv(units: Sequence[Unit]) -> bytes:
    """org_units.csv again."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(field.name for field in fields(Unit))
    table.writerows(astuple(unit) for unit in units)
    return text.getvalue().encode()
