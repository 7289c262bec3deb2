"""Whether a campaign's files fit each other: what they name exists, what they lay down can be done by somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from forms.documents import MEDIA_KEYS
from forms.lists import AUTHOR_COLUMNS
from forms.problems import Problem, Where, near, problem
from forms.spoken import SAYS
from forms.tree import every

ACTIONS = (
    "read",
    "submit",
    "edit",
    "correct",
    "step",
    "comment",
    "void",
    "commend",
    "adjudicate",
    "table",
    "export",
    "people",
    "audit",
    "privacy",
)
BEGIN = ("submit", "commend")  # a record on a device or here, a dossier here
Named = Mapping[str, Any]


def check_kinds(kinds: Named) -> Iterator[Problem]:
    """kinds: kind of unit → {under: [kind…]}."""
    for name, kind in kinds.items():
        yield from _unknown(
            "unit_kind", kind["under"], kinds, Where("campaign.json", f"/unit_kinds/{name}", key="under")
        )


def check_roles(roles: Named, forms: Iterable[str]) -> Iterator[Problem]:
    """roles: role → {forms: {form id: [action…]}}, "*" = every form."""
    for name, role in roles.items():
        where = Where("roles.json", f"/roles/{name}", key="forms")
        yield from _unknown("form", set(role["forms"]) - {"*"}, forms, where)
        for actions in role["forms"].values():
            yield from _unknown("action", actions, ACTIONS, where)
    for form in forms:
        if not any(_may(role, form, action) for role in roles.values() for action in BEGIN):
            yield problem("campaign.form_nobody", Where("roles.json", "/roles"), form=form)


def check_workflows(workflows: list[Any], roles: Named, forms: Iterable[str]) -> Iterator[Problem]:
    served = [form for workflow in workflows for form in workflow["forms"]]
    where = Where("workflow.json", "/workflows")
    for form in sorted(set(forms) - set(served)):
        yield problem("campaign.form_without_workflow", where, form=form)
    for form in sorted({form for form in served if served.count(form) > 1}):
        yield problem("campaign.form_two_workflows", where, form=form)
    for index, workflow in enumerate(workflows):
        yield from _check_workflow(workflow, roles, forms, Where("workflow.json", f"/workflows/{index}"))


def _check_workflow(workflow: Named, roles: Named, forms: Iterable[str], where: Where) -> Iterator[Problem]:
    states, steps = workflow["states"], workflow["steps"]
    # What may be done: (name in a message, action of roles.json, roles, from, to).
    moves = [(name, "step", step["roles"], step["from_"], step["to"]) for name, step in steps.items()]
    for name, state in states.items():
        for action in ("edit", "correct", "void"):
            if action in state:
                to = "void" if action == "void" else state[action]["to"]
                moves.append((f"{name}/{action}", action, state[action]["roles"], [name], to))
    yield from _unknown("form", workflow["forms"], forms, where)
    yield from _unknown("role", {role for move in moves for role in move[2]}, roles, where)
    named = {workflow["initial"]}.union(*({*origins, to} for *_, origins, to in moves))
    yield from _unknown("state", named, states, where)
    for name, action, allowed, _, _ in moves:
        for form in workflow["forms"]:
            if not any(_may(roles.get(role, {}), form, action) for role in allowed):
                yield problem("campaign.step_nobody", where, step=name, action=action, form=form)
    reached = {workflow["initial"]}
    while more := {to for *_, origins, to in moves if reached & set(origins)} - reached:
        reached |= more
    for state in sorted(states.keys() - reached):
        yield problem("campaign.state_unreachable", where, state=state)
    left = {origin for *_, origins, to in moves for origin in origins if origin != to}
    for state, entry in states.items():
        if entry["phase"] in ("received", "has_issues") and state not in left:
            yield problem("campaign.state_stuck", where, state=state, severity="warning")


def check_form(
    file: str, program: Named, roles: Named, states: Iterable[str], lists: Named, media: frozenset[str]
) -> Iterator[Problem]:
    """What a form's questions name of the rest of the campaign: roles and states, lists and their columns, media."""
    columns = {name: {*each["columns"]} for name, each in lists.items() if name not in program["choices"]}
    columns["author"] = {*AUTHOR_COLUMNS, *lists["org_units"]["columns"]}
    yield from check_named(file, program, columns, media)
    for node in every(program["root"]):
        where = Where(file, node["path"], node["name"], "writable_by")
        for rule in node.get("writable_by", ()):
            yield from _unknown("role", rule["roles"], roles, where)
            if rule["states"] != "*":
                yield from _unknown("state", rule["states"], {*states, "draft"}, where)


