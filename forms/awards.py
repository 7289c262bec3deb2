"""awards.json: from which records nominations are made, what is paid, by when a dossier is appraised, who is asked.

Read and checked here. Who may do what with a dossier, and through which states it goes, are the rights (roles.json) and
the workflow (workflow.json) of the form named by `form`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from forms.labels import Label, name_field
from forms.problems import Problem, Where, near, problem
from forms.tree import every

FILE = "awards.json"
RECIPIENTS = ("individual", "collective", "household", "enterprise")
# The parts of a dossier that people write: nominees and papers, the unit's meeting, opinions asked, the appraisal, the
# public notice, the council's meeting, the decision, its number, the hand-over.
DECIDED = ("award", "forward", "refuse")
ACTS = ("prepare", "ask", "appraise", "post", "council", "decide", "number", "hand_over")
# What is known of a dossier as a whole, for indicators: direct and women are counts of individuals, signed_on and number
# are those of the decision.
COUNTED = (
    "unit", "procedure", "occasion", "award", "requested_on", "nominees", "individuals", "direct", "women", "awarded", "number",
    "signed_on", "money_vnd",
)  # fmt: skip
ROUNDINGS = ("ceil", "nearest")
# What the server knows of a dossier by itself, to be shown beside a line of the appraisal.
FACTS = ("complete", "records", "opinions", "violations", "awards", "shares", "votes", "money")

Awards = Mapping[str, Any]


class SourceSchema(Schema):
    """A form whose records may be cited. states: in which they are confirmed. recipient: the type of all its nominees,
    where no question asks for it. use, free: the steps of its workflow that a record takes when a dossier with it is
    received, and when it comes back. fields: what is known of a nominee → the path of the question that says it."""

    form = fields.Str(required=True)
    states = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    use = fields.Str()
    free = fields.Str()
    recipient = fields.Str(validate=validate.OneOf(RECIPIENTS))
    fields_ = fields.Dict(keys=fields.Str(), values=fields.Str(), required=True, data_key="fields")


class SalarySchema(Schema):
    vnd = fields.Int(required=True, validate=validate.Range(1, 10**9))
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date()
    basis = fields.Str(load_default="")


class MoneySchema(Schema):
    """times: recipient → how often the individual's amount. An amount is factor × base salary × times, rounded once."""

    base_salary = fields.List(fields.Nested(SalarySchema), required=True, validate=validate.Length(min=1))
    times = fields.Dict(keys=fields.Str(validate=validate.OneOf(RECIPIENTS)), values=fields.Int(), required=True)
    rounding = fields.Str(validate=validate.OneOf(ROUNDINGS), load_default="ceil")
    round_to = fields.Int(validate=validate.Range(1, 10**6), load_default=10_000)


class DeadlinesSchema(Schema):
    """Working days."""

    appraisal = fields.Int(validate=validate.Range(1, 365), load_default=10)
    opinion = fields.Int(validate=validate.Range(1, 365), load_default=5)
    notice = fields.Int(validate=validate.Range(1, 365), load_default=5)


class HolidaySchema(Schema):
    day = fields.Date(required=True)
    label = Label(required=True)


class OfficeSchema(Schema):
    """An office asked for its opinion. roles: who answers for it here. always: asked of every dossier."""

    name = name_field()
    label = Label(required=True)
    roles = fields.List(fields.Str(), load_default=list)
    always = fields.Bool(load_default=False)


class CheckSchema(Schema):
    """One line of the appraisal. computed: which fact of the dossier is shown beside it."""

    name = name_field()
    label = Label(required=True)
    computed = fields.Str(validate=validate.OneOf(FACTS))


class ActSchema(Schema):
    """Who may write a part of a dossier, and in which states."""

    states = fields.List(fields.Str(), required=True)
    roles = fields.List(fields.Str(), required=True)


class DecidingSchema(Schema):
    """How the awards of one level are decided. steps: kind of decision → the step of the workflow that it takes; again: the
    step that takes one back. unit_kinds: whose dossiers only these may be; none: any unit's. executors, copies,
    money_source: what the decision on paper says."""

    steps = fields.Dict(keys=fields.Str(validate=validate.OneOf((*DECIDED, "again"))), values=fields.Str(), required=True)
    acts = fields.Dict(keys=fields.Str(validate=validate.OneOf(ACTS)), values=fields.Nested(ActSchema), required=True)
    unit_kinds = fields.List(fields.Str(), load_default=list)
    executors = Label(required=True)
    copies = fields.List(fields.Str(), load_default=list)
    money_source = Label(required=True)


