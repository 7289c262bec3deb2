"""What differs between two states of a campaign folder, place by place: lists/villages.csv /03424-07/label::vi."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MISSING = object()


@dataclass(frozen=True)
class Change:
    """what: "added", "removed", "changed". place: inside the file, names instead of numbers; "" for all of it."""

    file: str
    what: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.what}{f' {self.place}' if self.place else ''}"


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Change]:
    """The changes that lead from one set of files to the other, {path: bytes} each."""
    for file in sorted(before.keys() | after.keys()):
        old = _parts(file, before[file]) if file in before else MISSING
        new = _parts(file, after[file]) if file in after else MISSING
        yield from _compare(file, "", old, new)


def _parts(file: str, content: bytes) -> Any:
    """A file as what can be compared part by part; as it is, where it is no JSON and no table."""
    try:
        if file.endswith(".json"):
            return json.loads(content.decode("utf-8-sig"))
        if file.endswith(".csv"):
            return _rows(content.decode("utf-8-sig"))
    except ValueError:  # not what its name says: then only whole
        pass
    return content


def _rows(text: str) -> dict[str, dict[str | None, Any]]:
    """The rows of a table by their first cell, and the day they begin on where that is not enough."""
    rows: dict[str, dict[str | None, Any]] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        name = str(next(iter(row.values()), ""))
        rows[f"{name} {row.get('valid_from', '')}" if name in rows else name] = dict(row)
    return rows


def _compare(file: str, place: str, old: Any, new: Any) -> Iterator[Change]:
    if old is MISSING or new is MISSING:
        yield Change(file, "added" if old is MISSING else "removed", place)
    elif isinstance(olds := _named(old), dict) and isinstance(news := _named(new), dict):
        for name in [*olds, *(name for name in news if name not in olds)]:
            yield from _compare(file, f"{place}/{name}", olds.get(name, MISSING), news.get(name, MISSING))
        if old != new and olds == news:
            yield Change(file, "changed", f"{place} (order)")
    elif old != new:
        yield Change(file, "changed", place)


def _named(value: Any) -> Any:
    """An object, or a list of objects by their names; anything else is one thing."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        keys = [str(each.get("name", number)) for number, each in enumerate(value)]
        return dict(zip(keys, value, strict=True)) if len(set(keys)) == len(keys) else value
    return value
