"""Form documents: JSON text → frozen values, every problem at once. Shape only: compile reads names and expressions."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from forms.document_fields import LANGUAGE, Expression, Parameters, States, Text
from forms.problems import Problem, Where, problem
from forms.question_types import type_pattern
from forms.reading import UNKNOWN, Place, load_shape, read_json, try_load

NAME = r"^(?!__)[A-Za-z_][A-Za-z0-9_]*\Z"
MOST_LEVELS = 50  # of groups and repeats; far below what Python's own stack allows
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """media: of CHOICE_MEDIA; icon is a name, the others texts in languages ("" for all of them)."""

    name: str
    label: Texts
    media: Mapping[str, str | Texts]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One row of the survey, with its keys as written; children belong to groups and repeats. place: its JSON pointer."""

    type: str
    name: str
    keys: Mapping[str, Any]
    children: tuple[Row, ...]
    place: str = ""

    def placed(self, place: str) -> Row:
        children = tuple(row.placed(f"{place}/children/{index}") for index, row in enumerate(self.children))
        return replace(self, place=place, children=children)

    def walk(self) -> Iterator[Row]:
        yield self
        for row in self.children:
            yield from row.walk()

    def languages(self) -> set[str]:
        """Of its own texts; "" is the default one."""
        return {language for key in TEXT_KEYS for language in self.keys.get(key, ())}


