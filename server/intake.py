"""Intake: read, decide, write (P-06, P-07). Every authentic op is stored and gets its verdict; nothing is half done.

Read: signatures are verified before any transaction. Pushes of several devices that wait at the same time are taken in
by one transaction: what is asked of the database and synced to disk costs once for all of them. Decide: the batch is
folded on a read, so that its judgements are ready, and again inside the write transaction, where only what has moved is
judged anew; a handful of ops is judged there alone. Write: in bulk; should that fail, each push by itself with a savepoint an op, so that a bad op never takes
its neighbours down with it.

Locks are taken in this order: devices by id, records by id, the audit head, the counter last (P-09).
"""

from __future__ import annotations

import json
import logging
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from sync.canonical import unb64
from sync.messages import Signed
from sync.ops import SERVER, ChainState, Intent, Op, Unreadable, build_op, read_op, verify_op
from sync.reasons import message
from sync.seal import SealError, unseal

from . import audit, models
from .blobs import wanted_by
from .comparing import after_change
from .context import Server
from .database import ask, db, several, transaction
from .devices import state_of
from .epoch import current_epoch, raise_mark
from .feed import Place, publish
from .fold import Arrival, Judgements, Stored, fold, verdict_of
from .keys import ServerKeys
from .known import load
from .logs import event
from .models import Device, Person, Receipt
from .problems import Refusal
from .store import insert_all, places_of, write
from .together import Together

SEALED_FOR = "outbox/1"
PUSHES = "chungsuc_pushes"
JUDGED_INSIDE = 16  # ops: to read all they need twice takes longer than to judge them
MOST_TOGETHER = 400  # ops of pushes taken in together: those that come meanwhile wait for all of them
Then = Callable[[Session, str, Stored], None]


@dataclass(frozen=True)
class Push:
    """What one device sent, read and verified. arrivals: those of it that are ops."""

    device_id: str
    req: str
    read: Sequence[Op | Unreadable]
    arrivals: Sequence[Arrival]


@dataclass
class Taken:
    """What became of a batch: verdicts of new ops and of those held before, both by h, and the feed's new places."""

    new: dict[str, Stored] = field(default_factory=dict)
    before: dict[str, Stored] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)


def receive(server: Server, device_id: str, req: str, wires: Sequence[Any]) -> Signed:
    """Take in what one device made, by whatever road it came; the signed receipt, kept as it is sent.

    wires: ops as on the wire, or Unreadable for what could not be opened. Raises Refusal device.unknown.
    """
    push = read_push(server.clock(), device_id, req, wires)
    together = current_app.extensions.setdefault(PUSHES, Together(partial(take_in, server), may_join))
    receipt: dict[str, Any] = together(push)
    return server.keys.signed("receipt", {**server.keys.vouched(), **receipt})


def read_push(now: datetime, device_id: str, req: str, wires: Sequence[Any]) -> Push:
    """Raises Refusal device.unknown."""
    device = db.session.get(Device, device_id)
    if device is None:
        raise Refusal("device.unknown")
    person = db.session.get_one(Person, device.person_id)
    read = [authentic(wire, device) for wire in wires]
    standing = state_of(device, now)
    arrivals = [Arrival(op, device_id, person.person_id, person.name, standing) for op in read if isinstance(op, Op)]
    db.session.rollback()
    return Push(device_id, req, read, arrivals)


def may_join(pushes: Sequence[Push], push: Push) -> bool:
    """A device's own pushes follow one another: the second has to see what became of the first."""
    ops = sum(len(each.read) for each in [*pushes, push])
    return ops <= MOST_TOGETHER and all(each.device_id != push.device_id for each in pushes)


def take_in(server: Server, pushes: Sequence[Push]) -> Sequence[dict[str, Any] | Exception]:
    """Take in pushes of different devices; the receipt of each, or why it could not be. None is given before all are
    committed."""
    now = server.clock()
    arrivals = [arrival for push in pushes for arrival in push.arrivals]
    judgements = Judgements()
    try:
        if len(arrivals) > JUDGED_INSIDE:
            known = load(db.session, arrivals, server.today())
            fold(known, arrivals, now.isoformat(), judgements)
            db.session.rollback()  # the read is over: the write sees what others committed meanwhile
        receipts: Sequence[dict[str, Any] | Exception] = commit(server, pushes, judgements, now, take)
    except Exception as error:
        event("push_redone", level=logging.WARNING, error=error, ops=len(arrivals), pushes=len(pushes))
        db.session.rollback()
        receipts = [alone(server, push, judgements, now) for push in pushes]
    after_change()
    return receipts


