"""What the office does in the console, on what it reads now or read a while ago."""

from __future__ import annotations

from typing import Any

from server import erasure
from server.database import db
from server.models import Op
from sync.judge import value_at
from tests.simulation import small
from tests.simulation.world import PowerCut, World

STALE = 0.25  # how often a page was opened before somebody else changed the record


def page(world: World) -> dict[str, Any] | None:
    """A record as it stands on the officer's screen."""
    docs = world.docs()
    if not docs:
        return None
    rec = world.random.choice(list(docs))
    if world.random.random() < STALE and rec in world.desk:
        return world.desk[rec]
    world.desk[rec] = docs[rec]
    return docs[rec]


def review(world: World) -> str:
    doc = page(world)
    if doc is None:
        return "the office has nothing to read"
    action = world.random.choice(list(small.WORKFLOW["steps"]))
    payload = {"action": action, "answers_hash": doc["answers_hash"], "reason": small.word(world.random)}
    return f"office: {action} {doc['rec'][:8]}: {world.console('step', doc, payload)}"


def correct(world: World) -> str:
    doc = page(world)
    if doc is None:
        return "the office has nothing to read"
    answers = {**small.answers(world.random, doc["answers"]), "granted": world.random.randint(0, 9)}
    return f"office: correct {doc['rec'][:8]}: {world.console('correct', doc, {'answers': answers})}"


def move(world: World) -> str:
    """A record goes to the other team, or was there already."""
    doc = page(world)
    if doc is None:
        return "the office has nothing to read"
    unit = world.random.choice([small.TEAM_A, small.TEAM_B])
    payload = {"to": f"{unit}/note", "reason": small.word(world.random)}
    return f"office: move {doc['rec'][:8]} to {unit}: {world.console('move', doc, payload)}"


def link(world: World) -> str:
    doc, other = page(world), page(world)
    if doc is None or other is None:
        return "the office has nothing to read"
    payload = {"to": other["rec"], "kind": "duplicate", "removed": world.random.random() < 0.3}
    return f"office: link {doc['rec'][:8]}: {world.console('link', doc, payload)}"


def erase(world: World) -> str:
    """Somebody has the right that what was said of them goes, whatever became of it."""
    with world.app.app_context():
        recs = sorted(rec for (rec,) in db.session.query(Op.rec).distinct() if rec not in world.erased)
        db.session.remove()
    if not recs:
        return "there is nothing to erase"
    rec = world.random.choice(recs)
    world.erased.add(rec)
    try:
        with world.app.app_context():
            erasure.erase(world.server, world.office, "officer", rec, "Quyết định")
            db.session.remove()
    except PowerCut:
        world.stop_server()
        with world.calm():
            world.start_server()
    return f"office: {rec[:8]} is erased"


def resolve(world: World) -> str:
    open_ones = [doc for doc in world.docs().values() if doc["conflicts"]]
    if not open_ones:
        return "no conflict is open"
    doc = world.random.choice(open_ones)
    clash = world.random.choice(doc["conflicts"])
    value = world.random.choice([clash["other"], value_at(doc["answers"], clash["path"])])
    payload = {"values": {clash["path"]: value}, "revision": doc["hash"]}
    return f"office: resolve {clash['path']} of {doc['rec'][:8]}: {world.console('resolve', doc, payload)}"
