"""To which version of the text people agreed, as their records say it (privacy.json), and who took it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from forms import Form
from forms.support import paths_by_name

from .models import FormVersion, Record, SubjectRequest
from .programs import forms_of

ASKED = ("text", "how", "by", "on")


@dataclass(frozen=True)
class Asked:
    """Where the current version of a form asks for consent: ASKED → path."""

    form: Form
    paths: Mapping[str, str]

    def column(self, session: Session, key: str) -> ColumnElement[Any]:
        return answer(session, self.paths[key])

    def labels(self, key: str) -> dict[str, Mapping[str, str]]:
        """Choice → its label, of a question that has choices."""
        path = self.paths[key]
        found = self.form.choices(path) if "list" in self.form.specs.get(path, {}) else ()
        return {choice["name"]: choice["label"] for choice in found}


def asked_by(session: Session, given: Mapping[str, Any]) -> Asked | None:
    """given: an entry of privacy.json's `consent`. None: the form is not published."""
    current = select(FormVersion.form_id, FormVersion.version).where(
        FormVersion.form_id == given["form"], FormVersion.current
    )
    versions = [(form, version) for form, version in session.execute(current)]
    for form in forms_of(session, versions).values():
        paths = paths_by_name(form.program)
        return Asked(form, {key: paths[given[key]] for key in ASKED})
    return None


def answer(session: Session, path: str) -> ColumnElement[Any]:
    """The answer at a path outside repeats, as text, read by the database."""
    steps = ["answers", *path.strip("/").split("/")]
    if session.get_bind().dialect.name == "sqlite":
        return func.json_extract(Record.doc, "$." + ".".join(f'"{step}"' for step in steps))
    return func.jsonb_extract_path_text(cast(Record.doc, JSONB), *steps)


def withdrawn() -> ColumnElement[bool]:
    """The record's person took the consent back."""
    asked = select(SubjectRequest.subject).where(
        SubjectRequest.kind == "withdraw", SubjectRequest.state == "done", SubjectRequest.lifted_at.is_(None)
    )
    return Record.rec.in_(asked)
