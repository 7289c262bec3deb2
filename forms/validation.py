"""What is wrong with an answer: required, its type, its choices, its constraint; the first of these is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forms import messages, offers
from forms.answers import answer_kind, are_names
from forms.expressions.values import date_days, instant_days

if TYPE_CHECKING:
    from forms.instance import Instance
    from forms.tree import Node

DECIMAL = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[-+]\d\d:?\d\d)?", re.ASCII)
FILE = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}", re.ASCII)
CLOSE = 1e-9  # between two steps of a range, decimals being binary


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _is_point(value: Any) -> bool:
    """'22.38 103.46 850 5': degrees, metres above the sea, metres of doubt; the last two may be left out."""
    parts = value.split(" ") if isinstance(value, str) else []
    if not 2 <= len(parts) <= 4 or not all(DECIMAL.fullmatch(part) for part in parts):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


# How each kind of answer is kept (forms/question_types.py, `answer`).
KINDS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "integer": _is_whole,
    "decimal": lambda value: _is_text(value) and DECIMAL.fullmatch(value) is not None,
    "date": lambda value: _is_text(value) and date_days(value) is not None,
    "time": lambda value: _is_text(value) and TIME.fullmatch(value) is not None,
    "datetime": lambda value: _is_text(value) and instant_days(value) is not None,
    "select_one": _is_text,
    "select_multiple": are_names,
    "rank": are_names,
    "acknowledge": lambda value: value == "OK",
    "geopoint": _is_point,
    "file": lambda value: _is_text(value) and FILE.fullmatch(value) is not None,
    "calculate": lambda value: _is_text(value) or _is_whole(value),
    "note": lambda value: False,
}


def first_problem(instance: Instance, node: Node) -> dict[str, Any] | None:
    """{code, message: {language: text}} of a relevant question, or None. A blank answer has only `required` to meet."""
    spec = node.spec
    if spec["kind"] != "question":
        return None
    if node.value is None:
        if "required" not in spec:
            return None
        return _problem(instance, node, "answer.required", "required_message") if instance.required(node) else None
    if not KINDS[answer_kind(spec)](node.value) or (spec["type"] == "range" and not _on_scale(spec, node.value)):
        return _problem(instance, node, "answer.type")
    if "list" in spec and not _chosen(instance, node):
        return _problem(instance, node, "answer.choice")
    if "constraint" in spec and not instance.test(spec["constraint"], node):
        return _problem(instance, node, "answer.constraint", "constraint_message")
    return None


def _on_scale(spec: Any, value: Any) -> bool:
    start, end, step = (float(spec["parameters"][key]) for key in ("start", "end", "step"))
    steps = (float(value) - start) / step
    return start <= float(value) <= end and abs(steps - round(steps)) < CLOSE * max(1, abs(steps))


def _chosen(instance: Instance, node: Node) -> bool:
    """Whether the answer names choices that the choice_filter leaves; a ranking names all of them."""
    given = node.value if isinstance(node.value, list) else [node.value]
    for name in given:
        if not offers.offers(instance, node, name):
            return False
    return node.spec["type"] != "rank" or len(given) == len(offers.candidates(instance, node))


def _problem(instance: Instance, node: Node, code: str, own: str = "") -> dict[str, Any]:
    kind = "range" if node.spec["type"] == "range" else answer_kind(node.spec)
    message = messages.default(code, kind)
    for language in node.spec.get(own, {}):
        message[language] = instance.text(node.spec[own], node, language)
    return {"code": code, "message": message}
