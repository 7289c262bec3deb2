"""A record's answers as a sheet to read: under their labels, in the form's order, masked where the reader may not see.

Pure: a Form and answers in, lines out; `words` says how the reader's language writes things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from forms import Env, Form, Instance
from forms.file_answers import FILE_TYPES
from forms.instance import ROW_ID
from forms.tree import Node
from sync.blobs import blob_of
from sync.judge import value_at
from sync.merge import changed_paths

MASK = "•••••"


class Words(Protocol):
    """texts.py, or what a test puts in its place."""

    def language(self) -> str: ...
    def label(self, texts: Mapping[str, str] | None) -> str: ...
    def number(self, value: int | str) -> str: ...
    def day(self, value: str) -> str: ...


@dataclass(frozen=True)
class Line:
    """One question. kind: its type. blank: nobody answered. path: with row ids. file: a file answer as it is, "" where
    it is none or masked."""

    path: str
    label: str
    value: str
    kind: str
    blank: bool = False
    file: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a repeat."""

    path: str
    lines: list[Line]


@dataclass(frozen=True)
class Block:
    """A group or a repeat: its own lines, its rows (then `heads` names their columns), and the blocks inside it."""

    path: str
    label: str
    lines: list[Line] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Nobody has answered anything here yet."""
        return all(line.blank for line in self.lines) and not self.rows and not self.blocks


@dataclass(frozen=True)
class Change:
    """One question that a revision changed; before and after as shown, "" where blank."""

    label: str
    before: str
    after: str


class Sheet:
    """Reads one form's answers for one reader."""

    def __init__(
        self, form: Form, words: Words, *, see_pii: bool, recorded: Mapping[str, Any], state: str = ""
    ) -> None:
        """recorded: Env's values of when the answers were finalised, so that they read as their author saw them."""
        self.form, self.words, self.see_pii = form, words, see_pii
        self.env = Env(**recorded, state=state, language=words.language())

    def blocks(self, answers: Mapping[str, Any]) -> list[Block]:
        """All that is asked in this record; questions outside groups stand in a block without label."""
        instance = Instance(self.form, dict(answers), self.env)
        top = self._block(instance, instance.root, "")
        loose = [Block("", "", top.lines)] if top.lines else []
        return [*loose, *top.blocks]

    def _block(self, instance: Instance, node: Node, label: str) -> Block:
        block = Block(node.path, label)
        for child in node.children.values():
            if not child.shown():
                continue
            text = instance.text(child.spec.get("label"), child)
            if child.spec["kind"] == "group":
                inner = self._block(instance, child, text)
                if inner.lines or inner.blocks:
                    block.blocks.append(inner)
            elif child.spec["kind"] == "repeat":
                if child.rows:
                    block.blocks.append(self._repeat(instance, child, text))
            elif text and (child.spec["type"] != "calculate" or child.value is not None):
                block.lines.append(self._line(child, text))
        return block

    def _repeat(self, instance: Instance, repeat: Node, label: str) -> Block:
        columns = [spec for spec in repeat.spec["children"] if spec["kind"] == "question" and spec.get("label")]
        rows = []
        for row in repeat.rows:
            cells = [row.children[spec["name"]] for spec in columns]
            rows.append(Row(row.path, [self._line(cell, instance.text(cell.spec["label"], cell)) for cell in cells]))
        return Block(repeat.path, label, heads=[line.label for line in rows[0].lines], rows=rows)

    def _line(self, node: Node, label: str) -> Line:
        kind, value = node.spec["type"], self.value(node.spec["path"], node.value)
        file = str(node.value) if blob_of(node.value) and value != MASK and kind in FILE_TYPES else ""
        return Line(node.path, label, value, kind, node.value is None and kind != "note", file)

    def value(self, path: str, value: Any) -> str:
        """A value as the reader may see it, "" for a blank one. path: with or without row ids."""
        spec = self.form.specs.get(ROW_ID.sub("", path), {"type": "text"})
        if value is None or value == []:
            return ""
        if "pii" in spec and not self.see_pii:
            return MASK
        if isinstance(value, Mapping):  # a whole row, in a conflict
            return ", ".join(
                filter(None, (self.value(f"{path}/{name}", each) for name, each in value.items() if name != "__id"))
            )
        if "list" in spec:
            named = {choice["name"]: self.words.label(choice["label"]) for choice in self.form.choices(spec["path"])}
            return ", ".join(named.get(name, str(name)) for name in (value if isinstance(value, list) else [value]))
        if spec["type"] in FILE_TYPES and blob_of(value):
            return f"{value[:8]}….{value.rpartition('.')[2]}"
        return SHOWN.get(spec["type"], lambda words, spec, value: str(value))(self.words, spec, value)

    def label(self, path: str) -> str:
        """What a path with row ids is called: "Hiện vật › Số lượng"; the path itself where the form has no label."""
        parts, spec = [], self.form.specs
        plain = ROW_ID.sub("", path)
        for end in range(2, plain.count("/") + 2):
            at = "/".join(plain.split("/")[:end])
            found = spec.get(at)
            if found and (found["kind"] == "repeat" or at == plain):
                text = self.words.label(found.get("label"))
                parts.append(text if isinstance(text, str) and text else at)
        return " › ".join(parts) or path

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        """What was changed between two revisions, calculated questions left out."""
        return [
            Change(self.label(path), self.value(path, value_at(before, path)), self.value(path, value_at(after, path)))
            for path, _ in changed_paths(self.form.program["root"], before, after)
        ]


SHOWN: Mapping[str, Any] = {
    # A year is no quantity: only what the form says has thousands is grouped.
    "integer": lambda words, spec, value: (
        words.number(value) if "thousands-sep" in spec.get("appearance", "") and isinstance(value, int) else str(value)
    ),
    "decimal": lambda words, spec, value: words.number(value) if is_decimal(value) else str(value),
    "date": lambda words, spec, value: words.day(str(value)),
}


def is_decimal(value: Any) -> bool:
    return isinstance(value, str) and value.replace(".", "", 1).lstrip("-").isdigit()


def lines_of(blocks: Iterable[Block]) -> list[Line]:
    """Every line of a sheet, in order."""
    found: list[Line] = []
    for block in blocks:
        found += block.lines
        found += [line for row in block.rows for line in row.lines]
        found += lines_of(block.blocks)
    return found


def remarks_by_path(remarks: Sequence[Mapping[str, Any]], known: set[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Remarks beside their questions; what belongs to no question shown stands under ""."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for remark in remarks:
        found.setdefault(remark["path"] if remark["path"] in known else "", []).append(remark)
    return found
