"""The question types of a form: how each is answered, and which columns, parameters and appearances it understands.

One row a type; docs/form-language.md shows the same table and a test holds the two together. Knows no document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Families: what a type is on screen decides which columns mean something for it.
ASKED, SHOWN, COMPUTED, NOTED, STRUCTURE = "asked", "shown", "computed", "noted", "structure"


@dataclass(frozen=True)
class QuestionType:
    """answer: the kind its answer is kept as (forms/answers.py, forms/validation.py); "" where it has none.

    appearances: words that change how it is filled in; `columns-N` stands for any number.
    parameters: name → pattern of the values it takes.
    """

    family: str
    answer: str = ""
    appearances: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NUMBER, WHOLE, TRUTH = r"-?(\d+(\.\d+)?|\.\d+)", r"[1-9]\d*", "true|false"
SHUFFLED = {"randomize": TRUTH, "seed": r".+"}
LIST = "minimal autocomplete horizontal horizontal-compact columns columns-N columns-pack compact compact-N label list-nolabel list"
ONE, MANY = _words(f"{LIST} likert quick quickcompact quickcompact-N"), _words(LIST)
LISTED = {**SHUFFLED, "value": r"[A-Za-z_][\w-]*", "label": r"[A-Za-z_][\w-]*"}
ACCURACY = {"capture-accuracy": NUMBER, "warning-accuracy": NUMBER}
GROUPED = _words("field-list table-list")

TYPES: dict[str, QuestionType] = {
    "text": QuestionType(ASKED, "text", _words("numbers multiline thousands-sep"), {"rows": WHOLE}),
    "integer": QuestionType(ASKED, "integer", _words("numbers thousands-sep")),
    "decimal": QuestionType(ASKED, "decimal", _words("numbers thousands-sep")),
    "range": QuestionType(ASKED, "decimal", frozenset(), {"start": NUMBER, "end": NUMBER, "step": NUMBER}),
    "date": QuestionType(ASKED, "date", _words("month-year year no-calendar")),
    "time": QuestionType(ASKED, "time"),
    "datetime": QuestionType(ASKED, "datetime", _words("no-calendar")),
    "select_one": QuestionType(ASKED, "select_one", ONE, SHUFFLED),
    "select_multiple": QuestionType(ASKED, "select_multiple", MANY, SHUFFLED),
    "rank": QuestionType(ASKED, "rank", _words("minimal"), SHUFFLED),
    "select_one_from_file": QuestionType(ASKED, "select_one", ONE, LISTED),
    "select_multiple_from_file": QuestionType(ASKED, "select_multiple", MANY, LISTED),
    "note": QuestionType(SHOWN, "note"),
    "calculate": QuestionType(COMPUTED, "calculate"),
    "hidden": QuestionType(COMPUTED, "text"),
    "acknowledge": QuestionType(ASKED, "acknowledge"),
    "trigger": QuestionType(ASKED, "acknowledge"),
    "geopoint": QuestionType(ASKED, "geopoint", frozenset(), {**ACCURACY, "allow-mock-accuracy": TRUTH}),
    "image": QuestionType(ASKED, "file", _words("signature draw annotate new"), {"max-pixels": WHOLE}),
    "audio": QuestionType(ASKED, "file", _words("new"), {"quality": "voice-only|low|normal|external"}),
    "file": QuestionType(ASKED, "file"),
    "barcode": QuestionType(ASKED, "text"),
    "start": QuestionType(NOTED, "datetime"),
    "end": QuestionType(NOTED, "datetime"),
    "today": QuestionType(NOTED, "date"),
    "deviceid": QuestionType(NOTED, "text"),
    "username": QuestionType(NOTED, "text"),
    "phonenumber": QuestionType(NOTED, "text"),
    "email": QuestionType(NOTED, "text"),
    "start-geopoint": QuestionType(NOTED, "geopoint", frozenset(), ACCURACY),
    "audit": QuestionType(NOTED, "file"),
    "group": QuestionType(STRUCTURE, "", GROUPED),
    "repeat": QuestionType(STRUCTURE, "", GROUPED),
}  # fmt: skip
METADATA = {name for name, each in TYPES.items() if each.family == NOTED}
SELECTS = {"select_one", "select_multiple", "rank"}
FROM_FILE = {"select_one_from_file": "select_one", "select_multiple_from_file": "select_multiple"}
BUILT_IN_LISTS = ("org_units", "author")

# What other tools offer and this one does not → the nearest there is.
ELSEWHERE = {
    "geotrace": "geopoint", "geoshape": "geopoint", "video": "audio", "background-audio": "audio",
    "background-geopoint": "start-geopoint", "select_one_external": "select_one_from_file", "osm": "geopoint",
    "xml-external": "select_one_from_file", "csv-external": "select_one_from_file", "simserial": "deviceid",
    "subscriberid": "deviceid", "dateTime": "datetime",
}  # fmt: skip

# Appearances that would only look different, or that ask for the same answer in another way: accepted, without effect.
LOOKS = _words(
    "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 picker rating vertical no-ticks no-buttons counter url map maps placement-map"
    " image-map new-front selfie front"
)
ALIASES = {"search": "autocomplete", "spinner": "minimal", "numeric": "numbers"}
# Parameters that say nothing here: what they speak of does not exist, or is always so.
IDLE_PARAMETERS = _words("track-changes identify-user location-priority location-min-interval location-max-age app")
STYLES = _words("pages theme-grid")

_ANSWERED = {name for name, each in TYPES.items() if each.answer not in ("", "note")}
_ASKED = {name for name, each in TYPES.items() if each.family == ASKED}
_SEEN = {name for name, each in TYPES.items() if each.family in (ASKED, SHOWN, STRUCTURE)}
_COMPUTED = {name for name, each in TYPES.items() if each.family in (ASKED, COMPUTED)}
# Keys that mean something for some types only; the others fit every type.
FIT: dict[str, set[str]] = {
    "required": _ASKED, "required_message": _ASKED, "constraint": _ASKED, "constraint_message": _ASKED,
    "read_only": _ASKED, "calculation": _COMPUTED, "default": _COMPUTED, "trigger": _COMPUTED,
    "choice_filter": {*SELECTS, *FROM_FILE}, "repeat_count": {"repeat"}, "pii": _ANSWERED,
    "writable_by": {*_ANSWERED, "group", "repeat"}, "hint": _SEEN, "guidance_hint": _SEEN,
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A type as it stands in a row, taken apart. type: a key of TYPES, or what stands there instead."""

    type: str
    list_name: str = ""
    or_other: bool = False
    external: bool = False
    rest: str = ""  # what is too much


def read_type(text: str) -> Written:
    """'select_one need or_other' → Written('select_one', 'need', True); a file's name loses its '.csv'."""
    kind, *words = text.split() or [""]
    if kind in FROM_FILE:
        file, *rest = words or [""]
        name = file.removesuffix(".csv")
        return Written(kind, name if name != file else "", False, True, " ".join(rest))
    if kind in SELECTS and words:
        other = words[1:] == ["or_other"] and kind != "rank"
        return Written(kind, words[0], other, False, "" if other else " ".join(words[1:]))
    return Written(kind, rest=" ".join(words))


def appearance_fits(kind: str, word: str) -> bool:
    """Whether this appearance changes how a question of this type is filled in; 'columns-3' is 'columns-N'."""
    return re.sub(r"-\d{1,2}\Z", "-N", word) in TYPES[kind].appearances


def type_pattern() -> str:
    """A regular expression (ECMA 262) of all that `type` may say, for editors."""
    plain = [re.escape(name).replace(r"\-", "-") for name in TYPES if name not in {*SELECTS, *FROM_FILE}]
    lists = r"select_(one|multiple) \S+( or_other)?|rank \S+|select_(one|multiple)_from_file \S+\.csv"
    return f"^({'|'.join(plain)}|{lists})$"
