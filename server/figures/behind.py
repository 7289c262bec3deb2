"""The records behind a figure: which they are, and what each adds. Read off the tallies, as the cells are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.figures import PARTS
from forms.indicators import form_of

from ..models import Tally
from .definitions import Definitions
from .rollup import BEGINNING, COUNTED, kind_of, plain


@dataclass(frozen=True)
class Behind:
    """A record in a figure. amount: what it adds; None: one of distinct, highest or lowest, which adds `over`."""

    rec: str
    unit: str
    day: str
    amount: Decimal | None
    over: str


def behind(
    session: Session, known: Definitions, name: str, first: date, last: date, units: Iterable[str]
) -> Iterator[Behind]:
    """The records an indicator counts in these units and days, in the order of their ids; a calculated one has none of
    its own. A stock of records has all up to the last day; one that is written down, all of the period's."""
    indicator = known.indicators[name]
    form = form_of(indicator)
    since = (BEGINNING if kind_of(indicator) == "standing" else first).isoformat()
    asked = (
        select(Tally.rec, Tally.unit_code, Tally.adds)
        .where(Tally.form_id == form, Tally.unit_code.in_(list(units)), Tally.phase.in_(COUNTED))
        .where(Tally.adds.contains(f'["{name}",', autoescape=True))
        .order_by(Tally.rec)
    )
    for rec, unit, adds in session.execute(asked.execution_options(yield_per=1000)):
        for indicator_name, day, amount, over, _ in json.loads(adds):
            if indicator_name == name and since <= day <= last.isoformat():
                yield Behind(rec, unit, day, None if over else plain(Decimal(amount) / PARTS), over)


def sources_of(known: Definitions, name: str) -> list[str]:
    """The indicators with records of their own that a calculated one is worked out from; of any other, itself."""
    return [each for each in known.sources([name]) if "calculation" not in known.indicators[each]["source"]]


def readable(
    found: Iterable[Behind], form: str, rights: frozenset[tuple[str, str]], most: int
) -> tuple[list[Behind], int, int]:
    """(the first so many that a reader of these (unit, form) may open, how many they may, how many they may not)."""
    shown: list[Behind] = []
    seen: Mapping[bool, set[str]] = {True: set(), False: set()}
    for each in found:
        mine = (each.unit, form) in rights
        if mine and len(shown) < most and each.rec not in seen[True]:
            shown.append(each)
        seen[mine].add(each.rec)
    return shown, len(seen[True]), len(seen[False])
