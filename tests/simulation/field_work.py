"""What people do on their laptops: each action takes one step and tells what it was."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from client import authoring, bundles, carrier, views
from client.errors import DeviceError
from client.sync_round import trusted
from client.wire import Wire
from sync.canonical import b64
from sync.keys import KeyPair
from sync.ops import ChainState, Intent, build_op, wire_bytes
from sync.seal import seal
from tests.simulation import small
from tests.simulation.devices import Laptop
from tests.simulation.world import Pile, World

MOMENTS = 8  # at which another process may act while one finalises
HOT = 3  # so many of the newest records are what everybody works on


def somebody(world: World) -> Laptop:
    return world.random.choice(world.laptops)


def some_record(world: World, laptop: Laptop) -> dict[str, Any]:
    """A row of the list, often one that others work on, too; {"rec": ""} of an empty one, which the device refuses."""
    rows = laptop.records() or [{"rec": ""}]
    return world.random.choice(rows[-HOT:] if world.random.random() < 0.5 else rows)


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
    laptop.lethal, laptop.mortal = True, lambda: world.random.random() < 0.3
    try:
        rec = authoring.start(laptop.session, "note")["rec"]
        laptop.begun = rec
        laptop.write(rec, small.answers(world.random), None)
    finally:
        laptop.lethal, laptop.mortal = False, lambda: world.random.random() < 0.02
    laptop.begun = ""
    return f"{laptop.name} records {rec[:8]} and lives"


def two_windows(world: World) -> str:
    """Two processes have one vault open, and one finalises while the other does."""
    laptop = somebody(world)
    other = laptop.another_window()

    def meanwhile() -> None:
        world.now += timedelta(seconds=1)
        laptop.write(authoring.start(other, "note")["rec"], small.answers(world.random), None, other)

    try:
        rec = authoring.start(laptop.session, "note")["rec"]
        laptop.meanwhile += [lambda: None] * world.random.randint(0, MOMENTS) + [meanwhile]
        laptop.write(rec, small.answers(world.random), None)
        return f"{laptop.name} records {rec[:8]}, and another in a second window"
    except DeviceError as refused:
        if refused.code != "store.contended":
            raise
        laptop.write(rec, small.answers(world.random), None)
        return f"{laptop.name} records {rec[:8]} again: another window was first"
    finally:
        laptop.meanwhile.clear()
        other.store.close()


def forge(world: World) -> str:
    """Somebody who knows a device's name sends an op as if it were that device's (P-06)."""
    laptop = somebody(world)
    session, head = laptop.session, laptop.session.store.head()
    row = some_record(world, laptop)
    intent = Intent("comment", row["rec"] or authoring.uuid7(session), None, {"id": "note", "version": "1"},
                    f"{small.TEAM_A}/note", {"text": small.word(world.random)})  # fmt: skip
    state = ChainState(session.device, head["n"] + 1, head["prev"])
    op, _ = build_op(state, intent, KeyPair.new(), os.urandom, session.now)
    world.piles.append(Pile(laptop, [b64(seal(head["server"]["seal"], "outbox/1", wire_bytes(op.wire)))]))
    return f"somebody forges an op of {laptop.name}"


def carry_off(world: World) -> str:
    """Somebody takes some of a laptop's sealed copies along (P-21), in any order, not always the first ones."""
    laptop = somebody(world)
    waiting = laptop.session.store.sealed.waiting(laptop.session.store.head()["epoch"])
    if not waiting:
        return f"nothing waits on {laptop.name}"
    some = world.random.sample([sealed for _, sealed in waiting], world.random.randint(1, len(waiting)))
    world.piles.append(Pile(laptop, some))
    return f"{len(some)} sealed copies of {laptop.name} are under way"


def make_bundle(world: World) -> str:
    """A laptop makes files of all that waits, and another takes them in to carry them on (P-21)."""
    laptop, other = somebody(world), somebody(world)
    made = bundles.make(laptop.session)
    for file in made["files"]:
        data = file["text"].encode()
        carrier.take_in(other.session, bundles.read(data), data)
    return f"{other.name} carries {made['ops']} ops of {laptop.name}"


def bring_back(world: World) -> str:
    """A carrier brings the server's word to whomever it is for, unless that is lost on the way."""
    laptop = somebody(world)
    brought = carrier.carried(laptop.session)["brought"]
    if not brought:
        return f"{laptop.name} brings nothing back"
    device = world.random.choice(sorted(each["device"] for each in brought))
    world.letters.append((device, carrier.give_back(laptop.session, device)["text"]))
    return open_again(world, -1)


def open_again(world: World, which: int | None = None) -> str:
    """A file that was brought is opened, now or once more, before or after what came later."""
    if not world.letters:
        return "no file was ever brought"
    device, text = world.letters[world.random.randrange(len(world.letters)) if which is None else which]
    owners = [laptop for laptop in world.laptops if laptop.session.device == device]
    laptop = world.random.choice(owners)
    opened = bundles.open_down(laptop.session, bundles.read(text.encode()))
    return f"{laptop.name} opens a file: {opened['settled']} settled, {opened['changed']} changed"


def hand_over(world: World) -> str:
    """A carrier gives the server what it carries, now or once more; the device hears nothing of it."""
    if not world.piles:
        return "nobody carries anything"
    pile = world.random.choice(world.piles)
    session = pile.laptop.session
    content = {"device": session.device, "sealed": pile.sealed, "cert": session.store.head()["cert"]}
    try:
        Wire(session.vault.origin).post("bundles", content, "receipt", trusted(session))
    except DeviceError as refused:
        return f"a carrier brings {len(pile.sealed)} ops of {pile.laptop.name}: {refused.code}"
    return f"a carrier brings {len(pile.sealed)} ops of {pile.laptop.name}"
