"""Form documents: JSON text → frozen values, every problem at once. Shape only: names and expressions come in compile."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, validate

from forms.problems import Problem, Where, problem

MAX_BYTES = 2_000_000
NAME = r"^(?!__)[A-Za-z_][A-Za-z0-9_]*$"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    name: str
    label: Texts
    media: Mapping[str, str]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One row of the survey, with its keys as written; children belong to groups and repeats."""

    type: str
    name: str
    keys: Mapping[str, Any]
    children: tuple[Row, ...]


@dataclass(frozen=True)
class Document:
    settings: Mapping[str, Any]
    survey: tuple[Row, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    list_view: Mapping[str, str]
    dedupe: tuple[tuple[str, ...], ...]


class Text(fields.Field[Any]):
    """{"vi": …, "en": …} or a plain text, which is in the default language (kept under '')."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        texts = {"": value} if isinstance(value, str) else value
        if not isinstance(texts, dict) or not texts or not all(isinstance(text, str) for text in texts.values()):
            raise ValidationError("a text, or an object of language and text, is expected")
        return {lang: unicodedata.normalize("NFC", text) for lang, text in texts.items()}


class Expression(fields.Field[Any]):
    """An expression as text; true and false may stand as JSON booleans, numbers as JSON numbers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "true()" if value else "false()"
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str):
            raise ValidationError("an expression (a text) is expected")
        text = unicodedata.normalize("NFC", value).strip()
        return {"yes": "true()", "no": "false()", "true": "true()", "false": "false()"}.get(text, text)


class WritableBySchema(Schema):
    roles = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    states = fields.Raw(load_default="*")


TEXT_KEYS = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
EXPRESSION_KEYS = (
    "relevant", "required", "read_only", "constraint", "calculation", "default", "choice_filter", "repeat_count",
)  # fmt: skip
MEDIA_KEYS = ("image", "audio", "video")
PII = ("name", "phone", "id_number", "address", "birth_date", "health", "note")


class RowSchema(Schema):
    """A row of the survey. The keys are XLSForm's; pii, writable_by and summary are ours."""

    type = fields.Str(required=True)
    name = fields.Str(required=True, validate=validate.Regexp(NAME, error="name.invalid"))
    children = fields.List(fields.Nested(lambda: RowSchema()))
    appearance = fields.Str()
    parameters = fields.Dict(keys=fields.Str(), values=fields.Str())
    pii = fields.Str(validate=validate.OneOf(PII))
    writable_by = fields.List(fields.Nested(WritableBySchema), validate=validate.Length(min=1))
    summary = fields.Bool()
    comment = fields.Str(metadata={"description": "A note to the next author; not shown to anybody else."})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Row:
        return Row(
            data.pop("type"),
            data.pop("name"),
            {k: v for k, v in data.items() if k not in ("children", "comment")},
            tuple(data.get("children", ())),
        )


for _key in TEXT_KEYS:
    RowSchema._declared_fields[_key] = Text()
for _key in EXPRESSION_KEYS:
    RowSchema._declared_fields[_key] = Expression()
for _key in MEDIA_KEYS:
    RowSchema._declared_fields[_key] = Text()


class ChoiceSchema(Schema):
    """A choice; keys beyond name, label and media are its columns, for choice_filter."""

    class Meta:
        unknown = EXCLUDE

    name = fields.Str(required=True)
    label = Text(required=True)
    icon = fields.Str()
    image = fields.Str()
    audio = fields.Str()

    @post_load(pass_original=True)
    def build(self, data: dict[str, Any], original: dict[str, Any], **_: Any) -> Choice:
        media: dict[str, str] = {key: data[key] for key in ("icon", "image", "audio") if key in data}
        columns = {key: str(value) for key, value in original.items() if key not in self.fields}
        if bad := [
            key for key, value in original.items() if key not in self.fields and not isinstance(value, (str, int))
        ]:
            raise ValidationError("a column holds a text", bad[0])
        return Choice(data["name"], data["label"], media, columns)


class SettingsSchema(Schema):
    form_id = fields.Str(required=True, validate=validate.Regexp(NAME, error="name.invalid"))
    version = fields.Str(required=True, validate=validate.Regexp(r"^[A-Za-z0-9._-]{1,40}$"))
    title = Text(required=True)
    description = Text()
    default_language = fields.Str(required=True)
    instance_name = Expression()
    icon = fields.Str()
    event_date = Expression(metadata={"description": "The date a record belongs to; periods are counted by it."})