class OccasionSchema(Schema):
    name = name_field()
    label = Label(required=True)
    merit = Label(required=True)


class AwardsSchema(Schema):
    """decides: the level whose chair decides on dossiers that units send; a level of `deciding` beside it decides on its
    own, and awards above are forwarded to `upward`. counted: what is known of a dossier → the path of the question of
    `form` that holds it for indicators."""

    form = fields.Str(required=True)
    list = fields.Str(required=True)
    levels = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    decides = fields.Str(required=True)
    deciding = fields.Dict(keys=fields.Str(), values=fields.Nested(DecidingSchema), required=True)
    upward = Label(required=True)
    home = fields.Str(required=True)
    counted = fields.Dict(keys=fields.Str(validate=validate.OneOf(COUNTED)), values=fields.Str(), load_default=dict)
    sources = fields.List(fields.Nested(SourceSchema), required=True, validate=validate.Length(min=1))
    occasions = fields.List(fields.Nested(OccasionSchema), required=True, validate=validate.Length(min=1))
    money = fields.Nested(MoneySchema, required=True)
    deadlines = fields.Nested(DeadlinesSchema, load_default=lambda: DeadlinesSchema().load({}))
    holidays = fields.List(fields.Nested(HolidaySchema), load_default=list)
    minimum_direct_share = fields.Int(validate=validate.Range(0, 100), allow_none=True, load_default=None)
    offices = fields.List(fields.Nested(OfficeSchema), load_default=list)
    checks = fields.List(fields.Nested(CheckSchema), required=True)
    grounds = fields.List(fields.Str(), load_default=list)


def check_awards(
    awards: Awards,
    roles: Mapping[str, Any],
    workflows: Mapping[str, Any],
    programs: Mapping[str, Any],
    lists: Mapping[str, Any],
) -> Iterator[Problem]:
    """workflows: form → workflow; programs: form → program."""
    where = Where(FILE)
    for form in (awards["form"], *(source["form"] for source in awards["sources"])):
        if form not in programs:
            yield problem("campaign.form_unknown", where, form=form, hint=near(form, sorted(programs)))
    if awards["list"] not in lists:
        yield problem("campaign.list_unknown", where, list=awards["list"], hint=near(awards["list"], sorted(lists)))
    mapped = [(awards["form"], awards["counted"]), *((each["form"], each["fields_"]) for each in awards["sources"])]
    for form, named in mapped:
        known = {node["path"] for node in every(programs[form]["root"])} if form in programs else set()
        for path in sorted(set(named.values()) - known) if known else ():
            yield problem("campaign.question_unknown", where, form=form, question=path, hint=near(path, sorted(known)))
    for source in awards["sources"]:
        states = workflows.get(source["form"], {}).get("states", {})
        for state in sorted(set(source["states"]) - states.keys()) if states else ():
            yield problem("campaign.state_unknown", where, state=state, hint=near(state, sorted(states)))
    states = workflows.get(awards["form"], {}).get("states", {})
    steps = workflows.get(awards["form"], {}).get("steps", {})
    if awards["decides"] not in awards["deciding"]:
        yield problem("campaign.level_undecided", where, level=awards["decides"])
    for step in sorted({step for each in awards["deciding"].values() for step in each["steps"].values()} - steps.keys()):
        yield problem("campaign.step_unknown", where, step=step, hint=near(step, sorted(steps)))
    acts = [act for each in awards["deciding"].values() for act in each["acts"].values()]
    for act in acts:
        for state in sorted(set(act["states"]) - states.keys()) if states else ():
            yield problem("campaign.state_unknown", where, state=state, hint=near(state, sorted(states)))
    for each in (*awards["offices"], *acts):
        for role in sorted(set(each["roles"]) - roles.keys()):
            yield problem("campaign.role_unknown", where, role=role, hint=near(role, sorted(roles)))
