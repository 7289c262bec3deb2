"""Intake: read, decide, write (P-06, P-07). Every authentic op is stored and gets its verdict; nothing is half done.

Read: signatures are verified before any transaction. Decide: the batch is folded on a read, so that its judgements are
ready, and again inside the write transaction, where only what has moved is judged anew. Write: in bulk; should that
fail, once more with a savepoint an op, so that a bad op never takes its neighbours down with it.

Locks are taken in this order: the device, its records by id, the audit head, the counter last (P-09).
"""

from __future__ import annotations

import json
import logging
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sync.canonical import unb64
from sync.messages import Signed
from sync.ops import SERVER, ChainState, Intent, Op, Unreadable, build_op, read_op, verify_op
from sync.reasons import message
from sync.seal import SealError, unseal

from . import audit, models
from .blobs import wanted_by
from .context import Server
from .database import db, transaction
from .devices import state_of
from .duplicates import look_after
from .epoch import current_epoch, raise_mark
from .feed import Place, publish
from .fold import Arrival, Judgements, Stored, fold, verdict_of
from .keys import ServerKeys
from .known import load
from .logs import event
from .models import Device, Person, Receipt
from .problems import Refusal
from .store import places_of, write

SEALED_FOR = "outbox/1"
Then = Callable[[Session, str, Stored], None]


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
    now = server.clock()
    device = db.session.get(Device, device_id)
    if device is None:
        raise Refusal("device.unknown")
    person = db.session.get_one(Person, device.person_id)
    read = [authentic(wire, device) for wire in wires]
    standing = state_of(device, now)
    arrivals = [Arrival(op, device_id, person.person_id, person.name, standing) for op in read if isinstance(op, Op)]
    judgements = Judgements()
    try:
        known = load(db.session, arrivals, server.today())
        fold(known, arrivals, now.isoformat(), judgements)
        db.session.rollback()  # the read is over: the write sees what others committed meanwhile
        with transaction() as session:
            held = hold(session, device_id, arrivals)
            taken = take(session, server, arrivals, judgements, now)
            receipt = settle(session, server, held, req, read, taken, now)
    except Exception as error:
        event("push_redone", level=logging.WARNING, error=error, ops=len(arrivals))
        db.session.rollback()
        with transaction() as session:
            held = hold(session, device_id, arrivals)
            taken = take_one_by_one(session, server, arrivals, judgements, now)
            receipt = settle(session, server, held, req, read, taken, now)
    raise_mark(server.settings.mark_path, receipt["epoch"], receipt["counter"])
    look_after((place.rec for place in taken.places), now)
    event("push", ops=len(wires), new=len(taken.new), places=len(taken.places))
    return server.keys.signed("receipt", {**server.keys.vouched(), **receipt})


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
    look_after((place.rec for place in taken.places), now)
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


def hold(session: Session, device_id: str, arrivals: Sequence[Arrival]) -> Device:
    """Lock the device and then the records of a batch by id: two pushes of one device never run at once."""
    device = session.get_one(Device, device_id, with_for_update=True)
    recs = sorted({arrival.op.rec for arrival in arrivals})
    locked = select(models.Record.rec).where(models.Record.rec.in_(recs)).order_by(models.Record.rec)
    session.execute(locked.with_for_update()).all()
    return device


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
    session: Session,
    server: Server,
    device: Device,
    req: str,
    read: Sequence[Op | Unreadable],
    taken: Taken,
    now: datetime,
) -> dict[str, Any]:
    """End a push: how far the device's chain is held, the receipt, and the counter last of all."""
    advance(session, device)
    device.last_seen_at = now
    lines = verdicts(read, taken)
    if any(isinstance(op, Op) and op.header["blobs"] for op in read):
        wanted = wanted_by(session, [line["h"] for line in lines])
        lines = [{**line, "wanted": wanted.get(line["h"], [])} for line in lines]
    kept = Receipt(receipt_id=str(uuid.uuid4()), device_id=device.device_id, req=req, verdicts=lines, sent_at=now)
    session.add(kept)
    session.flush()
    epoch = current_epoch(session)
    return {
        "v": 1,
        "req": req,
        "epoch": epoch,
        "device": device.device_id,
        "server_time": now.isoformat(),
        "counter": publish(session, taken.places, len(taken.new)),
        "contiguous": device.contiguous,
        "verdicts": kept.verdicts,
    }


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


def advance(session: Session, device: Device) -> None:
    """`contiguous` moves only over ops that are held (P-23)."""
    held = select(models.Op.n).where(models.Op.device_id == device.device_id, models.Op.n > device.contiguous)
    for n in session.scalars(held.distinct().order_by(models.Op.n)):
        if n != device.contiguous + 1:
            break
        device.contiguous = n
