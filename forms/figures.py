"""What one record adds to the indicators of its form: their expressions put to its answers. Pure.

The expressions are compiled with the form (`indicators.figures_document`). Here they are evaluated over answers as they
are kept: what was hidden is absent and what is calculated stands there, so no rule of the form has to run again. Only
the questions that the expressions read are looked at, which keeps a record's evaluation far below a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from math import isfinite
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from forms.answers import clean
from forms.choice_lists import ChoiceList
from forms.compile import compile_form
from forms.evaluate import Context, Env, Evaluator
from forms.expressions.values import to_boolean, to_number, to_text
from forms.form import Form
from forms.indicators import GROUP, Indicator, figures, figures_document, form_of
from forms.tree import Branch, Node, Spec

PARTS = 10_000  # amounts are whole ten-thousandths: what is added can be taken away again to the last digit
MOST = 2**53  # larger amounts are nobody's figures, and would not be exact
ADDED = ("count", "sum")


class Contribution(NamedTuple):
    """What a record adds to one indicator. day: ISO. amount: of a count or sum, in ten-thousandths. over: of distinct,
    min or max, the value itself. by: the disaggregations, (name, item) each; item "": the record does not say."""

    indicator: str
    day: str
    amount: int
    over: str
    by: tuple[tuple[str, str], ...]


@dataclass
class Answered:
    """The world of an expression over kept answers (forms.evaluate.World)."""

    form: Form
    env: Env
    by_path: dict[str, Node]

    def choices(self, path: str) -> ChoiceList:
        return self.form.choices(path, self.env.lists)

    def choice_list(self, name: str) -> ChoiceList:
        return self.form.choice_list(name, self.env.lists)


@dataclass(frozen=True)
class Figure:
    """One indicator ready to run; the evaluators of its expressions."""

    name: str
    aggregate: str
    where: Evaluator | None  # None: always
    date: Evaluator
    over: Evaluator | None
    by: tuple[tuple[str, Evaluator], ...]


def compile_figures(document: Mapping[str, Any], indicators: Iterable[Indicator], time_zone: str, closes: str) -> Any:
    """The figures of one form as plain JSON: {program, indicators, time_zone, closes}; None where it feeds none.

    document: of a form that compiles with these indicators. closes: when a day ends, "HH:MM", "" = at midnight.
    """
    form_id = document["settings"]["form_id"]
    fed = [each for each in indicators if form_of(each) == form_id]
    if not fed:
        return None
    program = compile_form(figures_document(document, fed)).program
    assert program is not None, form_id  # loading a campaign has checked it
    return {"program": program, "indicators": fed, "time_zone": time_zone, "closes": closes}


@dataclass
class Figures:
    """The figures of a form, ready to run. lists: choice lists from files that its expressions look things up in."""

    compiled: Mapping[str, Any]
    lists: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        program = self.compiled["program"]
        self.form = Form(program, self.lists)
        self.zone = ZoneInfo(self.compiled["time_zone"])
        self.closes = self.compiled["closes"]
        group = f"/{GROUP}/"
        read = [path for path, keys in program["dependents"].items() if any(key.startswith(group) for key in keys)]
        self.wanted = pruned(program["root"], {above for path in read for above in with_those_above(path)})
        self.group: Spec = {"kind": "group", "path": f"/{GROUP}", "name": GROUP, "children": []}
        self.figures = [self._figure(each) for each in self.compiled["indicators"]]

    def _figure(self, indicator: Indicator) -> Figure:
        name, source = indicator["name"], indicator["source"]
        named = {
            key.removeprefix(f"{name}__"): self.form.evaluator(self.form.specs[f"/{GROUP}/{key}"]["calculation"])
            for key in figures(indicator)
        }
        by = tuple((each["name"], named[f"by_{each['name']}"]) for each in source.get("disaggregations", ()))
        where = named["where"] if "where" in source else None
        return Figure(name, source.get("aggregate", "sum"), where, named["date"], named.get("over"), by)

    def contributions(self, answers: Mapping[str, Any], env: Env) -> list[Contribution]:
        """What a record with these answers adds. env: as of the record's own moment. Raises nothing on data."""
        root = Branch({"kind": "group", "path": "", "children": ()}, None, "")
        world = Answered(self.form, env, {})
        grow(root, self.wanted, answers, world)
        here = Branch(self.group, root, f"/{GROUP}")
        context = Context(world, here, here, self.form.program["default_language"])
        found = []
        for figure in self.figures:
            if figure.where is not None and not to_boolean(figure.where(context)):
                continue
            day = self.day(to_text(figure.date(context)))
            if not day:
                continue
            amount, over = PARTS, ""
            if figure.aggregate != "count" and figure.over is not None:
                value = figure.over(context)
                if figure.aggregate == "sum":
                    number = to_number(value)
                    if not isfinite(number) or abs(number) > MOST:
                        continue  # blank: not reported, which is not nought
                    amount = in_parts(number)
                else:
                    amount, over = 0, to_text(value)[:200]
                    if not over:
                        continue
            by = tuple((name, to_text(value(context))[:200]) for name, value in figure.by)
            found.append(Contribution(figure.name, day, amount, over, by))
        return found

    def day(self, text: str) -> str:
        """The day a date or moment belongs to: a moment to the day that closes next. "" for what is neither."""
        try:
            if len(text) <= 10:
                return date.fromisoformat(text).isoformat()
            moment = datetime.fromisoformat(text)
        except ValueError:
            return ""
        local = moment.astimezone(self.zone) if moment.tzinfo else moment
        late = self.closes and f"{local:%H:%M}" >= self.closes
        return (local.date() + timedelta(days=1 if late else 0)).isoformat()


def in_parts(number: float | Decimal) -> int:
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    return int((exact * PARTS).quantize(Decimal(1), ROUND_HALF_EVEN))


def with_those_above(path: str) -> list[str]:
    names = path.split("/")[1:]
    return ["/" + "/".join(names[:depth]) for depth in range(1, len(names) + 1)]


def pruned(specs: Sequence[Spec], wanted: set[str]) -> list[Spec]:
    """The nodes of a program that are wanted; where a group or repeat is read itself, what is in it is not."""
    return [
        {**spec, "children": pruned(spec["children"], wanted)} if "children" in spec else spec
        for spec in specs
        if spec["path"] in wanted
    ]


def grow(above: Node, specs: Sequence[Spec], answers: Any, world: Answered) -> None:
    """Hang the wanted nodes below a group or row, with their answers as they are kept."""
    given = answers if isinstance(answers, Mapping) else {}
    for spec in specs:
        name, kind = spec["name"], spec["kind"]
        made_of = Node if kind == "question" else Branch
        node = above.children[name] = made_of(spec, above, f"{above.path}/{name}")
        world.by_path[node.path] = node
        value = given.get(name)
        if kind == "question":
            node.value = clean(value)
        elif kind == "group":
            grow(node, spec["children"], value, world)
        else:
            for row in value if isinstance(value, list) else ():
                row_id = str(row.get("__id", "")) if isinstance(row, Mapping) else ""
                made = Branch(world.form.row_specs[spec["path"]], node, f"{node.path}[{row_id}]", row_id or "row")
                node.rows.append(made)
                grow(made, spec["children"], row, world)
