"""What the figures of each form are worked out with: made when a campaign is loaded, kept in memory by hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from forms.figures import Figures, compile_figures
from sync.canonical import canonical, sha

from ..database import ask, several
from ..models import Campaign, Dossier, FigureBasis, Record
from ..programs import choice_list, lists_of
from ..references import loaded_files

MADE: dict[str, Figures] = {}


def rebase(session: Session) -> list[str]:
    """Bring the bases to the loaded campaign; the forms whose records want counting again.

    Cells stay what the tallies say: figures change record by record as `recompute` comes to them.
    """
    campaign_id = session.scalar(select(Campaign.campaign_id))
    campaign, _ = forms.load_campaign(loaded_files(session)) if campaign_id else (None, [])
    if campaign is None or campaign_id is None:
        return []
    lists, changed = lists_of(session, campaign_id), []
    wanted = dict(compiled(campaign, forms_read(session)))
    rows = {row.form_id: row for row in session.scalars(select(FigureBasis))}
    for form_id, figures in wanted.items():
        read = {name: lists[name] for name in figures["program"].get("lists", ()) if name in lists}
        digest = sha(canonical([figures, read]).encode())
        row = rows.get(form_id)
        if row is not None and row.basis == digest:
            continue
        row = row or FigureBasis(form_id=form_id)
        row.basis, row.program, row.lists = digest, canonical(figures), canonical(read)
        row.complete = not any(
            session.scalar(select(table.form_id).where(table.form_id == form_id).limit(1)) for table in (Record, Dossier)
        )
        session.add(row)
        if not row.complete:
            changed.append(form_id)
    for form_id in rows.keys() - wanted.keys():  # nothing is counted from it any more
        empty = {**json.loads(rows[form_id].program), "indicators": []}
        if json.loads(rows[form_id].program)["indicators"]:
            rows[form_id].program, rows[form_id].complete = canonical(empty), False
            rows[form_id].basis = sha(canonical(empty).encode())
            changed.append(form_id)
    session.flush()
    return changed


def forms_read(session: Session) -> dict[str, Any]:
    """Form id → form document, of the loaded campaign's folder."""
    documents = [
        json.loads(content)
        for path, content in loaded_files(session).items()
        if path.startswith("forms/") and path.endswith(".json")
    ]
    return {document["settings"]["form_id"]: document for document in documents}


def compiled(campaign: forms.Campaign, documents: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for form_id in campaign.programs:
        figures = compile_figures(
            documents[form_id], campaign.indicators, campaign.settings["time_zone"], campaign.settings["day_closes"]
        )
        if figures is not None:
            yield form_id, figures


BASES = select(FigureBasis.form_id, FigureBasis.basis).where(FigureBasis.form_id.in_(several("form_ids")))


def figures_of(session: Session, form_ids: Iterable[str]) -> dict[str, tuple[str, Figures]]:
    """Form id → (basis, its figures ready to run), of those forms that anything is counted from."""
    rows = ask(session, BASES, form_ids=sorted(set(form_ids)))
    return {form_id: (basis, made(session, form_id, basis)) for form_id, basis in rows}


def made(session: Session, form_id: str, basis: str) -> Figures:
    if basis not in MADE:
        row = session.execute(
            select(FigureBasis.program, FigureBasis.lists).where(FigureBasis.form_id == form_id)
        ).one()
        lists = {name: choice_list(session, digest) for name, digest in json.loads(row.lists).items()}
        MADE[basis] = Figures(json.loads(row.program), lists)
    return MADE[basis]


def incomplete(session: Session) -> list[str]:
    """The forms whose records are being counted again."""
    return list(session.scalars(select(FigureBasis.form_id).where(~FigureBasis.complete).order_by(FigureBasis.form_id)))
