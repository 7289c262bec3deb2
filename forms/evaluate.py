"""AST → a callable over a context: built once a form, called for every node. Raises nothing on data.

The twin in JavaScript is client/web/engine/evaluate.js.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from forms.choice_lists import Choice, ChoiceList, column_of
from forms.expressions.functions import FUNCTIONS, LAZY
from forms.expressions.parser import Ast
from forms.expressions.values import Value, arithmetic, compare, to_boolean, to_number, to_text

if TYPE_CHECKING:
    from forms.tree import Node

Evaluator = Callable[["Context"], Value]


@dataclass(frozen=True)
class Env:
    """What an evaluation may know of the world; nothing else is read from it.

    Plain JSON but for `roles`. seed: the record's id, from which random() and uuid() follow (forms/chance.py).
    now: ISO date-time with offset. today: ISO date. start, end: when filling in began and ended, "" while it has not.
    last_saved: the answers of this device's last finalised record of the form. lists: name → choice list from a file,
    {"columns": […], "rows": [[text…]…]} or a ChoiceList made of it. roles: of the author, None = not limited by role.
    state: of the record, "draft" while it is filled in. language: of labels in expressions, "" = the form's default.
    """

    seed: str = ""
    now: str = "1970-01-01T00:00:00.000+00:00"
    today: str = "1970-01-01"
    tz_offset_min: int = 0
    username: str = ""
    deviceid: str = ""
    phonenumber: str = ""
    email: str = ""
    start: str = ""
    end: str = ""
    last_saved: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, Any] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    state: str = "draft"
    language: str = ""


class World(Protocol):
    """What an expression may ask beyond the tree: forms.instance.Instance."""

    @property
    def env(self) -> Env: ...

    def choices(self, path: str) -> ChoiceList:
        """Of the question at this path of the program."""

    def choice_list(self, name: str) -> ChoiceList:
        """Of this name, in the form or from a file."""


@dataclass(slots=True)
class Context:
    """Where an expression stands: '.' is `node`, current() is `current`; position and size are those of a predicate."""

    world: World
    node: Node
    current: Node
    language: str
    position: int = 1
    size: int = 1
    choice: Choice | None = None

    @property
    def env(self) -> Env:
        return self.world.env

    def at(self, node: Node, position: int, size: int) -> Context:
        return Context(self.world, node, self.current, self.language, position, size, self.choice)

    def place(self, number: Value) -> str:
        """Where something is drawn: in this record, at this node, by this call of the form."""
        return f"{self.env.seed}|{self.node.path}|{to_text(number)}"

    def row_number(self, node: Node) -> int:
        """Which row of its repeat a node is in, from 1; 1 outside repeats."""
        row = node.nearest_row()
        return row.repeat().rows.index(row) + 1 if row else 1

    def indexed(self, targets: Sequence[Any], indexes: list[tuple[Sequence[Any], float]]) -> Value:
        """The targets in the rows numbered by `indexes`, a pair (repeat's rows, number) for each repeat."""
        wanted = {
            rows[0].repeat(): int(number)
            for rows, number in indexes
            if rows and rows[0].row_id and math.isfinite(number)
        }
        if len(wanted) < len(indexes):
            return ""
        return [node for node in targets if all(
            row.repeat().rows.index(row) + 1 == wanted.get(row.repeat(), -1) for row in node.rows_around()
        )]  # fmt: skip

    def choice_label(self, path: str, name: str) -> str:
        for choice in self.world.choices(path).named(name)[:1]:
            label = choice["label"]
            text = label.get(self.language) or next(iter(label.values()), "")
            return text if isinstance(text, str) else name
        return name


def build(ast: Ast) -> Evaluator:
    """Turn an AST into a callable. Raises KeyError or ValueError on what no compiler makes."""
    match ast:
        case ["num", text]:
            number = float(text)
            return lambda context: number
        case ["str", text]:
            return lambda context: str(text)
        case ["self"]:
            return lambda context: [context.node]
        case ["col", name]:
            return lambda context: _column(context, name)
        case ["neg", inner]:
            value = build(inner)
            return lambda context: -to_number(value(context))
        case ["or", left, right]:
            a, b = build(left), build(right)
            return lambda context: to_boolean(a(context)) or to_boolean(b(context))
        case ["and", left, right]:
            a, b = build(left), build(right)
            return lambda context: to_boolean(a(context)) and to_boolean(b(context))
        case ["=" | "!=" | "<" | "<=" | ">" | ">=" as operator, left, right]:
            a, b = build(left), build(right)
            return lambda context: compare(operator, a(context), b(context))
        case ["+" | "-" | "*" | "div" | "mod" as operator, left, right]:
            a, b = build(left), build(right)
            return lambda context: arithmetic(operator, a(context), b(context))
        case ["call", name, *arguments]:
            return _call(name, [build(argument) for argument in arguments])
        case ["ref", path]:
            names = path.split("/")[1:]
            return lambda context: context.node.refer(names)
        case ["path", start, *steps]:
            return _path(start, steps)
    raise ValueError(f"not an AST: {ast!r}")


def _call(name: str, arguments: list[Evaluator]) -> Evaluator:
    if name in LAZY:
        lazy = LAZY[name][2]
        return lambda context: lazy(context, *arguments)
    function = FUNCTIONS[name][2]
    return lambda context: function(context, *(argument(context) for argument in arguments))


def _path(start: Ast, steps: list[Ast]) -> Evaluator:
    begin: Any  # context → node-set
    match start:
        case ["root"]:
            begin = lambda context: [context.node.root()]  # noqa: E731  three one-line beginnings read best side by side
        case ["current"]:
            begin = lambda context: [context.current]  # noqa: E731
        case _:
            begin = build(start)  # a node-set: ['self'] or a ['ref', …]
    built = [
        (step[0], step[1] if step[0] == "child" else "", [build(p) for p in step[2 if step[0] == "child" else 1 :]])
        for step in steps
    ]

    def walk(context: Context) -> Value:
        found: list[Any] = list(begin(context))
        for kind, name, predicates in built:
            if kind == "parent":
                found = list(dict.fromkeys(parent for node in found if (parent := node.outer()) is not None))
            elif kind == "child":
                found = [child for node in found for child in _filter(node.named(name), predicates, context)]
            else:
                found = _filter(found, predicates, context)
        return [node for node in found if node.shown()]

    return walk


def _filter(found: list[Any], predicates: list[Evaluator], context: Context) -> list[Any]:
    """XPath 1.0 §2.4: a number is a position, anything else a condition."""
    for predicate in predicates:
        kept = []
        for index, node in enumerate(found):
            value = predicate(context.at(node, index + 1, len(found)))
            numeric = isinstance(value, float) and not isinstance(value, bool)
            if value == index + 1 if numeric else to_boolean(value):
                kept.append(node)
        found = kept
    return found


def _column(context: Context, name: str) -> str:
    return column_of(context.choice, name) if context.choice else ""
