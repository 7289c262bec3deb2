"""Finding records that look alike, and keeping what a person said of them. The matching itself is `sync.duplicates`.

Looking comes after a push is stored, in transactions of its own: an error here costs a hint, never an op. What is
still to be looked at stands in the feed, behind the number in `duplicate_search`, so that a crash forgets nothing and
whoever reads pairs can have the rest compared first (`catch_up`). `scan` (`chungsuc duplicates scan`) takes every
record whose answers were not compared, wherever it stands.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from sync.canonical import sha
from sync.duplicates import blocking_keys, compare_traits, traits_of
from sync.workflow import VOID

from . import audit
from .database import db, transaction
from .logs import event
from .models import DuplicateKey, DuplicatePair, DuplicateSearch, DuplicateTraits, Feed, FormVersion, Record
from .problems import Refusal
from .programs import form

KEY_LENGTH = 16
MAX_COMPARED = 100  # other records for one, and records of one key: what hundreds share is no hint
AT_ONCE = 200


def catch_up(now: datetime) -> None:
    """Look at all that changed since somebody last did. Never raises: what changed is stored, and pairs are hints."""
    try:
        while behind():
            look_on(now)
    except Exception as error:
        event("duplicates_not_looked_for", level=logging.ERROR, error=error)


def look_on(now: datetime) -> None:
    """Look at the next records that want it. Of those that cannot be compared a hint is missed, until a scan; those
    behind them do not wait for that."""
    recs: list[str] = []
    try:
        with transaction() as session:
            recs = pass_on(session)
            look(session, recs, now)
    except Exception as error:
        event("duplicates_not_looked_for", level=logging.ERROR, error=error, records=len(recs))
        with transaction() as session:
            pass_on(session)


def behind() -> bool:
    """Whether anything changed that was not looked at; asked past `db.session`, which may have read before."""
    with db.engine.connect() as connection:
        newest, done = connection.execute(NEWEST_AND_DONE).one()
    return newest is not None and done is not None and newest > done


NEWEST_AND_DONE = select(select(func.max(Feed.seq)).scalar_subquery(), select(DuplicateSearch.seq).scalar_subquery())


def pass_on(session: Session) -> list[str]:
    """The next records of the feed that want looking at; the search stands behind them from now on."""
    since = session.scalars(select(DuplicateSearch.seq).with_for_update()).one()
    changed = select(Feed.seq, Feed.rec).where(Feed.seq > since).order_by(Feed.seq).limit(AT_ONCE)
    rows = session.execute(changed).all()
    if rows:
        session.execute(update(DuplicateSearch).values(seq=rows[-1].seq))
    return sorted({row.rec for row in rows})


def scan(now: datetime) -> int:
    """Look at every record that was not compared as it is now; how many there were."""
    done = 0
    while True:
        with transaction() as session:
            session.execute(select(DuplicateSearch.seq).with_for_update())
            recs = list(session.scalars(not_compared().order_by(Record.rec).limit(AT_ONCE)))
            look(session, recs, now)
        done += len(recs)
        if len(recs) < AT_ONCE:
            return done


def not_compared() -> Select[tuple[str]]:
    """Records whose answers were never compared, or were others then; and the voided that still are."""
    known, void = DuplicateTraits.answers_hash, Record.state == VOID
    wanted = or_(and_(void, known.is_not(None)), and_(~void, or_(known.is_(None), known != Record.answers_hash)))
    return select(Record.rec).outerjoin(DuplicateTraits, DuplicateTraits.rec == Record.rec).where(wanted)


def published_as(record: type[Record]) -> ColumnElement[bool]:
    return and_(FormVersion.form_id == record.form_id, FormVersion.version == record.form_version)


def look(session: Session, recs: Sequence[str], now: datetime) -> None:
    """Bring keys, traits and pairs of these records to what they say now. The caller holds the search's row."""
    asked = not_compared().where(Record.rec.in_(recs)).join(FormVersion, published_as(Record)).with_only_columns(
        Record.rec, Record.form_id, Record.answers_hash, Record.state, Record.doc, FormVersion.program_hash,
        DuplicateTraits.rec.label("before"),
    )  # fmt: skip
    rows = session.execute(asked).all() if recs else []
    if not rows:
        return
    if stale := [row.rec for row in rows if row.before]:
        session.execute(delete(DuplicateKey).where(DuplicateKey.rec.in_(stale)))
        session.execute(delete(DuplicateTraits).where(DuplicateTraits.rec.in_(stale)))
    of: dict[str, dict[str, Any]] = {}
    keys = []
    for row in rows:
        if row.state == VOID:
            continue
        of[row.rec] = traits_of(form(session, row.program_hash, {}).program, json.loads(row.doc)["answers"])
        keys += [{"key": hashed(key), "rec": row.rec} for key in blocking_keys(row.form_id, of[row.rec])]
    if of:
        digests = {row.rec: row.answers_hash for row in rows}
        session.execute(
            insert(DuplicateTraits),
            [{"rec": rec, "answers_hash": digests[rec], "traits": traits} for rec, traits in of.items()],
        )
    if keys:
        session.execute(insert(DuplicateKey), list({(key["key"], key["rec"]): key for key in keys}.values()))
    form_ids = {row.rec: row.form_id for row in rows}
    note_pairs(session, list(form_ids), likenesses(session, of), form_ids, now)


