"""What a campaign brings beside its forms, by hash: look-up lists to evaluate with, and the files of its folder (P-25)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import Campaign
from forms.campaign import MEDIA
from sync.canonical import canonical, sha

from .models import CampaignFile, CampaignList, Document, Reference
from .problems import Refusal


def keep_bytes(session: Session, table: type[Document | Reference], kind: str, content: bytes) -> str:
    """Keep bytes under their hash, once; the hash."""
    digest = sha(content)
    if session.get(table, digest) is None:
        session.add(table(hash=digest, kind=kind, content=content))
        session.flush()
    return digest


def store_lists(session: Session, campaign: Campaign) -> tuple[list[str], list[str]]:
    """The lists as they are now: (names of those that changed, what they lost as "list name").

    Rows should be ended, not removed: records may name what a list has lost.
    """
    before = {row.name: row.hash for row in session.scalars(of_campaign(CampaignList, campaign.id))}
    now = {
        name: keep_bytes(session, Reference, "list", canonical(content).encode())
        for name, content in campaign.lists.items()
    }
    changed = replace(session, CampaignList, campaign.id, "name", before, now)
    lost = [
        f"{name} {each}"
        for name in changed
        if name in before
        for each in sorted(names_of(session, before[name]) - names_of(session, now.get(name)))
    ]
    return changed, lost


def store_files(session: Session, campaign_id: str, files: Mapping[str, bytes]) -> list[str]:
    """The folder's files, byte for byte; the paths of those that changed."""
    before = {row.path: row.hash for row in session.scalars(of_campaign(CampaignFile, campaign_id))}
    now = {path: keep_bytes(session, Reference, "file", content) for path, content in files.items()}
    return replace(session, CampaignFile, campaign_id, "path", before, now)


def replace(
    session: Session, table: Any, campaign_id: str, key: str, before: Mapping[str, str], now: Mapping[str, str]
) -> list[str]:
    """Bring a campaign's rows from {name: hash} to {name: hash}; the names that were added, changed or removed."""
    changed = [name for name in {**now, **before} if before.get(name) != now.get(name)]
    for name in changed:
        row = session.get(table, (campaign_id, name))
        if name not in now:
            session.delete(row)
        elif row is None:
            session.add(table(campaign_id=campaign_id, **{key: name}, hash=now[name]))
        else:
            row.hash = now[name]
    session.flush()
    return changed


def names_of(session: Session, digest: str | None) -> set[str]:
    """The names a list has; of one that is gone, none."""
    if digest is None:
        return set()
    content = json.loads(session.get_one(Reference, digest).content)
    at = content["columns"].index("name")
    return {row[at] for row in content["rows"]}


def of_campaign(table: Any, campaign_id: str) -> Any:
    return select(table).where(table.campaign_id == campaign_id)


def loaded_files(session: Session) -> dict[str, bytes]:
    """The files of the loaded campaign, as its folder had them; none before a campaign was loaded."""
    asked = select(CampaignFile.path, Reference.content).join(Reference, Reference.hash == CampaignFile.hash)
    return dict(session.execute(asked.order_by(CampaignFile.path)).all())


def campaign_file(session: Session, path: str) -> Any:
    """A JSON file of the loaded campaign's folder, or None where it has none."""
    asked = select(Reference.content).join(CampaignFile, CampaignFile.hash == Reference.hash)
    content = session.scalar(asked.where(CampaignFile.path == path).limit(1))
    return json.loads(content) if content is not None else None


def references(session: Session, campaigns: Sequence[str]) -> list[dict[str, Any]]:
    """The lists and media of these campaigns, as hello names documents. Lists come first: forms wait for them."""
    lists = select(CampaignList.name, CampaignList.hash).where(CampaignList.campaign_id.in_(campaigns))
    media = select(CampaignFile.path, CampaignFile.hash).where(
        CampaignFile.campaign_id.in_(campaigns), CampaignFile.path.startswith(MEDIA)
    )
    named = [("list", name, digest) for name, digest in session.execute(lists.order_by(CampaignList.name))]
    named += [
        ("media", path.removeprefix(MEDIA), digest)
        for path, digest in session.execute(media.order_by(CampaignFile.path))
    ]
    return [
        {"kind": kind, "id": name, "version": digest[:12], "hash": digest, "current": True}
        for kind, name, digest in named
    ]


def read_document(session: Session, digest: str) -> bytes:
    """A form, a campaign, a list, or of a campaign's files a medium. Raises Refusal document.unknown."""
    media = select(CampaignFile.path).where(CampaignFile.hash == digest, CampaignFile.path.startswith(MEDIA))
    found = session.get(Document, digest) or session.get(Reference, digest)
    if found is None or (found.kind == "file" and session.scalar(media.limit(1)) is None):
        raise Refusal("document.unknown")
    return found.content
