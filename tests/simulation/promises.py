"""The promises of docs/protocol.md, checked on a world: some after every step, all of them once it was healed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from server.database import db
from server.epoch import current_epoch
from server.models import Conflict, Device, Op, Parked, Record, Revision
from server.verify import differences
from sync.judge import content_of, value_at
from sync.merge import changed_paths
from sync.ops import CONTENT, read_op
from sync.ops import Op as WireOp
from tests.simulation import small
from tests.simulation.devices import Laptop
from tests.simulation.world import World

SECURED_AFTER = timedelta(days=30)
ROUNDS = 3  # after a fault heals every queue is empty within so many (I11)


class Broken(AssertionError):
    """A promise that did not hold."""


def after_every_step(world: World) -> None:
    """I7: what a device shows as received, the server has: unless it was restored since, which the device cannot know.
    I1: each op lies beside its vault a second time, sealed (P-17), I8: until a backup has had it for a month. P-23: no gap of a chain is passed over."""
    with world.app.app_context():
        epoch = current_epoch(db.session)
        held = set(db.session.query(Op.h).all())
        numbers = set(db.session.query(Op.device_id, Op.n).all())
        for device_id, contiguous in db.session.query(Device.device_id, Device.contiguous):
            if contiguous and not all((device_id, n) in numbers for n in range(1, contiguous + 1)):
                raise Broken(f"P-23: of {device_id[:8]} not every op up to {contiguous} is held")
        db.session.remove()
    for laptop in world.laptops:
        own = laptop.own_ops()
        unsent = {op["h"] for op in own if op["epoch"] != laptop.session.store.head()["epoch"]}
        for h in {*laptop.finalised, *(op["h"] for op in own)}:
            if h in laptop.gone or laptop.session.store.sealed.has(h) or laptop.rec_of(h, own) in world.erased:
                continue
            if h in unsent:
                raise Broken(f"I1: {laptop.name} has no sealed copy of {h[:8]}, which waits")
            received = world.in_backups.get(h)
            if received is None or world.now - received < SECURED_AFTER:
                raise Broken(f"I8: {laptop.name} let go of {h[:8]} before a backup had it for a month")
            laptop.gone.add(h)
        units = {*units_of(laptop), *laptop.units}
        if foreign := [
            row["rec"] for row in laptop.records() if row["doc"] and row["scope"].split("/")[0] not in units
        ]:
            raise Broken(f"I4: {laptop.name} has {foreign}, of a unit that was never its own")
        if laptop.session.store.head()["epoch"] != epoch:
            continue
        for op in own:
            if op["epoch"] == epoch and (op["h"],) not in held:
                raise Broken(f"I7: {laptop.name} shows {op['h'][:8]} as received; the server does not have it")


def nothing_begun_is_gone(laptop: Laptop) -> None:
    """I1, before an op: whoever was writing when the process died finds the draft, or the op made of it."""
    rec, laptop.begun = laptop.begun, ""
    kept = [row for row in laptop.records() if row["rec"] == rec and row["draft"]]
    if rec and not kept and not any(op["rec"] == rec for op in laptop.own_ops()):
        raise Broken(f"I1: {laptop.name} died while writing {rec[:8]}, and neither draft nor op is left")


def after_healing(world: World) -> None:
    """Drain every queue, then look everywhere."""
    for _ in range(ROUNDS):
        for laptop in world.laptops:
            laptop.round()
    with world.app.app_context():
        try:
            for broken in (
                *drained(world),
                *nothing_lost(world),
                *server_is_whole(world),
                *devices_agree(world),
                *erased_everywhere(world),
                *left_for_good(world),
            ):
                raise Broken(broken)
        finally:
            db.session.remove()


def drained(world: World) -> Iterator[str]:
    """I11: nothing waits but what a device may no longer send for."""
    for laptop in world.laptops:
        epoch = laptop.session.store.head()["epoch"]
        for op in laptop.own_ops():
            if op["epoch"] != epoch:
                yield f"I11: {laptop.name} still waits with {op['h'][:8]}: {op['verdict']} {op['reason']}"
        if laptop.round() is not None:
            yield f"I11: {laptop.name} cannot end a round"


def nothing_lost(world: World) -> Iterator[str]:
    """I1: every op a device said was safe is on the server; I13: also when that was restored."""
    held = {h for (h,) in db.session.query(Op.h)}
    for laptop in world.laptops:
        for h in laptop.finalised:
            if h not in held and laptop.recs[h] not in world.erased:
                yield f"I1: {laptop.name} finalised {h[:8]}; the server does not have it"


def server_is_whole(world: World) -> Iterator[str]:
    yield from (f"I2, verify: {each}" for each in differences(db.session, world.server))  # type: ignore[arg-type]
    # What is about a submission that waits for a person waits with it.
    applied = {h for (h,) in db.session.query(Revision.op_h)} | {h for (h,) in db.session.query(Revision.hash)}
    for parked in db.session.query(Parked):
        if parked.base in applied:
            yield f"I10: {parked.op_h[:8]} waits for {parked.base[:8]}, which is there"
    for record in db.session.query(Record):
        yield from answers_kept(record)


def answers_kept(record: Record) -> Iterator[str]:
    """I5: an answer goes only by an op whose author saw it, or into a conflict row; I6: an approval names its content."""
    revisions = db.session.query(Revision).filter_by(rec=record.rec).order_by(Revision.rev).all()
    ops = {row.h: read(row) for row in db.session.query(Op).filter_by(rec=record.rec)}
    conflicts = db.session.query(Conflict).filter_by(rec=record.rec).all()
    yield from nobody_clashes_with_themselves(ops, conflicts)
    contents = {revision.hash: json.loads(revision.answers) for revision in revisions}
    contents |= {revision.op_h: read_content(ops[revision.op_h]) or contents[revision.hash] for revision in revisions}
    for before, revision in pairwise(revisions):
        op = ops[revision.op_h]
        if op.type == "step" and op.payload["answers_hash"] != before.answers_hash:
            yield f"I6: {op.h[:8]} approved what it did not name"
        if not small.lawful(op.type, op.payload.get("action"), before.state):
            yield f"P-08: {op.h[:8]}: no {op.type} in the state {before.state}"
        seen = seen_by(op, ops, contents)
        if op.type in CONTENT:
            yield from change_kept(op, seen, json.loads(revision.answers), conflicts)
        yield from clashes_are_real(op, merged_from(op, ops, contents), json.loads(before.answers), conflicts)
        nodes = small_form(op)
        for path, _ in changed_paths(nodes, json.loads(before.answers), json.loads(revision.answers)):
            lost = value_at(json.loads(before.answers), path)
            in_conflict = any(holds(clash, path, lost) for clash in conflicts)
            if (
                lost is None
                or in_conflict
                or op.type == "resolve"
                or any(value_at(each, path) == lost for each in seen)
            ):
                continue
            yield f"I5: {op.h[:8]} made {path} of {record.rec[:8]} lose {lost!r}, which its author had not seen"


def change_kept(op: WireOp, seen: list[Any], answers: Any, conflicts: list[Conflict]) -> Iterator[str]:
    """I5, the other way round: whatever an op changed of what its author saw is in its revision or in a conflict row."""
    for path, _ in changed_paths(small_form(op), seen[-1] if seen else {}, op.payload["answers"]):
        value = value_at(op.payload["answers"], path)
        if value is not None and not kept(path, value, answers, conflicts):
            yield f"I5: {op.h[:8]} answered {path} with {value!r}, which is nowhere"


def kept(path: str, value: Any, answers: Any, conflicts: list[Conflict]) -> bool:
    """Whether an answer stands or a conflict row keeps it; a row of a repeat also question by question."""
    if value_at(answers, path) == value or any(holds(clash, path, value) for clash in conflicts):
        return True
    row = value if isinstance(value, dict) else {}
    return bool(row) and all(kept(f"{path}/{name}", each, answers, conflicts) for name, each in row.items())


def clashes_are_real(op: WireOp, base: Any, before: Any, conflicts: list[Conflict]) -> Iterator[str]:
    """P-08: what one side alone changed merges by itself; a person is asked only where both did, or where the merged
    answers would not be valid."""
    asked = [clash.path for clash in conflicts if clash.other_op == op.h]
    one_sided = [path for path in asked if value_at(base, path) == value_at(before, path)]
    reason = db.session.get_one(Op, op.h).reason  # of one that was parked: why it was
    if one_sided and reason not in ("merge.invalid", "base.not_arrived"):
        yield f"P-08: {op.h[:8]} asks a person about {one_sided}, which nobody else had changed"


def nobody_clashes_with_themselves(ops: dict[str, WireOp], conflicts: list[Conflict]) -> Iterator[str]:
    """P-08: who edits what they have just changed has seen it; no person is asked to choose between two words of one device.

    A merge that was not valid asks about everything; a copied device's ops are those of two people; and a value that the
    office chose for the record since is the office's word, whoever said it first."""
    devices = {device.device_id for device in db.session.query(Device) if not device.cloned}
    for clash in conflicts:
        late = ops[clash.other_op]
        reason = db.session.get_one(Op, late.h).reason
        if late.header["dev"] not in devices or reason in ("merge.invalid", "base.not_arrived") or not isinstance(clash.head, str):
            continue
        if any(each.rec == late.rec and each.type == "resolve" and each.payload["values"].get(clash.path) == clash.head for each in ops.values()):
            continue
        for early in ops.values():
            mine = early.header["dev"] == late.header["dev"] and early.header["n"] < late.header["n"]
            if mine and early.type in CONTENT and value_at(early.payload["answers"], clash.path) == clash.head:
                yield f"P-08: {late.h[:8]} clashes over {clash.path} with {early.h[:8]} of the same device"