class DocumentSchema(Schema):
    settings = fields.Nested(SettingsSchema, required=True)
    survey = fields.List(fields.Nested(RowSchema), required=True)
    choices = fields.Dict(keys=fields.Str(), values=fields.List(fields.Nested(ChoiceSchema)), load_default=dict)
    list_view = fields.Dict(
        keys=fields.Str(validate=validate.OneOf(("title", "subtitle"))), values=Expression(), load_default=dict
    )
    dedupe = fields.List(fields.List(fields.Str()), load_default=list)
    comment = fields.Str(metadata={"description": "A note to the next author."})

    class Meta:
        unknown = RAISE

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Document:
        return Document(
            data["settings"],
            tuple(data["survey"]),
            {name: tuple(choices) for name, choices in data["choices"].items()},
            data["list_view"],
            tuple(map(tuple, data["dedupe"])),
        )


def read_json(text: bytes, file: str) -> tuple[Any, list[Problem]]:
    """Parse UTF-8 JSON. Returns (value, problems); the value is None when nothing could be read."""
    if len(text) > MAX_BYTES:
        return None, [problem("file.too_large", Where(file), size=len(text), limit=MAX_BYTES)]
    found: list[Problem] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(items)
        for key in (
            {key for key, _ in items if sum(key == other for other, _ in items) > 1} if len(seen) < len(items) else ()
        ):
            found.append(problem("json.duplicate_key", Where(file, key=key), key=key))
        return seen

    def not_whole(number: str) -> None:
        found.append(problem("json.number", Where(file), number=number))

    try:
        decoded = text.decode("utf-8-sig")
        return json.loads(decoded, object_pairs_hook=pairs, parse_float=not_whole, parse_constant=not_whole), found
    except UnicodeDecodeError:
        return None, [problem("file.not_utf8", Where(file))]
    except json.JSONDecodeError as broken:
        place = Where(file, path=f"line {broken.lineno}, column {broken.colno}")
        return None, [problem("json.broken", place, reason=broken.msg)]
    except (RecursionError, ValueError):
        return None, [problem("json.broken", Where(file), reason="it is nested too deeply or a number is too long")]


def read_document(source: bytes | Mapping[str, Any], file: str = "") -> tuple[Document | None, list[Problem]]:
    """Read a form document. Returns (document, problems); the document is None when its shape is broken."""
    value, found = read_json(source, file) if isinstance(source, bytes) else (source, [])
    if value is None and found:
        return None, found
    document, more = load_shape(DocumentSchema(), value, file)
    return document, found + more


def load_shape(schema: Schema, value: Any, file: str) -> tuple[Any, list[Problem]]:
    """Load a value by a schema; marshmallow's messages become problems with a place."""
    if not isinstance(value, Mapping):
        return None, [problem("key.type", Where(file), key="/", reason="an object is expected")]
    try:
        return schema.load(dict(value)), []
    except ValidationError as refused:
        return None, list(_problems(refused.messages_dict, schema, value, file, ""))
    except RecursionError:
        return None, [problem("json.broken", Where(file), reason="it is nested too deeply")]


def _problems(messages: Any, schema: Schema | None, value: Any, file: str, path: str) -> Iterator[Problem]:
    """Walk marshmallow's nested messages beside the value they are about."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            below = value[key] if isinstance(value, Mapping) and key in value else None
            if isinstance(value, list) and isinstance(key, int) and key < len(value):
                below = value[key]
            yield from _problems(inner, schema, below, file, path if key == "_schema" else f"{path}/{key}")
        return
    key = path.rsplit("/", 1)[-1]
    where = Where(file, path.rsplit("/", 1)[0], key=key)
    for message in messages if isinstance(messages, list) else [messages]:
        if message == "Unknown field.":
            near = difflib.get_close_matches(key, KNOWN_KEYS, 1)
            yield problem("key.unknown", where, key=key, hint=near[0] if near else "")
        elif message == "Missing data for required field.":
            yield problem("key.missing", where, key=key)
        elif message == "name.invalid":
            yield problem("name.invalid", where, name=str(value))
        else:
            yield problem("key.type", where, key=key, reason=str(message))


KNOWN_KEYS = sorted({*RowSchema._declared_fields, *SettingsSchema._declared_fields, *DocumentSchema._declared_fields})
