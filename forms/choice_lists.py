"""A list of choices as a form runs it: inline ones of the program and those from files alike, found by index.

A choice is {"name", "label": {language: text}, "columns": {column: text}, icon?, image?, audio?}, as in the program. Those
from files are made of their row when first asked for: a district's villages are many, and few are looked at.
The twin in JavaScript is client/web/engine/choice_lists.js.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Choice = Mapping[str, Any]


class ChoiceList:
    """source: choices as in the program, or {"columns": […], "rows": [[text…]…]} of a file.

    value, label: the columns of a file that hold name and label. language: what a plain `label` column speaks.
    """

    def __init__(self, source: Any, value: str = "name", label: str = "label", language: str = "") -> None:
        self.source, self.value, self.label, self.language = source, value, label, language
        self.key = "name" if not isinstance(source, Mapping) else value  # the column that holds the name
        self._inline = not isinstance(source, Mapping)
        self._rows: Sequence[Any] = source if self._inline else source["rows"]
        self._at = {} if self._inline else {name: number for number, name in reversed([*enumerate(source["columns"])])}
        self._made: dict[int, Choice] = {}
        self._indexes: dict[str, dict[str, list[int]]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        """Whether a choice has this name."""
        return isinstance(name, str) and bool(self.numbers(self.key, name))

    def __iter__(self) -> Iterator[Choice]:
        return map(self.choice, range(len(self._rows)))

    def choice(self, number: int) -> Choice:
        """The choice at this place, from 0."""
        if self._inline:
            inline: Choice = self._rows[number]
            return inline
        if number not in self._made:
            row = self._rows[number]
            columns = {name: row[at] for name, at in self._at.items() if at < len(row)}
            self._made[number] = {
                "name": columns.get(self.value, ""),
                "label": self._label(columns),
                "columns": columns,
            }
        return self._made[number]

    def where(self, column: str, text: str) -> list[Choice]:
        """The choices that have this text in this column, in order; by index."""
        return [self.choice(number) for number in self.numbers(column, text)]

    def numbers(self, column: str, text: str) -> Sequence[int]:
        """Their places, from 0."""
        if column not in self._indexes:
            index: dict[str, list[int]] = {}
            for number, value in enumerate(self._column(column)):
                index.setdefault(value, []).append(number)
            self._indexes[column] = index
        return self._indexes[column].get(text, ())

    def named(self, name: str) -> list[Choice]:
        """The choices of this name: one, unless the form allows duplicates."""
        return self.where(self.key, name)

    def in_order(self, names: list[str]) -> list[str]:
        """Names as the list has them; what it does not have stands last."""
        places = {name: next(iter(self.numbers(self.key, name)), len(self)) for name in names}
        return sorted(names, key=places.__getitem__)

    def _column(self, column: str) -> Iterator[str]:
        if self._inline:
            return (column_of(choice, column) for choice in self._rows)
        at = self._at.get(column, -1)
        return (row[at] if 0 <= at < len(row) else "" for row in self._rows)

    def _label(self, columns: Mapping[str, str]) -> dict[str, str]:
        mark = f"{self.label}::"
        plain = columns.get(self.label) or columns.get(self.value, "")
        texts = {name.removeprefix(mark): text for name, text in columns.items() if name.startswith(mark) and text}
        return ({self.language: plain} if plain else {}) | texts


def column_of(choice: Choice, column: str) -> str:
    """What a choice has in a column; `name` is one of every choice's, unless a file has a column of that name."""
    found = choice["columns"].get(column)
    if found is None:
        found = choice["name"] if column == "name" else ""
    return str(found)
