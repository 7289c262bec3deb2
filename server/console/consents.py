"""Who agreed to which version of the text that is read out: counts by version, a list of each, and what was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, Select, func

from sync.workflow import VOID

from ..consents import ASKED, Asked, asked_by, withdrawn
from ..context import server
from ..database import db
from ..models import Record
from ..retention import privacy
from ..scope import PRIVACY, visible_records
from .inbox import form_titles, masked_not
from .sheet import MASK
from .texts import label
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("consents", __name__, url_prefix="/consents")

PAGE_ROWS = 50
TAKEN_BACK = "withdrawn"


@dataclass(frozen=True)
class Agreed:
    """One record's consent as shown. back: taken back."""

    record: Record
    how: str
    by: str
    on: str
    back: bool


@blueprint.get("")
@needs("privacy")
def page() -> str:
    """Of the records the reader answers for; names where they may be seen."""
    said = privacy(db.session)
    given = said.get("consent", [])
    form = next((each for each in given if each["form"] == request.args.get("form")), given[0] if given else None)
    asked = asked_by(db.session, form) if form else None
    version, number = request.args.get("version"), max(request.args.get("page", 1, type=int), 1)
    lines, rows, total = [], [], 0
    if asked is not None:
        mine = visible_records(me().person_id, PRIVACY, server().today()).where(
            Record.form_id == form["form"], Record.state != VOID
        )
        text = func.coalesce(asked.column(db.session, "text"), "")
        lines = counted(mine, text)
        if version is not None:
            chosen = mine.where(withdrawn() if version == TAKEN_BACK else text == version)
            total = db.session.scalar(chosen.with_only_columns(func.count())) or 0
            rows = listed(chosen, asked, number)
    return render_template(
        "console/consents.html",
        given=given, form=form, version=version, lines=lines, rows=rows, total=total, number=number,
        pages=-(-total // PAGE_ROWS), taken_back=TAKEN_BACK, mask=MASK, units=all_units(db.session),
        clear=masked_not(db.session, me(), [row.record for row in rows]),
        texts={each["version"]: each["label"] for each in said.get("texts", ())},
        titles=form_titles(db.session, [each["form"] for each in given]),
    )  # fmt: skip


def counted(mine: Select[tuple[Record]], text: ColumnElement[str]) -> list[tuple[str, int, int]]:
    """(version, how many hold, how many were taken back), the newest version first; "" where none is written down."""
    grouped = mine.with_only_columns(text.label("text"), withdrawn().label("back"), func.count())
    counts: dict[str, list[int]] = {}
    for name, back, count in db.session.execute(grouped.group_by("text", "back")):
        counts.setdefault(name, [0, 0])[bool(back)] += count
    return [(name, *counts[name]) for name in sorted(counts, reverse=True)]  # type: ignore[misc]


def listed(chosen: Select[tuple[Record]], asked: Asked, number: int) -> list[Agreed]:
    columns = [asked.column(db.session, key) for key in ASKED[1:]]
    page = chosen.add_columns(*columns, withdrawn()).order_by(Record.unit_code, Record.title, Record.rec)
    words: dict[str, Mapping[str, Any]] = {key: asked.labels(key) for key in ("how", "by")}
    return [
        Agreed(record, *(label(words[key][name]) if name in words[key] else name or "" for key, name in (("how", how), ("by", by))), on or "", bool(back))
        for record, how, by, on, back in db.session.execute(page.limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS))
    ]  # fmt: skip
