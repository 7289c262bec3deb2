"""Loading a campaign folder into the database: units, roles, forms, documents; all or nothing, as often as wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import forms
from forms.campaign_checks import question_of
from forms.diff import Change, diff_forms
from sync.canonical import canonical

from . import audit
from .figures.basis import rebase
from .models import Campaign, Document, FormVersion, OrgUnit, Role, RoleRight
from .problems import Refusal
from .references import keep_bytes, store_files, store_lists
from .scope import HOLD, SEE_PII

KEPT_WHOLE = ("media", "documents")  # folders of a campaign whose files are kept whatever their kind


@dataclass
class Loaded:
    """What loading changed: unit codes and "form version" names; all empty when the folder was loaded before."""

    campaign_id: str
    units_added: list[str] = field(default_factory=list)
    units_changed: list[str] = field(default_factory=list)
    forms_published: list[str] = field(default_factory=list)
    forms_changed: list[tuple[str, Change]] = field(default_factory=list)  # what became of older answers, by form id
    lists_changed: list[str] = field(default_factory=list)
    names_lost: list[str] = field(default_factory=list)  # "list name": records may name what the list lacks now
    files_changed: list[str] = field(default_factory=list)
    campaign_changed: bool = False
    figures_changed: list[str] = field(default_factory=list)  # forms whose records want counting again


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a campaign folder by their path in it. Raises Refusal campaign.invalid where there is none."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (path.suffix in (".json", ".csv") or path.relative_to(folder).parts[0] in KEPT_WHOLE)
    }
    if not files:
        raise Refusal("campaign.invalid", details={"folder": str(folder), "problems": []})
    return files


def load_campaign(
    session: Session, files: Mapping[str, bytes], now: datetime, *, demo: bool = False, by: str = audit.SERVER
) -> Loaded:
    """Bring the database to what the folder says. A published form version never changes its content.

    Raises Refusal campaign.invalid (with every problem of the folder), campaign.other, form.changed.
    """
    campaign, problems = forms.load_campaign(files)
    if campaign is None:
        listed = [str(problem) for problem in problems]
        raise Refusal("campaign.invalid", details={"problems": listed})
    if other := session.scalar(select(Campaign.campaign_id).where(Campaign.campaign_id != campaign.id)):
        raise Refusal("campaign.other", details={"loaded": other, "campaign": campaign.id})
    loaded = Loaded(campaign.id)
    store_units(session, campaign, loaded)
    document = {**campaign_document(campaign), "demo": demo or campaign.settings["demo"]}
    digest = store_document(session, "campaign", document)
    row = session.get(Campaign, campaign.id)
    if row is None or row.document_hash != digest:
        loaded.campaign_changed = True
        row = row or Campaign(campaign_id=campaign.id)
        row.version, row.label, row.demo = campaign.settings["version"], campaign.settings["label"], document["demo"]
        row.document_hash, row.loaded_at = digest, now
        session.add(row)
        session.flush()
        store_roles(session, campaign)
    loaded.lists_changed, loaded.names_lost = store_lists(session, campaign)
    loaded.files_changed = store_files(session, campaign.id, files)
    for program in campaign.programs.values():
        publish_form(session, campaign.id, program, now, loaded)
    loaded.figures_changed = rebase(session)
    if loaded != Loaded(campaign.id):
        audit.append(session, now, by, "campaign.load", campaign.id, forms=loaded.forms_published, document=digest)
    return loaded


def campaign_document(campaign: forms.Campaign) -> dict[str, Any]:
    """What a device knows of a campaign besides its forms (docs/protocol.md, "Documents")."""
    workflows = {id(workflow): workflow for workflow in campaign.workflows.values()}
    return {
        **{key: campaign.settings[key] for key in ("id", "label", "version", "time_zone", "hotlines")},
        "urgent": [
            {"form": rule["form"], "path": asked["path"], "answers": rule["answers"]}
            for rule in campaign.settings["urgent"]
            if (asked := question_of(campaign.programs[rule["form"]], rule["question"]))
        ],
        **({"question_audio": campaign.settings["question_audio"]} if campaign.settings["question_audio"] else {}),
        "roles": dict(campaign.roles),
        "workflows": list(workflows.values()),
        "units": [{"code": u.code, "name": u.name, "kind": u.kind, "parent": u.parent or None} for u in campaign.units],
    }


def store_document(session: Session, kind: str, content: Any) -> str:
    return keep_bytes(session, Document, kind, canonical(content).encode())


def store_units(session: Session, campaign: forms.Campaign, loaded: Loaded) -> None:
    """Add and change units; a unit no longer listed stays, because records name it (end it with valid_to)."""
    paths = dict(session.execute(select(OrgUnit.code, OrgUnit.path)).all())
    for unit in campaign.units:  # parents stand above their children
        paths[unit.code] = f"{paths[unit.parent] if unit.parent else '/'}{unit.code}/"
        says = {
            "name": unit.name,
            "kind": unit.kind,
            "office": campaign.settings["unit_kinds"][unit.kind]["office"],
            "parent": unit.parent or None,
            "path": paths[unit.code],
            "valid_from": date.fromisoformat(unit.valid_from) if unit.valid_from else None,
            "valid_to": date.fromisoformat(unit.valid_to) if unit.valid_to else None,
        }
        row = session.get(OrgUnit, unit.code)
        if row is None:
            session.add(OrgUnit(code=unit.code, **says))
            session.flush()
            loaded.units_added.append(unit.code)
        elif any(getattr(row, column) != value for column, value in says.items()):
            for column, value in says.items():
                setattr(row, column, value)
            loaded.units_changed.append(unit.code)
    for unit in campaign.units:  # a successor may stand anywhere
        session.get_one(OrgUnit, unit.code).successor = unit.successor or None
    session.flush()


def store_roles(session: Session, campaign: forms.Campaign) -> None:
    """Put the campaign's roles and rights in the place of the earlier ones."""
    for table in (RoleRight, Role):
        session.execute(delete(table).where(table.campaign_id == campaign.id))
    for name, role in campaign.roles.items():
        two_steps = role.get("two_steps", False)
        session.add(
            Role(
                campaign_id=campaign.id, role=name, label=role["label"], surface=role["surface"], two_steps=two_steps
            )
        )
        for form_id in campaign.programs:
            session.add_all(
                RoleRight(campaign_id=campaign.id, role=name, form_id=form_id, action=action)
                for action in sorted(actions_of(role, form_id))
            )
    session.flush()


