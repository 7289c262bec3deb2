"""A form as a blank sheet of A4: what is asked, with room to write. Pure: a program in, HTML out.

Left out: what devices note by themselves, calculations, and what somebody else writes later (`writable_by` without a
draft). Who copies the sheet into the app writes down whose it is and when it was filled in, so both stand on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from forms import Program

Node = Mapping[str, Any]

UNSEEN = {
    "calculate", "hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "start-geopoint",
    "audit",
}  # fmt: skip
# How an answer of each type is written by hand; any other is written on a line.
WAYS = {
    "select_one": "choices", "select_multiple": "choices", "rank": "choices", "acknowledge": "tick", "trigger": "tick",
    "integer": "number", "decimal": "number", "range": "number", "date": "date", "time": "time", "datetime": "datetime",
    "image": "attached", "audio": "attached", "file": "attached", "note": "note",
}  # fmt: skip
MOST_CHOICES = 24  # a longer list is written by name
BLANK_ROWS = 4
ASKED = {"vi": "Chỉ ghi khi", "en": "Only if"}
IF_ANY = {"vi": "Ghi nếu có", "en": "If it applies"}

templates = Environment(
    loader=PackageLoader("chungsuc.paper", "."), autoescape=select_autoescape(["html"]), trim_blocks=True
)


def blank_form(program: Program, language: str = "vi") -> str:
    """The sheet as one HTML page that needs nothing else; a browser prints it."""
    labels = {node["path"]: node for node in every(program["root"])}
    sections = list(sections_of(program["root"], program, labels, language))
    return templates.get_template("blank.html").render(
        program=program, sections=sections, language=language, say=lambda text: said(text, language), rows=BLANK_ROWS
    )


def said(text: Any, language: str) -> str:
    """A text of a form; what it fills in while being answered is a gap on paper."""
    if isinstance(text, Mapping):
        text = text.get(language) or text.get("vi") or next(iter(text.values()), "")
    if isinstance(text, list):  # pieces and expressions
        return "".join(piece if isinstance(piece, str) else "……" for piece in text)
    return str(text or "")


def every(nodes: Iterable[Node]) -> Iterable[Node]:
    for node in nodes:
        yield node
        yield from every(node.get("children", ()))


def sections_of(nodes: Iterable[Node], program: Program, labels: Mapping[str, Node], language: str) -> Iterable[Node]:
    """Groups and repeats in order, loose questions together: {title, when, repeat, lines}."""
    loose: list[Node] = []
    for node in nodes:
        if not by_hand(node):
            continue
        if node["kind"] == "question":
            loose.append(line(node, program, labels, language))
            continue
        if loose:
            yield {"title": "", "when": "", "repeat": False, "lines": loose}
            loose = []
        lines = [line(each, program, labels, language) for each in questions(node["children"])]
        when = condition(node, labels, program, language)
        yield {"title": said(node.get("label"), language), "when": when, "repeat": node["kind"] == "repeat",
               "lines": lines}  # fmt: skip
        for inner in node["children"]:
            if inner["kind"] == "repeat" and by_hand(inner):
                yield from sections_of([inner], program, labels, language)
    if loose:
        yield {"title": "", "when": "", "repeat": False, "lines": loose}


def questions(nodes: Iterable[Node]) -> Iterable[Node]:
    """Questions of a group and of the groups in it; its repeats are sections of their own."""
    for node in nodes:
        if not by_hand(node):
            continue
        if node["kind"] == "question":
            yield node
        elif node["kind"] == "group":
            yield from questions(node["children"])


def by_hand(node: Node) -> bool:
    """Whether a person with the paper writes it."""
    rules = node.get("writable_by")
    if node["type"] == "note" and "relevant" in node:
        return False  # the app's answer to what was written
    drafted = rules is None or any(rule["states"] == "*" or "draft" in rule["states"] for rule in rules)
    return drafted and node["type"] not in UNSEEN and (node["kind"] != "question" or bool(node.get("label")))


def line(node: Node, program: Program, labels: Mapping[str, Node], language: str) -> Node:
    choices = program["choices"].get(node.get("list"), [])
    way = WAYS.get(node["type"], "line")
    if way == "choices" and not 0 < len(choices) <= MOST_CHOICES:
        way = "line"  # lists of the campaign, and long ones
    if way == "line" and "multiline" in node.get("appearance", ""):
        way = "lines"
    return {
        "label": said(node.get("label"), language),
        "hint": said(node.get("hint"), language),
        "required": node.get("required") == ["call", "true"] or node.get("required") is True,
        "when": condition(node, labels, program, language),
        "way": way,
        "several": node["type"] == "select_multiple",
        "choices": [said(each["label"], language) for each in choices] if way == "choices" else [],
    }


def condition(node: Node, labels: Mapping[str, Node], program: Program, language: str) -> str:
    """When to fill it in, in words: "Chỉ ghi khi “…”: A". "" where it always is."""
    if "relevant" not in node:
        return ""
    told = in_words(node["relevant"], labels, program, language)
    return f"{ASKED[language]} {told}" if told else IF_ANY[language]


def in_words(ast: Any, labels: Mapping[str, Node], program: Program, language: str) -> str:
    match ast:
        case ["=", ["ref", path], ["str", value]] | ["call", "selected", ["ref", path], ["str", value]] if value:
            asked = labels.get(path, {})
            choices = program["choices"].get(asked.get("list"), [])
            found = next((each["label"] for each in choices if each["name"] == value), None)
            return f"“{said(asked.get('label'), language)}”: {said(found, language)}" if found else ""
        case ["or" | "and" as both, one, other]:
            parts = [in_words(each, labels, program, language) for each in (one, other)]
            word = {"or": {"vi": " hoặc ", "en": " or "}, "and": {"vi": " và ", "en": " and "}}[both][language]
            return word.join(parts) if all(parts) else ""
    return ""