def alone(server: Server, push: Push, judgements: Judgements, now: datetime) -> dict[str, Any] | Exception:
    """What not even by itself could be taken in is its own device's matter: its neighbours have their receipts."""
    try:
        return commit(server, [push], judgements, now, take_one_by_one)[0]
    except Exception as error:
        db.session.rollback()
        return error


def commit(
    server: Server, pushes: Sequence[Push], judgements: Judgements, now: datetime, take: Callable[..., Taken]
) -> list[dict[str, Any]]:
    """One transaction, ended; then the mark is raised, and only then does anybody learn of it."""
    arrivals = [arrival for push in pushes for arrival in push.arrivals]
    with transaction() as session:
        held = hold(session, pushes)
        taken = take(session, server, arrivals, judgements, now)
        receipts = settle(session, held, pushes, taken, now)
    raise_mark(server.settings.mark_path, receipts[0]["epoch"], receipts[0]["counter"])
    event("push", pushes=len(pushes), ops=sum(len(push.read) for push in pushes), new=len(taken.new),
          places=len(taken.places))  # fmt: skip
    return receipts


def act(server: Server, person_id: str, role: str, intent: Intent, then: Then | None = None) -> Stored:
    """What a signed-in person does in the console: an op in the server's name, judged like any other.

    then: what else belongs to the act, (session, h, what became of the op), inside the same transaction.
    """
    now = server.clock()
    with transaction() as session:
        person = session.get_one(Person, person_id)
        by = {"person": person_id, "role": role}
        signed_for = replace(intent, payload={**intent.payload, "by": by})
        at = server.local_now().isoformat(timespec="milliseconds")
        op, _ = build_op(ChainState(SERVER, 0, None), signed_for, server.keys.sign, secrets.token_bytes, lambda: at)
        arrival = Arrival(op, None, person_id, person.name, "active")
        taken = take(session, server, [arrival], Judgements(), now)
        stored = taken.new[op.h]
        if then is not None:
            then(session, op.h, stored)
        audit.append(session, now, person_id, f"record.{op.type}", op.rec, op=op.h, verdict=stored.verdict)
        counter = publish(session, taken.places, len(taken.new))
        epoch = current_epoch(session)
    raise_mark(server.settings.mark_path, epoch, counter)
    after_change()
    return stored


def open_sealed(keys: ServerKeys, sealed: str) -> dict[str, Any] | Unreadable:
    """An op out of a bundle, as on the wire (P-17, P-21); earlier seal keys still open what was sealed to them."""
    for pair in (keys.seal, *(seal for _, seal in keys.previous)):
        try:
            return json.loads(unseal(pair, SEALED_FOR, unb64(sealed)))
        except (SealError, ValueError):
            continue
    return Unreadable("seal")


def authentic(wire: Any, device: Device) -> Op | Unreadable:
    """The op, if it is one and this device signed it."""
    op = wire if isinstance(wire, Unreadable) else read_op(wire)
    if isinstance(op, Unreadable):
        return op
    if op.header["dev"] != device.device_id:
        return Unreadable("header.dev", op.h, "op.foreign_device")
    return op if verify_op(op, device.sign_key) else Unreadable("sig", op.h, "op.signature")


LOCKED = (
    select(models.Record.rec).where(models.Record.rec.in_(several("recs"))).order_by(models.Record.rec).with_for_update()
)
ABOVE = (
    select(models.Op.device_id, models.Op.n)
    .join(Device, and_(Device.device_id == models.Op.device_id, models.Op.n > Device.contiguous))
    .where(Device.device_id.in_(several("device_ids")))
    .distinct()
    .order_by(models.Op.device_id, models.Op.n)
)


