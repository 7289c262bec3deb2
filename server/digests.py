"""Comparing a scope with a device's copy, and mending the copy where they differ (P-14). What differs is never adopted.

Both sides speak of one place in the feed: a device whose cursor is elsewhere has something to pull, not to repair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sync.digests import bucket_digests, in_buckets, root_digest

from .feed import change_text
from .models import Feed, Record

RECORDS_PER_QUERY = 400


@dataclass(frozen=True)
class Holding:
    """A scope as it is: the last number of its feed, and {rec: hash of the head} of what is in it."""

    tail: int
    held: dict[str, str]


def holding(session: Session, scope: str) -> Holding:
    """In one statement, so that place and content belong together."""
    rows = session.execute(
        select(Feed.seq, Feed.kind, Feed.rec, Record.hash)
        .outerjoin(Record, Record.rec == Feed.rec)
        .where(Feed.scope == scope)
    ).all()
    return Holding(
        max((row.seq for row in rows), default=0), {row.rec: row.hash for row in rows if row.kind in ("doc", "void")}
    )


def compare(
    session: Session, grants: Mapping[str, int], scopes: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[str]]:
    """The bucket digests of the scopes whose root is another than the device's, {gen, cursor, root}."""
    found = {}
    for scope, said in sorted(scopes.items()):
        if grants.get(scope) != said["gen"]:
            continue
        ours = holding(session, scope)
        buckets = bucket_digests(ours.held)
        if ours.tail == said["cursor"] and root_digest(buckets) != said["root"]:
            found[scope] = buckets
    return found


@dataclass(frozen=True)
class Repair:
    """`changes`: JSON texts, as in a page. `at`: the place in the feed they were made at. `more`: ask again."""

    scope: str
    gen: int
    at: int
    changes: list[str]
    more: bool

    def answer(self, req: str, epoch: str, server_time: str) -> str:
        """JSON text of the answer to a repair."""
        head = {"req": req, "epoch": epoch, "server_time": server_time, "scope": self.scope, "gen": self.gen,
                "at": self.at, "more": self.more}  # fmt: skip
        return f'{json.dumps(head)[:-1]}, "changes": [{",".join(self.changes)}]}}'


def mend(session: Session, scope: str, gen: int, buckets: Sequence[int], held: Mapping[str, str], limit: int) -> Repair:
    """What makes a device's copy of these buckets, {rec: hash}, ours again: documents it lacks or has otherwise, and
    `leave` for what is not here."""
    ours = holding(session, scope)
    wanted = in_buckets(ours.held, buckets)
    differs = [rec for rec, digest in sorted(wanted.items()) if held.get(rec) != digest]
    gone = [change_text(0, "leave", rec, 0, "", "") for rec in sorted(held.keys() - ours.held.keys())]
    now = documents(session, scope, differs[:limit])
    return Repair(scope, gen, ours.tail, [*gone, *now], len(differs) > limit)


def documents(session: Session, scope: str, recs: Sequence[str]) -> list[str]:
    """Changes that bring these records as they are."""
    found: list[str] = []
    for start in range(0, len(recs), RECORDS_PER_QUERY):
        asked = (
            select(Feed.seq, Feed.kind, Record.rec, Record.rev, Record.hash, Record.doc)
            .join(Record, Record.rec == Feed.rec)
            .where(Feed.scope == scope, Feed.rec.in_(recs[start : start + RECORDS_PER_QUERY]))
        )
        found += [change_text(*row) for row in session.execute(asked)]
    return found
