"""support.json: which questions of a form say what a support case is about, what was decided and what was handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from forms.problems import Problem, Where, near, problem
from forms.tree import every

FILE = "support.json"
ASKED = (
    "person", "birth_year", "village", "id_number", "policy", "from", "to", "provisional", "approved", "decision_no",
    "decision_date", "paid_at", "paid_by",
)  # fmt: skip


class ItemsSchema(Schema):
    """The repeat of goods. given: the value of `state` that says a thing was handed over."""

    repeat = fields.Str(required=True)
    item = fields.Str(required=True)
    qty = fields.Str(required=True)
    unit = fields.Str(required=True)
    state = fields.Str(required=True)
    given = fields.Str(required=True)
    value = fields.Str(required=True)


class StatesSchema(Schema):
    to_pay = fields.List(fields.Str(), required=True)
    paid = fields.List(fields.Str(), required=True)


class SupportSchema(Schema):
    """policies: the look-up list of policies. questions: what it asks → the name of a question."""

    form = fields.Str(required=True)
    policies = fields.Str(required=True)
    questions = fields.Dict(keys=fields.Str(validate=validate.OneOf(ASKED)), values=fields.Str(), required=True)
    items = fields.Nested(ItemsSchema)
    states = fields.Nested(StatesSchema, required=True)


def check_support(
    support: Mapping[str, Any], programs: Mapping[str, Any], lists: Mapping[str, Any], workflows: Mapping[str, Any]
) -> Iterator[Problem]:
    """support: as loaded; programs: form id → program; lists: by name; workflows: form id → workflow.json's entry."""
    if support["form"] not in programs:
        yield unknown("form", support["form"], programs, "/form")
        return
    if support["policies"] not in lists:
        yield unknown("list", support["policies"], lists, "/policies")
    names = {name.rpartition("/")[2] for name in paths_by_name(programs[support["form"]]).values()}
    asked = {**support["questions"], **{key: name for key, name in support.get("items", {}).items() if key != "given"}}
    for key, name in asked.items():
        if name not in names:
            yield unknown("question", name, names, f"/{key}", support["form"])
    states = workflows.get(support["form"], {}).get("states", {})
    for name in (*support["states"]["to_pay"], *support["states"]["paid"]):
        if name not in states:
            yield unknown("state", name, states, "/states")


def unknown(kind: str, name: str, known: Any, place: str, form: str = "") -> Problem:
    return problem(
        f"campaign.{kind}_unknown", Where(FILE, place), hint=near(name, sorted(known)), **{"form": form, kind: name}
    )


def paths_by_name(program: Mapping[str, Any]) -> dict[str, str]:
    """Name of a question, group or repeat → its path; the first of that name counts."""
    found: dict[str, str] = {}
    for node in every(program["root"]):
        found.setdefault(node["name"], node["path"])
    return found
