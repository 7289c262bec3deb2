"""A campaign folder → a frozen value: forms, units, roles, workflow, checked against each other.

Takes the files as {path: bytes}, so that it neither reads disks nor cares where a campaign comes from.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, validate

from forms.compile import Program, compile_form
from forms.documents import Text
from forms.problems import Problem, Where, errors, problem
from forms.reading import load_shape, read_json

ACTIONS = ("read", "submit", "edit", "correct", "step", "comment", "void", "adjudicate", "table", "export", "people")
UNIT_KINDS = ("district", "commune", "village", "team", "agency")
UNIT_COLUMNS = ("code", "name", "kind", "parent", "valid_from", "valid_to", "successor")
UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PHASES = ("received", "has_issues", "approved", "rejected")
REASONS = ("none", "optional", "required")


@dataclass(frozen=True)
class Unit:
    """An org unit; valid_from and valid_to are ISO days, "" = open; parent and successor are codes or ""."""

    code: str
    name: str
    kind: str
    parent: str
    valid_from: str
    valid_to: str
    successor: str


@dataclass(frozen=True)
class Campaign:
    """settings: campaign.json. roles: role → {label, surface, see_pii, forms}. workflows: form id → workflow.
    programs: form id → compiled program. files: what it was loaded from."""

    settings: Mapping[str, Any]
    units: tuple[Unit, ...]
    roles: Mapping[str, Any]
    workflows: Mapping[str, Any]
    programs: Mapping[str, Program]

    @property
    def id(self) -> str:
        return str(self.settings["id"])


class CampaignSchema(Schema):
    id = fields.Str(required=True, validate=validate.Regexp(r"^[a-z0-9_]{1,40}$"))
    label = Text(required=True)
    version = fields.Str(required=True)
    time_zone = fields.Str(required=True)
    hotlines = fields.List(fields.Dict(), load_default=list)
    demo = fields.Bool(load_default=False)


class RoleSchema(Schema):
    label = Text(required=True)
    surface = fields.List(fields.Str(validate=validate.OneOf(("field", "console"))), required=True)
    see_pii = fields.Bool(load_default=False)
    forms = fields.Dict(keys=fields.Str(), values=fields.List(fields.Str()), load_default=dict)


class WriterSchema(Schema):
    roles = fields.List(fields.Str(), required=True)
    to = fields.Str(required=True)


class StateSchema(Schema):
    label = Text(required=True)
    phase = fields.Str(required=True, validate=validate.OneOf(PHASES))
    open = fields.Bool(required=True)
    edit = fields.Nested(WriterSchema)
    correct = fields.Nested(WriterSchema)
    void = fields.Nested(Schema.from_dict({"roles": fields.List(fields.Str(), required=True)}))


class StepSchema(Schema):
    label = Text(required=True)
    from_ = fields.List(fields.Str(), required=True, data_key="from")
    to = fields.Str(required=True)
    roles = fields.List(fields.Str(), required=True)
    reason = fields.Str(validate=validate.OneOf(REASONS), load_default="none")
    remarks = fields.Bool(load_default=False)
    tone = fields.Str(validate=validate.OneOf(("positive", "neutral", "attention", "negative")), load_default="neutral")


class WorkflowSchema(Schema):
    forms = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    initial = fields.Str(required=True)
    states = fields.Dict(keys=fields.Str(), values=fields.Nested(StateSchema), required=True)
    steps = fields.Dict(keys=fields.Str(), values=fields.Nested(StepSchema), required=True)


WorkflowsSchema = Schema.from_dict({"workflows": fields.List(fields.Nested(WorkflowSchema), required=True)})
RolesSchema = Schema.from_dict(
    {"roles": fields.Dict(keys=fields.Str(), values=fields.Nested(RoleSchema), required=True)}
)


def load_campaign(files: Mapping[str, bytes]) -> tuple[Campaign | None, list[Problem]]:
    """Read a campaign from its files, {"campaign.json": b"…", "forms/support_case.json": b"…", …}.

    Returns (campaign, problems); None when there is an error. Files it does not know are left alone.
    """
    found: list[Problem] = []
    settings = _json(files, "campaign.json", CampaignSchema(), found)
    roles = _json(files, "roles.json", RolesSchema(), found)
    workflows = _json(files, "workflow.json", WorkflowsSchema(), found)
    units = _units(files, found)
    programs = _programs(files, found)
    if settings is None or roles is None or workflows is None:
        return None, found
    raw = _raw_workflows(files)
    by_form = {form: raw[index] for index, workflow in enumerate(workflows["workflows"]) for form in workflow["forms"]}
    found += _check_roles(roles["roles"], programs)
    for workflow in workflows["workflows"]:
        found += _check_workflow(workflow, roles["roles"], programs)
    found += [
        problem("campaign.form_without_workflow", Where("workflow.json"), form=form)
        for form in programs.keys() - by_form
    ]
    for form, program in programs.items():
        found += _check_writers(form, program["root"], roles["roles"], by_form.get(form, {}))
    if errors(found):
        return None, found
    return Campaign(settings, units, roles["roles"], by_form, programs), found


def _json(files: Mapping[str, bytes], path: str, schema: Schema, found: list[Problem]) -> Any:
    if path not in files:
        found.append(problem("campaign.file_missing", Where(path), path=path))
        return None
    value, problems = read_json(files[path], path)
    found += problems
    if value is None and problems:
        return None
    loaded, problems = load_shape(schema, value, path)
    found += problems
    return loaded


def _raw_workflows(files: Mapping[str, bytes]) -> list[Any]:
    """The workflows as written: sync/workflow.py reads plain JSON, the same on every device."""
    value, _ = read_json(files["workflow.json"], "workflow.json")
    return list(value["workflows"])


def _programs(files: Mapping[str, bytes], found: list[Problem]) -> dict[str, Program]:
    programs: dict[str, Program] = {}
    for path in sorted(path for path in files if path.startswith("forms/") and path.endswith(".json")):
        compiled = compile_form(files[path], path)
        found += compiled.problems
        if compiled.program is None:
            continue
        form = compiled.program["form_id"]
        if form in programs:
            found.append(problem("campaign.form_twice", Where(path), form=form))
        programs[form] = compiled.program
    return programs


def _units(files: Mapping[str, bytes], found: list[Problem]) -> tuple[Unit, ...]:
    path = "org_units.csv"
    if path not in files:
        found.append(problem("campaign.file_missing", Where(path), path=path))
        return ()
    try:
        rows = list(csv.DictReader(io.StringIO(files[path].decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        found.append(problem("file.not_utf8", Where(path)))
        return ()
    units: dict[str, Unit] = {}
    for number, row in enumerate(rows, start=2):
        unit = Unit(**{column: (row.get(column) or "").strip() for column in UNIT_COLUMNS})
        for reason in _unit_faults(unit, units):
            found.append(problem("campaign.unit_invalid", Where(path, f"row {number}"), unit=unit.code, reason=reason))
        units[unit.code] = unit
    for unit in units.values():
        if unit.successor and unit.successor not in units:
            reason = f"its successor {unit.successor} does not exist"
            found.append(problem("campaign.unit_invalid", Where(path), unit=unit.code, reason=reason))
    return tuple(units.values())


def _unit_faults(unit: Unit, before: Mapping[str, Unit]) -> Iterator[str]:
    """A parent stands above its children in the file, so that no circle can be written."""
    if not UNIT_CODE.fullmatch(unit.code):
        yield "its code may hold letters, digits and -"
    if unit.code in before:
        yield "its code is twice in the file"
    if unit.kind not in UNIT_KINDS:
        yield f"its kind is not one of {', '.join(UNIT_KINDS)}"
    if not unit.name:
        yield "it has no name"
    if unit.parent and unit.parent not in before:
        yield f"its parent {unit.parent} does not stand above it"
    for day in (unit.valid_from, unit.valid_to):
        if day and not DAY.fullmatch(day):
            yield f"'{day}' is not a day as 2021-12-31"
    if unit.valid_to and unit.valid_to < unit.valid_from:
        yield "it ends before it begins"


def _check_roles(roles: Mapping[str, Any], programs: Mapping[str, Program]) -> Iterator[Problem]:
    for name, role in roles.items():
        where = Where("roles.json", f"/roles/{name}", key="forms")
        for form, actions in role["forms"].items():
            if form != "*" and form not in programs:
                yield problem("campaign.form_unknown", where, form=form)
            for action in set(actions) - set(ACTIONS):
                yield problem("campaign.action_unknown", where, action=action)


def _check_workflow(
    workflow: Mapping[str, Any], roles: Mapping[str, Any], programs: Mapping[str, Program]
) -> Iterator[Problem]:
    where = Where("workflow.json", f"/workflows/{workflow['forms'][0]}")
    states, steps = workflow["states"], workflow["steps"]
    writers = [state[key] for state in states.values() for key in ("edit", "correct", "void") if key in state]
    for form in set(workflow["forms"]) - programs.keys():
        yield problem("campaign.form_unknown", where, form=form)
    for role in {role for each in [*steps.values(), *writers] for role in each["roles"]} - roles.keys():
        yield problem("campaign.role_unknown", where, role=role)
    named = {workflow["initial"], *(s["to"] for s in steps.values()), *(w["to"] for w in writers if "to" in w)}
    named |= {state for step in steps.values() for state in step["from_"]}
    for state in sorted(named - states.keys()):
        yield problem("campaign.state_unknown", where, state=state)
    for name, step in steps.items():
        if not any(_may(roles.get(role, {}), workflow["forms"], "step") for role in step["roles"]):
            yield problem("campaign.step_nobody", where, step=name)
    reached, before = {workflow["initial"]}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {step["to"] for step in steps.values() if before & set(step["from_"])}
        reached |= {
            writer["to"]
            for name in before & states.keys()
            for key in ("edit", "correct")
            if (writer := states[name].get(key))
        }
        reached |= {"void"} if any("void" in states[name] for name in before & states.keys()) else set()
    for state in sorted(states.keys() - reached):
        yield problem("campaign.state_unreachable", where, state=state)


def _may(role: Mapping[str, Any], forms: list[str], action: str) -> bool:
    return any(action in actions for form, actions in role.get("forms", {}).items() if form == "*" or form in forms)


def _check_writers(form: str, nodes: Any, roles: Mapping[str, Any], workflow: Mapping[str, Any]) -> Iterator[Problem]:
    for node in nodes:
        where = Where(f"forms/{form}.json", node["path"], key="writable_by")
        for rule in node.get("writable_by", ()):
            for role in set(rule["roles"]) - roles.keys():
                yield problem("campaign.role_unknown", where, role=role)
            for state in (
                set(() if rule["states"] == "*" else rule["states"]) - {"draft"} - workflow.get("states", {}).keys()
            ):
                yield problem("campaign.state_unknown", where, state=state)
        yield from _check_writers(form, node.get("children", ()), roles, workflow)
