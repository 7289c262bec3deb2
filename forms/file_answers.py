"""Which answers of a form name files (docs/form-language.md): what is sent beside the answers, not in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.question_types import TYPES

FILE_TYPES = frozenset(name for name, each in TYPES.items() if each.answer == "file")


def files(program: Mapping[str, Any], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """[(path with row ids, answer)] of every answered file question, in the form's order."""
    return list(_below(program["root"], answers, ""))


def _below(nodes: Sequence[Mapping[str, Any]], answers: Any, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(answers, Mapping):
        return
    for node in nodes:
        value, path = answers.get(node["name"]), f"{place}/{node['name']}"
        if node["kind"] == "group":
            yield from _below(node["children"], value, path)
        elif node["kind"] == "repeat":
            for row in value if isinstance(value, list) else ():
                yield from _below(
                    node["children"], row, f"{path}[{row.get('__id')}]" if isinstance(row, Mapping) else path
                )
        elif node["type"] in FILE_TYPES and isinstance(value, str) and value:
            yield path, value
