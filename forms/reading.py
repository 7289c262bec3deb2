"""Bytes → JSON → a marshmallow schema's values; whatever is wrong becomes problems with a place. Knows no form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from forms.problems import Problem, Where, near, problem
from forms.words import Words

MAX_BYTES = 2_000_000
MOST_PROBLEMS = 1000  # told in one round; who has more begins with these
UNKNOWN, MISSING = "Unknown field.", "Missing data for required field."
# What Python's reader and marshmallow say, in Vietnamese; what is not here is told in English.
JSON_VI = {
    "Expecting value": "thiếu giá trị",
    "Expecting ',' delimiter": "thiếu dấu phẩy",
    "Expecting ':' delimiter": "thiếu dấu hai chấm",
    "Expecting property name enclosed in double quotes": "thiếu tên khóa trong dấu nháy kép",
    "Unterminated string starting at": "văn bản chưa đóng dấu nháy",
    "Invalid control character at": "có ký tự điều khiển trong văn bản",
    "Invalid \\escape": "ký tự sau dấu \\ không hợp lệ",
    "Extra data": "thừa nội dung ở cuối",
    "Illegal trailing comma before end of object": "thừa dấu phẩy ở cuối",
    "Illegal trailing comma before end of array": "thừa dấu phẩy ở cuối",
}
SHAPE_VI = {
    "Not a valid string.": "cần một văn bản",
    "Not a valid list.": "cần một danh sách",
    "Not a valid boolean.": "cần true hoặc false",
    "Not a valid integer.": "cần một số nguyên",
    "Not a valid mapping type.": "cần một đối tượng",
    "Invalid input type.": "cần một đối tượng",
    "Field may not be null.": "không được để null",
    "Shorter than minimum length 1.": "không được để trống",
    "String does not match expected pattern.": "sai khuôn mẫu",
    "an object is expected": "cần một đối tượng",
    "it is nested too deeply": "lồng nhau quá sâu",
    "an expression (a text) is expected": "cần một biểu thức (văn bản)",
    "a text, or an object of language and text, is expected": "cần một văn bản, hoặc văn bản theo từng ngôn ngữ",
    "name=value, name=value … is expected": "cần dạng tên=giá trị, tên=giá trị …",
    "a column holds a text": "cột chứa văn bản",
}
Place = tuple[Any, ...]  # keys and list indexes from the outside in


def read_json(text: bytes, file: str) -> tuple[Any, list[Problem]]:
    """Parse UTF-8 JSON without fractions. Returns (value, problems); the value is None when nothing could be read."""
    if len(text) > MAX_BYTES:
        return None, [problem("file.too_large", Where(file), size=len(text), limit=MAX_BYTES)]
    found: list[Problem] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in items:
            if key in seen:
                found.append(problem("json.duplicate_key", Where(file, key=key), key=key))
            seen[key] = value
        return seen

    def not_whole(number: str) -> None:
        found.append(problem("json.number", Where(file), number=number))

    try:
        decoded = text.decode("utf-8-sig")
        value = json.loads(decoded, object_pairs_hook=pairs, parse_float=not_whole, parse_constant=not_whole)
        # Half a surrogate pair cannot be written as UTF-8 again, and PostgreSQL stores no U+0000.
        if b"\0" in json.dumps(value, ensure_ascii=False).encode().replace(b"\\u0000", b"\0"):
            found.append(
                problem(
                    "json.broken",
                    Where(file),
                    reason=Words("a text holds the character U+0000", "có văn bản chứa ký tự U+0000"),
                )
            )
        return value, found
    except UnicodeDecodeError:
        return None, [problem("file.not_utf8", Where(file))]
    except UnicodeEncodeError:
        return None, [
            problem(
                "json.broken",
                Where(file),
                reason=Words("a text holds half a character (a lone surrogate)", "có văn bản chứa nửa ký tự"),
            )
        ]
    except json.JSONDecodeError as broken:
        place = Where(file, path=f"line {broken.lineno}, column {broken.colno}")
        return None, [problem("json.broken", place, reason=Words(broken.msg, JSON_VI.get(broken.msg, broken.msg)))]
    except (RecursionError, ValueError):
        return None, [
            problem(
                "json.broken",
                Where(file),
                reason=Words("it is nested too deeply or a number is too long", "lồng nhau quá sâu hoặc có số quá dài"),
            )
        ]


def load_shape(schema: Schema, value: Any, file: str) -> tuple[Any, list[Problem]]:
    """Load a value by a schema. Returns (what the schema makes, problems); None when it does not fit."""
    loaded, wrong = try_load(schema, value)
    known = sorted(_names(schema, set())) if wrong else []
    return loaded, [_problem(at, message, value, known, file) for at, message in wrong[:MOST_PROBLEMS]]


def try_load(schema: Schema, value: Any) -> tuple[Any, list[tuple[Place, str]]]:
    """Load a value by a schema. Returns (what the schema makes or None, [(place, what is wrong there)])."""
    if not isinstance(value, Mapping):
        return None, [((), "an object is expected")]
    try:
        return schema.load(dict(value)), []
    except ValidationError as refused:
        return None, list(faults(refused.messages, value))
    except RecursionError:
        return None, [((), "it is nested too deeply")]


def faults(messages: Any, value: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Marshmallow's nested messages as (place in the value, message).

    Its own levels are left out: "_schema", and the "key" and "value" it puts below each key of a free object.
    """
    if not isinstance(messages, Mapping):
        for message in messages if isinstance(messages, list) else [messages]:
            yield at, str(message)
        return
    for key, inner in messages.items():
        if key in (value if isinstance(value, Mapping) else range(len(value) if isinstance(value, list) else 0)):
            yield from faults(inner, value[key], (*at, key))
        elif key in ("_schema", "key", "value"):
            yield from faults(inner, value, at)
        else:
            yield from faults(inner, None, (*at, key))


def _problem(at: Place, message: str, value: Any, known: list[str], file: str) -> Problem:
    key = str(at[-1]) if at else "/"
    name = ""
    for step in at:
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            name = value["name"]
        value = value.get(step) if isinstance(value, Mapping) else value[step] if isinstance(value, list) else None
    where = Where(file, "".join(f"/{step}" for step in at[:-1]), name, key)
    if message == UNKNOWN:
        return problem("key.unknown", where, key=key, hint=near(key, known))
    if message == MISSING:
        return problem("key.missing", where, key=key)
    if message == "name.invalid":
        return problem("name.invalid", where, name=str(value)[:80])
    return problem("key.type", where, key=key, reason=Words(message, SHAPE_VI.get(message, message)))


def _names(schema: Schema, seen: set[type]) -> set[str]:
    """Every key that a schema and those nested in it know."""
    if type(schema) in seen:
        return set()
    seen.add(type(schema))
    return set(schema.fields).union(*(_names(inner, seen) for each in schema.fields.values() for inner in nested(each)))


def nested(field: Any) -> Iterator[Schema]:
    """The schemas below a field, through lists and objects."""
    if isinstance(field, fields.Nested):
        yield field.schema
    elif isinstance(field, fields.List):
        yield from nested(field.inner)
    elif isinstance(field, fields.Mapping):
        yield from nested(field.value_field)
