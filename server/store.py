"""Writing what a fold made: plain rows in bulk, each table once, in the order their foreign keys want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from sync.canonical import canonical
from sync.text import fold as fold_text
from sync.urgency import is_urgent
from sync.workflow import VOID

from . import recordings
from .blobs import refs_of
from .doc import author_id_of
from .feed import Place
from .figures.keeping import follow
from .fold import ERASED, Arrival, Folded, Revised
from .models import Adjudication, BlobRef, Conflict, Op, OrgUnit, Parked, Record, Revision
from .programs import urgent_rules
from .returns.ledger import note_late

SEARCHED = 500  # letters: Hangul grows as it is folded, and an entry of PostgreSQL's indexes holds 2,704 bytes


def write(session: Session, folded: Folded, now: datetime, today: date) -> None:
    """Write everything but the feed, which comes last (P-09)."""
    newest = {each.doc["rec"]: each for each in folded.revised}
    first = {each.doc["rec"]: each for each in reversed(folded.revised) if each.doc["rev"] == 1}
    revs = {each.arrival.op.h: each.doc["rev"] for each in folded.revised}
    insert_all(session, Op, [op_row(arrival, folded, now) for arrival in folded.arrivals])
    living = (arrival.op for arrival in folded.arrivals if folded.verdicts[arrival.op.h].reason != ERASED)
    insert_all(session, BlobRef, refs_of(living))
    rules = urgent_rules(session) if newest else []
    heads = {rec: head_row(each, now, today, rules) for rec, each in newest.items()}
    insert_all(session, Record, [{**heads[rec], **origin_row(each, now)} for rec, each in first.items()])
    updated = [row for rec, row in heads.items() if rec not in first]
    if updated:
        session.execute(update(Record), updated)
    insert_all(session, Revision, [revision_row(each, now) for each in folded.revised])
    for each in folded.revised:
        write_conflicts(session, each, now)
    insert_all(session, Adjudication, waiting_rows(session, folded, now))
    insert_all(session, Parked, [parked_row(arrival, now) for arrival in folded.parked])
    for arrival in folded.released:
        session.execute(delete(Parked).where(Parked.op_h == arrival.op.h))
        session.execute(update(Op).where(Op.h == arrival.op.h).values(rev=revs.get(arrival.op.h)))
    follow(session, [each.doc for each in newest.values()], note_late)
    recordings.follow(session, [(each.doc, each.arrival.person_id) for each in newest.values()], now)


def places_of(folded: Folded) -> list[Place]:
    """Where the changed records now stand in the feed."""
    newest = {each.doc["rec"]: each.doc for each in folded.revised}
    left = sorted((each.left, each.doc["rec"]) for each in folded.revised if each.left)
    gone = [Place(scope, rec, "leave") for scope, rec in dict.fromkeys(left) if newest[rec]["scope"] != scope]
    here = [Place(doc["scope"], rec, "void" if doc["state"] == VOID else "doc") for rec, doc in sorted(newest.items())]
    return [*gone, *here]


def insert_all(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Plain rows, past the ORM's own bulk insert, which sorts and copies each."""
    if rows:
        session.execute(insert(table.__table__), rows)


def op_row(arrival: Arrival, folded: Folded, now: datetime) -> dict[str, Any]:
    op, header, stored = arrival.op, arrival.op.header, folded.verdicts[arrival.op.h]
    return {
        "h": op.h,
        "rec": op.rec,
        "type": op.type,
        "device_id": arrival.device_id,
        "n": header["n"],
        "base": header["base"],
        "scope": header["scope"],
        "person_id": arrival.person_id,
        "header": op.wire["header"].encode(),
        "payload": b"" if stored.reason == ERASED else op.wire["payload"].encode(),
        "sig": op.wire["sig"],
        "verdict": stored.verdict,
        "reason": stored.reason,
        "rev": stored.rev,
        "at": header["at"],
        "received_at": now,
    }


