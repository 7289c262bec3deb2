"""A reviewer's own answers: which questions she may write, what she typed as answers, what is wrong with them.

Pure: an Instance and form fields in, fields and answers out. The Instance judges, as it does on the device.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms import Instance
from forms.tree import Node

PREFIX = "answer:"
GROUPED = re.compile(r"-?\d{1,3}([.,\s]\d{3})+")
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class Field:
    """One question to write. value: as typed; chosen: names of ticked choices. choices: (name, label texts)."""

    name: str
    place: str  # labels of the groups and rows it stands in
    kind: str
    label: str
    hint: str
    required: bool
    value: str = ""
    chosen: frozenset[str] = frozenset()
    choices: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    multiline: bool = False
    problem: Mapping[str, str] = field(default_factory=dict)  # language → what is wrong


def read_integer(text: str) -> Any:
    """1.500.000 and 1 500 000 are one number; what is no number stays text, for the Instance to refuse."""
    plain = re.sub(r"\D", "", text) if GROUPED.fullmatch(text) else text
    sign = "-" if text.startswith("-") and plain != text else ""
    try:
        return int(sign + plain)
    except ValueError:
        return text


def read_decimal(text: str, mark: str) -> str:
    """12,5 by the mark of the reader's language; the other one groups thousands: 1.500 is 1500 to a Vietnamese."""
    whole, found, rest = text.rpartition(mark)
    if not found:
        whole, rest = rest, ""
    plain = re.sub(r"[.,\s]", "", whole) if GROUPED.fullmatch(whole) else whole
    return f"{plain}.{rest}" if found else plain


def read_day(text: str) -> str:
    """dd/mm/yyyy, as people write, is yyyy-mm-dd; what is no day stays as typed, for the Instance to refuse."""
    written = DAY.fullmatch(text)
    try:
        return date(int(written[3]), int(written[2]), int(written[1])).isoformat() if written else text
    except ValueError:
        return text


READ: Mapping[str, Callable[[str, str], Any]] = {  # (text, the decimal mark) → answer
    "text": lambda text, mark: text,
    "integer": lambda text, mark: read_integer(text),
    "decimal": read_decimal,
    "date": lambda text, mark: read_day(text),
    "select_one": lambda text, mark: text,
}


def writable(instance: Instance) -> list[Node]:
    """The questions shown that the author may write now."""
    return [
        node
        for node in instance.root.walk()
        if node.spec["kind"] == "question"
        and node.spec["type"] in (*READ, "select_multiple")
        and node.shown()
        and not instance.read_only(node)
    ]


def fill(instance: Instance, typed: Mapping[str, list[str]], mark: str) -> None:
    """Put what was typed into the instance; the paths that were on the page.

    Two passes, because an answer may bring in or take out questions further on; a question that was not on the page,
    or that the author may not write, keeps its answer.
    """
    asked = {name.removeprefix(PREFIX): texts for name, texts in typed.items() if name.startswith(PREFIX)}
    for _ in range(2):
        for node in writable(instance):
            if node.path in asked:
                instance.set(node.path, read(node, asked[node.path], mark))


def read(node: Node, texts: list[str], mark: str) -> Any:
    """A question's answer from its form fields. A hidden empty field says that it was on the page."""
    given = [text.strip() for text in texts if text.strip()]
    if not given:
        return None
    if node.spec["type"] == "select_multiple":
        return given
    return READ[node.spec["type"]](given[-1], mark)


def fields(instance: Instance) -> list[Field]:
    """The page's fields, with what is wrong beside each."""
    problems = {problem["path"]: problem["message"] for problem in instance.problems()}
    return [field_of(instance, node, problems) for node in writable(instance)]


def field_of(instance: Instance, node: Node, problems: Mapping[str, Mapping[str, str]]) -> Field:
    value, spec = node.value, node.spec
    return Field(
        name=PREFIX + node.path,
        place=place_of(instance, node),
        kind=spec["type"],
        label=instance.text(spec.get("label"), node) or spec["name"],
        hint=instance.text(spec.get("hint"), node),
        required=instance.required(node),
        value="" if value is None or isinstance(value, list) else str(value),
        chosen=frozenset(value if isinstance(value, list) else [value] if isinstance(value, str) else ()),
        choices=[(choice["name"], choice["label"]) for choice in (instance.candidates(node) if "list" in spec else ())],
        multiline="multiline" in spec.get("appearance", ""),
        problem=problems.get(node.path, {}),
    )


def place_of(instance: Instance, node: Node) -> str:
    """ "Hiện vật 2" for a question in the repeat's second row."""
    named = []
    around = node.parent
    while around is not None:
        text = instance.text(around.spec.get("label"), around)
        if around.row_id:
            named.append(f"{text} {around.repeat().rows.index(around) + 1}")
            around = around.parent  # the repeat, which has the same label
        elif text:
            named.append(text)
        around = around.parent if around is not None else None
    return " › ".join(reversed(named))


def other_problems(instance: Instance) -> list[Mapping[str, Any]]:
    """What is wrong with questions that this author may not write: they want sending back."""
    shown = {node.path for node in writable(instance)}
    return [problem for problem in instance.problems() if problem["path"] not in shown]
