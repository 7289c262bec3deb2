"""Templates of papers: a .docx with {{ fields }}, checked against the fields of its kind before anybody relies on it.

Only reading is allowed in a template: fields, rows (`for`) and conditions. What else Jinja can do is refused, so that
an uploaded template is data and never a program.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes

from .fields import AnyField, PaperKind
from .packages import DOCUMENT, Fault, open_package
from .rendering import environment, render

PARAGRAPH = re.compile(r"<w:p(?=[ >])")
TAG = re.compile(r"<[^>]*>")
TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Not,
    nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Const, nodes.CondExpr,
)  # fmt: skip
LOOP = frozenset({"index", "first", "last", "length"})


@dataclass(frozen=True)
class Named:
    """A field as a template names it, and the line of its part's XML where (a paragraph begins a line)."""

    path: tuple[str, ...]
    line: int


def check_template(content: bytes, kind: PaperKind) -> list[Fault]:
    """Everything wrong with a template of this kind of paper; nothing: it was rendered once with samples."""
    parts, faults = open_package(content)
    if faults:
        return faults
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
    except Exception as error:  # python-docx's own complaints have no common kind
        return [Fault("paper.not_docx", DOCUMENT, str(error)[:200])]
    named: set[str] = set()
    for name in sorted(parts):
        if TEXT_PARTS.fullmatch(name):
            faults += check_part(name, template.patch_xml(parts[name].decode()), kind, named)
    if all(fault.code == "paper.field_unknown" for fault in faults):  # else parts went unread
        missing = [field for field in kind.fields if field.needed and field.name not in named]
        faults += [Fault("paper.field_missing", DOCUMENT, field.name) for field in missing]
    if faults:
        return faults
    try:
        render(content, kind.sample())
    except Exception as error:
        return [Fault("paper.render", DOCUMENT, str(error)[:200])]
    return []


def check_part(name: str, xml: str, kind: PaperKind, named: set[str]) -> list[Fault]:
    """The faults of one part; adds the fields it names to `named`."""
    source = PARAGRAPH.sub("\n<w:p", xml)
    lines = source.split("\n")
    try:
        tree = environment().parse(source)
    except TemplateError as error:
        line = getattr(error, "lineno", 1) or 1
        return [Fault("paper.syntax", where(name, lines, line), str(error)[:200])]
    faults = [
        Fault("paper.not_allowed", where(name, lines, node.lineno), type(node).__name__)
        for node in every(tree)
        if not isinstance(node, ALLOWED)
    ]
    if faults:
        return faults
    reading = Reading(kind.by_name)
    reading.read(tree, {})
    named |= reading.named
    return [
        Fault("paper.field_unknown", where(name, lines, each.line, each.path[0]), ".".join(each.path))
        for each in reading.unknown
    ]


def every(node: nodes.Node) -> Iterator[nodes.Node]:
    """The node and all below it. The operator of a comparison and the like count as what they stand in."""
    yield node
    for child in node.iter_child_nodes():
        yield from every(child)


def where(name: str, source: list[str], line: int, sought: str = "") -> str:
    """The part, and what the paragraph on that line of it reads."""
    said = TAG.sub("", source[line - 1]).strip() if line <= len(source) else ""
    start = max(said.find(sought) - 40, 0) if sought else 0
    return f"{name}: “{said[start : start + 100]}”" if said else name


class Reading:
    """Which fields a template names, row by row: a loop's variable stands for the rows' own fields."""

    def __init__(self, fields: Mapping[str, AnyField]) -> None:
        self.fields = fields
        self.named: set[str] = set()  # fields of the paper itself
        self.unknown: list[Named] = []

    def read(self, node: nodes.Node, loops: Mapping[str, Mapping[str, AnyField]]) -> None:
        if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            rows = self.rows(node.iter, loops)
            inner = {**loops, node.target.name: rows if rows is not None else {}}
            for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
                self.read(child, inner)
            return
        if isinstance(node, (nodes.Name, nodes.Getattr)):
            self.found(node, loops)
            return
        for child in node.iter_child_nodes():
            self.read(child, loops)

    def rows(self, node: nodes.Node, loops: Mapping[str, Mapping[str, AnyField]]) -> Mapping[str, AnyField] | None:
        """What the rows of a loop name; None, and noted, when it runs over something that has none."""
        field = self.found(node, loops) if isinstance(node, (nodes.Name, nodes.Getattr)) else None
        if field is None or field.children is None:
            if field is not None:
                self.unknown.append(Named((field.name,), node.lineno))
            elif not isinstance(node, (nodes.Name, nodes.Getattr)):
                self.unknown.append(Named(("for",), node.lineno))
            return None
        return field.children

    def found(self, node: nodes.Node, loops: Mapping[str, Mapping[str, AnyField]]) -> AnyField | None:
        """The field named, or None: a loop's own variable, or unknown and noted."""
        path = path_of(node)
        if path and path[0] == "loop" and loops and len(path) == 2 and path[1] in LOOP:
            return None
        if path and path[0] in loops:
            if len(path) == 1:
                if not loops[path[0]]:
                    return None  # the texts of a list
            elif len(path) == 2 and path[1] in loops[path[0]]:
                return loops[path[0]][path[1]]
        elif len(path) == 1 and path[0] in self.fields:
            self.named.add(path[0])
            return self.fields[path[0]]
        self.unknown.append(Named(path or ("?",), node.lineno))
        return None


def path_of(node: nodes.Node) -> tuple[str, ...]:
    """("row", "name") of row.name; () of what is no plain path."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        before = path_of(node.node)
        return (*before, node.attr) if before else ()
    return ()
