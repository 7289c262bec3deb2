"""The search of regex(): all ways through a pattern at once, one character after the other, none of them twice.

The twin in JavaScript is client/web/engine/matching.js. Where the steps come from: forms/expressions/patterns.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from forms.expressions.patterns import SETS, Ranges, read_set

WORD = {chr(point) for first, last in SETS["w"] for point in range(first, last + 1)}


class Search:
    """A pattern of the program, ready to search with. made: {"sets": [text…], "code": [step…]}."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        self.sets = [_tester(read_set(text)[1]) for text in made["sets"]]
        self.code = made["code"]

    def finds(self, text: str) -> bool:
        """Whether the pattern is anywhere in the text."""
        reached: list[int] = []
        for at in range(len(text) + 1):
            waiting = self._waiting(reached, text, at)
            if waiting is None:
                return True
            fits = {number: self.sets[number](text[at]) for number in {*waiting.values()}} if at < len(text) else {}
            reached = [step + 1 for step, number in waiting.items() if fits.get(number)]
        return False

    def _waiting(self, reached: list[int], text: str, at: int) -> dict[int, int] | None:
        """The steps that wait for the character at `at`, and its set; from the beginning too. None: it is found."""
        waiting: dict[int, int] = {}
        seen, ways = set[int](), [*reached, 0]
        while ways:
            step = ways.pop()
            if step == len(self.code):
                return None
            if step in seen:
                continue
            seen.add(step)
            what = self.code[step]
            if isinstance(what, int):
                waiting[step] = what
            elif isinstance(what, list):
                ways += [step + further for further in what]
            elif PLACES[what](text, at):
                ways.append(step + 1)
        return waiting


def _edge(text: str, at: int) -> bool:
    return (at > 0 and text[at - 1] in WORD) != (at < len(text) and text[at] in WORD)


PLACES: dict[str, Callable[[str, int], bool]] = {
    "^": lambda text, at: at == 0, "$": lambda text, at: at == len(text), "b": _edge,
}  # fmt: skip


def _tester(ranges: Ranges) -> Callable[[str], Any]:
    """Is this character in the set?"""
    if not ranges:
        return lambda letter: False
    return re.compile("[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]").match
