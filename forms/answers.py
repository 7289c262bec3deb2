"""Answers as they are kept: one value, and what a running tree holds as nested JSON (docs/form-language.md)."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

from forms.expressions import dates
from forms.expressions.values import Value, number_text, to_number, to_text, words
from forms.tree import Node, Spec

Answers = dict[str, Any]


def clean(value: Any) -> Any:
    """An answer as it is kept: text in NFC, blank texts and empty lists as None."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value) or None
    if isinstance(value, list):
        return [clean(each) for each in value] or None
    return value


def are_names(value: Any) -> bool:
    """Whether an answer is a list of names, each once."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def answer_kind(spec: Spec) -> str:
    """How a question's answer is kept; for most it is named like the type (forms/question_types.py)."""
    kind: str = spec.get("answer") or spec["type"]
    return kind


def answer(spec: Spec, value: Value) -> Any:
    """The value of an expression as an answer to this question; NaN and what does not fit are blank."""
    kind = answer_kind(spec)
    if kind == "integer":
        return whole(to_number(value))
    if kind == "decimal":
        number = to_number(value)
        return number_text(number) if math.isfinite(number) else None
    if kind == "date":
        return dates.date(None, value) or None
    if kind in ("select_multiple", "rank"):
        return words(value) or None
    if kind == "calculate" and isinstance(value, float) and whole(value) is not None:
        return whole(value)
    return clean(to_text(value))


def whole(number: float) -> int | None:
    """The number as an integer that JSON carries unharmed, or None."""
    return int(number) if abs(number) < 2**53 and number == int(number) else None


def answers_of(node: Node, *, hidden: bool) -> Answers:
    """Nested answers below a group or row, blanks left out; hidden: with those that are not relevant."""
    found: Answers = {"__id": node.row_id} if node.row_id else {}
    for name, child in node.children.items():
        if not hidden and not child.relevant:
            continue
        if child.spec["kind"] == "repeat":
            value: Any = [answers_of(row, hidden=hidden) for row in child.rows] or None
        elif child.spec["kind"] == "group":
            value = answers_of(child, hidden=hidden) or None
        else:
            value = child.value
        if value is not None:
            found[name] = value
    return found


def view(node: Node) -> dict[str, Any]:
    """What a screen walks through: {path, kind, name, relevant, children? or rows?: [{id, path, children}]}."""
    seen = {"path": node.path, "kind": node.spec["kind"], "name": node.spec["name"], "relevant": node.relevant}
    if node.spec["kind"] == "repeat":
        seen["rows"] = [
            {"id": row.row_id, "path": row.path, "children": [view(c) for c in row.children.values()]}
            for row in node.rows
        ]
    elif node.spec["kind"] == "group":
        seen["children"] = [view(child) for child in node.children.values()]
    return seen
