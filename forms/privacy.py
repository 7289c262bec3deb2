"""privacy.json: how long records are kept, and which questions say to what people agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from forms.labels import Label
from forms.problems import Problem, Where, near, problem
from forms.support import paths_by_name

FILE = "privacy.json"
NAME = validate.Regexp(r"^[a-z][a-z0-9_]{0,39}\Z")
FROM = ("closing", "record")


class RuleSchema(Schema):
    """Records of these forms, in these states (none named: in those that no other rule has), are erased `months` after
    the campaign closed, or after the record last changed."""

    name = fields.Str(required=True, validate=NAME)
    label = Label(required=True)
    forms = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    states = fields.List(fields.Str(), load_default=list)
    months = fields.Int(required=True, validate=validate.Range(min=1, max=1200))
    from_ = fields.Str(required=True, validate=validate.OneOf(FROM), data_key="from")


class ConsentSchema(Schema):
    """The questions of a form: which text was read out, how they agreed, who did, on which day."""

    form = fields.Str(required=True)
    text = fields.Str(required=True)
    how = fields.Str(required=True)
    by = fields.Str(required=True)
    on = fields.Str(required=True)


class TextSchema(Schema):
    """One version of the text that is read out. from_: the day it came into use."""

    version = fields.Str(required=True, validate=validate.Length(1, 40))
    label = Label(required=True)


class PrivacySchema(Schema):
    """closing: the day the campaign ended; null while it runs, and then nothing falls due by it."""

    closing = fields.Date(required=True, allow_none=True)
    retention = fields.List(fields.Nested(RuleSchema), required=True)
    consent = fields.List(fields.Nested(ConsentSchema), load_default=list)
    texts = fields.List(fields.Nested(TextSchema), load_default=list)


def check_privacy(
    privacy: Mapping[str, Any], programs: Mapping[str, Any], workflows: Mapping[str, Any]
) -> Iterator[Problem]:
    """privacy: as loaded; programs: form id → program; workflows: form id → workflow.json's entry."""
    taken: dict[tuple[str, str], str] = {}
    for rule in privacy["retention"]:
        place = f"/retention/{rule['name']}"
        for form in rule["forms"]:
            if form not in programs:
                yield unknown("form", form, programs, place)
                continue
            known = workflows.get(form, {}).get("states", {})
            for state in rule["states"]:
                if state not in known:
                    yield unknown("state", state, known, place)
            for state in rule["states"] or [""]:
                if (form, state) in taken:
                    yield problem("campaign.kept_twice", Where(FILE, place), form=form, other=taken[form, state])
                taken[form, state] = rule["name"]
    for asked in privacy["consent"]:
        if asked["form"] not in programs:
            yield unknown("form", asked["form"], programs, "/consent")
            continue
        names = {path.rpartition("/")[2] for path in paths_by_name(programs[asked["form"]]).values()}
        for key in ("text", "how", "by", "on"):
            if asked[key] not in names:
                yield unknown("question", asked[key], names, f"/consent/{key}", asked["form"])


def unknown(kind: str, name: str, known: Any, place: str, form: str = "") -> Problem:
    details = {"form": form, kind: name} if form else {kind: name}
    return problem(f"campaign.{kind}_unknown", Where(FILE, place), hint=near(name, sorted(known)), **details)


def states_of(rule: Mapping[str, Any], form: str, rules: Sequence[Mapping[str, Any]]) -> tuple[frozenset[str], bool]:
    """(states, named): the rule is for records of the form in these states; or, not named, in all but these."""
    if rule["states"]:
        return frozenset(rule["states"]), True
    return frozenset(state for other in rules if form in other["forms"] for state in other["states"]), False
