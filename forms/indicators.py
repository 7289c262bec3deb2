"""indicators.json: what is counted. Read here and checked against the forms it is counted from.

An indicator is counted from the records of a form (`aggregate` over an expression, where a condition holds, on the day of
`date`, split by `disaggregations`), entered by hand as a question of a form, or calculated from other indicators.
Its expressions are the form's own language: `figures_document` puts them to the form as calculations, so that compiling
and evaluating them is the engine's work and nothing is written twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from forms.compile import compile_form
from forms.labels import Label, name_field
from forms.problems import Problem, Where, problem

FILE = "indicators.json"
KINDS = ("stock", "flow")
AGGREGATES = ("count", "sum", "min", "max", "distinct")
GROUP = "figures_"  # of the calculations put to a form
SOURCES = ("form", "entered", "calculation")

Indicator = Mapping[str, Any]


class DisaggregationSchema(Schema):
    name = name_field()
    label = Label(required=True)
    value = fields.Str(required=True)


class SourceSchema(Schema):
    form = fields.Str()
    aggregate = fields.Str(validate=validate.OneOf(AGGREGATES))
    over = fields.Str()
    where = fields.Str()
    date = fields.Str()
    disaggregations = fields.List(fields.Nested(DisaggregationSchema))
    entered = fields.Str()
    question = fields.Str()
    calculation = fields.Str()

    @validates_schema
    def one_source(self, data: Mapping[str, Any], **_: Any) -> None:
        named = [source for source in SOURCES if source in data]
        if len(named) != 1:
            raise ValidationError(f"exactly one of {', '.join(SOURCES)} is expected")
        wanted = {"form": {"aggregate", "date"}, "entered": {"question", "date"}, "calculation": set[str]()}[named[0]]
        if data.get("aggregate", "count") != "count":
            wanted = wanted | {"over"}
        if missing := sorted(wanted - data.keys()):
            raise ValidationError(f"{', '.join(missing)} is missing beside {named[0]}")


class IndicatorSchema(Schema):
    name = name_field()
    label = Label(required=True)
    unit = Label(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    source = fields.Nested(SourceSchema, required=True)


class IndicatorsSchema(Schema):
    indicators = fields.List(fields.Nested(IndicatorSchema), required=True)


def form_of(indicator: Indicator) -> str:
    """The form whose records an indicator is counted from; "" for one that is calculated."""
    source = indicator["source"]
    return str(source.get("form") or source.get("entered") or "")


def figures(indicator: Indicator) -> dict[str, str]:
    """The expressions of an indicator that its form evaluates: {name of a calculation: expression}.

    `<name>__where` (true: the record counts), `__over` (what it adds), `__date`, `__by_<disaggregation>`.
    """
    source, name = indicator["source"], indicator["name"]
    found = {"date": source["date"], "where": source.get("where", "true()")}
    over = source.get("over") or (f"${{{source['question']}}}" if "question" in source else "")
    if over:
        found["over"] = over
    found |= {f"by_{each['name']}": each["value"] for each in source.get("disaggregations", ())}
    return {f"{name}__{key}": text for key, text in found.items()}


def figures_document(document: Mapping[str, Any], indicators: Iterable[Indicator]) -> dict[str, Any]:
    """The form with the expressions of these indicators as calculations in a group at its end."""
    rows = [
        {"type": "calculate", "name": name, "calculation": text}
        for indicator in indicators
        for name, text in figures(indicator).items()
    ]
    return {**document, "survey": [*document["survey"], {"type": "group", "name": GROUP, "children": rows}]}


def check_indicators(indicators: Sequence[Indicator], documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """documents: form id → form document, of forms that compile by themselves."""
    for name, count in Counter(each["name"] for each in indicators).items():
        if count > 1:
            yield problem("campaign.name_twice", Where(FILE, name=name), name=name)
    by_form: dict[str, list[tuple[int, Indicator]]] = {}
    for index, indicator in enumerate(indicators):
        form = form_of(indicator)
        if form and form not in documents:
            yield problem("campaign.form_unknown", Where(FILE, f"/indicators/{index}", indicator["name"]), form=form)
        elif form:
            by_form.setdefault(form, []).append((index, indicator))
    for form, members in by_form.items():
        yield from _check_expressions(documents[form], members)
    yield from _check_calculations(indicators)


def _check_expressions(document: Mapping[str, Any], members: Sequence[tuple[int, Indicator]]) -> Iterator[Problem]:
    places = {
        figure: (index, indicator["name"], figure.rpartition("__")[2])
        for index, indicator in members
        for figure in figures(indicator)
    }
    compiled = compile_form(figures_document(document, [indicator for _, indicator in members]))
    for found in compiled.problems:
        if found.where.name in places and found.severity == "error":
            index, name, key = places[found.where.name]
            where = Where(FILE, f"/indicators/{index}/source", name, key)
            yield replace(found, where=where)


def _check_calculations(indicators: Sequence[Indicator]) -> Iterator[Problem]:
    """Calculated indicators are a form of their own: each indicator a question, so names and cycles are its matter."""
    places = {each["name"]: index for index, each in enumerate(indicators)}
    for found in compile_form(calculations_document(indicators)).problems:
        if found.where.name in places and found.severity == "error":
            where = Where(FILE, f"/indicators/{places[found.where.name]}/source", found.where.name, "calculation")
            yield replace(found, where=where)


def calculations_document(indicators: Iterable[Indicator], rules: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A form whose questions are the indicators and whose calculations are those that are calculated, and `rules`."""
    rows: list[dict[str, Any]] = []
    for indicator in {each["name"]: each for each in indicators}.values():
        calculation = indicator["source"].get("calculation")
        row = (
            {"type": "decimal", "label": indicator["label"]}
            if calculation is None
            else {"type": "calculate", "calculation": calculation}
        )
        rows.append({"name": indicator["name"], **row})
    rows += [{"type": "calculate", "name": name, "calculation": text} for name, text in (rules or {}).items()]
    title = {"vi": "Chỉ tiêu", "en": "Indicators"}
    return {
        "settings": {"form_id": "indicators", "version": "1", "title": title, "default_language": "vi"},
        "survey": rows,
    }
