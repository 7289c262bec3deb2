"""reviews.json: what a review over a span of days says (sơ kết, tổng kết), who writes and who signs it. Read, checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import Schema, fields, validate

from forms.campaign_checks import question_of
from forms.compile import Program, compile_form
from forms.indicators import Indicator, calculations_document, form_of
from forms.labels import Label, name_field
from forms.problems import Problem, Where, near, problem
from forms.returns import NarrativeSchema, WhoSchema
from forms.units import Unit

FILE = "reviews.json"
SCORE = "score_"  # before the names of criteria, where indicators have names of their own

Review = Mapping[str, Any]


class PracticesSchema(Schema):
    """The approved records behind an indicator. only: question → the answers with which a record may be told of. show:
    the questions that are told."""

    indicator = fields.Str(required=True)
    only_ = fields.Dict(
        keys=fields.Str(), values=fields.List(fields.Str()), load_default=dict, data_key="only", attribute="only"
    )
    show = fields.List(fields.Str(), required=True, validate=validate.Length(1, 8))


class CriterionSchema(Schema):
    """Units of these kinds are put in order by an expression over indicators. lowest: the lowest is the best."""

    name = name_field()
    label = Label(required=True)
    unit = Label(required=True)
    kinds = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    expression = fields.Str(required=True)
    lowest = fields.Bool(load_default=False)
    most = fields.Int(load_default=3, validate=validate.Range(1, 20))


class ReviewSchema(Schema):
    name = name_field()
    label = Label(required=True)
    who = fields.Nested(WhoSchema, required=True)
    signers = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    receivers = fields.List(fields.Str(), load_default=list)
    indicators = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    practices = fields.Nested(PracticesSchema)
    best = fields.List(fields.Nested(CriterionSchema), load_default=list, validate=validate.Length(max=10))
    narrative = fields.List(fields.Nested(NarrativeSchema), load_default=list)


class ReviewsSchema(Schema):
    reviews = fields.List(fields.Nested(ReviewSchema), required=True)


def check_reviews(
    reviews: Sequence[Review],
    indicators: Sequence[Indicator],
    roles: Mapping[str, Any],
    units: Sequence[Unit],
    programs: Mapping[str, Program],
) -> Iterator[Problem]:
    """What a review names exists, and its criteria are expressions over indicators."""
    for name, count in Counter(each["name"] for each in reviews).items():
        if count > 1:
            yield problem("campaign.name_twice", Where(FILE, name=name), name=name)
    by_name = {indicator["name"]: indicator for indicator in indicators}
    kinds = {unit.code: unit.kind for unit in units}
    for index, each in enumerate(reviews):
        where = Where(FILE, f"/reviews/{index}", each["name"])
        who, practices = each["who"], each.get("practices")
        named = {
            "role": ({*who["roles"], *each["signers"], *each["receivers"]}, set(roles)),
            "kind": ({*who["kinds"], *(kind for best in each["best"] for kind in best["kinds"])}, set(kinds.values())),
            "unit": (set(who.get("units", ())), set(kinds)),
            "indicator": ({*each["indicators"], *([practices["indicator"]] if practices else [])}, set(by_name)),
        }
        for what, (wanted, known) in named.items():
            for name in sorted(wanted - known):
                yield problem(f"campaign.{what}_unknown", where, hint=near(name, sorted(known)), **{what: name})
        if not any(kinds.get(unit) in who["kinds"] for unit in who.get("units", kinds)):
            yield problem("campaign.return_nobody", where, name=each["name"])
        if practices and practices["indicator"] in by_name:
            form = form_of(by_name[practices["indicator"]])
            program = programs.get(form)
            for name in sorted({*practices["only"], *practices["show"]}):
                if program is None or question_of(program, name) is None:
                    yield problem("campaign.question_unknown", where, form=form, question=name)
        yield from _check_criteria(each, indicators, where)


def _check_criteria(each: Review, indicators: Sequence[Indicator], where: Where) -> Iterator[Problem]:
    entered = [{**indicator, "source": {"entered": ""}} for indicator in indicators]
    criteria = {f"{SCORE}{best['name']}": best["expression"] for best in each["best"]}
    for found in compile_form(calculations_document(entered, criteria)).problems:
        if found.where.name in criteria and found.severity == "error":
            yield replace(found, where=replace(where, key=f"best {found.where.name.removeprefix(SCORE)}"))
