"""returns.json: which figures a unit reports, for which period, by when, who signs. Read and checked here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from forms.compile import compile_form
from forms.indicators import Indicator, calculations_document
from forms.labels import Label, name_field
from forms.problems import Problem, Where, near, problem
from forms.units import Unit

FILE = "returns.json"
PERIODS = ("daily", "weekly", "monthly", "quarterly", "campaign", "adhoc")
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d\Z"
RULE = "rule_"  # before the names of rules, where indicators have names of their own

Return = Mapping[str, Any]


class WhoSchema(Schema):
    """kinds: of the units that report. units: only these of them. roles: who fills the return in."""

    kinds = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    units = fields.List(fields.Str())
    roles = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))


class DueSchema(Schema):
    """After the period closes."""

    hours = fields.Int(validate=validate.Range(0, 10_000))
    days = fields.Int(validate=validate.Range(0, 1000))

    @validates_schema
    def one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("either hours or days is expected")


class NarrativeSchema(Schema):
    name = name_field()
    label = Label(required=True)
    hint = Label()
    required = fields.Bool(load_default=False)


class RuleSchema(Schema):
    name = name_field()
    expression = fields.Str(required=True)
    message = Label(required=True)


class ReturnSchema(Schema):
    name = name_field()
    label = Label(required=True)
    who = fields.Nested(WhoSchema, required=True)
    period = fields.Str(required=True, validate=validate.OneOf(PERIODS))
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date()  # the last day of a campaign
    closes = fields.Str(required=True, validate=validate.Regexp(CLOCK))
    due = fields.Nested(DueSchema, required=True)
    target = fields.Int(validate=validate.Range(0, 100))
    indicators = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    narrative = fields.List(fields.Nested(NarrativeSchema), load_default=list)
    rules = fields.List(fields.Nested(RuleSchema), load_default=list)
    signers = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    receivers = fields.List(fields.Str(), load_default=list)


class ReturnsSchema(Schema):
    returns = fields.List(fields.Nested(ReturnSchema), required=True)


def check_returns(
    returns: Sequence[Return], indicators: Sequence[Indicator], roles: Mapping[str, Any], units: Sequence[Unit]
) -> Iterator[Problem]:
    for name, count in Counter(each["name"] for each in returns).items():
        if count > 1:
            yield problem("campaign.name_twice", Where(FILE, name=name), name=name)
    by_name = {indicator["name"]: indicator for indicator in indicators}
    kinds = {unit.code: unit.kind for unit in units}
    for index, each in enumerate(returns):
        where = Where(FILE, f"/returns/{index}", each["name"])
        who = each["who"]
        named = {
            "role": ({*who["roles"], *each["signers"], *each["receivers"]}, set(roles)),
            "kind": (set(who["kinds"]), set(kinds.values())),
            "unit": (set(who.get("units", ())), set(kinds)),
            "indicator": (set(each["indicators"]), set(by_name)),
        }
        for what, (wanted, known) in named.items():
            for name in sorted(wanted - known):
                yield problem(f"campaign.{what}_unknown", where, hint=near(name, sorted(known)), **{what: name})
        asked = set(who.get("units", kinds))
        if not any(kinds.get(unit) in who["kinds"] for unit in asked):
            yield problem("campaign.return_nobody", where, name=each["name"])
        yield from _check_rules(each, [by_name[name] for name in each["indicators"] if name in by_name], where)


def _check_rules(each: Return, indicators: Sequence[Indicator], where: Where) -> Iterator[Problem]:
    """Rules compare the return's own indicators; each is an expression over them as questions."""
    entered = [{**indicator, "source": {"entered": ""}} for indicator in indicators]
    rules = {f"{RULE}{rule['name']}": rule["expression"] for rule in each["rules"]}
    for found in compile_form(calculations_document(entered, rules)).problems:
        if found.where.name in rules and found.severity == "error":
            yield replace(found, where=replace(where, key=f"rules {found.where.name.removeprefix(RULE)}"))
