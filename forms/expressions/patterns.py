"""The patterns of regex(): one dialect, read once, that means the same to a browser and to Python.

A pattern is ECMAScript's in Unicode mode without groups that capture, look behind or are named. It is read here into
two texts: `ecma` goes into the program, for `new RegExp(ecma, "u")`; `python` says every set of characters out loud,
because \\s, . and $ mean other things to `re`. Source: docs/form-language.md, "Patterns".
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Ranges = tuple[tuple[int, int], ...]  # first and last code point of each run, in order

TOKEN = re.compile(
    r"""(?P<open>\((?:\?[:=!])?) | (?P<close>\)) | (?P<place>[|^$]|\\b)
      | (?P<times>(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??)
      | \[(?P<negated>\^?)(?P<members>(?:\\.|[^\\\]])*)\]
      | (?P<any>\.) | (?P<single>\\(?:[pP]\{\w+\}|u\{\w+\}|u\w{4}|x\w\w|.)|[^\\()\[\]{}])""",
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


@dataclass(frozen=True)
class Pattern:
    ecma: str
    python: str


class PatternError(ValueError):
    """at: the character, from 1. reason: what is wrong there."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(f"character {at}: {reason}")
        self.at, self.reason = at, reason


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to search with. Raises PatternError."""
    return re.compile(read_pattern(pattern).python, re.ASCII)


@functools.lru_cache(maxsize=256)
def read_pattern(pattern: str) -> Pattern:
    """Raises PatternError with the first place that no pattern has."""
    ecma, python, groups, at = list[str](), list[str](), list[str](), 0
    repeatable = False
    while at < len(pattern):
        found = TOKEN.match(pattern, at)
        if found is None:
            raise PatternError(at + 1, f"'{pattern[at]}' does not stand for itself; write \\{pattern[at]}")
        text, kind = found[0], found.lastgroup
        written, meant = text, text
        if kind == "times" and not repeatable:
            raise PatternError(at + 1, f"'{text}' has nothing to repeat")
        if kind == "open":
            groups.append(text)
            meant = "(?:" if text == "(" else text
        elif kind == "close" and not groups:
            raise PatternError(at + 1, "')' closes nothing")
        elif kind == "place":
            meant = {"$": r"\Z"}.get(text, text)
        elif kind == "members":
            written, ranges = _class(found["members"], at + 2 + len(found["negated"]))
            written = f"[{found['negated']}{written}]"
            meant = _said(_others(ranges) if found["negated"] else ranges)
        elif kind == "any":
            meant = _said(_others(LINE_ENDS))
        elif kind == "single":
            written, ranges = _single(text, at + 1)
            meant = _said(ranges)
        # A look ahead has no width: Unicode mode repeats none.
        repeatable = groups.pop() in ("(", "(?:") if kind == "close" else kind in ("members", "any", "single")
        ecma.append(written)
        python.append(meant)
        at = found.end()
    if groups:
        raise PatternError(at, "a '(' is not closed")
    try:
        re.compile("".join(python), re.ASCII)
    except (re.error, RecursionError, OverflowError) as broken:
        raise PatternError(1, str(broken)) from broken
    return Pattern("".join(ecma), "".join(python))


def _class(members: str, at: int) -> tuple[str, Ranges]:
    """What stands between [ and ], as ECMAScript writes it and as ranges. at: where it begins, from 1."""
    parts = [(found[0], at + found.start()) for found in MEMBER.finditer(members)]
    written, ranges, index = "", list[tuple[int, int]](), 0
    while index < len(parts):
        ecma, first = _single(*parts[index], inside=True)
        if index + 2 < len(parts) and parts[index + 1][0] == "-":
            other, last = _single(*parts[index + 2], inside=True)
            if not (_is_one(first) and _is_one(last) and first[0][0] <= last[0][0]):
                raise PatternError(parts[index][1], "this is no range of characters")
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
    raise PatternError(at, f"{text} means nothing")


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


def _said(ranges: Ranges) -> str:
    """As a class of `re`, nothing in it read twice; no character at all matches nothing."""
    if not ranges:
        return "(?!)"
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"
