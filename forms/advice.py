"""Warnings about expressions that run but rarely mean what they say. Source: docs/form-language.md, "Warnings"."""

from __future__ import annotations

from collections.abc import Iterator

from forms.expressions.parser import Ast
from forms.problems import Problem, Where, problem
from forms.references import Scope

# What an expression's place makes of it: its truth, its single value, or all its nodes.
TRUTH, SINGLE, NODES = "truth", "single", "nodes"
CONDITIONS = {"relevant", "required", "read_only", "constraint", "choice_filter"}
ARGUMENTS = {
    "and": TRUTH, "or": TRUTH, "not": TRUTH, "boolean": TRUTH, "checklist": TRUTH,
    "=": NODES, "!=": NODES, "<": NODES, "<=": NODES, ">": NODES, ">=": NODES,
    "sum": NODES, "max": NODES, "min": NODES, "count": NODES, "count-non-empty": NODES, "join": NODES,
    "concat": NODES, "position": NODES, "indexed-repeat": NODES,
}  # fmt: skip
WHOLE = {"int", "floor", "ceiling", "round"}


def advise(ast: Ast, context: str, scope: Scope, where: Where) -> Iterator[Problem]:
    """Warnings on a resolved expression standing at the question `context`."""
    yield from _walk(ast, TRUTH if where.key in CONDITIONS else SINGLE, context, scope, where)


def _walk(ast: Ast, use: str, context: str, scope: Scope, where: Where) -> Iterator[Problem]:
    match ast:
        case ["num" | "str" | "col", *_]:
            return
        case ["ref", path]:
            name = path.rpartition("/")[2]
            if use == TRUTH:
                yield problem("expression.bare_question", where, severity="warning", name=name)
            if use != NODES and (repeat := _foreign_repeat(path, context, scope)):
                yield problem("expression.first_row", where, severity="warning", name=name, repeat=repeat)
            return
        case ["path", start, *steps]:
            yield from _walk(start, NODES, context, scope, where)
            for predicate in (each for step in steps for each in step[1:] if isinstance(each, list)):
                yield from _walk(predicate, SINGLE, context, scope, where)
            return
        case ["call", "not", ["call", "regex", value, _]]:  # a search, plainly
            yield from _walk(value, SINGLE, context, scope, where)
            return
        case ["call", "regex", _, ["pattern", {"source": str(pattern)}]] if not _is_anchored(pattern):
            yield problem("expression.regex_unanchored", where, severity="warning", pattern=pattern)
        case ["call", name, ["call", "decimal-date-time", *_], *_] if name in WHOLE:
            yield problem("expression.instant_as_day", where, severity="warning", name=name)
    call = ast[0] == "call"
    for number, part in enumerate(ast[2:] if call else ast[1:]):
        if isinstance(part, list):
            inner = TRUTH if ast[:2] == ["call", "if"] and number == 0 else ARGUMENTS.get(ast[1 if call else 0], SINGLE)
            yield from _walk(part, inner, context, scope, where)


def _is_anchored(pattern: str) -> bool:
    return pattern.startswith("^") and pattern.endswith("$")


def _foreign_repeat(path: str, context: str, scope: Scope) -> str:
    """The name of the outermost repeat around `path` that is not around `context`; "" when there is none."""
    above = ""
    for name in path.split("/")[1:-1]:
        above += f"/{name}"
        if scope.kinds[above] == "repeat" and not context.startswith(f"{above}/"):
            return name
    return ""
