"""From a figure to what stands behind it: the records as far as the reader may open them, and how many more there are.

Two ways lead here: a figure that is counted now (overview, table of a period), and one of a return, which is told as it
was signed and as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from forms.indicators import form_of

from ..context import server
from ..database import db
from ..figures.behind import Behind, behind, readable, sources_of
from ..figures.definitions import Definitions, definitions
from ..figures.rollup import homes
from ..figures.small_cells import masked_content
from ..models import PeriodReturn, Record, ReturnLate
from ..problems import Refusal
from ..programs import workflows_of
from ..returns import desk
from ..returns.drafts import lines, units_of
from ..scope import rights
from . import texts
from .counting import Reader, asked_period, item_labels
from .inbox import masked_not
from .returns import CAUSE_WORDS, days, find
from .sheet import MASK
from .texts import figure
from .visitor import me, needs

blueprint = Blueprint("behind", __name__)

SHOWN = 100


@dataclass(frozen=True)
class Listed:
    """One indicator with records of its own. rows: (what it adds, the record), SHOWN at most. dossiers: of these SHOWN,
    those that are no records but dossiers (server/awards/counting.py)."""

    name: str
    rows: list[tuple[Behind, Record]]
    may: int
    may_not: int
    dossiers: int


@blueprint.get("/figures/records")
@needs("table")
def counted() -> str:
    """?name=…&since=…&until=…[&unit=…]: a figure as the reader may count it. Raises Refusal figure.unknown."""
    known = definitions(db.session)
    reader = Reader(db.session, me().person_id, known, server().today())
    name, unit, period = request.args.get("name", ""), request.args.get("unit", ""), asked_period(7)
    if name not in known.indicators or (unit and unit not in reader.units):
        raise Refusal("figure.unknown")
    if unit:
        reader = reader.narrowed([unit])
    home = reader.home(name, period.last)
    if not home:
        raise Refusal("figure.unknown")
    now = reader.values([name], period)[""].get(name)
    place = reader.units[unit].name if unit else ""
    return shown(known, name, period.first, period.last, home, place=place, now=figure(now))


@blueprint.get("/returns/<name>/<unit>/<first>/figures/<indicator>")
def of_return(name: str, unit: str, first: str, indicator: str) -> str:
    """A figure of a return: as signed, as it is now, what came between, and its records. Raises figure.unknown."""
    known, key, reader, org = find(name, unit, first)
    if indicator not in known.returns[name]["indicators"]:
        raise Refusal("figure.unknown")
    rows = desk.revisions(db.session, key)
    asked = request.args.get("revision", type=int)
    row = next((each for each in rows if each.revision == asked), rows[-1] if rows else None)
    period, overrides = key.period, row.overrides if row is not None and not row.code else {}
    draft = lines(db.session, known, known.returns[name], unit, period.first, period.last, overrides)
    content = (
        desk.snapshot_of(row) if row is not None and row.code else desk.content_of(known, key, row, draft, org.name)
    )
    content = masked_content(content, known, reader.below)
    then = next((each for each in content["figures"] if each["name"] == indicator), None)
    now = next(each.computed for each in draft if each.name == indicator)
    return shown(
        known, indicator, period.first, period.last, homes(units_of(db.session), [unit], period.last),
        place=org.name, now=figure(now), row=row, then=then, late=late_of(row, sources_of(known, indicator)),
        back=url_for("console.returns.show", name=name, unit=unit, first=first, revision=row.revision if row else None),
        splits=splits_of(known, then), hides=bool(reader.below),
    )  # fmt: skip


def shown(
    known: Definitions, name: str, first: date, last: date, home: Iterable[str], *, row: PeriodReturn | None = None,
    **more: Any,
) -> str:  # fmt: skip
    units = list(home)
    mine = frozenset(tuple(each) for each in db.session.execute(rights(me().person_id, "read", server().today())))
    listed = []
    for source in sources_of(known, name):
        form = form_of(known.indicators[source])
        found, may, may_not = readable(behind(db.session, known, source, first, last, units), form, mine, SHOWN)
        records = {
            each.rec: each for each in db.session.scalars(select(Record).where(Record.rec.in_([x.rec for x in found])))
        }
        rows = [(each, records[each.rec]) for each in found if each.rec in records]
        listed.append(Listed(source, rows, may, may_not, len(found) - len(rows)))
    opened = [record for each in listed for _, record in each.rows]
    workflows = workflows_of(db.session, sorted({record.form_id for record in opened}))
    defaults: Mapping[str, Any] = {"then": None, "late": [], "back": "", "splits": [], "hides": False}
    return render_template(
        "console/behind.html",
        known=known,
        indicator=known.indicators[name],
        days=days(first, last),
        listed=listed,
        signed_at=row.signed_at if row is not None else None,
        row=row,
        most=SHOWN,
        units={code: unit.name for code, unit in units_of(db.session).items()},
        clear=masked_not(db.session, me(), opened),
        mask=MASK,
        label_of=lambda record: workflows[record.form_id].state(record.state)["label"],
        cause_words=CAUSE_WORDS,
        figure=figure,
        **{**defaults, **more},
    )


def late_of(row: PeriodReturn | None, names: list[str]) -> list[ReturnLate]:
    """What the ledger of a signed return says about these indicators."""
    if row is None:
        return []
    noted = db.session.scalars(
        select(ReturnLate).where(ReturnLate.return_id == row.return_id).order_by(ReturnLate.late_id)
    )
    return [each for each in noted if set(names) & each.lines.keys()]


def splits_of(known: Definitions, said: Mapping[str, Any] | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """(the disaggregation, (its item, the figure)) of a return's figure, in words."""
    if said is None or said["name"] not in known.indicators:
        return []
    named = {
        each["name"]: each["label"] for each in known.indicators[said["name"]]["source"].get("disaggregations", ())
    }
    found = []
    for split, items in said["splits"].items():
        if items and split in named:
            words = item_labels(db.session, known, said["name"], split)
            rows = [(words.get(item, item or texts.say("không ghi")), figure(value)) for item, value in items.items()]
            found.append((texts.label(named[split]), rows))
    return found