def merged_from(op: WireOp, ops: dict[str, WireOp], contents: dict[str, Any]) -> Any:
    """The content a change is compared with: its base's or, where that waits for a person, what that was made from."""
    base = op.header["base"]
    while base is not None and base not in contents:
        base = ops[base].header["base"]
    return contents[base] if base is not None else {}


def holds(clash: Conflict, path: str, value: Any) -> bool:
    """Whether a conflict row keeps this answer, by itself or in a row of a repeat that was changed here, removed there."""
    sides = (clash.head, clash.other)
    if clash.path == path:
        return value in sides
    inside = path.removeprefix(clash.path)
    return inside != path and any(isinstance(side, dict) and value_at(side, inside) == value for side in sides)


def read(row: Op) -> WireOp:
    op = read_op({"header": row.header.decode(), "payload": row.payload.decode(), "sig": row.sig})
    assert isinstance(op, WireOp)
    return op


def seen_by(op: WireOp, ops: dict[str, WireOp], contents: dict[str, Any]) -> list[Any]:
    """What an op's author had before them: the content its base names and, of changes that still wait for a person, what
    those were made from in turn. The last is what the change is merged from (P-08)."""
    seen, base = [], op.header["base"]
    while base is not None:
        content = contents.get(base) or read_content(ops[base])
        seen += [content] if content is not None else []
        if base in contents:
            break
        base = ops[base].header["base"]
    return seen


