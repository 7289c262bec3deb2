"""Forms and workflows ready to run, from stored documents; kept in memory by hash, and a hash never changes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from forms import Form
from sync.workflow import Workflow

from .models import Campaign, Document, FormVersion


def forms_of(session: Session, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Form]:
    """The Forms of those (form id, version) that were published here."""
    asked = select(FormVersion).where(tuple_(FormVersion.form_id, FormVersion.version).in_(list(versions)))
    return {(row.form_id, row.version): form(session, row.program_hash) for row in session.scalars(asked)}


def workflows_of(session: Session, form_ids: Iterable[str]) -> dict[str, Workflow]:
    """The present workflow of each form: it governs all the form's records, of whatever version."""
    asked = (
        select(FormVersion.form_id, Campaign.document_hash)
        .join(Campaign, Campaign.campaign_id == FormVersion.campaign_id)
        .where(FormVersion.form_id.in_(set(form_ids)), FormVersion.current)
    )
    found = {form_id: workflows(session, digest).get(form_id) for form_id, digest in session.execute(asked)}
    return {form_id: workflow for form_id, workflow in found.items() if workflow is not None}


def in_order(session: Session, form_ids: Iterable[str]) -> list[str]:
    """The forms as workflow.json lists them: a campaign puts its everyday forms first."""
    wanted = set(form_ids)
    digests = session.scalars(select(Campaign.document_hash).order_by(Campaign.campaign_id))
    return [form_id for digest in digests for form_id in workflows(session, digest) if form_id in wanted]


MADE_FORMS: dict[str, Form] = {}
MADE_WORKFLOWS: dict[str, dict[str, Workflow]] = {}


def form(session: Session, digest: str) -> Form:
    if digest not in MADE_FORMS:
        MADE_FORMS[digest] = Form(json.loads(session.get_one(Document, digest).content))
    return MADE_FORMS[digest]


def workflows(session: Session, digest: str) -> dict[str, Workflow]:
    """Form id → workflow, of the campaign document with this hash."""
    if digest not in MADE_WORKFLOWS:
        listed = json.loads(session.get_one(Document, digest).content)["workflows"]
        MADE_WORKFLOWS[digest] = {form_id: Workflow(each) for each in listed for form_id in each["forms"]}
    return MADE_WORKFLOWS[digest]
