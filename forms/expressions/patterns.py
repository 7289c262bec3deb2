"""The patterns of regex(): one dialect, read once, that means the same to a browser and to Python.

A pattern is ECMAScript's in Unicode mode without what looks around, back or has a name. It is read here into steps that
both engines walk character by character (forms/expressions/matching.py): no step is taken twice at one character, so the
longest search is the text's length times the pattern's. Source: docs/form-language.md, "Patterns".
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from forms.words import Misplaced

Ranges = tuple[tuple[int, int], ...]  # first and last code point of each run, in order
# A number takes a character of that set; a list goes on that many steps further, in all ways at once; "^", "$" and "b"
# (the edge of a word) go on where they hold.
Step = int | list[int] | str

TOKEN = re.compile(
    r"""(?P<open>\((?:\?:)?) | (?P<close>\)) | (?P<or>\|) | (?P<place>[$^]|\\b)
      | (?P<times>(?:[*+?]|\{(?P<least>\d{1,3})(?:(?P<comma>,)(?P<most>\d{0,3}))?\})\??)
      | (?P<set>\[\^?(?:\\.|[^\\\]])*\]|\.|\\(?:[pP]\{\w+\}|u\{\w+\}|u\w{4}|x\w\w|.)|[^\\()\[\]{}])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
MEMBER = re.compile(r"(?:\\(?:[pP]\{\w+\}|u\{\w+\}|u\w{4}|x\w\w|.)|.)", re.DOTALL | re.ASCII)
CONTROL = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
SYNTAX = "^$\\.*+?()[]{}|/"  # what Unicode mode lets be escaped; any other punctuation loses its \
LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
SETS: dict[str, Ranges] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
          (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
}  # fmt: skip
MAX_STEPS, MAX_GROUPS = 1000, 50


@dataclass(frozen=True)
class Pattern:
    """source: as it was written. sets: as ECMAScript writes them. code: the steps; past the last one it is found."""

    source: str
    sets: list[str]
    code: list[Step]

    def as_json(self) -> dict[str, Any]:
        return {"source": self.source, "sets": self.sets, "code": self.code}


class PatternError(Misplaced):
    """The text is no pattern."""


def read_pattern(pattern: str) -> Pattern:
    """Raises PatternError with the first place that no pattern has."""
    reader = _Reader(pattern)
    code = reader.either()
    if reader.at < len(pattern):
        raise PatternError(reader.at + 1, "')' closes nothing", "')' không đóng gì cả")
    return Pattern(pattern, list(reader.sets), code)


