"""The feed: where records stand in their scopes, numbered by one counter, and what a device pulls (P-09 to P-11)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from .models import Feed, Record

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
SCOPES_PER_QUERY = 400  # bound variables of one statement


@dataclass(frozen=True)
class Place:
    """A record's new place: `kind` is "doc", "void", "leave" (for a scope it left) or "erase"."""

    scope: str
    rec: str
    kind: str


def publish(session: Session, places: Iterable[Place], stored: int = 0) -> int:
    """Move records to the tails of their scopes' feeds; the last number given out.

    stored: ops and files that were taken in. Where any were, the counter rises although no record moved: a database put
    back to before them must stand below its mark (P-13).

    Must be the last write of its transaction: the counter's row lock (PostgreSQL) or BEGIN IMMEDIATE (SQLite) then
    lasts to the commit, so numbers become visible in their order and no reader's cursor passes one by (P-09).
    """
    moved = list(dict.fromkeys(places))
    last: int = session.execute(
        text("UPDATE counter SET last = last + :k RETURNING last"), {"k": max(len(moved), min(stored, 1))}
    ).scalar_one()
    if moved:
        insert = INSERT[session.get_bind().dialect.name](Feed)
        rows = [
            {"scope": place.scope, "rec": place.rec, "kind": place.kind, "seq": last - len(moved) + 1 + index}
            for index, place in enumerate(moved)
        ]
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["scope", "rec"], set_={"seq": insert.excluded.seq, "kind": insert.excluded.kind}
            ),
            rows,
        )
    return last


@dataclass(frozen=True)
class Pull:
    """`pages`: JSON texts of PAGEs. `drop`: scopes the device must forget. `more`: ask again at once."""

    pages: list[str]
    drop: list[str]
    more: bool

    def answer(self, req: str, epoch: str, server_time: str) -> str:
        """JSON text of the answer to a pull."""
        head = {"req": req, "epoch": epoch, "server_time": server_time, "drop": self.drop, "more": self.more}
        return f'{json.dumps(head)[:-1]}, "pages": [{",".join(self.pages)}]}}'


def pull(
    session: Session, epoch: str, grants: Mapping[str, int], cursors: Mapping[str, Mapping[str, int]], limit: int
) -> Pull:
    """Pages of at most `limit` changes over all scopes together.

    grants: {scope: generation} held now. cursors: what the device has, {scope: {gen, cursor}}. A scope it does not
    hold, or holds in another generation, is dropped; the latter starts again from 0.
    """
    drop = sorted(scope for scope, has in cursors.items() if grants.get(scope) != has["gen"])
    since = {scope: 0 if scope in drop or scope not in cursors else cursors[scope]["cursor"] for scope in grants}
    pages, budget, more = [], limit, False
    for scope, tail in sorted(tails(session, list(grants)).items()):
        if tail <= since[scope]:
            continue
        if budget <= 0:
            more = True
            break
        rows = changes(session, scope, since[scope], budget + 1, grants)
        cut = len(rows) > budget
        rows = rows[:budget]
        pages.append(page(scope, grants[scope], epoch, since[scope], rows, cut))
        budget -= len(rows)
        more = more or cut
    return Pull(pages, drop, more)


def tails(session: Session, scopes: list[str]) -> dict[str, int]:
    """The last number in each scope's feed; scopes without records are left out."""
    found: dict[str, int] = {}
    for start in range(0, len(scopes), SCOPES_PER_QUERY):
        some = scopes[start : start + SCOPES_PER_QUERY]
        asked = select(Feed.scope, func.max(Feed.seq)).where(Feed.scope.in_(some)).group_by(Feed.scope)
        found |= dict(session.execute(asked).all())
    return found


def changes(session: Session, scope: str, since: int, limit: int, held: Collection[str] = ()) -> list[tuple[int, str]]:
    """(seq, JSON text of the change) after `since`, oldest first. Stored text is passed through, not parsed.

    held: the reader's scopes; of a record that left for one of them, the change says for which.
    """
    rows = session.execute(
        select(Feed.seq, Feed.kind, Feed.rec, Record.rev, Record.hash, Record.doc, Record.scope)
        .outerjoin(Record, Record.rec == Feed.rec)  # an erased one is in the feed alone
        .where(Feed.scope == scope, Feed.seq > since)
        .order_by(Feed.seq)
        .limit(limit)
    )
    return [(row[0], change_text(*row[:6], to=row.scope if row.scope in held else "")) for row in rows]


def change_text(seq: int, kind: str, rec: str, rev: int, digest: str, doc: str, to: str = "") -> str:
    """JSON text of one change; the stored text of the document is passed through.

    An erasure is a leaving, which devices of before know, that says more (P-26).
    """
    if kind == "erase":
        return f'{{"rec":"{rec}","rev":0,"hash":"","seq":{seq},"kind":"leave","erased":true}}'
    head = f'{{"rec":"{rec}","rev":{rev},"hash":"{digest}","seq":{seq},"kind":"{kind}"'
    if kind == "leave":
        return head + (f',"to":"{to}"}}' if to else "}")
    return f'{head},"doc":{doc}}}'


def page(scope: str, gen: int, epoch: str, since: int, rows: list[tuple[int, str]], more: bool) -> str:
    """JSON text of one PAGE (docs/protocol.md); `next` is the last number it brings."""
    head = json.dumps(
        {"scope": scope, "gen": gen, "epoch": epoch, "from": since, "next": rows[-1][0], "more": more},
        ensure_ascii=False,
    )
    return f'{head[:-1]}, "changes": [{",".join(change for _, change in rows)}]}}'
