"""What is wrong with an answer: required, its type, its choices, its constraint; the first of these is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forms import messages
from forms.expressions.values import date_days, to_boolean

if TYPE_CHECKING:
    from forms.instance import Instance
    from forms.tree import Node

DECIMAL = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)
TYPES: dict[str, Callable[[Any], bool]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53,
    "decimal": lambda value: isinstance(value, str) and DECIMAL.fullmatch(value) is not None,
    "date": lambda value: isinstance(value, str) and date_days(value) is not None,
    "text": lambda value: isinstance(value, str),
    "select_one": lambda value: isinstance(value, str),
    "select_multiple": lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value)
    and len(set(value)) == len(value),
    "note": lambda value: False,
    "calculate": lambda value: isinstance(value, (str, int)),
}  # fmt: skip


def first_problem(instance: Instance, node: Node) -> dict[str, Any] | None:
    """{code, message: {language: text}} of a relevant question, or None. A blank answer has only `required` to meet."""
    spec = node.spec
    if spec["kind"] != "question":
        return None
    if node.value is None:
        return _problem(instance, node, "answer.required", "required_message") if instance.required(node) else None
    if not TYPES[spec["type"]](node.value):
        return _problem(instance, node, "answer.type")
    if "list" in spec and not _chosen(node.value) <= {choice["name"] for choice in instance.candidates(node)}:
        return _problem(instance, node, "answer.choice")
    if "constraint" in spec and not to_boolean(instance.value_of(spec["constraint"], node)):
        return _problem(instance, node, "answer.constraint", "constraint_message")
    return None


def _chosen(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


def _problem(instance: Instance, node: Node, code: str, own: str = "") -> dict[str, Any]:
    message = messages.default(code, node.spec["type"])
    for language in node.spec.get(own, {}):
        message[language] = instance.text(node.spec[own], node, language)
    return {"code": code, "message": message}
