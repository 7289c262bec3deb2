"""What columns a form's records make, over all its versions: one table for the records, one for each repeat.

Pure. The habits are ODK Central's, so that scripts written for it read these files: groups joined by "-", a place in
four columns, each choice of a select_multiple in one of its own, rows of repeats in tables that name their parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms import Form
from forms.file_answers import FILE_TYPES

MASK = "•••••"
POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One question. path: in the program. heads: of its columns, as ODK names them; labels: as people read them.

    choices: name → label, of all versions. split: the names that get a column of their own.
    """

    path: str
    spec: Mapping[str, Any]
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)
    split: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return str(self.spec["type"])

    def cells(self, value: Any, *, clear: bool, spoken: bool) -> list[Cell]:
        """The answer in this column's cells. clear: persons may be seen; spoken: labels of choices, not names."""
        width = len(self.heads)
        if value is None or value == [] or value == "":
            return [None] * width
        if "pii" in self.spec and not clear:
            return [MASK, *[None] * (width - 1)]
        told = self.choices if spoken else {}
        if self.kind == "geopoint":
            parts = str(value).split()[:4]
            return [*(float(part) for part in parts), *[None] * (4 - len(parts))]
        if isinstance(value, list):
            joined = (", " if spoken else " ").join(told.get(str(name), str(name)) for name in value)
            return [joined, *(int(name in value) for name in self.split)]
        if self.kind in ("decimal", "range") or self.spec.get("answer") == "decimal":
            return [as_number(value)]
        return [value if isinstance(value, int) and not isinstance(value, bool) else told.get(str(value), str(value))]


def as_number(value: Any) -> Cell:
    try:
        return int(value) if isinstance(value, int) else float(value)
    except (TypeError, ValueError):
        return str(value)


@dataclass(frozen=True)
class Table:
    """path: "" of the records, else of the repeat. name: of the sheet or file."""

    path: str
    name: str
    columns: tuple[Column, ...]

    def heads(self, spoken: bool) -> list[str]:
        return [head for column in self.columns for head in (column.labels if spoken else column.heads)]


def tables_of(forms: Sequence[Form], form_id: str, text: Callable[[Any], str]) -> list[Table]:
    """forms: the versions in use, the newest first. text: a label in the reader's language.

    Questions stand in the newest version's order; those only older versions ask come behind.
    """
    found: dict[str, dict[str, Column]] = {"": {}}
    for form in forms:
        for table, column in _columns(form, form.program["root"], "", "", text):
            columns = found.setdefault(table, {})
            known = columns.get(column.path)
            columns[column.path] = column if known is None else _joined(known, column)
    return [Table(path, form_id + path.replace("/", "-"), tuple(columns.values())) for path, columns in found.items()]


def _joined(newer: Column, older: Column) -> Column:
    """A question of two versions: what only the older one offered stays readable."""
    choices = {**older.choices, **newer.choices}
    more = [name for name in older.split if name not in newer.split]
    base = newer.heads[0]
    return Column(
        newer.path,
        newer.spec,
        (*newer.heads, *(f"{base}/{name}" for name in more)),
        (*newer.labels, *(f"{newer.labels[0]}: {choices.get(name, name)}" for name in more)),
        choices,
        (*newer.split, *more),
    )


def _columns(
    form: Form, nodes: Sequence[Mapping[str, Any]], table: str, prefix: str, text: Callable[[Any], str]
) -> Iterator[tuple[str, Column]]:
    """(table's path, column). prefix: the groups inside the table."""
    for node in nodes:
        head = f"{prefix}{node['name']}"
        if node["kind"] == "group":
            yield from _columns(form, node["children"], table, f"{head}-", text)
        elif node["kind"] == "repeat":
            yield from _columns(form, node["children"], node["path"], "", text)
        elif node["type"] != "note":
            yield table, _column(form, node, head, text(node.get("label")) or head, text)


def _column(form: Form, node: Mapping[str, Any], head: str, label: str, text: Callable[[Any], str]) -> Column:
    if node["type"] == "geopoint":
        names = tuple(f"{head}-{part}" for part in POINT)
        return Column(node["path"], node, names, tuple(f"{label}: {part}" for part in POINT))
    if "list" not in node:
        return Column(node["path"], node, (head,), (label,))
    inline = node["list"] in form.program["choices"]
    choices = {choice["name"]: text(choice["label"]) for choice in form.choices(node["path"])}
    # A list from a file may have thousands: its names get no columns.
    split = tuple(choices) if node["type"] == "select_multiple" and inline else ()
    return Column(
        node["path"],
        node,
        (head, *(f"{head}/{name}" for name in split)),
        (label, *(f"{label}: {choices[name]}" for name in split)),
        choices,
        split,
    )


@dataclass(frozen=True)
class Line:
    """One row of a table: its answers by path, its key and its parent's ("" for a record)."""

    table: str
    key: str
    parent: str
    values: Mapping[str, Any]


def lines_of(form: Form, key: str, answers: Mapping[str, Any]) -> list[Line]:
    """A record's own line, then those of its repeats, each after the line it belongs to."""
    rows: list[Line] = []
    values = _values(form.program["root"], answers, key, key, rows)
    return [Line("", key, "", values), *rows]


def _values(nodes: Sequence[Mapping[str, Any]], answers: Any, key: str, place: str, rows: list[Line]) -> dict[str, Any]:
    """key: of the line these answers belong to; place: the same with the groups in between, as keys of rows begin."""
    found: dict[str, Any] = {}
    if not isinstance(answers, Mapping):
        return found
    for node in nodes:
        value = answers.get(node["name"])
        at = f"{place}/{node['name']}"
        if node["kind"] == "group":
            found |= _values(node["children"], value, key, at, rows)
        elif node["kind"] == "repeat":
            for number, row in enumerate(value if isinstance(value, list) else (), 1):
                own, below = f"{at}[{number}]", list[Line]()
                inside = _values(node["children"], row, own, own, below)
                rows += [Line(node["path"], own, key, inside), *below]
        else:
            found[node["path"]] = value
    return found


def is_file(column: Column) -> bool:
    return column.kind in FILE_TYPES
