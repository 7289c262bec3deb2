"""The type column: the ways XLSForm lets authors write a type, and the one this form language has."""

from __future__ import annotations

import re

# Older and longer ways → the type. XLSForm's tools read all of them.
ALIASES = {
    "string": "text", "int": "integer", "date time": "datetime", "photo": "image", "picture": "image", "gps": "geopoint",
    "location": "geopoint", "geo point": "geopoint", "start time": "start", "end time": "end", "device id": "deviceid",
    "imei": "deviceid", "phone number": "phonenumber", "get today": "today", "get start time": "start",
    "get end time": "end", "get device id": "deviceid", "get phone number": "phonenumber", "add note prompt": "note",
    "add text prompt": "text", "add integer prompt": "integer", "add decimal prompt": "decimal",
    "add date prompt": "date", "add time prompt": "time", "add date time prompt": "datetime",
    "add image prompt": "image", "add photo prompt": "image", "add audio prompt": "audio", "add file prompt": "file",
    "add location prompt": "geopoint", "add barcode prompt": "barcode", "add acknowledge prompt": "acknowledge",
    "add calculate prompt": "calculate", "q calculate": "calculate", "q string": "text",
}  # fmt: skip
_LISTED = [
    (r"(?:select[_ ]?(?:one|1)|select one)[_ ]from[_ ]file", "select_one_from_file"),
    (r"select[_ ]multiple[_ ]from[_ ]file", "select_multiple_from_file"),
    (r"select[_ ]one[_ ]external", "select_one_external"),
    (r"(?:add )?select[_ ]?(?:one|1)(?: prompt)?(?: from| using)?", "select_one"),
    (r"(?:add )?select[_ ]?multiple(?: prompt)?(?: from| using)?", "select_multiple"),
    (r"select all that apply(?: from)?", "select_multiple"),
    (r"(?:odk:)?rank", "rank"),
]
LISTED = [(re.compile(pattern + r"\s+(\S+)(?:\s+(.*))?\Z", re.IGNORECASE), kind) for pattern, kind in _LISTED]
OR_OTHER = re.compile(r"(?:or[_ ]other|or[_ ]specify[_ ]other)\Z", re.IGNORECASE)
STRUCTURE = re.compile(r"(begin|end)[_ ]?(group|repeat|lgroup|looped[_ ]group|loop)\Z", re.IGNORECASE)
NAMED = {"lgroup": "repeat", "looped group": "repeat", "looped_group": "repeat", "loop": "loop"}


def read_structure(text: str) -> tuple[str, str] | None:
    """'begin group' → ('begin', 'group'); None for a question."""
    found = STRUCTURE.match(" ".join(text.split()))
    return (found[1].lower(), NAMED.get(found[2].lower(), found[2].lower())) if found else None


def read_type(text: str) -> str:
    """The type as a document writes it; what is not known stays as it is, for the compiler to name."""
    text = " ".join(text.split())
    for pattern, kind in LISTED:
        if found := pattern.match(text):
            rest = found[2] or ""
            other = " or_other" if OR_OTHER.match(rest) else f" {rest}" if rest else ""
            return f"{kind} {found[1]}{other}"
    plain = text.lower().replace("_", " ")
    return ALIASES.get(plain, {"datetime": "datetime"}.get(plain, text.lower() if " " not in text else text))


def write_type(text: str) -> str:
    """A document's type as today's XLSForm spells it."""
    return "dateTime" if text == "datetime" else text
