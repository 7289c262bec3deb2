"""Figures of units over a period, at any level: cells added up, stocks taken at the end, rates worked out.

A flow is what the cells of the period's days add up to. A stock is never added up over days: of figures written down it
is what each unit wrote last in the period; of records (teams that are active …) all those dated up to its end count.
Distinct, highest and lowest are taken over the period in either case. Rejected records do not count.

Units are dated: a unit that had ended by the period's last day is counted with its successor, and wherever that stands
on that day; a period before a merger is counted as the tree then was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms import Form, Instance, compile_form
from forms.figures import PARTS
from forms.indicators import Indicator, calculations_document

from ..models import Cell, OrgUnit
from .definitions import Definitions

COUNTED = ("received", "has_issues", "approved")
WRITTEN_DOWN_FOR = timedelta(days=92)  # how far back within a long period a figure written down is looked for
BEGINNING = date(1900, 1, 1)
WHOLE = ""  # the head of all heads together

Value = Decimal | None  # None: nothing was reported
Values = dict[str, Value]  # by indicator


@dataclass
class Part:
    """What the cells of one head say of one indicator (and item)."""

    n: int = 0
    total: int = 0
    overs: set[str] = field(default_factory=set)

    def add(self, n: int, total: int, over: str) -> None:
        self.n += n
        self.total += total
        if over:
            self.overs.add(over)


Parts = dict[tuple[str, str, str], Part]  # (head, indicator, item)


def homes(units: Mapping[str, OrgUnit], heads: Iterable[str], last: date) -> dict[str, str]:
    """Unit → the head it is counted with on the day `last`: itself or the nearest above it; those of none are left out."""
    wanted = set(heads)
    found: dict[str, str] = {}
    for code in units:
        at: str | None = living(units, code, last)
        while at is not None and at not in wanted:
            at = units[at].parent
        if at is not None:
            found[code] = at
    return found


def living(units: Mapping[str, OrgUnit], code: str, last: date) -> str:
    """The unit itself, or once it has ended its successor, or that one's."""
    seen = {code}
    while (until := units[code].valid_to) is not None and until < last:
        after = units[code].successor
        if after is None or after in seen or after not in units:
            break
        seen.add(after)
        code = after
    return code


def rolled_up(
    session: Session,
    known: Definitions,
    names: Sequence[str],
    first: date,
    last: date,
    home: Mapping[str, str],
    *,
    heard: Iterable[str] | None = None,
    phases: Sequence[str] = COUNTED,
) -> dict[str, Values]:
    """Head → its figures, and WHOLE → those of all together.

    heard: the heads of which a nought can be believed (None: all); others have no counted figures where no record came.
    """
    base = [name for name in known.sources(names) if "calculation" not in known.indicators[name]["source"]]
    parts = parts_of(session, known, base, first, last, home, "", phases)
    heads = [*dict.fromkeys(home.values()), WHOLE]
    believed = set(heads if heard is None else heard) | {WHOLE}
    return {
        head: calculated(known, names, {
            name: value_of(known.indicators[name], parts.get((head, name, "")), head in believed) for name in base
        })
        for head in heads
    }  # fmt: skip


def by_item(
    session: Session,
    known: Definitions,
    name: str,
    split: str,
    first: date,
    last: date,
    home: Mapping[str, str],
    phases: Sequence[str] = COUNTED,
) -> dict[tuple[str, str], Value]:
    """(head, item) → the figure of one indicator by a disaggregation; items nobody has are left out."""
    counted = counted_by_item(session, known, name, split, first, last, home, phases)
    return {key: value for key, (value, _) in counted.items()}


def counted_by_item(
    session: Session,
    known: Definitions,
    name: str,
    split: str,
    first: date,
    last: date,
    home: Mapping[str, str],
    phases: Sequence[str] = COUNTED,
) -> dict[tuple[str, str], tuple[Value, int]]:
    """The same, each with how many records it comes from: what is hidden from some is decided by that."""
    parts = parts_of(session, known, [name], first, last, home, split, phases)
    return {
        (head, item): (value_of(known.indicators[name], part, True), part.n) for (head, _, item), part in parts.items()
    }


def by_day(
    session: Session, known: Definitions, name: str, first: date, last: date, home: Mapping[str, str]
) -> dict[tuple[str, date], Value]:
    """(head, day) → the figure of each single day, for trends; days without cells are left out."""
    asked = (
        select(Cell.unit_code, Cell.day, Cell.over, func.sum(Cell.n), func.sum(Cell.total))
        .where(Cell.span == "d", Cell.indicator == name, Cell.split == "", Cell.day.between(first, last))
        .where(Cell.phase.in_(COUNTED))
        .group_by(Cell.unit_code, Cell.day, Cell.over)
    )
    found: dict[tuple[str, date], Part] = defaultdict(Part)
    for unit, day, over, n, total in session.execute(asked):
        for head in (home.get(unit), WHOLE):
            if head is not None and unit in home:
                found[head, day].add(n, int(total), over)
    return {key: value_of(known.indicators[name], part, True) for key, part in found.items()}


