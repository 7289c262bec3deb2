"""AST → a callable over a context: built once a form, called for every node. Raises nothing on data.

The twin in JavaScript is client/web/engine/evaluate.js.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from forms.choice_lists import Choice, ChoiceList
from forms.expressions.functions import FUNCTIONS, LAZY
from forms.expressions.matching import Search
from forms.expressions.parser import Ast
from forms.expressions.values import Value, arithmetic, compare, to_boolean, to_number, to_text
from forms.kinds import NUMBER, TEXT, TRUTH, kind_of
from forms.paths import cell, list_path, tree_path, union
from forms.tree import answer_text

if TYPE_CHECKING:
    from forms.tree import Node

Evaluator = Callable[["Context"], Value]
Truth = Callable[["Context"], bool]
Number = Callable[["Context"], float]
Text = Callable[["Context"], str]


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

    @property
    def by_path(self) -> dict[str, Node]:
        """The running nodes by their path, rows with their ids."""

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

    def among(self, choice: Choice, position: int, size: int) -> Context:
        """In the predicate of a list's item."""
        return Context(self.world, self.node, self.current, self.language, position, size, choice)

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
        return next(map(self.label, self.world.choices(path).named(name)), name)

    def label(self, choice: Choice) -> str:
        """In the language of the context, or the first there is."""
        label = choice["label"]
        text = label.get(self.language) or next(iter(label.values()), "")
        return text if isinstance(text, str) else str(choice["name"])

    def pulled(self, name: str, column: str, text: str, wanted: str) -> list[str]:
        """What the rows of a list that have this text in this column have in the wanted one."""
        return [cell(self, choice, wanted) for choice in self.world.choice_list(name).where(column, text)]


def build(ast: Ast, plain: frozenset[str] = frozenset()) -> Evaluator:
    """Turn an AST into a callable. plain: paths of questions that the tree has once, whenever this is called.

    Raises KeyError or ValueError on what no compiler makes.
    """
    return Builder(plain).value(ast)


class Builder:
    """Callables for what is wanted of an expression: its value, or at once a truth, a number or a text.

    The latter three are what to_boolean, to_number and to_text make of the value, without the way round by node-sets.
    """

    def __init__(self, plain: frozenset[str]) -> None:
        self.plain = plain

    def value(self, ast: Ast) -> Evaluator:
        match ast:
            case ["num", _] | ["neg", _] | ["+" | "-" | "*" | "div" | "mod", _, _]:
                return self.number(ast)
            case ["str", _] | ["col", _]:
                return self.text(ast)
            case ["or" | "and", *_] | ["=" | "!=" | "<" | "<=" | ">" | ">=", _, _]:
                return self.truth(ast)
            case ["self"]:
                return lambda context: [context.node]
            case ["ref", path] if path in self.plain:
                return lambda context: [context.world.by_path[path]]
            case ["ref", path]:
                names = path.split("/")[1:]
                return lambda context: context.node.refer(names)
            case ["call", name, *arguments]:
                return self._call(name, [self.value(argument) for argument in arguments])
            case ["path", ["instance", name], *steps]:
                return list_path(name, steps, self.value)
            case ["path", start, *steps]:
                return tree_path(start, steps, self.value)
            case ["|", *parts]:
                return union([self.value(part) for part in parts])
            case ["pattern", made]:
                search: Any = Search(made)
                return lambda context: search
            case ["last-saved", path]:
                return lambda context: _last_saved(context.env, path.split("/")[1:])
        raise ValueError(f"not an AST: {ast!r}")

    def truth(self, ast: Ast) -> Truth:
        """The expression as a condition."""
        match ast:
            case ["or", *parts]:
                ways = [self.truth(part) for part in parts]
                return lambda context: any(way(context) for way in ways)
            case ["and", *parts]:
                return self._all([self.truth(part) for part in parts])
            case ["=" | "!=" | "<" | "<=" | ">" | ">=" as operator, left, right]:
                return self._comparison(operator, left, right)
            case ["call", "true"]:
                return lambda context: True
        value: Any = self.value(ast)
        return value if kind_of(ast, self.plain) == TRUTH else lambda context: to_boolean(value(context))

    def number(self, ast: Ast) -> Number:
        match ast:
            case ["num", text]:
                number = float(text)
                return lambda context: number
            case ["neg", inner]:
                positive = self.number(inner)
                return lambda context: -positive(context)
            case ["+" | "-" | "*" | "div" | "mod" as operator, left, right]:
                a, b = self.number(left), self.number(right)
                return lambda context: arithmetic(operator, a(context), b(context))
            case ["self"]:
                return lambda context: context.node.number()
            case ["ref", path] if path in self.plain:
                return lambda context: context.world.by_path[path].number()
        value: Any = self.value(ast)
        return value if kind_of(ast, self.plain) == NUMBER else lambda context: to_number(value(context))

    def text(self, ast: Ast) -> Text:
        match ast:
            case ["str", text]:
                return lambda context: str(text)
            case ["col", name]:
                return lambda context: cell(context, context.choice, name) if context.choice else ""
            case ["self"]:
                return lambda context: context.node.text()
            case ["ref", path] if path in self.plain:
                return lambda context: context.world.by_path[path].text()
        value: Any = self.value(ast)
        return value if kind_of(ast, self.plain) == TEXT else lambda context: to_text(value(context))

    def _all(self, needs: list[Truth]) -> Truth:
        if len(needs) == 2:  # nearly every `and`; any() and all() are slow to begin
            first, second = needs
            return lambda context: first(context) and second(context)
        return lambda context: all(need(context) for need in needs)

    def _comparison(self, operator: str, left: Ast, right: Ast) -> Truth:
        """As `compare`, decided once where the kinds of both sides are known from the form."""
        kinds = {kind_of(left, self.plain), kind_of(right, self.plain)}
        if kinds == {TEXT} and operator in ("=", "!="):
            return _COMPARED[operator](self.text(left), self.text(right))
        if kinds <= {TEXT, NUMBER}:
            return _COMPARED[operator](self.number(left), self.number(right))
        a, b = self.value(left), self.value(right)
        return lambda context: compare(operator, a(context), b(context))

    def _call(self, name: str, arguments: list[Evaluator]) -> Evaluator:
        if name in LAZY:
            lazy = LAZY[name][2]
            return lambda context: lazy(context, *arguments)
        function = FUNCTIONS[name][2]
        if len(arguments) == 1:
            alone = arguments[0]
            return lambda context: function(context, alone(context))
        return lambda context: function(context, *[argument(context) for argument in arguments])


# Each as a closure of its own: an operator looked up at every call costs as much as the comparison.
_COMPARED: dict[str, Callable[[Any, Any], Truth]] = {
    "=": lambda a, b: lambda context: a(context) == b(context),
    "!=": lambda a, b: lambda context: a(context) != b(context),
    "<": lambda a, b: lambda context: a(context) < b(context),
    "<=": lambda a, b: lambda context: a(context) <= b(context),
    ">": lambda a, b: lambda context: a(context) > b(context),
    ">=": lambda a, b: lambda context: a(context) >= b(context),
}


def _last_saved(env: Env, names: list[str]) -> str:
    found: Any = env.last_saved
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return answer_text(found)
