"""A template and its values → a paper, as .docx bytes. The same values give the same text; nothing is looked up here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def environment() -> SandboxedEnvironment:
    """Jinja without globals, filters or tests: a template can read its values and do nothing else.

    Strict: a field that is not there is an error, never an empty line on a signed paper.
    """
    made = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    made.globals.clear()
    made.filters.clear()
    made.tests.clear()
    return made


def render(template: bytes, values: Mapping[str, Any]) -> bytes:
    """Fill a template in. Raises jinja2.TemplateError for a template that was not checked."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(dict(values), jinja_env=environment(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