def head_row(each: Revised, now: datetime, today: date, rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The columns of a record that a new revision changes."""
    day = event_day(each, today)
    year, week, _ = day.isocalendar()
    return {
        "rec": each.doc["rec"],
        **columns_of(each.doc),
        "event_date": day,
        "event_week": f"{year}-W{week:02}",
        "urgent": untouched(each.doc) and is_urgent(rules, each.doc["form"]["id"], each.doc["answers"]),
        "doc": canonical(each.doc),
        "changed_at": now,
    }


def untouched(doc: Mapping[str, Any]) -> bool:
    """Nobody but its author has done anything about it yet."""
    return all(entry["type"] in ("submit", "edit") for entry in doc["history"])


def columns_of(doc: Mapping[str, Any]) -> dict[str, Any]:
    """What of a DOC stands in columns of its own, for lists and searches."""
    return {
        "scope": doc["scope"],
        "unit_code": doc["scope"].split("/")[0],
        "state": doc["state"],
        "phase": doc["phase"],
        "open": doc["open"],
        "rev": doc["rev"],
        "hash": doc["hash"],
        "answers_hash": doc["answers_hash"],
        "title": doc["title"],
        "subtitle": doc["subtitle"],
        "search": fold_text(f"{doc['title']} {doc['subtitle']}")[:SEARCHED],
        "open_conflicts": len(doc["conflicts"]),
    }


def event_day(each: Revised, today: date) -> date:
    """The day a record belongs to: what its form says, else the day its author claims to have begun it, else today.

    A claim is good enough to file a record under; nothing is ordered or expired by it (P-05).
    """
    for claim in (each.decision.event_date, each.doc["created_at"][:10]):
        try:
            return date.fromisoformat(claim)
        except ValueError:
            continue
    return today


def origin_row(each: Revised, now: datetime) -> dict[str, Any]:
    """The columns of a record that stay as they began."""
    doc = each.doc
    return {
        "form_id": doc["form"]["id"],
        "form_version": doc["form"]["version"],
        "author_id": author_id_of(each.arrival.op, each.arrival.person_id),
        "author_role": doc["author"]["role"],
        "received_at": now,
    }


def revision_row(each: Revised, now: datetime) -> dict[str, Any]:
    doc = each.doc
    return {
        "rec": doc["rec"],
        "rev": doc["rev"],
        "hash": doc["hash"],
        "prev": each.prev,
        "op_h": each.arrival.op.h,
        "answers": canonical(doc["answers"]),
        "answers_hash": doc["answers_hash"],
        "state": doc["state"],
        "scope": doc["scope"],
        "entry": doc["history"][-1],
        "roles": sorted(each.roles),
        "received_at": now,
    }


def write_conflicts(session: Session, each: Revised, now: datetime) -> None:
    """Settle what the revision resolved, open what it could not merge (I5)."""
    rec, rev = each.doc["rec"], each.doc["rev"]
    if each.decision.resolved:
        settled = update(Conflict).where(
            Conflict.rec == rec, Conflict.path.in_(each.decision.resolved), Conflict.resolved_rev.is_(None)
        )
        session.execute(settled.values(resolved_rev=rev))
    by_path = {clash.path: clash for clash in each.decision.clashes}
    rows = [
        {
            "rec": rec,
            "rev": rev,
            "path": clash.path,
            "head": clash.head,
            "other": clash.other,
            "other_op": each.arrival.op.h,
            "opened_at": now,
            "resolved_rev": None,
        }
        for clash in by_path.values()
    ]
    insert_all(session, Conflict, rows)


def waiting_rows(session: Session, folded: Folded, now: datetime) -> list[dict[str, Any]]:
    """Adjudications. An op may name a unit that does not exist; then no unit's people are asked."""
    if not folded.waiting:
        return []
    units = {arrival.op.unit for arrival, _ in folded.waiting}
    real = set(session.scalars(select(OrgUnit.code).where(OrgUnit.code.in_(units))))
    return [
        {
            "op_h": arrival.op.h,
            "rec": arrival.op.rec,
            "reason": decision.reason,
            "problems": [dict(problem) for problem in decision.problems],
            "unit_code": arrival.op.unit if arrival.op.unit in real else None,
            "opened_at": now,
        }
        for arrival, decision in folded.waiting
    ]


def parked_row(arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "op_h": arrival.op.h,
        "rec": arrival.op.rec,
        "base": arrival.op.header["base"],
        "parked_at": now,
    }
