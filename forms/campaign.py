"""A campaign folder → a frozen value: forms, units, roles, workflow, checked against each other.

Takes the files as {path: bytes}, so that it neither reads disks nor cares where a campaign comes from.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, validate

from forms.awards import Awards, AwardsSchema, check_awards
from forms.campaign_checks import (
    check_form,
    check_kinds,
    check_question_audio,
    check_roles,
    check_urgent,
    check_workflows,
)
from forms.compile import Compiled, Program, compile_form
from forms.dashboards import DashboardSchema, check_dashboard
from forms.indicators import Indicator, IndicatorsSchema, check_indicators
from forms.labels import Label
from forms.lists import List, org_units_list, read_list
from forms.privacy import FILE as PRIVACY
from forms.privacy import PrivacySchema, check_privacy
from forms.problems import Problem, Where, errors, problem
from forms.question_types import BUILT_IN_LISTS
from forms.reading import MAX_BYTES, load_shape, read_json
from forms.returns import CLOCK, Return, ReturnsSchema, check_returns
from forms.reviews import FILE as REVIEWS
from forms.reviews import Review, ReviewsSchema, check_reviews
from forms.support import FILE as SUPPORT
from forms.support import SupportSchema, check_support
from forms.units import Unit, read_units

LISTS, MEDIA = "lists/", "media/"
PHASES = ("received", "has_issues", "approved", "rejected")
REASONS = ("none", "optional", "required")
TONES = ("positive", "neutral", "attention", "negative")


@dataclass(frozen=True)
class Campaign:
    """settings: campaign.json. roles: role → {label, surface, see_pii, forms}. workflows: form id → workflow, as plain
    JSON (sync/workflow.py reads it, the same on every device), in the order of the file, which is that of home screens.
    programs: form id → compiled program. lists: name → list, org_units included. indicators, returns, reviews and awards: as in
    their files; awards: None where nobody is commended. media: names of the files in media/."""

    settings: Mapping[str, Any]
    units: tuple[Unit, ...]
    roles: Mapping[str, Any]
    workflows: Mapping[str, Any]
    programs: Mapping[str, Program]
    lists: Mapping[str, List]
    indicators: tuple[Indicator, ...]
    returns: tuple[Return, ...]
    reviews: tuple[Review, ...]
    awards: Awards | None
    media: frozenset[str]

    @property
    def id(self) -> str:
        return str(self.settings["id"])


class HotlineSchema(Schema):
    """sms: whether somebody reads messages sent to it."""

    label = Label(required=True)
    phone = fields.Str(required=True, validate=validate.Regexp(r"^[0-9+ ]{3,20}\Z"))
    sms = fields.Bool(load_default=True)


class UrgentSchema(Schema):
    """A record of this form cannot wait when the question is answered so."""

    form = fields.Str(required=True)
    question = fields.Str(required=True)
    answers = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))


class UnitKindSchema(Schema):
    """under: the kinds it may stand under; none: the top. office: it has a line of its own in tables, and the smaller
    units below it are named together with it."""

    label = Label(required=True)
    under = fields.List(fields.Str(), required=True)
    office = fields.Bool(load_default=False)


class CampaignSchema(Schema):
    id = fields.Str(required=True, validate=validate.Regexp(r"^[a-z0-9_]{1,40}\Z"))
    label = Label(required=True)
    version = fields.Str(required=True)
    time_zone = fields.Str(required=True)
    day_closes = fields.Str(validate=validate.Regexp(CLOCK), load_default="")  # moments after it count for the next day
    unit_kinds = fields.Dict(
        keys=fields.Str(validate=validate.Regexp(r"^[a-z][a-z_]{0,15}\Z")),
        values=fields.Nested(UnitKindSchema),
        required=True,
    )
    hotlines = fields.List(fields.Nested(HotlineSchema), load_default=list)
    urgent = fields.List(fields.Nested(UrgentSchema), load_default=list)
    question_audio = fields.Str(load_default="")  # the form whose records are questions read aloud
    demo = fields.Bool(load_default=False)


class RoleSchema(Schema):
    label = Label(required=True)
    surface = fields.List(fields.Str(validate=validate.OneOf(("field", "console"))), required=True)
    see_pii = fields.Bool(load_default=False)
    small_cells = fields.Int(validate=validate.Range(2, 1000))  # items of fewer records than this are hidden
    two_steps = fields.Bool()  # signs in to the console with a second step
    forms = fields.Dict(keys=fields.Str(), values=fields.List(fields.Str()), load_default=dict)


class RolesSchema(Schema):
    roles = fields.Dict(keys=fields.Str(), values=fields.Nested(RoleSchema), required=True)


class WriterSchema(Schema):
    roles = fields.List(fields.Str(), required=True)
    to = fields.Str(required=True)


class VoidSchema(Schema):
    roles = fields.List(fields.Str(), required=True)


class StateSchema(Schema):
    label = Label(required=True)
    phase = fields.Str(required=True, validate=validate.OneOf(PHASES))
    open = fields.Bool(required=True)
    edit = fields.Nested(WriterSchema)
    correct = fields.Nested(WriterSchema)
    void = fields.Nested(VoidSchema)
    # Hours a record may stay in this state: reviewers see what is due first.
    due_hours = fields.Int(validate=validate.Range(min=1, max=24 * 365))


class StepSchema(Schema):
    label = Label(required=True)
    from_ = fields.List(fields.Str(), required=True, data_key="from")
    to = fields.Str(required=True)
    roles = fields.List(fields.Str(), required=True)
    reason = fields.Str(validate=validate.OneOf(REASONS), load_default="none")
    remarks = fields.Bool(load_default=False)
    tone = fields.Str(validate=validate.OneOf(TONES), load_default="neutral")


class WorkflowSchema(Schema):
    forms = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    initial = fields.Str(required=True)
    states = fields.Dict(keys=fields.Str(), values=fields.Nested(StateSchema), required=True)
    steps = fields.Dict(keys=fields.Str(), values=fields.Nested(StepSchema), required=True)
    # What reviewers write again and again beside a question; they choose it and go on.
    phrases = fields.List(Label(), load_default=list)


class WorkflowsSchema(Schema):
    workflows = fields.List(fields.Nested(WorkflowSchema), required=True)


def load_campaign(files: Mapping[str, bytes]) -> tuple[Campaign | None, list[Problem]]:
    """Read a campaign from its files, {"campaign.json": b"…", "forms/support_case.json": b"…", …}.

    Returns (campaign, problems); None when there is an error. Files it does not know are left alone.
    """
    found: list[Problem] = []
    settings, _ = _json(files, "campaign.json", CampaignSchema(), found)
    roles, _ = _json(files, "roles.json", RolesSchema(), found)
    workflows, raw = _json(files, "workflow.json", WorkflowsSchema(), found)
    units: tuple[Unit, ...] = ()
    if "org_units.csv" not in files:
        found.append(problem("campaign.file_missing", Where("org_units.csv"), path="org_units.csv"))
    else:
        kinds = settings["unit_kinds"] if settings else None
        units, problems = read_units(files["org_units.csv"], "org_units.csv", kinds)
        found += [*problems, *check_kinds(kinds or {})]
    lists = {"org_units": org_units_list(units), **_lists(files, found)}
    indicators, _ = _json(files, "indicators.json", IndicatorsSchema(), found, {"indicators": []})
    returns, _ = _json(files, "returns.json", ReturnsSchema(), found, {"returns": []})
    support, _ = _json(files, SUPPORT, SupportSchema(), found) if SUPPORT in files else (None, None)
    privacy, _ = _json(files, PRIVACY, PrivacySchema(), found) if PRIVACY in files else (None, None)
    awards = _json(files, "awards.json", AwardsSchema(), found, {})[0] or None
    programs = _programs(files, found)
    media = frozenset(path.removeprefix(MEDIA) for path in files if path.startswith(MEDIA))
    found += [
        problem("file.too_large", Where(path), size=len(files[path]), limit=MAX_BYTES)
        for path in files
        if path.startswith(MEDIA) and len(files[path]) > MAX_BYTES  # a phone fetches it whole, over a poor road
    ]
    if roles is None or workflows is None:
        return None, found
    by_form = {form: workflow for workflow in raw["workflows"] for form in workflow["forms"]}
    # A form that does not compile is known by its file's name, so that nobody is told it is missing.
    broken = set(_form_files(files)) - {file for file, _ in programs.values()}
    known = programs.keys() | {file.removeprefix("forms/").removesuffix(".json") for file in broken}
    found += check_roles(roles["roles"], known)
    found += check_workflows(workflows["workflows"], roles["roles"], known)
    for form, (file, program) in programs.items():
        found += check_form(file, program, roles["roles"], by_form.get(form, {}).get("states", {}), lists, media)
    if settings is not None and not broken:
        found += check_urgent(settings["urgent"], {form: program for form, (_, program) in programs.items()})
        found += check_question_audio(settings["question_audio"], {form: program for form, (_, program) in programs.items()})
    if support is not None and not broken:
        found += check_support(support, {form: program for form, (_, program) in programs.items()}, lists, by_form)
    if privacy is not None and not broken:
        found += check_privacy(privacy, {form: program for form, (_, program) in programs.items()}, by_form)
    documents = {form: read_json(files[file], file)[0] for form, (file, _) in programs.items()}
    if indicators is not None and not broken:
        found += check_indicators(indicators["indicators"], documents)
    if indicators is not None and returns is not None:
        found += check_returns(returns["returns"], indicators["indicators"], roles["roles"], units)
    reviews, _ = _json(files, REVIEWS, ReviewsSchema(), found, {"reviews": []})
    if reviews is not None and indicators is not None and not broken:
        compiled = {form: program for form, (_, program) in programs.items()}
        found += check_reviews(reviews["reviews"], indicators["indicators"], roles["roles"], units, compiled)
    dashboard, _ = _json(files, "dashboard.json", DashboardSchema(), found, DashboardSchema().load({}))
    if dashboard is not None and indicators is not None:
        found += check_dashboard(dashboard, indicators["indicators"], units)
    if awards is not None and not broken:
        compiled = {form: program for form, (_, program) in programs.items()}
        found += check_awards(awards, roles["roles"], by_form, compiled, lists)
    if errors(found):
        return None, found
    order = [form for form in by_form if form in programs]
    return Campaign(
        settings, units, roles["roles"], by_form, {form: programs[form][1] for form in order}, lists,
        tuple(indicators["indicators"]), tuple(returns["returns"]),
        tuple(reviews["reviews"]), awards, media,
    ), found  # fmt: skip


def _json(
    files: Mapping[str, bytes], path: str, schema: Schema, found: list[Problem], without: Any = None
) -> tuple[Any, Any]:
    """(what the schema makes of a file, its JSON as written); (None, None) when it is broken, or missing and nothing
    stands in for it (`without`)."""
    if path not in files and without is not None:
        return without, without
    if path not in files:
        found.append(problem("campaign.file_missing", Where(path), path=path))
        return None, None
    value, problems = read_json(files[path], path)
    if value is not None or not problems:
        loaded, more = load_shape(schema, value, path)
        problems += more
    found += problems
    return (None, None) if problems else (loaded, value)


def _lists(files: Mapping[str, bytes], found: list[Problem]) -> dict[str, List]:
    """name → list, of those that can be read."""
    lists: dict[str, List] = {}
    for path in sorted(path for path in files if path.startswith(LISTS) and path.endswith(".csv")):
        name = path.removeprefix(LISTS).removesuffix(".csv")
        read, problems = read_list(files[path], path)
        found += problems
        if name in BUILT_IN_LISTS:
            found.append(problem("campaign.list_built_in", Where(path), list=name))
        elif read is not None:
            lists[name] = read
    return lists


def _programs(files: Mapping[str, bytes], found: list[Problem]) -> dict[str, tuple[str, Program]]:
    """form id → (its file, its program); a file with problems has none."""
    programs: dict[str, tuple[str, Program]] = {}
    for path in _form_files(files):
        compiled = _compiled(files[path], path)
        found += compiled.problems
        if compiled.program is not None:
            form = compiled.program["form_id"]
            if form in programs:
                found.append(problem("campaign.form_twice", Where(path), form=form))
            programs[form] = (path, compiled.program)
    if not _form_files(files):
        found.append(problem("campaign.file_missing", Where("forms/"), path="forms/*.json"))
    return programs


@functools.lru_cache(maxsize=256)
def _compiled(text: bytes, path: str) -> Compiled:
    """Kept: a campaign is checked again and again while it is written, and few of its forms change in between."""
    return compile_form(text, path)


def _form_files(files: Mapping[str, bytes]) -> list[str]:
    return sorted(path for path in files if path.startswith("forms/") and path.endswith(".json"))
