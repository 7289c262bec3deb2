"""Warnings about a form as a whole: what runs, and is not what its author meant. Source: docs/form-language.md, "Warnings"."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from forms.documents import Document, Row
from forms.expressions.values import to_number
from forms.problems import Problem, Where, problem
from forms.question_types import ASKED, TYPES, read_type
from forms.tree import every

Node = Mapping[str, Any]
# What still reads well on a phone of 360 × 640 with large letters.
LONGEST_LABEL, LONGEST_CHOICE, MOST_ON_A_PAGE, WIDEST_TABLE = 240, 100, 20, 5
WIDE = {"likert", "list-nolabel", "label", "horizontal", "horizontal-compact"}
FLIPPED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def advise_form(document: Document, program: Node, reads: Mapping[str, set[str]], file: str) -> Iterator[Problem]:
    """reads: "path#column" → the paths that expression reads, as the compiler found them."""
    rows = {node["path"]: (row, node) for row, node in zip(document.rows(), every(program["root"]), strict=True)}
    found = (
        _unused(document, program), _later(rows, reads), _never(rows), _silent(document), _crowded(document, rows),
    )  # fmt: skip
    for code, place, details in chain(*found):
        yield problem(code, replace(place, file=file), severity="warning", **details)


Found = Iterator[tuple[str, Where, dict[str, Any]]]  # code, place, details


def _unused(document: Document, program: Node) -> Found:
    used = {read_type(row.type).list_name for row in document.rows()}
    if unread := document.choices.keys() - used:
        text = json.dumps(program["root"])
        for name in sorted(unread):
            if f'["instance", {json.dumps(name)}]' not in text:
                yield "choices.unused", Where("", "/choices", name), {"list": name}


def _later(rows: Mapping[str, tuple[Row, Node]], reads: Mapping[str, set[str]]) -> Found:
    """A question shown by an answer that is given after it: whoever fills in the form goes past it."""
    place = {path: number for number, path in enumerate(rows)}
    for path, (row, _) in rows.items():
        for read in sorted(reads.get(f"{path}#relevant", ())):
            kind = TYPES.get(read_type(rows[read][0].type).type) if read in rows else None
            if kind and kind.family == ASKED and place[read] > place[path]:
                yield (
                    "expression.relevant_later",
                    Where("", row.place, row.name, "relevant"),
                    {"name": read.rpartition("/")[2]},
                )


def _never(rows: Mapping[str, tuple[Row, Node]]) -> Found:
    for row, node in rows.values():
        for key in ("constraint", "relevant"):
            if node.get(key) and _impossible(node[key], whole=key == "constraint" and node.get("answer") == "integer"):
                yield "expression.never", Where("", row.place, row.name, key), {}


def _impossible(ast: Any, *, whole: bool) -> bool:
    """Whether comparisons with constants rule each other out, as in `. > 5 and . < 3`. whole: '.' has no fractions."""
    if ast[0] == "or":
        return all(_impossible(part, whole=whole) for part in ast[1:])
    low, high, texts = dict[str, float](), dict[str, float](), dict[str, str]()
    for operator, what, value in _comparisons(ast):
        number = to_number(value)
        if math.isnan(number):
            if operator == "=" and texts.setdefault(what, value) != value:
                return True
            continue
        above, below = _bounds(operator, number, 1.0 if whole and what == '["self"]' else 0.0)
        low[what] = max(low.get(what, -math.inf), above)
        high[what] = min(high.get(what, math.inf), below)
        if low[what] > high[what]:
            return True
    return False


def _bounds(operator: str, number: float, grain: float) -> tuple[float, float]:
    """The least and the greatest value that fit; next to a bound that is excluded by one grain, or by next to nothing."""
    match operator:
        case "=":
            return number, number
        case ">=":
            return number, math.inf
        case "<=":
            return -math.inf, number
        case ">":
            return (math.floor(number) + 1 if grain else math.nextafter(number, math.inf)), math.inf
    return -math.inf, (math.ceil(number) - 1 if grain else math.nextafter(number, -math.inf))


def _comparisons(ast: Any) -> Iterator[tuple[str, str, str]]:
    """(operator, what is compared as JSON, the constant as text) of all that has to hold together."""
    match ast:
        case ["and", *parts]:
            for part in parts:
                yield from _comparisons(part)
        case [("=" | "<" | "<=" | ">" | ">=") as operator, left, right]:
            if (constant := _constant(right)) is not None and _constant(left) is None:
                yield operator, json.dumps(left), constant
            elif (constant := _constant(left)) is not None and _constant(right) is None:
                yield FLIPPED[operator], json.dumps(right), constant


def _constant(ast: Any) -> str | None:
    match ast:
        case ["num", text] | ["str", text]:
            return str(text)
        case ["neg", ["num", text]]:
            return f"-{text}"
    return None


def _silent(document: Document) -> Found:
    """A label without the sound, a choice without the picture or sound, that most of its siblings have: who does not
    read stops there. Whether a question needs a picture is its author's to say: its choices may speak for it."""
    for name, choices in document.choices.items():
        places = [(choice, f"/choices/{name}/{index}") for index, choice in enumerate(choices)]
        for key in ("icon", "image", "audio"):
            yield from _missing(key, [(place, choice.name, choice.media) for choice, place in places])
    for rows in (document.survey, *(row.children for row in document.rows() if row.children)):
        asked = [row for row in rows if TYPES[read_type(row.type).type].family == ASKED]
        yield from _missing("audio", [(row.place, row.name, row.keys) for row in asked])


def _missing(key: str, siblings: list[tuple[str, str, Mapping[str, Any]]]) -> Found:
    without = [(place, name) for place, name, keys in siblings if key not in keys]
    if 0 < len(without) < len(siblings) / 2:
        for place, name in without:
            yield "text.media_missing", Where("", place, name, key), {"name": name, "media": key}


def _crowded(document: Document, rows: Mapping[str, tuple[Row, Node]]) -> Found:
    """What no phone's screen shows well."""
    for row, node in rows.values():
        if _longest(row.keys.get("label", {})) > LONGEST_LABEL and node["type"] != "note":
            yield "screen.label_long", Where("", row.place, row.name, "label"), {"most": LONGEST_LABEL}
        words = set(node.get("appearance", "").split())
        lists = {each["list"] for each in every(node.get("children", ())) if "list" in each}
        tables = lists if "table-list" in words else {node.get("list", "")} if words & WIDE else set()
        if any(len(document.choices.get(name, ())) > WIDEST_TABLE for name in tables):
            yield "screen.table_wide", Where("", row.place, row.name, "appearance"), {"most": WIDEST_TABLE}
        if node["kind"] != "question":
            asked = [each for each in every(node["children"]) if TYPES[each["type"]].family == ASKED]
            if len(asked) > MOST_ON_A_PAGE and all(each["kind"] == "question" for each in node["children"]):
                yield "screen.page_long", Where("", row.place, row.name), {"most": MOST_ON_A_PAGE, "count": len(asked)}
    for name, choices in document.choices.items():
        for index, choice in enumerate(choices):
            if _longest(choice.label) > LONGEST_CHOICE:
                where = Where("", f"/choices/{name}/{index}", choice.name, "label")
                yield "screen.label_long", where, {"most": LONGEST_CHOICE}


def _longest(texts: Mapping[str, str]) -> int:
    return max(map(len, texts.values()), default=0)
