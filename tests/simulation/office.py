"""What the office does in the console, on what it reads now or read a while ago."""

from __future__ import annotations

from typing import Any

from sync.judge import value_at
from tests.simulation import small
from tests.simulation.world import World

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


def resolve(world: World) -> str:
    open_ones = [doc for doc in world.docs().values() if doc["conflicts"]]
    if not open_ones:
        return "no conflict is open"
    doc = world.random.choice(open_ones)
    clash = world.random.choice(doc["conflicts"])
    value = world.random.choice([clash["other"], value_at(doc["answers"], clash["path"])])
    payload = {"values": {clash["path"]: value}, "revision": doc["hash"]}
    return f"office: resolve {clash['path']} of {doc['rec'][:8]}: {world.console('resolve', doc, payload)}"
