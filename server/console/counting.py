"""Figures as one person may count them: which units, which forms, what is hidden; and the period asked for."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..context import server
from ..figures.definitions import Definitions
from ..figures.rollup import homes, rolled_up
from ..figures.small_cells import limit_of
from ..models import FormVersion, OrgUnit
from ..programs import forms_of
from ..reports import offices
from ..scope import rights, roles_by_right
from .district import as_day
from .texts import label

LONGEST = timedelta(days=366)
MOST_DAYS = 45  # points of a trend


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    @property
    def before(self) -> Period:
        """The period of the same length that ended the day before."""
        length = self.last - self.first + timedelta(days=1)
        return Period(self.first - length, self.last - length)

    def days(self) -> list[date]:
        """The last MOST_DAYS of it."""
        first = max(self.first, self.last - timedelta(days=MOST_DAYS - 1))
        return [first + timedelta(days=n) for n in range((self.last - first).days + 1)]


class Reader:
    """Figures as one person may see them: each over the units whose records of all its forms they may count."""

    def __init__(self, session: Session, person_id: str, known: Definitions, today: date) -> None:
        self.session, self.known, self.today = session, known, today
        self.units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
        self.allowed: dict[str, set[str]] = {}
        self.roles: dict[tuple[str, str], set[str]] = {}
        for unit, form, role in session.execute(roles_by_right(person_id, "table", today)):
            self.allowed.setdefault(form, set()).add(unit)
            self.roles.setdefault((unit, form), set()).add(role)
        readable = session.execute(rights(person_id, "read", today))
        self.readable = {(unit, form) for unit, form in readable}
        self.heads = offices(self.units, set().union(*self.allowed.values()), today)
        self.homes: dict[tuple[frozenset[str], date], dict[str, str]] = {}

    def forms(self, name: str) -> frozenset[str]:
        """The forms an indicator is counted from."""
        sources = [self.known.indicators[each]["source"] for each in self.known.sources([name])]
        return frozenset(
            source.get("form") or source.get("entered") for source in sources if "calculation" not in source
        )

    def home(self, name: str, last: date) -> dict[str, str]:
        """Unit → the office it is counted with, of the units this indicator may be counted in for the reader."""
        forms = self.forms(name)
        key = (forms, last)
        if key not in self.homes:
            codes = set.intersection(*(self.allowed.get(form, set()) for form in forms)) if forms else set()
            everywhere = homes(self.units, self.heads, last)
            self.homes[key] = {code: head for code, head in everywhere.items() if code in codes}
        return self.homes[key]

    def values(self, names: Sequence[str], period: Period, **given: Any) -> dict[str, dict[str, Decimal | None]]:
        """Head (WHOLE: all together) → indicator → figure."""
        found: dict[str, dict[str, Decimal | None]] = {}
        for home, group in self.grouped(names, period.last):
            figures = rolled_up(self.session, self.known, group, period.first, period.last, home, **given)
            for head, values in figures.items():
                found.setdefault(head, {}).update(values)
        return found

    def grouped(self, names: Sequence[str], last: date) -> list[tuple[dict[str, str], list[str]]]:
        """Indicators that are counted in the same units, together: one reading of the cells for each."""
        groups: dict[frozenset[str], list[str]] = {}
        for name in dict.fromkeys(names):
            if self.forms(name) and self.home(name, last):
                groups.setdefault(frozenset(self.home(name, last)), []).append(name)
        return [(self.home(group[0], last), group) for group in groups.values()]

    def below(self, name: str, last: date) -> int:
        """Below how many records an item of a disaggregation is hidden: of all the units counted, where it is strictest."""
        units = self.home(name, last)
        return max(
            (limit_of(self.known, self.roles[unit, form]) for unit in units for form in self.forms(name)), default=0
        )

    def records(self, name: str, period: Period, unit: str = "") -> str:
        """Where one may see what stands behind a figure of the reader's."""
        return url_for("console.behind.counted", name=name, unit=unit or None, since=period.first, until=period.last)

    def narrowed(self, heads: Sequence[str]) -> Reader:
        """The same reader, before the figures of these units."""
        found = copy(self)
        found.heads, found.homes = list(heads), {}
        return found


def asked_period(default: int) -> Period:
    """?days=30, or ?since=…&until=…; else so many days up to today."""
    today, given = server().today(), request.args
    last = given.get("until", today, type=as_day)
    length = given.get("days", default, type=int)
    first = given.get("since", last - timedelta(days=max(length, 1) - 1), type=as_day)
    first, last = min(first, last), max(first, last)
    return Period(max(first, last - LONGEST), last)


def item_labels(session: Session, known: Definitions, name: str, split_name: str) -> dict[str, str]:
    """What the items of a disaggregation are called: labels of the choices of the question it reads, if it reads one."""
    source = known.indicators[name]["source"]
    value = next(each["value"] for each in source["disaggregations"] if each["name"] == split_name)
    question = value.strip().removeprefix("${").removesuffix("}")
    form_id = source["form"]
    current = select(FormVersion.version).where(FormVersion.form_id == form_id, FormVersion.current)
    version = (form_id, str(session.scalar(current)))
    form = forms_of(session, [version])[version]
    path = next((path for path, spec in form.specs.items() if spec["name"] == question and "list" in spec), None)
    if path is None or value != f"${{{question}}}":
        return {}
    return {choice["name"]: label(choice["label"]) for choice in form.choices(path)}