def read_content(op: WireOp) -> Any:
    found = content_of(op)
    return found.answers if found else None


def small_form(op: WireOp) -> Any:
    from forms import compile_form

    version = int(op.form[1])
    if version not in PROGRAMS:
        program = compile_form(small.form(version)).program
        assert program is not None
        PROGRAMS[version] = program["root"]
    return PROGRAMS[version]


PROGRAMS: dict[int, Any] = {}


def devices_agree(world: World) -> Iterator[str]:
    """I3: each device holds what its person may hold, as the server has it; I4: and nothing else."""
    docs = {record.rec: record for record in db.session.query(Record)}
    for laptop in world.laptops:
        scopes = scopes_of(world, laptop)
        want = {rec: record.hash for rec, record in docs.items() if record.scope in scopes}
        have = {row["rec"]: json.loads(row["doc"])["hash"] for row in laptop.records() if row["doc"]}
        if have != want:
            yield f"{'I4' if have.keys() - want.keys() else 'I3'}: {laptop.name} {difference(have, want)}"


def erased_everywhere(world: World) -> Iterator[str]:
    """P-24: of what was erased the server has no record and no payload, a device whose person may hold its scope nothing."""
    for rec in world.erased:
        if db.session.get(Record, rec) or any(op.payload for op in db.session.query(Op).filter_by(rec=rec)):
            yield f"P-24: the server has contents of {rec[:8]}"
        for laptop in world.laptops:
            if laptop.session.store.row("SELECT 1 FROM record WHERE rec = ? AND doc IS NOT NULL", rec):
                yield f"P-24: {laptop.name} has {rec[:8]}"
            if laptop.session.store.row("SELECT 1 FROM own_op WHERE rec = ? AND wire <> ''", rec):
                yield f"P-24: {laptop.name} has an op of {rec[:8]}"


def left_for_good(world: World) -> Iterator[str]:
    """I4: of a record in no scope of its own a device reads nothing: no document, no op, no draft of what was received."""
    scopes = {record.rec: record.scope for record in db.session.query(Record)}
    for laptop in world.laptops:
        own = scopes_of(world, laptop)
        for op in laptop.own_ops():
            waits = op["verdict"] in ("adjudicate", "parked")  # for a person: its author reads why
            if op["wire"] and not waits and scopes.get(op["rec"], "") not in {"", *own}:
                yield f"I4: {laptop.name} can read its op {op['h'][:8]} of {op['rec'][:8]}, which is not its own any more"


def scopes_of(world: World, laptop: Laptop) -> set[str]:
    """What somebody may hold, by the words of the campaign and not by the server's."""
    if laptop.person in world.ended:
        return set()
    return {f"{unit}/note" for unit in units_of(laptop)}


def units_of(laptop: Laptop) -> list[str]:
    return [small.TEAM_A, small.TEAM_B] if laptop.role == "officer" else [laptop.unit]


def difference(have: dict[str, str], want: dict[str, str]) -> str:
    missing = [rec[:8] for rec in want.keys() - have.keys()]
    extra = [rec[:8] for rec in have.keys() - want.keys()]
    stale = [rec[:8] for rec in have.keys() & want.keys() if have[rec] != want[rec]]
    return f"lacks {missing}, has no right to {extra}, has old {stale}"
