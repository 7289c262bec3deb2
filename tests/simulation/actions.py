"""What people do and what befalls them, one step at a time: a table of weights, nothing else decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from client import authoring, views
from client.errors import DeviceError
from sync.judge import value_at
from tests.simulation import small
from tests.simulation.devices import Killed, Laptop
from tests.simulation.promises import nothing_begun_is_gone
from tests.simulation.world import World


def somebody(world: World) -> Laptop:
    return world.random.choice(world.laptops)


def some_record(world: World, laptop: Laptop) -> dict[str, Any]:
    """A row of the list; {"rec": ""} of an empty one, which the device then refuses."""
    return world.random.choice(laptop.records() or [{"rec": ""}])


def new_record(world: World) -> str:
    laptop = somebody(world)
    rec = authoring.start(laptop.session, "note")["rec"]
    return f"{laptop.name} records {laptop.write(rec, small.answers(world.random), None)[:8]} of {rec[:8]}"


def edit(world: World) -> str:
    """Change a record as this device shows it, pending changes and all."""
    laptop = somebody(world)
    row = some_record(world, laptop)
    if not row["rec"]:
        return f"{laptop.name} has no record"
    seen = views.record(laptop.session, row)
    h = laptop.write(row["rec"], small.answers(world.random, seen["answers"]), seen["base"])
    return f"{laptop.name} edits {row['rec'][:8]}: {h[:8]}"


def half_a_draft(world: World) -> str:
    laptop = somebody(world)
    row = some_record(world, laptop)
    if not row["rec"]:
        return f"{laptop.name} has no record"
    seen = views.record(laptop.session, row)
    authoring.save_draft(laptop.session, row["rec"], small.answers(world.random, seen["answers"]), None, seen["base"])
    return f"{laptop.name} leaves a draft of {row['rec'][:8]}"


def say(world: World) -> str:
    laptop = somebody(world)
    row = some_record(world, laptop)
    kind = world.random.choice(["comment", "comment", "void"])
    act = authoring.comment if kind == "comment" else authoring.void
    h = laptop.safe(act(laptop.session, row["rec"], small.word(world.random)))
    return f"{laptop.name}: {kind} {h[:8]} on {row['rec'][:8]}"


def sync(world: World) -> str:
    laptop = somebody(world)
    laptop.lethal = True
    try:
        return f"{laptop.name} syncs: {laptop.round() or 'whole'}"
    finally:
        laptop.lethal = False


def die(world: World) -> str:
    """A process ends in the middle of finalising."""
    laptop = somebody(world)
    laptop.lethal, laptop.mortal = True, lambda: world.random.random() < 0.5
    try:
        rec = authoring.start(laptop.session, "note")["rec"]
        laptop.begun = rec
        laptop.write(rec, small.answers(world.random), None)
    finally:
        laptop.lethal, laptop.mortal = False, lambda: world.random.random() < 0.02
    laptop.begun = ""
    return f"{laptop.name} records {rec[:8]} and lives"


def review(world: World) -> str:
    """The office takes a step on what it read, now or a while ago."""
    docs = world.docs()
    if not docs:
        return "the office has nothing to read"
    doc = world.random.choice(list(docs.values()))
    action = world.random.choice(list(small.WORKFLOW["steps"]))
    digest = doc["answers_hash"] if world.random.random() < 0.85 else "0" * 64
    payload = {"action": action, "answers_hash": digest, "reason": small.word(world.random)}
    return f"office: {action} {doc['rec'][:8]}: {world.console('step', doc, payload)}"


def correct(world: World) -> str:
    docs = world.docs()
    if not docs:
        return "the office has nothing to read"
    doc = world.random.choice(list(docs.values()))
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


def time_passes(world: World) -> str:
    world.now += timedelta(minutes=world.random.choice([5, 40, 90, 1500]))
    return f"it is {world.now:%d/%m %H:%M}"


def clock_jumps(world: World) -> str:
    laptop = somebody(world)
    laptop.skew = timedelta(days=world.random.choice([0, -1, 1, -400, 900, -7000]))
    return f"{laptop.name}'s clock is {laptop.skew.days} days off"


def restart(world: World) -> str:
    laptop = somebody(world)
    laptop.restart()
    return f"{laptop.name} starts again"


def late_requests(world: World) -> str:
    number = len(world.network.late)
    world.network.late_ones_arrive()
    return f"{number} late requests arrive"


def back_up(world: World) -> str:
    world.back_up()
    return "backup"


def restore(world: World) -> str:
    if world.backup is None:
        return "there is no backup"
    world.restore()
    return "the server is restored from its backup"


def server_restarts(world: World) -> str:
    world.stop_server()
    with world.calm():
        world.start_server()
    return "the server starts again"


def leave(world: World) -> str:
    """Chu leaves the other team, once, for good."""
    world.end_membership("Chu")
    return "Chu leaves the team"


def publish(world: World) -> str:
    if world.version >= 3:
        return "the form stays as it is"
    world.publish()
    return f"form version {world.version} is published"


ACTIONS: list[tuple[float, Callable[[World], str]]] = [
    (12, new_record), (14, edit), (5, say), (3, half_a_draft), (26, sync), (2, die), (9, review), (4, correct),
    (6, resolve), (7, time_passes), (1, clock_jumps), (1.5, restart), (3, late_requests), (0.8, back_up),
    (0.5, restore), (0.5, server_restarts), (0.1, leave), (0.3, publish),
]  # fmt: skip
REFUSED = {
    "record.locked",
    "record.unknown",
    "form.not_allowed",
    "form.unknown",
    "form.invalid",
    "record.reason_missing",
}


def step(world: World) -> None:
    """One action. What the device refuses with its reason is a normal day."""
    world.now += timedelta(seconds=1)  # no two records are made at once: their ids, and so lists, have one order
    act = world.random.choices([each for _, each in ACTIONS], [weight for weight, _ in ACTIONS])[0]
    try:
        world.note(act(world))
    except Killed:
        world.note(f"  {act.__name__}: a device's process dies")
        for laptop in world.laptops:
            laptop.restart()
            nothing_begun_is_gone(laptop)
    except DeviceError as refused:
        if refused.code not in REFUSED:
            raise
        world.note(f"  {act.__name__}: {refused.code}")