def hashed(key: str) -> str:
    return sha(key.encode())[:KEY_LENGTH]


def likenesses(session: Session, of: dict[str, dict[str, Any]]) -> dict[tuple[str, str], Any]:
    """{(first, second): how alike} of these records with any that share a key."""
    mine, theirs = aliased(DuplicateKey), aliased(DuplicateKey)
    # Counted in the database: pairs of a key that is everybody's would grow with the square of the records, and all
    # who write wait meanwhile.
    asked = select(DuplicateKey.key).where(DuplicateKey.rec.in_(of))
    crowded = select(theirs.key).where(theirs.key.in_(asked)).group_by(theirs.key).having(func.count() > MAX_COMPARED)
    sharing = (
        select(mine.rec, theirs.rec)
        .join(theirs, and_(theirs.key == mine.key, theirs.rec != mine.rec))
        .where(mine.rec.in_(of), mine.key.not_in(crowded))
        .distinct()
    )
    others: defaultdict[str, list[str]] = defaultdict(list)
    for rec, other in session.execute(sharing):
        if len(others[rec]) < MAX_COMPARED:
            others[rec].append(other)
    unknown = sorted({other for found in others.values() for other in found} - of.keys())
    known = dict(of)
    for at in range(0, len(unknown), 500):
        asked = select(DuplicateTraits.rec, DuplicateTraits.traits).where(
            DuplicateTraits.rec.in_(unknown[at : at + 500])
        )
        known |= dict(session.execute(asked).all())
    pairs = {(min(rec, other), max(rec, other)) for rec, found in others.items() for other in found if other in known}
    compared = {pair: compare_traits(known[pair[0]], known[pair[1]]) for pair in pairs}
    return {pair: likeness for pair, likeness in compared.items() if likeness.alike}


def note_pairs(
    session: Session, recs: Sequence[str], alike: dict[tuple[str, str], Any], form_ids: dict[str, str], now: datetime
) -> None:
    """What was found of these records: new pairs are put down, open ones follow, what a person decided stays."""
    known = {(pair.first, pair.second): pair for pair in session.scalars(about(recs))}
    for key, pair in known.items():
        if pair.state != "open":
            continue
        if key in alike:
            pair.score, pair.reasons = alike[key].score, list(alike[key].reasons)
        else:
            session.delete(pair)
    for (first, second), likeness in alike.items():
        if (first, second) not in known:
            form_id = form_ids.get(first) or form_ids[second]
            session.add(
                DuplicatePair(
                    first=first, second=second, form_id=form_id, score=likeness.score,
                    reasons=list(likeness.reasons), state="open", found_at=now,
                )
            )  # fmt: skip
    session.flush()


def about(recs: Sequence[str]) -> Select[tuple[DuplicatePair]]:
    return select(DuplicatePair).where(or_(DuplicatePair.first.in_(recs), DuplicatePair.second.in_(recs)))


OTHER = case((DuplicatePair.kept == DuplicatePair.first, DuplicatePair.second), else_=DuplicatePair.first)


def merged_away() -> Select[tuple[str]]:
    """Records that were merged into another: they are kept, and counted no more."""
    return select(OTHER).where(DuplicatePair.state == "merged")


def merged_among(session: Session, recs: Sequence[str]) -> set[str]:
    """Of these records, those that were merged into another."""
    return set(session.scalars(merged_away().where(OTHER.in_(recs))))


def decide(session: Session, first: str, second: str, state: str, kept: str | None, now: datetime, by: str) -> None:
    """A person's word on a pair: linked, merged (kept: the one that stays), apart, or open again.

    Raises Refusal duplicate.gone for a pair that is no more, duplicate.merged when one of the two was merged already.
    """
    pair = session.get(DuplicatePair, (first, second), with_for_update=True)
    if pair is None or (state == "merged" and kept not in (first, second)):
        raise Refusal("duplicate.gone")
    if state == "merged" and {first, second} & merged_among(session, (first, second)):
        raise Refusal("duplicate.merged")
    pair.state, pair.kept = state, kept if state == "merged" else None
    pair.decided_at, pair.decided_by = (None, None) if state == "open" else (now, by)
    audit.append(session, now, by, f"duplicate.{state}", first, other=second, kept=pair.kept)


def about_one(rec: str) -> Any:
    return or_(DuplicatePair.first == rec, DuplicatePair.second == rec)
