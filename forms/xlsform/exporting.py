"""A form document → XLSForm's sheets. What reads them again (forms/xlsform/importing.py) gets the same form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms.xlsform.cells import write_dedupe, write_default, write_writers
from forms.xlsform.columns import CHOICE_COLUMNS, SETTINGS_COLUMNS, SPOKEN, SURVEY_COLUMNS, WRITTEN, language_header
from forms.xlsform.sheets import Sheet, make_sheet
from forms.xlsform.types import write_type

Json = Mapping[str, Any]
Cell = tuple[str, str]  # column, language


def export_document(document: Json) -> dict[str, Sheet]:
    """The sheets survey, choices and settings of a document that compiles."""
    settings = document["settings"]
    default = settings["default_language"]
    return {
        name: sheet
        for name, columns, rows in (
            ("survey", SURVEY_COLUMNS, _survey(document["survey"])),
            ("choices", CHOICE_COLUMNS, _choices(document.get("choices", {}))),
            ("settings", SETTINGS_COLUMNS, [_settings(document)]),
        )
        if (sheet := _sheet(name, columns, list(rows), default))
    }


def _survey(rows: Iterable[Json]) -> Iterator[dict[str, Any]]:
    for row in rows:
        structure = row["type"] in ("group", "repeat")
        cells = {key: value for key, value in row.items() if key != "children"}
        cells["type"] = f"begin_{row['type']}" if structure else write_type(row["type"])
        if "default" in row:
            cells["default"] = write_default(_expression(row["default"]), row["type"])
        if "writable_by" in row:
            cells["writable_by"] = write_writers(row["writable_by"])
        if isinstance(row.get("parameters"), Mapping):
            cells["parameters"] = " ".join(f"{name}={_plain(value)}" for name, value in row["parameters"].items())
        yield cells
        if structure:
            yield from _survey(row.get("children", ()))
            yield {"type": f"end_{row['type']}"}


def _choices(lists: Mapping[str, Iterable[Json]]) -> Iterator[dict[str, Any]]:
    return ({"list_name": name, **choice} for name, choices in lists.items() for choice in choices)


def _settings(document: Json) -> dict[str, Any]:
    cells = dict(document["settings"])
    cells["form_title"] = cells.pop("title")
    for key, text in document.get("list_view", {}).items():
        cells[f"list_{key}"] = text
    if document.get("dedupe"):
        cells["dedupe"] = write_dedupe(document["dedupe"])
    if "comment" in document:
        cells["comment"] = document["comment"]
    return cells


def _sheet(name: str, known: tuple[str, ...], rows: list[dict[str, Any]], default: str) -> Sheet | None:
    """The columns that are used, in XLSForm's order, languages beside each other, the default one first."""
    spoken = SPOKEN[name]
    lines = [dict(_cells(row, spoken)) for row in rows]
    used = {cell for line in lines for cell in line}
    keys = [*known, *sorted({key for key, _ in used} - set(known))]
    columns = sorted(used, key=lambda cell: (keys.index(cell[0]), cell[1] != "", cell[1] != default, cell[1]))
    header = tuple(_header(key, language) for key, language in columns)
    return (
        make_sheet(name, [header, *(tuple(line.get(cell, "") for cell in columns) for line in lines)]) if rows else None
    )


def _cells(row: Json, spoken: tuple[str, ...]) -> Iterator[tuple[Cell, str]]:
    for key, value in row.items():
        if key in spoken and isinstance(value, Mapping):
            yield from (((key, language), text) for language, text in value.items())
        else:
            yield (key, ""), _plain(value)


def _header(key: str, language: str) -> str:
    written = WRITTEN.get(key, key)
    return f"{written}::{language_header(language)}" if language else written


def _plain(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _expression(value: Any) -> str:
    """As forms.document_fields.Expression takes it."""
    text = {True: "true()", False: "false()"}[value] if isinstance(value, bool) else str(value)
    return {"yes": "true()", "no": "false()", "true": "true()", "false": "false()"}.get(text, text)
