"""The running tree of an instance: groups, repeats with rows, questions. Holds answers and relevance, computes none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms.expressions.values import number_text, to_number

Spec = Mapping[str, Any]
EXACT = 2**53  # integers below it are the same as binary floats


def every(specs: Iterable[Spec]) -> Iterator[Spec]:
    """The nodes of a program, each before what is in it."""
    for spec in specs:
        yield spec
        yield from every(spec.get("children", ()))


class Node:
    """A question, or a Branch: a group, a row of a repeat, a repeat. path: as in answers, '/items[<row id>]/qty'."""

    __slots__ = ("parent", "path", "relevant", "spec", "value")
    # What a Branch alone has and changes; most nodes are questions, made by the dozen for every record that arrives.
    children: dict[str, Node] = {}  # noqa: RUF012
    rows: list[Node] = []  # noqa: RUF012
    spare: list[Node] = []  # noqa: RUF012
    row_id = ""

    def __init__(self, spec: Spec, parent: Node | None, path: str) -> None:
        self.spec, self.parent, self.path = spec, parent, path
        self.value: Any = None
        self.relevant = True

    # What expressions see.
    def text(self) -> str:
        """The answer as expressions read it; blank where the question is not relevant."""
        return self.kept() if self.shown() else ""

    def kept(self) -> str:
        """The answer as text, also while the question is not relevant."""
        return "" if self.value is None else answer_text(self.value)

    def number(self) -> float:
        """The answer as a number expressions read."""
        value = self.value
        if type(value) is int and -EXACT < value < EXACT and self.shown():
            return float(value)
        return to_number(self.text())

    def shown(self) -> bool:
        node: Node | None = self
        while node is not None:
            if not node.relevant:
                return False
            node = node.parent
        return True

    def root(self) -> Node:
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    def outer(self) -> Node | None:
        """XPath's parent: a row's is the group around its repeat."""
        if self.row_id and self.parent is not None:
            return self.parent.parent
        return self.parent

    def named(self, name: str) -> list[Node]:
        """Child nodes of a name; a repeat's rows each carry its name."""
        child = self.children.get(name)
        if child is None:
            return []
        return list(child.rows) if child.spec["kind"] == "repeat" else [child]

    def refer(self, names: list[str]) -> list[Node]:
        """What `${name}` means seen from here: rows of repeats around this node are bound, others give all rows."""
        node = self.root()
        for depth, name in enumerate(names, 1):
            child = node.children.get(name)
            if child is None:
                return []
            if child.spec["kind"] == "repeat":
                bound = depth < len(names) and next((row for row in self.rows_around() if row.parent is child), None)
                if not bound:
                    return _below(child.rows, names[depth:])
                child = bound
            node = child
        return [node] if node.spec["kind"] == "question" or node.shown() else []

    # Rows.
    def rows_around(self) -> Iterator[Node]:
        """The rows this node is in, innermost first; a row is in itself."""
        node: Node | None = self
        while node is not None:
            if node.row_id:
                yield node
            node = node.parent

    def row_number(self) -> int:
        """Which row of its repeat the node is in, from 1; 1 outside repeats."""
        row = next(self.rows_around(), None)
        return row.repeat().rows.index(row) + 1 if row else 1

    def repeat(self) -> Node:
        assert self.parent is not None
        return self.parent

    def shown_questions(self) -> list[Node]:
        """The questions below a shown group or row that are shown themselves, in the form's order."""
        found: list[Node] = []
        for child in self.children.values():
            if not child.relevant:
                continue
            kind = child.spec["kind"]
            if kind == "question":
                found.append(child)
            elif kind == "group":
                found += child.shown_questions()
            else:
                for row in child.rows:
                    found += row.shown_questions()
        return found

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the form's order; rows among them, spare rows not."""
        ahead = [self]
        while ahead:
            node = ahead.pop()
            yield node
            if node.rows or node.children:
                ahead += reversed((*node.rows, *node.children.values()))


class Branch(Node):
    """A group, a row of a repeat (row_id) or a repeat."""

    __slots__ = ("children", "row_id", "rows", "spare")

    def __init__(self, spec: Spec, parent: Node | None, path: str, row_id: str = "") -> None:
        super().__init__(spec, parent, path)
        self.row_id = row_id
        self.children = {}
        self.rows = []  # of a repeat
        self.spare = []  # rows that repeat_count took away; they come back in order


def _below(rows: list[Node], names: list[str]) -> list[Node]:
    """The nodes of these names below all the rows."""
    found = rows
    for name in names:
        children = [child for node in found if (child := node.children.get(name)) is not None]
        found = [each for child in children for each in (child.rows if child.spec["kind"] == "repeat" else [child])]
    return [node for node in found if node.spec["kind"] == "question" or node.shown()]


def answer_text(value: Any) -> str:
    """An answer as text: numbers without exponent, select_multiple joined by spaces. What no question takes is blank."""
    if isinstance(value, str):  # most are: asked before the pattern, which is slower
        return value
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return number_text(value)
        case list():
            return " ".join(map(answer_text, value))
    return ""