def check_urgent(rules: Iterable[Named], programs: Named) -> Iterator[Problem]:
    """rules: campaign.json's `urgent`: form, question, answers."""
    for index, rule in enumerate(rules):
        where = Where("campaign.json", f"/urgent/{index}", rule["question"])
        form = rule["form"]
        yield from _unknown("form", [form], programs, where)
        if form not in programs:
            continue
        asked = question_of(programs[form], rule["question"])
        if asked is None:
            names = sorted(node["name"] for node in _single(programs[form]["root"]))
            yield problem(
                "campaign.question_unknown", where, hint=near(rule["question"], names),
                form=form, question=rule["question"],
            )  # fmt: skip
        elif asked.get("list") in programs[form]["choices"]:
            known = [each["name"] for each in programs[form]["choices"][asked["list"]]]
            yield from _unknown("choice", rule["answers"], known, where)


def check_question_audio(form: str, programs: Named) -> Iterator[Problem]:
    """form: campaign.json's `question_audio`; its records say what they are the sound of (forms/spoken.py)."""
    where = Where("campaign.json", "/question_audio", form)
    if not form:
        return
    yield from _unknown("form", [form], programs, where)
    names = {node["name"] for node in programs.get(form, {"root": ()})["root"]}
    for name in SAYS if form in programs else ():
        if name not in names:
            yield problem("campaign.question_unknown", where, hint=near(name, sorted(names)), form=form, question=name)


def question_of(program: Named, name: str) -> Named | None:
    """The question of that name which a record answers once; None: there is none outside repeats."""
    return next((node for node in _single(program["root"]) if node["name"] == name), None)


def _single(nodes: Iterable[Named]) -> Iterator[Named]:
    """The questions outside repeats."""
    for node in nodes:
        if node["kind"] == "question":
            yield node
        elif node["kind"] == "group":
            yield from _single(node.get("children", ()))


def check_named(
    file: str, program: Named, columns: Mapping[str, set[str]], media: Collection[str], beyond: Collection[str] = ()
) -> Iterator[Problem]:
    """The lists, their columns and the media that questions name. columns: of each list that is there. beyond: lists of
    which nothing is known here."""
    for name in sorted(set(program.get("lists", ())) - columns.keys() - set(beyond)):
        yield problem("campaign.list_unknown", Where(file), hint=near(name, sorted(columns)), list=name)
    for node in every(program["root"]):
        where = Where(file, node["path"], node["name"])
        for key, name, column in sorted(set(_columns_read(node))):
            if name in columns and column not in {*columns[name], "label"}:
                hint = near(column, sorted(columns[name]))
                yield problem("campaign.column_unknown", replace(where, key=key), hint=hint, column=column, list=name)
        yield from _media_unknown(node.get("media", {}), media, where)
    for name, choices in program.get("choices", {}).items():
        for choice in choices:
            shown = {key: choice[key] for key in MEDIA_KEYS if key in choice}
            yield from _media_unknown(shown, media, Where(file, f"/choices/{name}", choice["name"]))


def _media_unknown(named: Named, media: Collection[str], where: Where) -> Iterator[Problem]:
    for kind, texts in named.items():
        for name in sorted({*texts.values()} - {*media} if isinstance(texts, Mapping) else {texts} - {*media}):
            yield problem("campaign.media_unknown", replace(where, key=kind), file=name)


def _columns_read(node: Named) -> Iterator[tuple[str, str, str]]:
    """(key, list, column) of all that a question and its expressions read of lists."""
    own = str(node.get("list", ""))
    for key in ("value", "label"):
        yield "parameters", own, node.get("parameters", {}).get(key, "name")
    for key, ast in node.items():
        if isinstance(ast, list):
            yield from ((key, name, column) for name, column in _looked_up(ast, own))


def _looked_up(ast: Any, here: str) -> Iterator[tuple[str, str]]:
    """(list, column) that an expression reads; `here`: the list whose items a bare column is of."""
    match ast:
        case ["col", column]:
            yield here, column
        case ["call", "pulldata", ["str", name], ["str", column], ["str", key], wanted]:
            yield from ((name, column), (name, key))
            yield from _looked_up(wanted, here)
        case ["path", ["instance", name], *steps]:
            for axis, *rest in steps:
                if axis == "child" and rest[0] not in ("root", "item", "*"):
                    yield name, rest[0]
                for predicate in rest[1:]:
                    yield from _looked_up(predicate, name)
        case [str(), *parts] if ast[0] != "str":
            for part in parts:
                yield from _looked_up(part, here)


def _may(role: Named, form: str, action: str) -> bool:
    given = role.get("forms", {})
    return action in given.get(form, ()) or action in given.get("*", ())


def _unknown(kind: str, named: Iterable[str], known: Iterable[str], where: Where) -> Iterator[Problem]:
    known = sorted(known)
    for name in sorted(set(named) - set(known)):
        yield problem(f"campaign.{kind}_unknown", where, hint=near(name, known), **{kind: name})