class _Reader:
    """Reads token by token; each method is a rule of the grammar and returns its steps, with ways relative to each."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.depth = pattern, 0, 0
        self.sets: dict[str, int] = {}

    def look(self) -> re.Match[str] | None:
        """The next token; None at the end."""
        if self.at == len(self.pattern):
            return None
        found = TOKEN.match(self.pattern, self.at)
        if found is None:
            letter = self.pattern[self.at]
            raise PatternError(
                self.at + 1,
                f"'{letter}' does not stand for itself; write \\{letter}",
                f"'{letter}' không viết trần được; hãy viết \\{letter}",
            )
        return found

    def either(self) -> list[Step]:
        ways = [self.sequence()]
        while (found := self.look()) and found["or"]:
            self.at = found.end()
            ways.append(self.sequence())
            self.check(sum(map(len, ways)) + 2 * len(ways))
        code = ways.pop()
        while ways:
            way = ways.pop()
            code = [[1, len(way) + 2], *way, [len(code) + 1], *code]
        return code

    def sequence(self) -> list[Step]:
        code: list[Step] = []
        while (found := self.look()) and not (found["or"] or found["close"]):
            part = self.one(found)
            if not found["place"] and (times := self.look()) and times["times"]:
                part = self.repeated(part, times)
                if (again := self.look()) and again["times"]:
                    raise PatternError(
                        self.at + 1, f"'{again[0]}' has nothing to repeat", f"'{again[0]}' không có gì để lặp"
                    )
            code += part
            self.check(len(code))
        return code

    def check(self, steps: int) -> None:
        if steps > MAX_STEPS:
            raise PatternError(self.at, f"the pattern has more than {MAX_STEPS} steps", f"mẫu dài quá {MAX_STEPS} bước")

    def one(self, found: re.Match[str]) -> list[Step]:
        """A place, a set of characters or a group."""
        at, self.at = self.at + 1, found.end()
        if found["times"]:
            raise PatternError(at, f"'{found[0]}' has nothing to repeat", f"'{found[0]}' không có gì để lặp")
        if found["place"]:
            return [found["place"].strip("\\")]
        if found["set"]:
            written, _ = read_set(found["set"], at)
            return [self.sets.setdefault(written, len(self.sets))]
        self.depth += 1
        if self.depth > MAX_GROUPS:
            raise PatternError(
                at, f"groups are nested deeper than {MAX_GROUPS}", f"các nhóm lồng nhau quá {MAX_GROUPS} tầng"
            )
        if self.pattern.startswith("?", self.at):
            raise PatternError(
                self.at + 1, "of the groups with '?' there is only (?:…)", "nhóm có '?' chỉ có dạng (?:…)"
            )
        code = self.either()
        if self.at == len(self.pattern):
            raise PatternError(self.at, "a '(' is not closed", "có '(' chưa đóng")
        self.at += 1
        self.depth -= 1
        return code

    def repeated(self, part: list[Step], times: re.Match[str]) -> list[Step]:
        """So many of the part; whether it takes as many or as few as it can finds the same."""
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(times[0][0], (0, None))
        if times["least"]:
            least = int(times["least"])
            most = (int(times["most"]) if times["most"] else None) if times["comma"] else least
        if most is not None and most < least:
            raise PatternError(
                self.at + 1, f"{times[0]} asks for more than it allows", f"{times[0]} đòi nhiều hơn mức cho phép"
            )
        self.at = times.end()
        self.check((len(part) + 1) * max(least + 1, most or 0))
        if most is None:
            return part * least + [[-len(part), 1]] if least else [[1, len(part) + 2], *part, [-len(part) - 1]]
        rest: list[Step] = []
        for _ in range(most - least):
            rest = [[1, len(part) + len(rest) + 1], *part, *rest]
        return part * least + rest


@functools.lru_cache(maxsize=1024)
def read_set(text: str, at: int = 1) -> tuple[str, Ranges]:
    """A set of characters, as `[a-z]`, `\\d`, `.` or `a`: as ECMAScript writes it, and its ranges."""
    if text == ".":
        return text, _others(LINE_ENDS)
    if text[0] != "[" or text == "[":
        return _single(text, at)
    negated = text.startswith("[^")
    written, ranges = _class(text[1 + negated : -1], at + 1 + negated)
    return f"[{'^' * negated}{written}]", _others(ranges) if negated else ranges


def _class(members: str, at: int) -> tuple[str, Ranges]:
    """What stands between [ and ], as ECMAScript writes it and as ranges. at: where it begins, from 1."""
    parts = [(found[0], at + found.start()) for found in MEMBER.finditer(members)]
    written, ranges, index = "", list[tuple[int, int]](), 0
    while index < len(parts):
        ecma, first = _single(*parts[index], inside=True)
        if index + 2 < len(parts) and parts[index + 1][0] == "-":
            other, last = _single(*parts[index + 2], inside=True)
            if not (_is_one(first) and _is_one(last) and first[0][0] <= last[0][0]):
                raise PatternError(parts[index][1], "this is no range of characters", "đây không phải một khoảng ký tự")
            ecma, first, index = f"{ecma}-{other}", ((first[0][0], last[0][0]),), index + 2
        written += ecma
        ranges += first
        index += 1
    return written, _joined(ranges)


def _single(text: str, at: int, *, inside: bool = False) -> tuple[str, Ranges]:
    """A character or a set of them. inside: between [ and ]."""
    if text[0] != "\\":
        return text, _one(ord(text))
    letter, more = text[1], text[2:].strip("{}")
    if letter in "pP" and more and (ranges := _category(more)):
        return text, ranges if letter == "p" else _others(ranges)
    if letter.lower() in SETS and not more:
        return text, SETS[letter] if letter in SETS else _others(SETS[letter.lower()])
    if letter in "ux" and re.fullmatch(r"[0-9A-Fa-f]+", more):
        point = int(more, 16)
        if point <= sys.maxunicode and not 0xD800 <= point <= 0xDFFF:
            return text, _one(point)
    if letter in CONTROL:
        return text, _one(CONTROL[letter])
    if letter in SYNTAX or (inside and letter == "-"):
        return text, _one(ord(letter))
    if letter.isascii() and letter.isprintable() and not letter.isalnum():
        return letter, _one(ord(letter))
    raise PatternError(at, f"{text} means nothing", f"{text} không có nghĩa")


def _one(point: int) -> Ranges:
    return ((point, point),)


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


@functools.cache
def _category(name: str) -> Ranges:
    """Of a general category, as Lu, or of a family of them, as L; none: no ranges. Control and unassigned have none."""
    if name[0] not in "LMNPSZ" or len(name) > 2:
        return ()
    return _joined((point, point) for category, points in _categories().items() if category.startswith(name)
                   for point in points)  # fmt: skip


@functools.cache
def _categories() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for point in range(sys.maxunicode + 1):
        found.setdefault(unicodedata.category(chr(point)), []).append(point)
    return found


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """In order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def _others(ranges: Ranges) -> Ranges:
    """All characters but these."""
    return tuple(_gaps(ranges))


def _gaps(ranges: Ranges) -> Iterator[tuple[int, int]]:
    start = 0
    for first, last in ranges:
        if start < first:
            yield start, first - 1
        start = last + 1
    if start <= sys.maxunicode:
        yield start, sys.maxunicode
