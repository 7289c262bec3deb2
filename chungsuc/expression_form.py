"""A form around one expression, so that it can be tried: its questions follow from the answers given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RESULT = "result"


def expression_form(expression: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A document whose calculate `result` is the expression. answers: nested, as {"kids": [{"__id": "a", "age": 3}]}."""
    choices: dict[str, list[dict[str, str]]] = {}
    survey = _rows(answers, "", choices)
    return {
        "settings": {"form_id": "expression", "version": "1", "title": "Expression", "default_language": "en"},
        "survey": [*survey, {"type": "calculate", "name": RESULT, "calculation": expression}],
        "choices": choices,
    }


def _rows(answers: Mapping[str, Any], parent: str, choices: dict[str, list[dict[str, str]]]) -> list[dict[str, Any]]:
    return [_row(name, value, f"{parent}{name}", choices) for name, value in answers.items() if name != "__id"]


def _row(name: str, value: Any, list_name: str, choices: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    row: dict[str, Any] = {"type": "text", "name": name, "label": name}
    if isinstance(value, Mapping):
        row |= {"type": "group", "children": _rows(value, f"{list_name}.", choices)}
    elif isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        merged = {key: each[key] for each in value for key in each}
        row |= {"type": "repeat", "children": _rows(merged, f"{list_name}.", choices)}
    elif isinstance(value, list):
        choices[list_name] = [{"name": str(each), "label": str(each)} for each in dict.fromkeys(value)]
        row["type"] = f"select_multiple {list_name}"
    elif isinstance(value, int) and not isinstance(value, bool):
        row["type"] = "integer"
    return row
