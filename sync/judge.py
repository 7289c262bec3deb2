"""THE decision about one op: what becomes of it and of its record (P-06, P-08; the table in docs/protocol.md).

Pure: the server finds the head, the base and the author, asks `judge`, and writes what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms import Env, Form, Instance
from forms.lists import author_list
from sync.canonical import answers_hash
from sync.merge import Clash, changed_paths, merge_answers, set_path
from sync.ops import UUID, Op
from sync.reasons import message
from sync.volatile import env_values
from sync.workflow import VOID, Workflow

TITLE_LENGTH = 200


@dataclass(frozen=True)
class Head:
    """A record's newest revision. form: (id, version). open_conflicts: their paths. volatile: the moment its answers
    were evaluated at."""

    form: tuple[str, str]
    scope: str
    state: str
    hash: str
    answers: Mapping[str, Any]
    answers_hash: str
    open_conflicts: frozenset[str] = frozenset()
    volatile: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Base:
    """What the author saw of what the record has been: the content of the revision or applied op that `base` names. For
    an op that waits for a person, what that op was itself made from: a later edit carries its changes along."""

    answers: Mapping[str, Any]
    answers_hash: str


NOTHING_SEEN = Base({}, "")  # the base of a change that names none: whatever the head has, its author did not see


@dataclass(frozen=True)
class Author:
    """Who made the op. standing: "active", "revoked" or "expired". roles: action → the roles that give this person
    that action for the record's unit and form on that day. roles_there: the same for the scope a move names."""

    standing: str
    roles: Callable[[str], frozenset[str]]
    roles_there: Callable[[str], frozenset[str]] = lambda _: frozenset()


@dataclass(frozen=True)
class Decision:
    """What becomes of an op. verdict: as in a receipt. When `applies`, a new revision has these answers and state.

    clashes: values that lost, each for a conflict row. resolved: paths of conflicts that are settled.
    problems: of the answers, [{path, code, message}]. title, subtitle, event_date: of the new revision.
    scope: where a move brings the record.
    """

    verdict: str
    reason: str | None = None
    applies: bool = False
    state: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()
    resolved: frozenset[str] = frozenset()
    problems: tuple[Mapping[str, Any], ...] = ()
    title: str = ""
    subtitle: str = ""
    event_date: str = ""
    scope: str | None = None


@dataclass(frozen=True)
class Case:
    """An op with all that the decision needs. head: None before the first revision. base: None when the content named
    by the op's `base` is not on the server. form, workflow: None when the server does not know the version."""

    op: Op
    head: Head | None
    base: Base | None
    author: Author
    form: Form | None
    workflow: Workflow | None


def judge(case: Case) -> Decision:
    """Decide about one op that is authentic and new. Raises nothing on what is in it."""
    if case.author.standing != "active":
        return _adjudicate(f"device.{case.author.standing}")
    if case.op.type not in DECIDERS:
        return _adjudicate("op.erase_forbidden")
    if case.form is None or case.workflow is None:
        return _adjudicate("form.unknown_version")
    if case.op.type == "submit":
        return _submit(case, case.form, case.workflow)
    if case.op.header["base"] is not None and case.base is None:
        return Decision("parked", "base.not_arrived")
    if case.head is None:
        # The submission it mends was stored and not applied: the edit brings the whole record and may begin it.
        mends = case.op.type == "edit" and case.base is not None
        return _submit(case, case.form, case.workflow) if mends else Decision("parked", "base.not_arrived")
    if case.op.form != case.head.form:
        return _adjudicate("record.form_changed")
    if case.head.state == VOID and case.op.type not in ALSO_WHEN_VOID:
        return _adjudicate("record.void")
    return DECIDERS[case.op.type](case, case.head, case.form, case.workflow)