def parts_of(
    session: Session,
    known: Definitions,
    names: Sequence[str],
    first: date,
    last: date,
    home: Mapping[str, str],
    split: str,
    phases: Sequence[str],
) -> Parts:
    """The cells of the period, added up by head and item, for indicators with a source of their own."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in names:
        kinds[kind_of(known.indicators[name])].append(name)
    found: Parts = defaultdict(Part)

    def add(unit: str, name: str, item: str, over: str, n: int, total: int) -> None:
        if unit in home:
            found[home[unit], name, item].add(n, total, over)
            found[WHOLE, name, item].add(n, total, over)

    for kind, since in (("period", first), ("standing", BEGINNING)):
        for span, begin, end in pieces(since, last):
            asked = (
                select(Cell.unit_code, Cell.indicator, Cell.item, Cell.over, func.sum(Cell.n), func.sum(Cell.total))
                .where(Cell.span == span, Cell.indicator.in_(kinds[kind]), Cell.split == split)
                .where(Cell.day.between(begin, end), Cell.phase.in_(phases))
                .group_by(Cell.unit_code, Cell.indicator, Cell.item, Cell.over)
            )
            for unit, name, item, over, n, total in session.execute(asked) if kinds[kind] else ():
                add(unit, name, item, over, n, int(total))
    if kinds["written"]:
        latest: dict[tuple[str, str, str], tuple[date, int, int]] = {}
        asked = (
            select(Cell.unit_code, Cell.indicator, Cell.item, Cell.day, func.sum(Cell.n), func.sum(Cell.total))
            .where(Cell.span == "d", Cell.indicator.in_(kinds["written"]), Cell.split == split)
            .where(Cell.day.between(max(first, last - WRITTEN_DOWN_FOR), last), Cell.phase.in_(phases))
            .group_by(Cell.unit_code, Cell.indicator, Cell.item, Cell.day)
        )
        for unit, name, item, day, n, total in session.execute(asked):
            if day >= latest.get((unit, name, item), (BEGINNING, 0, 0))[0]:
                latest[unit, name, item] = (day, n, int(total))
        for (unit, name, item), (_, n, total) in latest.items():
            add(unit, name, item, "", n, total)
    return found


def kind_of(indicator: Indicator) -> str:
    """ "written": a stock that somebody writes down. "standing": a stock of records. "period": of the period's days."""
    source = indicator["source"]
    if indicator["kind"] == "stock" and "entered" in source:
        return "written"
    if indicator["kind"] == "stock" and source.get("aggregate") in ("count", "sum"):
        return "standing"
    return "period"


def pieces(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """The period as whole months and the days before and after them: (span, first, last)."""
    months = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    after = (last + timedelta(days=1)).replace(day=1)  # the first day that is in no whole month
    if months >= after:
        yield "d", first, last
        return
    if first < months:
        yield "d", first, months - timedelta(days=1)
    yield "m", months, (after - timedelta(days=1)).replace(day=1)
    if after <= last:
        yield "d", after, last


def value_of(indicator: Indicator, part: Part | None, believed: bool) -> Value:
    """A figure of its cells; without any, nought for what is counted from records that would have come."""
    source = indicator["source"]
    aggregate = source.get("aggregate", "sum")
    if part is None or part.n == 0:
        return Decimal(0) if "form" in source and aggregate in ("count", "sum", "distinct") and believed else None
    if aggregate == "distinct":
        return Decimal(len(part.overs))
    if aggregate in ("min", "max"):
        numbers = [number for number in map(as_number, part.overs) if number is not None]
        return (min if aggregate == "min" else max)(numbers, default=None)
    return plain(Decimal(part.total) / PARTS)


def as_number(text: str) -> Value:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return plain(number) if number.is_finite() else None


def plain(number: Decimal) -> Decimal:
    """Without an exponent or idle noughts: 1200, 12.5."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def calculated(known: Definitions, names: Sequence[str], values: Mapping[str, Value]) -> Values:
    """The wanted figures: those given, and those calculated from them in the form language."""
    needed = known.sources(names)
    if all("calculation" not in known.indicators[name]["source"] for name in needed):
        return {name: values.get(name) for name in names}
    form = calculation(tuple((name, known.indicators[name]["source"].get("calculation", "")) for name in needed))
    given = {name: f"{value:f}" for name, value in values.items() if value is not None}
    worked_out = Instance(form, given).snapshot() if given else {}
    return {name: values[name] if name in values else as_number(str(worked_out.get(name, ""))) for name in names}


@lru_cache(maxsize=64)
def calculation(indicators: tuple[tuple[str, str], ...]) -> Form:
    """The form that works out calculated indicators: questions are those with values, in its own order."""
    rows: list[dict[str, Any]] = [
        {"name": name, "label": {"vi": name}, "source": {"calculation": text} if text else {}}
        for name, text in indicators
    ]
    program = compile_form(calculations_document(rows)).program
    assert program is not None  # loading the campaign has checked it
    return Form(program)