def hold(session: Session, pushes: Sequence[Push]) -> dict[str, Device]:
    """Lock the devices by id and then the records by id: two pushes of one device never run at once. Devices by id."""
    asked = select(Device).where(Device.device_id.in_([push.device_id for push in pushes])).order_by(Device.device_id)
    devices = {device.device_id: device for device in session.scalars(asked.with_for_update())}
    recs = sorted({arrival.op.rec for push in pushes for arrival in push.arrivals})
    ask(session, LOCKED, recs=recs)
    return devices


def take(session: Session, server: Server, arrivals: Sequence[Arrival], judgements: Judgements, now: datetime) -> Taken:
    """Decide about a batch and write it, but for the feed."""
    known = load(session, arrivals, server.today())
    before = dict(known.stored)
    folded = fold(known, arrivals, now.isoformat(), judgements)
    write(session, folded, now, server.today())
    for device_id in folded.cloned:
        session.get_one(Device, device_id).cloned = True
        audit.append(session, now, audit.SERVER, "device.cloned", device_id)
    return Taken(folded.verdicts, before, places_of(folded))


def take_one_by_one(
    session: Session, server: Server, arrivals: Sequence[Arrival], judgements: Judgements, now: datetime
) -> Taken:
    """The same, an op at a time: one that fails is not stored and will be sent again; the others are (I10)."""
    taken = Taken()
    for arrival in arrivals:
        try:
            with session.begin_nested():
                one = take(session, server, [arrival], judgements, now)
        except Exception as error:
            event("op_failed", level=logging.ERROR, error=error, op=arrival.op.h)
            continue
        taken.new |= one.new
        taken.before |= {h: stored for h, stored in one.before.items() if h not in taken.new}
        taken.places += one.places
    return taken


def settle(
    session: Session, devices: Mapping[str, Device], pushes: Sequence[Push], taken: Taken, now: datetime
) -> list[dict[str, Any]]:
    """End pushes: how far each device's chain is held, the receipts, and the counter last of all."""
    advance(session, devices)
    lines = {push.device_id: verdicts(push.read, taken) for push in pushes}
    for push in pushes:
        devices[push.device_id].last_seen_at = now
        if any(isinstance(op, Op) and op.header["blobs"] for op in push.read):
            told = lines[push.device_id]
            wanted = wanted_by(session, [line["h"] for line in told])
            lines[push.device_id] = [{**line, "wanted": wanted.get(line["h"], [])} for line in told]
    session.flush()
    kept = [
        {"receipt_id": str(uuid.uuid4()), "device_id": push.device_id, "req": push.req,
         "verdicts": lines[push.device_id], "sent_at": now}
        for push in pushes
    ]  # fmt: skip
    insert_all(session, Receipt, kept)
    epoch = current_epoch(session)
    counter = publish(session, taken.places, len(taken.new))
    return [
        {
            "v": 1,
            "req": push.req,
            "epoch": epoch,
            "device": push.device_id,
            "server_time": now.isoformat(),
            "counter": counter,
            "contiguous": devices[push.device_id].contiguous,
            "verdicts": lines[push.device_id],
        }
        for push in pushes
    ]


def verdicts(read: Sequence[Op | Unreadable], taken: Taken) -> list[dict[str, Any]]:
    """The lines of a receipt, in the order the ops came; the second of two alike in one push is a duplicate."""
    lines, seen = [], set[str]()
    for op in read:
        if isinstance(op, Unreadable):
            lines.append(refused(op.h, "", "unreadable", op.code))
        elif op.h in taken.new:
            lines.append(verdict_of(op, taken.new[op.h], duplicate=op.h in seen))
        elif op.h in taken.before:
            lines.append(verdict_of(op, taken.before[op.h], duplicate=True))
        else:
            lines.append(refused(op.h, op.rec, "retry", "op.retry"))
        seen.add(op.h)
    return lines


def refused(h: str, rec: str, verdict: str, reason: str) -> dict[str, Any]:
    return {"h": h, "rec": rec, "verdict": verdict, "reason": reason, "message": message(reason), "wanted": []}


def advance(session: Session, devices: Mapping[str, Device]) -> None:
    """`contiguous` moves only over ops that are held (P-23)."""
    stopped = set[str]()  # at a gap
    for device_id, n in ask(session, ABOVE, device_ids=list(devices)):
        device = devices[device_id]
        if device_id in stopped:
            continue
        if n != device.contiguous + 1:
            stopped.add(device_id)
            continue
        device.contiguous = n
