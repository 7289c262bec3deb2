"""What the expressions of a form give just now, beside their text as the author wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms import Instance
from forms.expressions.values import to_text

SHOWN = ("relevant", "required", "read_only", "constraint", "calculation", "repeat_count")


def expressions(
    instance: Instance, paths: Iterable[str], document: Mapping[str, Any]
) -> dict[str, list[dict[str, str]]]:
    """Path with row ids → [{key, text, gives}]; questions without expressions are left out, and so is the constraint
    of a blank answer: nobody asks it."""
    rows = dict(_rows(document.get("survey", ()), ""))
    found = {}
    for path in paths:
        node = instance.by_path[path]
        row = rows.get(node.spec["path"], {})
        given = [
            {"key": key, "text": row[key], "gives": to_text(instance.value_of(node.spec[key], node))}
            for key in SHOWN
            if key in node.spec and isinstance(row.get(key), str) and not (key == "constraint" and node.value is None)
        ]
        if given:
            found[path] = given
    return found


def _rows(rows: Iterable[Mapping[str, Any]], parent: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in rows:
        path = f"{parent}/{row['name']}"
        yield path, row
        yield from _rows(row.get("children", ()), path)
