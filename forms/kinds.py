"""Of which kind an expression's value is, where the form alone tells; so that no evaluation has to ask again."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

TEXT, NUMBER, TRUTH = "text", "number", "truth"
UNKNOWN = ""  # it depends on the answers, or is a node-set of any size

OPERATORS = {
    **dict.fromkeys(("num", "neg", "+", "-", "*", "div", "mod"), NUMBER),
    **dict.fromkeys(("or", "and", "=", "!=", "<", "<=", ">", ">="), TRUTH),
    **dict.fromkeys(("str", "col", "self"), TEXT),  # one node, and one node compares as its text (XPath 1.0 §3.4)
}
# What forms use most. A function that is not here is merely asked each time.
CALLS = {
    **dict.fromkeys(("today", "now", "date", "format-date", "concat", "substr", "pulldata", "coalesce"), TEXT),
    **dict.fromkeys(("string-length", "number", "int", "round", "count-selected"), NUMBER),
    **dict.fromkeys(("selected", "not", "true", "false", "regex", "contains", "starts-with"), TRUTH),
}


def kind_of(ast: Any, plain: Set[str]) -> str:
    """TEXT, NUMBER, TRUTH or UNKNOWN. plain: paths of questions that the tree has exactly once."""
    match ast:
        case ["ref", path]:
            return TEXT if path in plain else UNKNOWN
        case ["call", name, *_]:
            return CALLS.get(name, UNKNOWN)
        case [operator, *_] if isinstance(operator, str):
            return OPERATORS.get(operator, UNKNOWN)
    return UNKNOWN
