"""The figures of a return: worked out from the records, overridden where somebody says why, held against its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import Form, Instance, compile_form
from forms.indicators import calculations_document
from forms.returns import RULE

from ..figures.definitions import NAMED, Definitions
from ..figures.rollup import WHOLE, Value, as_number, counted_by_item, homes, rolled_up
from ..models import OrgUnit

Return = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One figure of a return. computed: from the records; value: what is reported. splits: split → item → figure.
    counts: split → item → records it comes from."""

    name: str
    label: Mapping[str, str]
    unit: Mapping[str, str]
    computed: Value
    value: Value
    reason: str
    splits: Mapping[str, Mapping[str, Value]]
    counts: Mapping[str, Mapping[str, int]]

    @property
    def overridden(self) -> bool:
        return self.value != self.computed


@dataclass(frozen=True)
class Warning:
    """A rule that does not hold. shown: its expression with the figures in the place of names."""

    name: str
    message: Mapping[str, str]
    expression: str
    shown: str


def units_of(session: Session) -> dict[str, OrgUnit]:
    return {unit.code: unit for unit in session.scalars(select(OrgUnit))}


def computed(
    session: Session, known: Definitions, return_: Return, unit: str, first: date, last: date
) -> dict[str, Value]:
    """The return's figures from the records of the unit and all below it."""
    home = homes(units_of(session), [unit], last)
    return rolled_up(session, known, return_["indicators"], first, last, home)[WHOLE]


def lines(
    session: Session,
    known: Definitions,
    return_: Return,
    unit: str,
    first: date,
    last: date,
    overrides: Mapping[str, Mapping[str, str]],
) -> list[Line]:
    figures = computed(session, known, return_, unit, first, last)
    home = homes(units_of(session), [unit], last)
    found = []
    for name in return_["indicators"]:
        indicator = known.indicators[name]
        split_names = [each["name"] for each in indicator["source"].get("disaggregations", ())]
        counted = {
            split: {
                item: each
                for (head, item), each in counted_by_item(session, known, name, split, first, last, home).items()
                if head == WHOLE
            }
            for split in split_names
        }
        said = overrides.get(name)
        value = as_number(said["value"]) if said else figures[name]
        found.append(
            Line(
                name,
                indicator["label"],
                indicator["unit"],
                figures[name],
                value,
                said["reason"] if said else "",
                {split: {item: value for item, (value, _) in items.items()} for split, items in counted.items()},
                {split: {item: n for item, (_, n) in items.items()} for split, items in counted.items()},
            )
        )
    return found


def warnings(known: Definitions, return_: Return, lines: Sequence[Line]) -> list[Warning]:
    """The rules that the figures break; a rule over something not reported says nothing."""
    values = {line.name: line.value for line in lines}
    form = rules_form(
        tuple(return_["indicators"]), tuple((rule["name"], rule["expression"]) for rule in return_["rules"])
    )
    given = {name: f"{value:f}" for name, value in values.items() if value is not None}
    results = Instance(form, given).snapshot() if given and return_["rules"] else {}
    broken = []
    for rule in return_["rules"]:
        read = NAMED.findall(rule["expression"])
        if all(values.get(name) is not None for name in read) and results.get(f"{RULE}{rule['name']}") != "true":
            shown = NAMED.sub(lambda found: f"{values[found[1]]:f}", rule["expression"])
            broken.append(Warning(rule["name"], rule["message"], rule["expression"], shown))
    return broken


@lru_cache(maxsize=64)
def rules_form(indicators: tuple[str, ...], rules: tuple[tuple[str, str], ...]) -> Form:
    entered = [{"name": name, "label": {"vi": name}, "source": {"entered": ""}} for name in indicators]
    program = compile_form(
        calculations_document(entered, {f"{RULE}{name}": expression for name, expression in rules})
    ).program
    assert program is not None  # loading the campaign has checked it
    return Form(program)


def typed_number(text: str) -> Decimal | None:
    """A figure as people type it: 1.234.567 and 12,5. None: it is none."""
    plain = text.strip().replace(" ", "").replace("\u00a0", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    elif plain.count(".") > 1 or (plain.count(".") == 1 and len(plain.rpartition(".")[2]) == 3):
        plain = plain.replace(".", "")
    return as_number(plain)
