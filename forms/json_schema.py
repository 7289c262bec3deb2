"""The JSON Schema of form documents, for editors; made from the marshmallow schemas, so it cannot say otherwise."""

from __future__ import annotations

import inspect
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from forms.document_fields import Expression, Parameters, States, Text
from forms.documents import DocumentSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
KINDS: dict[type, dict[str, Any]] = {
    Text: TEXT,
    Expression: {"type": ["string", "boolean", "integer"]},
    Parameters: {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}},
        ]
    },
    States: {"anyOf": [{"const": "*"}, {"type": "array", "items": {"type": "string"}}]},
    fields.Str: {"type": "string"},
    fields.Bool: {"type": "boolean"},
}


def document_schema() -> dict[str, Any]:
    """The schema as plain JSON (draft 2020-12)."""
    definitions: dict[str, Any] = {}
    document = _object(DocumentSchema(), definitions)
    return {"$schema": DRAFT, "title": "Chung Sức form", **document, "$defs": definitions}


def _object(schema: Schema, definitions: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {name: _field(field, definitions) for name, field in schema.fields.items()},
        "additionalProperties": {"type": ["string", "integer"]} if schema.unknown == EXCLUDE else False,
    }
    if required := [name for name, field in schema.fields.items() if field.required]:
        made["required"] = required
    if type(schema).__doc__:
        made["description"] = inspect.getdoc(schema)
    return made


def _field(field: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any]
    match field:
        case fields.Nested():
            made = _reference(field.schema, definitions)
        case fields.List():
            made = {"type": "array", "items": _field(field.inner, definitions)}
        case fields.Mapping():
            made = {"type": "object", "additionalProperties": _field(field.value_field, definitions)}
        case _:
            made = dict(KINDS[type(field)])
    for check in field.validators:
        match check:
            case validate.OneOf():
                made["enum"] = list(check.choices)
            case validate.Regexp():
                made["pattern"] = str(check.regex.pattern).replace(r"\Z", "$")  # ECMA 262 has no \Z
            case validate.Length(min=int(fewest)):
                made["minItems"] = fewest
    return made | {key: field.metadata[key] for key in ("description", "pattern") if key in field.metadata}


def _reference(schema: Schema, definitions: dict[str, Any]) -> dict[str, Any]:
    name = type(schema).__name__.removesuffix("Schema").lower()
    if name not in definitions:
        definitions[name] = {}  # a row holds rows: named before it is filled
        definitions[name] |= _object(schema, definitions)
    return {"$ref": f"#/$defs/{name}"}
