"""`or_other`: a choice "other" in the list, and a text beside the question that asks which. Document to document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from forms.documents import Choice, Document, Row
from forms.question_types import read_type

OTHER = {"vi": "Khác", "en": "Other"}
WHICH = {"vi": "Ghi rõ", "en": "Please specify"}


def with_others(document: Document, languages: list[str]) -> Document:
    """The document with what its `or_other` stand for: XLSForm's names, `other` and `<name>_other`."""
    lists = {read_type(row.type).list_name for row in document.rows() if read_type(row.type).or_other}
    if not lists:
        return document
    choice = Choice("other", _said(OTHER, languages), {}, {})
    choices = {
        name: (*choices, choice) if name in lists and all(each.name != "other" for each in choices) else choices
        for name, choices in document.choices.items()
    }
    return replace(document, survey=tuple(_expanded(document.survey, languages)), choices=choices)


def _expanded(rows: Iterable[Row], languages: list[str]) -> Iterator[Row]:
    for row in rows:
        yield replace(row, children=tuple(_expanded(row.children, languages)))
        if read_type(row.type).or_other:
            keys = {"label": _said(WHICH, languages), "relevant": f"selected(../{row.name}, 'other')"}
            keys |= {key: row.keys[key] for key in ("writable_by", "pii") if key in row.keys}
            yield Row("text", f"{row.name}_other", keys, (), row.place)


def _said(texts: dict[str, str], languages: list[str]) -> dict[str, str]:
    return {language: texts.get(language.partition("-")[0], texts["en"]) for language in languages}
