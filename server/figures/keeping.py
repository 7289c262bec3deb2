"""Keeping tallies and cells with the records: one call inside the transaction that writes their heads.

Figures follow from records and can be worked out again; records cannot. So a failure here is logged and leaves the
records' tallies as they were, for `chungsuc indicators recompute`: it never costs a record.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..database import ask, several
from ..logs import event
from ..models import Cell, FigureBasis, Tally
from .basis import figures_of
from .cells import Added, Deltas, Doc, added_by, differences

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
KEY = ("span", "indicator", "split", "day", "unit_code", "phase", "item", "over")
COLUMNS = ("form_id", "unit_code", "phase", "basis", "adds")

Changes = dict[str, tuple[Added | None, Added]]  # record → what it added before and adds now


def nothing(session: Session, changes: Changes, docs: Iterable[Doc]) -> None:
    """Nobody else follows."""


def follow(
    session: Session, docs: Iterable[Doc], then: Callable[[Session, Changes, Iterable[Doc]], None] = nothing
) -> Changes:
    """Bring the figures to these new heads, and whoever follows what changed (`then`); what changed.

    Locks cells by key, after records and before the audit.
    """
    heads = list(docs)
    try:
        with session.begin_nested():
            changes = bring(session, heads)
            then(session, changes, heads)
            return changes
    except Exception as error:
        event("figures_failed", level=logging.ERROR, error=error, records=len(heads))
        stale = {doc["form"]["id"] for doc in heads}
        session.execute(update(FigureBasis).where(FigureBasis.form_id.in_(stale)).values(complete=False))
        return {}


def bring(session: Session, heads: list[Doc]) -> Changes:
    figures = figures_of(session, {doc["form"]["id"] for doc in heads})
    counted = [doc for doc in heads if doc["form"]["id"] in figures]
    if not counted:
        return {}
    before = tallies(session, [doc["rec"] for doc in counted])
    changes = {doc["rec"]: (before.get(doc["rec"]), added_by(doc, *figures[doc["form"]["id"]])) for doc in counted}
    return write(session, changes)


def forget(session: Session, rec: str) -> None:
    """What a record added is taken away, as it is erased; its tally goes with it."""
    before = tallies(session, [rec])
    if rec in before:
        write(session, {rec: (before[rec], replace(before[rec], adds="[]"))})


TALLIES = select(Tally.rec, *(getattr(Tally, name) for name in COLUMNS)).where(Tally.rec.in_(several("recs")))


def tallies(session: Session, recs: Iterable[str]) -> dict[str, Added]:
    return {row.rec: Added(*row[1:]) for row in ask(session, TALLIES, recs=list(recs))}


def write(session: Session, changes: Changes) -> Changes:
    """Write what changed, and only that; it."""
    changes = {rec: each for rec, each in changes.items() if each[0] != each[1]}
    if not changes:
        return {}
    insert = INSERT[session.get_bind().dialect.name](Tally.__table__)  # tables, not classes: past the ORM, in bulk
    rows = [{"rec": rec, **{name: getattr(after, name) for name in COLUMNS}} for rec, (_, after) in changes.items()]
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["rec"], set_={name: getattr(insert.excluded, name) for name in COLUMNS}
        ),
        rows,
    )
    change_cells(session, differences(changes.values()))
    return changes


def change_cells(session: Session, deltas: Deltas) -> None:
    """Add the differences to the cells, in the order of their keys; a cell that nothing stands in goes."""
    if not deltas:
        return
    table: Any = Cell.__table__
    insert = INSERT[session.get_bind().dialect.name](table)
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=list(KEY),
            set_={"n": table.c.n + insert.excluded.n, "total": table.c.total + insert.excluded.total},
        ),
        [row_of(key, n, total) for key, (n, total) in deltas.items()],
    )
    emptied = delete(table).where(table.c.n == 0, *(table.c[name] == bindparam(f"b_{name}") for name in KEY))
    fewer = [row_of(key, n, total) for key, (n, total) in deltas.items() if n < 0]
    if fewer:
        session.connection().execute(emptied, [{f"b_{name}": row[name] for name in KEY} for row in fewer])


def row_of(key: Iterable[Any], n: int, total: int) -> Mapping[str, Any]:
    row = dict(zip(KEY, key, strict=True))
    return {**row, "day": date.fromisoformat(row["day"]), "n": n, "total": total}