def actions_of(role: Mapping[str, Any], form_id: str) -> set[str]:
    """A role's actions on a form, with the two that follow from the rest of it (server/scope.py)."""
    actions = {*role["forms"].get(form_id, ()), *role["forms"].get("*", ())}
    if actions and role["see_pii"]:
        actions.add(SEE_PII)
        if "read" in actions and "field" in role["surface"]:
            actions.add(HOLD)
    return actions


def publish_form(session: Session, campaign_id: str, program: Mapping[str, Any], now: datetime, loaded: Loaded) -> None:
    """Make a form version the current one. Raises Refusal form.changed."""
    form_id, version = program["form_id"], program["version"]
    digest = store_document(session, "form", program)
    row = session.get(FormVersion, (form_id, version))
    before = session.scalar(select(FormVersion).where(FormVersion.form_id == form_id, FormVersion.current))
    if row is not None and row.program_hash != digest:
        raise Refusal("form.changed", details={"form": form_id, "version": version})
    if row is not None and row.current:
        return
    others = update(FormVersion).where(FormVersion.form_id == form_id)
    session.execute(others.values(current=False).execution_options(synchronize_session="fetch"))
    if row is None:
        row = FormVersion(
            form_id=form_id, version=version, campaign_id=campaign_id, program_hash=digest, published_at=now
        )
    row.current = True
    session.add(row)
    session.flush()
    loaded.forms_published.append(f"{form_id} {version}")
    if before is not None:
        old = json.loads(session.get_one(Document, before.program_hash).content)
        loaded.forms_changed += [(form_id, change) for change in diff_forms(old, program)]
