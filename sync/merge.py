"""Three-way merge of answers, question by question, and row by row in repeats (P-08). Only the server merges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Nodes = Sequence[Mapping[str, Any]]
Answers = Mapping[str, Any]
ROW = "__id"


@dataclass(frozen=True)
class Clash:
    """Both sides changed the same thing: the head keeps `head`, `other` waits for a person. path: with row ids."""

    path: str
    head: Any
    other: Any


@dataclass
class Merge:
    answers: dict[str, Any]
    clashes: list[Clash] = field(default_factory=list)


def merge_answers(nodes: Nodes, base: Answers, mine: Answers, head: Answers) -> Merge:
    """Merge an edit into the head. nodes: the program's root. base: what the author of `mine` saw.

    One side changed: take it. Both alike: fine. Both differ: the head's stays and a Clash keeps the other.
    Calculated questions have the head's value, for once() to keep; the caller computes the others again. Raises nothing.
    """
    merge = Merge({})
    merge.answers = _merge_group(nodes, base, mine, head, "", merge.clashes)
    return merge


def is_computed(node: Mapping[str, Any]) -> bool:
    """Whether nobody answers it: each evaluation does. What a trigger put there is an answer like others."""
    return ("calculation" in node and "trigger" not in node) or node["type"] == "end"


def changed_paths(nodes: Nodes, before: Answers, after: Answers) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, node) of every asked question, and of every row added or removed, where the two differ."""
    yield from _changed_in(nodes, before, after, "")


def set_path(nodes: Nodes, answers: Answers, path: str, value: Any) -> dict[str, Any]:
    """The answers with one question's, or one row's, value replaced; a path that is not there changes nothing."""
    name, _, rest = path[1:].partition("/")
    name, _, row = name.partition("[")
    done = dict(answers)
    node = next((node for node in nodes if node["name"] == name), None)
    if node is None:
        return done
    if node["kind"] == "repeat":
        done[name] = _set_row(node, _rows(done.get(name)), row.rstrip("]"), rest, value)
    elif rest:
        done[name] = set_path(node["children"], _group(done.get(name)), f"/{rest}", value)
    elif value is None:
        done.pop(name, None)
    else:
        done[name] = value
    return {key: each for key, each in done.items() if each not in ({}, [])}


def _set_row(node: Mapping[str, Any], rows: dict[str, Any], row: str, rest: str, value: Any) -> list[Any]:
    if rest:
        if row in rows:
            rows[row] = {ROW: row, **set_path(node["children"], rows[row], f"/{rest}", value)}
    elif value is None:
        rows.pop(row, None)
    else:
        rows[row] = {**value, ROW: row} if isinstance(value, Mapping) else value  # which validation then refuses
    return list(rows.values())


def _merge_group(
    nodes: Nodes, base: Answers, mine: Answers, head: Answers, at: str, clashes: list[Clash]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for node in nodes:
        name, path = node["name"], f"{at}/{node['name']}"
        was, here, there = base.get(name), mine.get(name), head.get(name)
        if node["kind"] == "group":
            value: Any = _merge_group(node["children"], _group(was), _group(here), _group(there), path, clashes)
        elif node["kind"] == "repeat":
            value = _merge_rows(node, _rows(was), _rows(here), _rows(there), path, clashes)
        elif is_computed(node):
            value = here if there is None else there
        else:
            value = here if there == was else there
            if was not in (here, there) and here != there:
                clashes.append(Clash(path, there, here))
        if value not in (None, {}, []):
            merged[name] = value
    return merged


def _merge_rows(
    node: Mapping[str, Any],
    base: dict[str, Any],
    mine: dict[str, Any],
    head: dict[str, Any],
    at: str,
    clashes: list[Clash],
) -> list[Any]:
    merged = []
    for row in [*head, *(row for row in mine if row not in head)]:
        path, was, here, there = f"{at}[{row}]", base.get(row), mine.get(row), head.get(row)
        if here is not None and there is not None:
            rest = _merge_group(node["children"], was or {}, here, there, path, clashes)
            merged.append({ROW: row, **rest})
        elif there is not None:  # mine removed it, or never had it
            if was is None or _differ(node, was, there):
                merged.append(there)
            if was is not None and _differ(node, was, there):
                clashes.append(Clash(path, there, None))
        elif was is None and here is not None:  # mine added it
            merged.append(here)
        elif _differ(node, was, here):  # the head removed what mine changed
            clashes.append(Clash(path, None, here))
    return merged


def _changed_in(nodes: Nodes, before: Answers, after: Answers, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for node in nodes:
        name = node["name"]
        was, now = before.get(name), after.get(name)
        if was != now:
            yield from _changed(node, was, now, f"{path}/{name}")


def _changed(node: Mapping[str, Any], before: Any, after: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if before == after:
        return
    if node["kind"] == "group":
        yield from _changed_in(node["children"], _group(before), _group(after), path)
    elif node["kind"] == "repeat":
        rows, now = _rows(before), _rows(after)
        for row in {**rows, **now}:
            if (row in rows) != (row in now):
                yield f"{path}[{row}]", node
            else:
                yield from _changed({**node, "kind": "group"}, rows[row], now[row], f"{path}[{row}]")
    elif not is_computed(node):
        yield path, node


def _differ(node: Mapping[str, Any], one: Any, other: Any) -> bool:
    return next(_changed({**node, "kind": "group"}, one, other, ""), None) is not None


def _group(value: Any) -> Answers:
    return value if isinstance(value, Mapping) else {}


def _rows(value: Any) -> dict[str, Any]:
    """Rows by their id, in order."""
    return {row[ROW]: row for row in value or () if isinstance(row, Mapping) and ROW in row}