def _submit(case: Case, form: Form, workflow: Workflow) -> Decision:
    if case.head is not None:
        return _adjudicate("record.exists")
    roles = case.author.roles("submit")
    if not roles or case.op.header["scope"].split("/")[1] != case.op.form[0]:
        return _adjudicate("scope.outside")
    return _write(case.op, form, {}, case.op.payload["answers"], roles, "draft", workflow.initial)


def _change(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    """edit, by the record's own people, or correct, by a reviewer."""
    roles = case.author.roles(case.op.type)
    if not roles:
        return _adjudicate("scope.outside")
    following = workflow.after_writing(case.op.type, head.state, roles)
    if following is None:
        return _closed(workflow, head)
    mine = case.op.payload["answers"]
    base = case.base or NOTHING_SEEN
    if base.answers_hash == head.answers_hash:
        return _write(case.op, form, head.answers, mine, roles, head.state, following)
    nodes = form.program["root"]
    merge = merge_answers(nodes, base.answers, mine, head.answers)
    decision = _write(case.op, form, head.answers, merge.answers, roles, head.state, following)
    if decision.reason == "answers.invalid":
        lost = [path for path, _ in changed_paths(nodes, head.answers, merge.answers)]
        clashes = tuple(Clash(path, value_at(head.answers, path), value_at(merge.answers, path)) for path in lost)
        kept = _keep(case.op, head, form, head.state)
        return replace(kept, verdict="conflict", reason="merge.invalid", clashes=(*merge.clashes, *clashes))
    if not decision.applies:
        return decision
    return replace(decision, verdict="conflict" if merge.clashes else "merged", clashes=tuple(merge.clashes))


def _step(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    action = case.op.payload["action"]
    step = workflow.step(action)
    if step is None:
        return _adjudicate("step.unknown")
    if not workflow.may_take(action, head.state, case.author.roles("step")):
        return _adjudicate("step.forbidden")
    if case.op.payload["answers_hash"] != head.answers_hash:
        return _adjudicate("step.content_changed")
    if step.get("reason") == "required" and not str(case.op.payload.get("reason") or "").strip():
        return _adjudicate("step.reason_missing")
    return _keep(case.op, head, form, str(step["to"]))


def _comment(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    return _keep(case.op, head, form, head.state) if case.author.roles("comment") else _adjudicate("scope.outside")


def _link(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    """Two records belong together: a duplicate, evidence. It says so of the one it is about, and changes neither."""
    if not case.author.roles("comment"):
        return _adjudicate("scope.outside")
    if not UUID.fullmatch(case.op.payload["to"]) or case.op.payload["to"] == case.op.rec:
        return _adjudicate("link.nowhere")
    return _keep(case.op, head, form, head.state)


def _move(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    """Another unit takes the record over, as it is (P-16): by somebody who reviews in both."""
    to = case.op.target
    if not case.author.roles("correct"):
        return _adjudicate("scope.outside")
    if to is None or to.split("/")[1] != head.form[0] or not case.author.roles_there("correct"):
        return _adjudicate("move.outside")
    if not workflow.is_open(head.state):
        return _adjudicate("record.locked")
    if to == head.scope:
        return _adjudicate("move.nothing")
    if not case.op.payload["reason"].strip():
        return _adjudicate("move.reason_missing")
    return replace(_keep(case.op, head, form, head.state), scope=to)


def _void(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    if not workflow.may_void(head.state, case.author.roles("void")):
        return _adjudicate("record.not_yours_now")
    if not case.op.payload["reason"].strip():
        return _adjudicate("void.reason_missing")
    return _keep(case.op, head, form, VOID)


def _resolve(case: Case, head: Head, form: Form, workflow: Workflow) -> Decision:
    roles = case.author.roles("correct")
    if not roles:
        return _adjudicate("scope.outside")
    if workflow.after_writing("correct", head.state, roles) is None:
        return _closed(workflow, head)
    if case.op.payload["revision"] != head.hash:
        return _adjudicate("step.content_changed")
    chosen = case.op.payload["values"]
    if not chosen or not set(chosen) <= head.open_conflicts:
        return _adjudicate("resolve.nothing")
    answers = dict(head.answers)
    for path, value in chosen.items():
        answers = set_path(form.program["root"], answers, path, value)
    decision = _write(case.op, form, head.answers, answers, roles, head.state, head.state)
    return replace(decision, resolved=frozenset(chosen)) if decision.applies else decision


DECIDERS: dict[str, Callable[..., Decision]] = {
    "submit": _submit,
    "edit": _change,
    "correct": _change,
    "step": _step,
    "comment": _comment,
    "void": _void,
    "resolve": _resolve,
    "link": _link,
    "move": _move,
}
ALSO_WHEN_VOID = frozenset({"comment", "link"})


def _write(
    op: Op,
    form: Form,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    roles: frozenset[str],
    state: str,
    following: str,
) -> Decision:
    """New answers for a record in `state`: who may write them, whether they are valid, and what follows from them."""
    instance = Instance(form, dict(after), environment(op, form, roles, state))
    answers = instance.snapshot()
    changed = changed_paths(form.program["root"], before, answers)
    if locked := [path for path, _ in changed if not instance.may_write(path)]:
        problems = [{"path": path, "code": "question.locked", "message": message("question.locked")} for path in locked]
        return Decision("adjudicate", "question.locked", problems=tuple(problems))
    if problems := instance.problems():
        return Decision("adjudicate", "answers.invalid", problems=tuple(problems))
    return _applied(instance, answers, following)


def _keep(op: Op, head: Head, form: Form, following: str) -> Decision:
    """The same answers in another state, or in the same one with a word added."""
    values = env_values(head.volatile or op.payload.get("volatile"), op.rec, op.header["at"])
    lists = authors_list(op, form, None, values)
    instance = Instance(form, dict(head.answers), Env(**values, state=head.state, lists=lists))
    return _applied(instance, head.answers, following)


def _applied(instance: Instance, answers: Mapping[str, Any], state: str) -> Decision:
    return Decision(
        "applied",
        applies=True,
        state=state,
        answers=answers,
        title=instance.title()[:TITLE_LENGTH],
        subtitle=instance.subtitle()[:TITLE_LENGTH],
        event_date=instance.event_date(),
    )


def environment(op: Op, form: Form, roles: frozenset[str] | None, state: str) -> Env:
    """What the op's own time and device were: intake evaluates as the device did (P-06)."""
    values = env_values(op.payload.get("volatile"), op.rec, op.header["at"])
    return Env(**values, roles=roles, state=state, lists=authors_list(op, form, roles, values))


def authors_list(op: Op, form: Form, roles: frozenset[str] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The list `author` for a form that reads it, as the author's device had it."""
    if "author" not in form.program.get("lists", ()):
        return {}
    name, role = str(values.get("username", "")), min(roles or (), default="")
    return {"author": author_list(name, role, op.unit, form.lists.get("org_units"))}


def value_at(answers: Any, path: str) -> Any:
    """The value at a path with row ids, None when there is none."""
    for part in path[1:].split("/"):
        name, _, row = part.partition("[")
        answers = answers.get(name) if isinstance(answers, Mapping) else None
        if row:
            answers = next((each for each in answers or () if each.get("__id") == row.rstrip("]")), None)
    return answers


def content_of(op: Op) -> Base | None:
    """The content an op carries, as a base for others; None when it carries none."""
    answers = op.payload.get("answers")
    if not isinstance(answers, Mapping):
        return None
    return Base(answers, answers_hash(answers, op.header["form"], op.header["blobs"]))


def _closed(workflow: Workflow, head: Head) -> Decision:
    """Not to be written by these roles in this state; in a locked one it is a proposed amendment (P-08)."""
    return _adjudicate("record.not_yours_now" if workflow.is_open(head.state) else "record.locked")


def _adjudicate(reason: str) -> Decision:
    return Decision("adjudicate", reason)
