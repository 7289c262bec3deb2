"""Forms and workflows ready to run, from stored documents; kept in memory by hash, and a hash never changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from forms import Form
from sync.workflow import Workflow

from .database import ask, several
from .models import Campaign, CampaignList, Document, FormVersion, Reference

VERSIONS = select(FormVersion.form_id, FormVersion.version, FormVersion.campaign_id, FormVersion.program_hash).where(
    tuple_(FormVersion.form_id, FormVersion.version).in_(several("versions"))
)
LISTS = select(CampaignList.name, CampaignList.hash).where(CampaignList.campaign_id == bindparam("campaign_id"))
GOVERNED = (
    select(FormVersion.form_id, Campaign.document_hash)
    .join(Campaign, Campaign.campaign_id == FormVersion.campaign_id)
    .where(FormVersion.form_id.in_(several("form_ids")), FormVersion.current)
)
CAMPAIGNS = select(Campaign.document_hash)


def forms_of(session: Session, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Form]:
    """The Forms of those (form id, version) that were published here."""
    rows = ask(session, VERSIONS, versions=list(versions))
    lists = {campaign_id: lists_of(session, campaign_id) for campaign_id in {row.campaign_id for row in rows}}
    return {(row.form_id, row.version): form(session, row.program_hash, lists[row.campaign_id]) for row in rows}


def lists_of(session: Session, campaign_id: str) -> dict[str, str]:
    """name → hash of the campaign's look-up lists, as they are now."""
    return dict(map(tuple, ask(session, LISTS, campaign_id=campaign_id)))


def workflows_of(session: Session, form_ids: Iterable[str]) -> dict[str, Workflow]:
    """The present workflow of each form: it governs all the form's records, of whatever version."""
    rows = ask(session, GOVERNED, form_ids=sorted(set(form_ids)))
    found = {form_id: workflows(session, digest).get(form_id) for form_id, digest in rows}
    return {form_id: workflow for form_id, workflow in found.items() if workflow is not None}


def in_order(session: Session, form_ids: Iterable[str]) -> list[str]:
    """The forms as workflow.json lists them: a campaign puts its everyday forms first."""
    wanted = set(form_ids)
    digests = session.scalars(select(Campaign.document_hash).order_by(Campaign.campaign_id))
    return [form_id for digest in digests for form_id in workflows(session, digest) if form_id in wanted]


def urgent_rules(session: Session) -> list[Mapping[str, Any]]:
    """Which answers cannot wait (sync/urgency.py), as the campaign says now."""
    return [rule for (digest,) in ask(session, CAMPAIGNS) for rule in _document(session, digest).get("urgent", ())]


def recording_forms(session: Session) -> set[str]:
    """The forms whose records are questions read aloud (server/recordings.py)."""
    digests = session.scalars(select(Campaign.document_hash))
    return {name for digest in digests if (name := _document(session, digest).get("question_audio"))}


MADE_DOCUMENTS: dict[str, Mapping[str, Any]] = {}


def _document(session: Session, digest: str) -> Mapping[str, Any]:
    if digest not in MADE_DOCUMENTS:
        MADE_DOCUMENTS[digest] = json.loads(session.get_one(Document, digest).content)
    return MADE_DOCUMENTS[digest]


MADE_FORMS: dict[tuple[str, ...], Form] = {}
MADE_LISTS: dict[str, Any] = {}
MADE_WORKFLOWS: dict[str, dict[str, Workflow]] = {}


def form(session: Session, digest: str, lists: Mapping[str, str]) -> Form:
    """lists: of its campaign, name → hash."""
    if (digest,) not in MADE_FORMS:
        MADE_FORMS[digest,] = Form(json.loads(session.get_one(Document, digest).content))
    plain = MADE_FORMS[digest,]
    wanted = plain.program.get("lists", ())
    if not wanted:
        return plain
    named = {name: lists[name] for name in (*wanted, "org_units") if name in lists}
    key = (digest, *named.values())
    if key not in MADE_FORMS:
        MADE_FORMS[key] = Form(plain.program, {name: choice_list(session, each) for name, each in named.items()})
    return MADE_FORMS[key]


def choice_list(session: Session, digest: str) -> Any:
    if digest not in MADE_LISTS:
        MADE_LISTS[digest] = json.loads(session.get_one(Reference, digest).content)
    return MADE_LISTS[digest]


def workflows(session: Session, digest: str) -> dict[str, Workflow]:
    """Form id → workflow, of the campaign document with this hash."""
    if digest not in MADE_WORKFLOWS:
        listed = _document(session, digest)["workflows"]
        MADE_WORKFLOWS[digest] = {form_id: Workflow(each) for each in listed for form_id in each["forms"]}
    return MADE_WORKFLOWS[digest]
