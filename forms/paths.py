"""Paths in expressions: through the running tree, and into lists of choices. Node-sets in the order of the form.

The twin in JavaScript is client/web/engine/paths.js. What paths mean: docs/form-language.md, "AST".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from forms.choice_lists import Choice, column_of
from forms.expressions.parser import Ast
from forms.expressions.values import Value, to_boolean
from forms.lookups import equalities, narrowed

Evaluator = Callable[[Any], Value]  # of a forms.evaluate.Context
Build = Callable[[Ast], Evaluator]


class Entry:
    """An item of a list, or what it has in a column: a node without a tree around it. number: its place, from 1."""

    __slots__ = ("content", "number")
    row_id = ""

    def __init__(self, content: str, number: int) -> None:
        self.content, self.number = content, number

    def text(self) -> str:
        return self.content

    def row_number(self) -> int:
        return self.number

    def rows_around(self) -> Iterable[Any]:
        return ()


# Where a path begins that does not begin with a node-set of its own.
BEGINNINGS: dict[str, Any] = {
    "root": lambda context: [context.node.root()],
    "current": lambda context: [context.current],
}


def tree_path(start: Ast, steps: list[Ast], build: Build) -> Evaluator:
    begin: Any = BEGINNINGS.get(start[0]) or build(start)  # context → node-set; built of ['self'] or a ['ref', …]
    built = [
        (step[0], step[1] if step[0] == "child" else "", [build(p) for p in step[2 if step[0] == "child" else 1 :]])
        for step in steps
    ]

    def walk(context: Any) -> Value:
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


def _filter(found: list[Any], predicates: list[Evaluator], context: Any) -> list[Any]:
    for predicate in predicates:
        found = [
            node for index, node in enumerate(found, 1) if _keeps(predicate(context.at(node, index, len(found))), index)
        ]
    return found


def _keeps(value: Value, position: int) -> bool:
    """XPath 1.0 §2.4: a number is a position, anything else a condition."""
    return value == position if isinstance(value, float) else to_boolean(value)


def list_path(name: str, steps: list[Ast], build: Build) -> Evaluator:
    """instance('name')/root/item[…]/column: steps are those after instance()."""
    predicates = steps[1][2:] if len(steps) > 1 else []
    column = steps[2][1] if len(steps) > 2 else "name"
    lookups = [(where, build(wanted)) for where, wanted in equalities(predicates[0])] if predicates else []
    tests = [build(predicate) for predicate in predicates]

    def walk(context: Any) -> Value:
        choices = context.world.choice_list(name)
        pools = (narrowed(choices, where, wanted(context)) for where, wanted in lookups)
        found: Sequence[int] = next((pool for pool in pools if pool is not None), range(len(choices)))
        places: Sequence[int] = found  # the first predicate sees the whole list around each
        size = len(choices)
        for test in tests:
            found = [number for number, place in zip(found, places, strict=True)
                     if _keeps(test(context.among(choices.choice(number), place + 1, size)), place + 1)]  # fmt: skip
            places, size = range(len(found)), len(found)
        return [Entry(cell(context, choices.choice(number), column), number + 1) for number in found]

    return walk


def cell(context: Any, choice: Choice, column: str) -> str:
    """What a choice has in a column, its label in the language of the context."""
    text: str = context.label(choice) if column == "label" else column_of(choice, column)
    return text


def union(parts: list[Evaluator]) -> Evaluator:
    """The nodes of all parts, each once, in the order of the form."""

    def walk(context: Any) -> Value:
        found: Any = {node for part in parts for node in part(context)}  # type: ignore[union-attr]  # the compiler checked
        return [node for node in context.node.root().walk() if node in found]

    return walk
