"""Working figures out again from the records, a few hundred at a time, while intake goes on.

A record is read and evaluated outside any transaction; then its row is locked, and what it adds now is written as a
difference to what its tally says. So every cell is right for what the tallies say at every moment, and an interrupted
run goes on where it is wanted. A cell that does not equal its tallies is mended by the difference.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from ..awards.counting import documents
from ..database import db, transaction
from ..models import Cell, FigureBasis, Record, Tally
from .basis import figures_of, incomplete
from .cells import Added, Deltas, Key, added_by, cells_of
from .keeping import COLUMNS, Changes, bring, change_cells, tallies, write

RECORDS_AT_ONCE = 2000  # the more at once, the fewer cells are written twice; a batch holds its lock some 0.1 s


@dataclass(frozen=True)
class Progress:
    """So far. changed: records that add something else than their tally said."""

    done: int
    total: int
    changed: int


def recompute(every: bool = False, tell: Callable[[Progress], None] = lambda progress: None) -> Progress:
    """Bring all tallies to the present figures of their forms: of forms that want it, or of every form.

    Needs an application context and no open transaction. tell: called after each batch.
    """
    with Session(db.engine) as reading:
        forms = list(reading.scalars(select(FigureBasis.form_id))) if every else incomplete(reading)
        total = reading.scalar(select(func.count()).select_from(Record).where(Record.form_id.in_(forms))) or 0
    done = changed = 0
    for recs in batches(forms):
        changed += again(recs)
        done += len(recs)
        tell(Progress(done, total, changed))
    with transaction() as session:
        bring(session, [doc for doc in documents(session) if doc["form"]["id"] in forms])  # dossiers are a few hundred
        finish(session, forms)
    mend(every)
    return Progress(done, total, changed)


def batches(forms: Sequence[str]) -> Iterator[list[str]]:
    last = ""
    some = select(Record.rec).where(Record.form_id.in_(forms)).order_by(Record.rec).limit(RECORDS_AT_ONCE)
    while True:
        with Session(db.engine) as reading:
            recs = list(reading.scalars(some.where(Record.rec > last)))
        if not recs:
            return
        yield recs
        last = recs[-1]


def again(recs: Sequence[str]) -> int:
    """Work out these records' figures; how many changed."""
    with Session(db.engine) as reading:
        worked_out = evaluated(reading, recs)
        before = tallies(reading, recs)
    if all(before.get(rec) == added for rec, (_, added) in worked_out.items()):
        return 0
    with transaction() as session:
        locked = select(Record.rec, Record.hash).where(Record.rec.in_(recs)).order_by(Record.rec).with_for_update()
        hashes = dict(session.execute(locked).all())
        before = tallies(session, recs)
        bases = {
            form_id: basis
            for form_id, (basis, _) in figures_of(session, {a.form_id for _, a in worked_out.values()}).items()
        }
        fresh = {
            rec: (before.get(rec), added)
            for rec, (digest, added) in worked_out.items()
            if hashes[rec] == digest and bases.get(added.form_id) == added.basis
        }
        changed: Changes = write(session, fresh)
        moved = [rec for rec in worked_out if rec not in fresh]  # meanwhile: edited, or the campaign was loaded anew
        docs = [json.loads(doc) for doc in session.scalars(select(Record.doc).where(Record.rec.in_(moved)))]
        return len(changed) + len(bring(session, docs))


def evaluated(session: Session, recs: Sequence[str]) -> dict[str, tuple[str, Added]]:
    """rec → (hash of its head, what that adds), of records whose form has figures."""
    heads = session.execute(
        select(Record.rec, Record.form_id, Record.hash, Record.doc).where(Record.rec.in_(recs))
    ).all()
    figures = figures_of(session, {head.form_id for head in heads})
    return {
        head.rec: (head.hash, added_by(json.loads(head.doc), *figures[head.form_id]))
        for head in heads
        if head.form_id in figures
    }


def stale(form_id: str) -> Any:
    """Whether a record of the form has no tally, or one made with other figures."""
    basis = select(FigureBasis.basis).where(FigureBasis.form_id == form_id).scalar_subquery()
    old = select(Record.rec).outerjoin(Tally, Tally.rec == Record.rec).where(Record.form_id == form_id)
    return old.where(or_(Tally.rec.is_(None), Tally.basis != basis)).limit(1)


def finish(session: Session, forms: Iterable[str]) -> None:
    """Call a form complete when no record of it is left behind."""
    for form_id in forms:
        if session.execute(stale(form_id)).first() is None:
            session.execute(update(FigureBasis).where(FigureBasis.form_id == form_id).values(complete=True))


def mend(every: bool) -> int:
    """Make the cells what the tallies say; how many were not. Only looked for when everything is worked out again."""
    if not every:
        return 0
    isolation = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with Session(db.engine.execution_options(**isolation)) as reading:
        wrong = cell_errors(reading)
    with transaction() as session:
        change_cells(session, wrong)
    return len(wrong)


def cell_errors(session: Session) -> Deltas:
    """What has to be added to the cells so that they equal the tallies; nothing: all is well.

    Tallies and cells change together, so in one snapshot the difference is the error alone, whatever goes on beside.
    """
    wrong: Deltas = {}
    for forms, indicators in families(session):
        sums: Deltas = defaultdict(lambda: [0, 0])
        asked = select(*(getattr(Tally, name) for name in COLUMNS)).where(Tally.form_id.in_(forms))
        for row in session.execute(asked.execution_options(yield_per=1000)):
            for key, amount in cells_of(Added(*row)):
                sums[key][0] += 1
                sums[key][1] += amount
        cells = select(
            Cell.span, Cell.indicator, Cell.split, Cell.day, Cell.unit_code, Cell.phase, Cell.item, Cell.over,
            Cell.n, Cell.total,
        ).where(Cell.indicator.in_(indicators))  # fmt: skip
        for *key, n, total in session.execute(cells.execution_options(yield_per=1000)):
            delta = sums[Key(*key[:3], key[3].isoformat(), *key[4:])]
            delta[0] -= n
            delta[1] -= int(total)
        wrong |= {key: delta for key, delta in sums.items() if delta != [0, 0]}
    return dict(sorted(wrong.items()))


def families(session: Session) -> list[tuple[list[str], list[str]]]:
    """(forms, the indicators counted from them): one form at a time where that is all there is to it, so that memory
    stays small; together while figures move from one form to another."""
    named: dict[str, set[str]] = {}
    for form_id, program in session.execute(select(FigureBasis.form_id, FigureBasis.program)):
        named[form_id] = {each["name"] for each in json.loads(program)["indicators"]}
    in_cells = set(session.scalars(select(Cell.indicator).distinct()))
    known = set().union(*named.values()) if named else set()
    if incomplete(session) or in_cells - known:
        return [(sorted(named), sorted(known | in_cells))]
    return [([form_id], sorted(names)) for form_id, names in sorted(named.items())]
