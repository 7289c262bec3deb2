"""Comparing what this device holds with the server, and mending it where they differ (P-14).

After each pull that caught up, for scopes that changed since they were last compared in this session; what differs is
found by buckets, and only those are asked for. The twin of client/web/device/repair.js.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from client.session import Session
from client.wire import Trust, Wire
from sync.digests import bucket_digests, differing, in_buckets, repair_applies, root_digest
from sync.pages import CursorState

BUCKETS_AT_ONCE = 64  # of a scope of thousands, what is said of them stays a small request
Take = Callable[[str, Mapping[str, Any]], None]  # scope, change: as out of a page


def compare(session: Session, wire: Wire, token: str, trust: Trust, take: Take) -> None:
    """Ask about all scopes at once; mend those that differ. take: stores one change."""
    asked, ours = {}, {}
    for scope, state in _cursors(session).items():
        if session.compared.get(scope) == state.cursor:
            continue
        ours[scope] = bucket_digests(held(session, scope))
        asked[scope] = {"gen": state.gen, "cursor": state.cursor, "root": root_digest(ours[scope])}
    if not asked:
        return
    theirs = wire.post("digest", {"scopes": asked}, "page", trust, token).body["scopes"]
    for scope, said in asked.items():
        where = differing(ours[scope], theirs.get(scope))
        if not where:
            session.compared[scope] = said["cursor"]
        for at in range(0, len(where), BUCKETS_AT_ONCE):
            if not _mend(session, wire, token, trust, scope, where[at : at + BUCKETS_AT_ONCE], take):
                return  # something was pulled meanwhile: the next round compares anew


def held(session: Session, scope: str) -> dict[str, str]:
    """{rec: hash} of the server's documents that are here, read from the documents themselves."""
    asked = "SELECT rec, json_extract(doc, '$.hash') AS hash FROM record WHERE scope = ? AND doc IS NOT NULL"
    return {row["rec"]: str(row["hash"]) for row in session.store.rows(asked, scope)}


def _cursors(session: Session) -> dict[str, CursorState]:
    """Where the device stands in the scopes it may hold."""
    head = session.store.head()
    gens = {grant["scope"]: grant["gen"] for grant in head["grants"]}
    rows = session.store.rows("SELECT scope, gen, cursor, epoch FROM cursor")
    return {row["scope"]: CursorState(**row) for row in rows if gens.get(row["scope"]) == row["gen"]}


def _mend(session: Session, wire: Wire, token: str, trust: Trust, scope: str, buckets: list[int], take: Take) -> bool:
    """Bring some buckets into line; False when the device stands elsewhere by now."""
    more = True
    while more:
        state = _cursors(session)[scope]
        asked = {
            "scope": scope,
            "gen": state.gen,
            "buckets": buckets,
            "held": in_buckets(held(session, scope), buckets),
        }
        answer = wire.post("repair", asked, "page", trust, token).body
        with session.store.writing():
            now = _cursors(session).get(scope)
            if now is None or not repair_applies(now, answer, epoch=session.store.head()["epoch"]):
                return False
            for change in answer["changes"]:
                take(scope, change)
        more = answer["more"] and bool(answer["changes"])
    return True