@dataclass(frozen=True)
class Document:
    settings: Mapping[str, Any]
    survey: tuple[Row, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    list_view: Mapping[str, str]
    dedupe: tuple[tuple[str, ...], ...]

    def rows(self) -> Iterator[Row]:
        """Every row, those inside groups and repeats too, in the form's order."""
        for row in self.survey:
            yield from row.walk()

    def languages(self) -> set[str]:
        """All that its title, questions and choices speak; "" is the default one."""
        labels = (choice.label for choices in self.choices.values() for choice in choices)
        return set(self.settings["title"]).union(*labels, *(row.languages() for row in self.rows()))


class WritableBySchema(Schema):
    roles = fields.List(fields.Str(), required=True, validate=validate.Length(min=1))
    states = States(load_default="*")


TEXT_KEYS = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
EXPRESSION_KEYS = (
    "relevant", "required", "read_only", "constraint", "calculation", "default", "choice_filter", "repeat_count",
)  # fmt: skip
MEDIA_KEYS = ("image", "big_image", "audio", "video")
PII = ("name", "phone", "id_number", "address", "birth_date", "health", "note")


class RowSchema(Schema):
    """A row of the survey. The keys are XLSForm's; pii, writable_by, anew and summary are ours."""

    type = fields.Str(required=True, metadata={"pattern": type_pattern()})
    name = fields.Str(required=True, validate=validate.Regexp(NAME, error="name.invalid"))
    children = fields.List(fields.Nested(lambda: RowSchema()))
    label = Text()
    hint = Text()
    guidance_hint = Text(metadata={"description": "More help, shown only when it is asked for."})
    required = Expression()
    required_message = Text()
    relevant = Expression()
    constraint = Expression()
    constraint_message = Text()
    calculation = Expression()
    default = Expression()
    read_only = Expression()
    choice_filter = Expression()
    repeat_count = Expression()
    trigger = fields.Str(
        metadata={"description": "${q}, or several: the calculation is made when one of them changes, not before."}
    )
    appearance = fields.Str()
    parameters = Parameters()
    image = Text()
    big_image = Text()
    audio = Text()
    video = Text()
    pii = fields.Str(
        validate=validate.OneOf(PII), metadata={"description": "What of a person it tells; masked by role."}
    )
    writable_by = fields.List(
        fields.Nested(WritableBySchema),
        validate=validate.Length(min=1),
        metadata={"description": "Who may write it, by workflow state; absent: whoever may edit the record."},
    )
    anew = fields.Bool(
        metadata={"description": "Asked anew in a record begun from an earlier one, as consent is; of a group, all in it."}
    )
    summary = fields.Bool(metadata={"description": "Shown in the record's summary."})
    comment = fields.Str(metadata={"description": "A note to the next author; not shown to anybody else."})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Row:
        return Row(
            data.pop("type"),
            data.pop("name"),
            {k: v for k, v in data.items() if k not in ("children", "comment")},
            tuple(data.get("children", ())),
        )


CHOICE_MEDIA = ("icon", "image", "big_image", "audio")


class ChoiceSchema(Schema):
    """A choice; keys beyond name, label and media are its columns, for choice_filter."""

    class Meta:
        unknown = EXCLUDE

    name = fields.Str(required=True)
    label = Text(required=True)
    icon = fields.Str()
    image = Text()
    big_image = Text()
    audio = Text()

    @post_load(pass_original=True)
    def build(self, data: dict[str, Any], original: dict[str, Any], **_: Any) -> Choice:
        columns = {key: value for key, value in original.items() if key not in self.fields}
        if bad := {key: ["a column holds a text"] for key, value in columns.items() if not _is_column(value)}:
            raise ValidationError(bad)
        media: dict[str, str | Texts] = {key: data[key] for key in CHOICE_MEDIA if key in data}
        return Choice(data["name"], data["label"], media, {key: str(value) for key, value in columns.items()})


def _is_column(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


# Other tools' settings that have no counterpart: taken along, and compile warns that they do nothing.
IDLE = {"description": "No effect here."}
IDLE_SETTINGS = ("public_key", "submission_url", "auto_send", "auto_delete", "client_editable")


class SettingsSchema(Schema):
    form_id = fields.Str(required=True, validate=validate.Regexp(NAME, error="name.invalid"))
    version = fields.Str(required=True, validate=validate.Regexp(r"^[A-Za-z0-9._-]{1,40}\Z"))
    title = Text(required=True)
    description = Text()
    default_language = fields.Str(required=True, validate=validate.Regexp(LANGUAGE))
    instance_name = Expression()
    icon = fields.Str()
    style = fields.Str(metadata={"description": "pages, theme-grid: every form here has pages of tiles."})
    allow_choice_duplicates = fields.Bool(metadata={"description": "A list may name a choice more than once."})
    event_date = Expression(metadata={"description": "The date a record belongs to; periods are counted by it."})
    public_key = fields.Str(metadata=IDLE)
    submission_url = fields.Str(metadata=IDLE)
    auto_send = fields.Str(metadata=IDLE)
    auto_delete = fields.Str(metadata=IDLE)
    client_editable = fields.Str(metadata=IDLE)


class DocumentSchema(Schema):
    """A form."""

    settings = fields.Nested(SettingsSchema, required=True)
    survey = fields.List(fields.Nested(RowSchema), required=True)
    choices = fields.Dict(keys=fields.Str(), values=fields.List(fields.Nested(ChoiceSchema)), load_default=dict)
    list_view = fields.Dict(
        keys=fields.Str(validate=validate.OneOf(("title", "subtitle"))), values=Expression(), load_default=dict
    )
    dedupe = fields.List(fields.List(fields.Str()), load_default=list)
    comment = fields.Str(metadata={"description": "A note to the next author."})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Document:
        return Document(
            data["settings"],
            tuple(row.placed(f"/survey/{index}") for index, row in enumerate(data["survey"])),
            {name: tuple(choices) for name, choices in data["choices"].items()},
            data["list_view"],
            tuple(map(tuple, data["dedupe"])),
        )


def read_document(source: bytes | Mapping[str, Any], file: str = "") -> tuple[Document | None, list[Problem]]:
    """Read a form document. Returns (document, problems).

    Where keys are wrong, the document is what remains without them, so that the rest can be checked in the same round;
    None when nothing sensible remains.
    """
    value, found = read_json(source, file) if isinstance(source, bytes) else (source, [])
    if value is None and found:
        return None, found
    if _deeper(value.get("survey") if isinstance(value, Mapping) else None, MOST_LEVELS):
        return None, [*found, problem("survey.too_deep", Where(file, "/survey"), most=MOST_LEVELS)]
    document, more = load_shape(DocumentSchema(), value, file)
    if more and (mended := _mended(value, try_load(DocumentSchema(), value)[1])):
        document, _ = try_load(DocumentSchema(), mended)
    return document, found + more


def _deeper(rows: Any, levels: int) -> bool:
    """Whether groups and repeats lie in one another more than so many levels deep."""
    while rows and isinstance(rows, list):
        if levels == 0:
            return True
        rows = [child for row in rows if isinstance(row, Mapping) for child in _children(row)]
        levels -= 1
    return False


def _children(row: Mapping[str, Any]) -> list[Any]:
    children = row.get("children")
    return children if isinstance(children, list) else []


def _mended(value: Any, wrong: list[tuple[Place, str]]) -> dict[str, Any] | None:
    """The document without its wrong keys, with stand-ins for those it cannot do without; None: it cannot be mended."""
    for at, message in wrong:
        if not at or isinstance(at[-1], int) or (at[0] in LISTS and len(at) < 3 and message != UNKNOWN):
            return None  # a whole row, list or section is not what it should be
    mended: dict[str, Any] = copy.deepcopy(dict(value))
    unnamed = count(1)
    for at, _ in wrong:
        key = str(at[-1])
        holder = _at(mended, at[:-1])
        if isinstance(holder, dict):
            holder.pop(key, None)
            if key in STAND_INS and at[0] != "list_view":
                holder[key] = f"unnamed{next(unnamed)}" if key == "name" else copy.deepcopy(STAND_INS[key])
    return mended


LISTS = ("survey", "choices")
# "name" gets a number, so that two of them are not twins.
STAND_INS: dict[str, Any] = {
    "name": "unnamed", "type": "text", "label": "?", "title": "?", "form_id": "unnamed", "version": "0",
    "default_language": "vi", "roles": ["?"],
    "settings": {"form_id": "unnamed", "version": "0", "title": "?", "default_language": "vi"},
}  # fmt: skip


def _at(value: Any, at: Place) -> Any:
    for step in at:
        value = value[step] if isinstance(value, (dict, list)) else None
    return value
