"""Building the running tree: answers, defaults and rows. What has to be followed is told to forms/following.py by others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from forms.answers import answer, clean
from forms.chance import uuid
from forms.evaluate import Env
from forms.tree import Branch, Node, Spec

if TYPE_CHECKING:
    from forms.instance import Instance

MAX_ROWS = 1000
# What the device knows about the filling in, put into a new record; `end` when it is finalised.
PRELOADED = {
    "start": lambda env: env.start or env.now, "today": lambda env: env.today, "deviceid": lambda env: env.deviceid,
    "username": lambda env: env.username, "phonenumber": lambda env: env.phonenumber, "email": lambda env: env.email,
}  # fmt: skip


def fill(instance: Instance, node: Node, answers: Any, *, fresh: bool) -> None:
    """Give a group or row its children and their answers; what the form does not have goes to `instance.unknown`."""
    specs: Sequence[Spec] = node.spec["children"]
    env, in_rows = instance.env, node.path != node.spec["path"]
    if not isinstance(answers, Mapping):
        instance.unknown.append(node.path)
        answers = {}
    if answers:
        known = instance.form.names[node.spec["path"]]
        instance.unknown += [
            f"{node.path}/{name}" for name in answers if name not in known and not (name == "__id" and node.row_id)
        ]
    for spec in specs:
        name, kind = spec["name"], spec["kind"]
        path = f"{node.path}/{name}" if in_rows else spec["path"]
        child = Node(spec, node, path) if kind == "question" else Branch(spec, node, path)
        node.children[name] = instance.by_path[path] = child
        value = answers.get(name)
        if kind == "question":
            if value is not None:
                child.value = clean(value)
            if fresh or spec["type"] == "end":
                _note_metadata(child, env, fresh=fresh)
        elif kind == "group":
            fill(instance, child, {} if value is None else value, fresh=fresh)
        else:
            _fill_rows(instance, child, [] if value is None else value)
    if fresh:
        for child in node.children.values():
            if "default" in child.spec and child.value is None:
                child.value = answer(child.spec, instance.start_of(child))


def _note_metadata(node: Node, env: Env, *, fresh: bool) -> None:
    kind = node.spec["type"]
    if kind == "end" and env.end:
        node.value = env.end
    elif fresh and node.value is None and kind in PRELOADED:
        node.value = clean(PRELOADED[kind](env))


def _fill_rows(instance: Instance, repeat: Node, rows: Any) -> None:
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        instance.unknown.append(repeat.path)
        return
    seen: set[str] = set()
    for row in rows:
        row_id = row.get("__id") if isinstance(row, Mapping) else None
        if not isinstance(row_id, str) or not row_id or row_id in seen or set(row_id) & set("/[]"):
            instance.unknown.append(f"{repeat.path}[]")
            continue
        seen.add(row_id)
        repeat.rows.append(make_row(instance, repeat, row_id, row, fresh=False))


def make_row(instance: Instance, repeat: Node, row_id: str, answers: Any, *, fresh: bool) -> Node:
    """A row that is not among its repeat's rows yet."""
    row = Branch(instance.form.row_specs[repeat.spec["path"]], repeat, f"{repeat.path}[{row_id}]", row_id)
    instance.by_path[row.path] = row
    fill(instance, row, answers, fresh=fresh)
    return row


def count_rows(instance: Instance, repeat: Node, wanted: float) -> tuple[list[Node], list[Node]]:
    """Make the repeat have so many rows. Returns (added, taken away); those taken away are kept and come back first."""
    most = int(min(max(wanted, 0), MAX_ROWS)) if wanted == wanted else 0
    added, gone = [], []
    while len(repeat.rows) > most:
        row = repeat.rows.pop()
        forget(instance, row)
        repeat.spare.append(row)
        gone.append(row)
    while len(repeat.rows) < most:
        if repeat.spare:
            row = repeat.spare.pop()
            instance.by_path |= {node.path: node for node in row.walk()}
        else:
            row = make_row(instance, repeat, _row_id(instance, repeat), {}, fresh=True)
        repeat.rows.append(row)
        added.append(row)
    return added, gone


def forget(instance: Instance, row: Node) -> None:
    for node in row.walk():
        instance.by_path.pop(node.path, None)


def _row_id(instance: Instance, repeat: Node) -> str:
    """Of a row that repeat_count adds: it follows from the record and the row's number, so all draw the same."""
    taken = {row.row_id for row in repeat.rows}
    drawn = (uuid(f"{instance.env.seed}|{repeat.path}|{number}") for number in count(len(taken) + 1))
    return next(row_id for row_id in drawn if row_id not in taken)
