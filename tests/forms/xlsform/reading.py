"""Markdown tables as forms, for the tests of XLSForm."""

from __future__ import annotations

from typing import Any

from forms import Problem, compile_form
from forms.xlsform import Imported, import_sheets, read_markdown

SETTINGS = """
| settings | | | | |
| | form_id | version | form_title | default_language |
| | visit | 2021120501 | Thăm hộ | vi |
"""


def imported(tables: str, settings: str = SETTINGS) -> Imported:
    return import_sheets(read_markdown(tables + settings))


def document(tables: str, settings: str = SETTINGS) -> dict[str, Any]:
    """The document of tables in which nothing is wrong."""
    form = imported(tables, settings)
    assert form.problems == []
    assert [found for found in compile_form(form.document).problems if found.severity == "error"] == []
    return form.document


def problems(tables: str, settings: str = SETTINGS) -> list[Problem]:
    """All problems, each at its cell."""
    form = imported(tables, settings)
    found = list(form.problems)
    if form.document:
        found += map(form.at_cell, compile_form(form.document).problems)
    return found


def places(tables: str, settings: str = SETTINGS) -> set[tuple[str, str]]:
    """(code, cell) of every problem."""
    return {(found.code, found.where.path) for found in problems(tables, settings)}
