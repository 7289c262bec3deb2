"""Attachments on the server (P-20): which are wanted, taking them in chunk by chunk, who may read them, what is swept.

"Stored" is said only when all bytes of a blob are on the disk and have its hash, for the record whose op names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from sync.blobs import chunk_bytes, chunk_count, decrypt_chunk, key_use
from sync.canonical import unb64
from sync.ops import Op as WireOp
from sync.seal import SealError, unseal

from .blob_store import BlobStore
from .context import Server
from .database import db, transaction
from .epoch import current_epoch, raise_mark
from .feed import INSERT, publish
from .keys import ServerKeys
from .models import Blob, BlobRef, Erasure, Op, Record
from .problems import Refusal
from .scope import HOLD, visible_records

PENDING_BLOBS = 4  # of the largest size: what a device may have half sent
TAG_BYTES = 16

arrived = and_(Blob.blob == BlobRef.blob, Blob.rec == BlobRef.rec)


@dataclass(frozen=True)
class Chunk:
    """A chunk as it came. size: of the whole blob; key: what `data` is encrypted with, sealed to the server, b64."""

    blob: str
    size: int
    i: int
    key: str
    data: bytes


def refs_of(ops: Iterable[WireOp]) -> list[dict[str, Any]]:
    """Rows of `blob_ref` for ops that are being stored."""
    return [{"op_h": op.h, "blob": blob, "rec": op.rec} for op in ops for blob in dict.fromkeys(op.header["blobs"])]


def wanted_by(session: Session, hs: Iterable[str]) -> dict[str, list[str]]:
    """For each op: the blobs it names that have not arrived for its record."""
    asked = select(BlobRef.op_h, BlobRef.blob).outerjoin(Blob, arrived)
    found: dict[str, list[str]] = {}
    for h, blob in session.execute(asked.where(BlobRef.op_h.in_(list(hs)), Blob.blob.is_(None)).order_by(BlobRef.blob)):
        found.setdefault(h, []).append(blob)
    return found


# What a device is told.
def lines(server: Server, device_id: str, owner: str, asked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each blob asked, {blob, size}: {blob, state, have}; have: chunks of a wanted one that this owner sent."""
    states = states_of(db.session, device_id, [each["blob"] for each in asked])
    return [
        {
            "blob": each["blob"],
            "state": states[each["blob"]],
            "have": sorted(server.blobs.parts(owner, each["blob"], each["size"]))
            if states[each["blob"]] == "wanted"
            else [],
        }
        for each in asked
    ]


def states_of(session: Session, device_id: str, blobs: Sequence[str]) -> dict[str, str]:
    """Of each blob: "stored" for every record in which this device's ops name it, "wanted", "erased" where all of those
    records were erased by order, or "unknown"."""
    asked = (
        select(BlobRef.blob, func.count(), func.count(Blob.blob))
        .join(Op, Op.h == BlobRef.op_h)
        .outerjoin(Blob, arrived)
        .where(Op.device_id == device_id, BlobRef.blob.in_(blobs))
        .group_by(BlobRef.blob)
    )
    stored = {blob: named == came for blob, named, came in session.execute(asked)}
    lost = erased(session, device_id) if any(blob not in stored for blob in blobs) else set()
    return {
        blob: "stored" if stored.get(blob) else "wanted" if blob in stored else "erased" if blob in lost else "unknown"
        for blob in blobs
    }


def erased(session: Session, device_id: str) -> set[str]:
    """Blobs that this device's ops of erased records name; their headers are all that is left of them (P-24)."""
    asked = select(Op.header).join(Erasure, Erasure.rec == Op.rec).where(Op.device_id == device_id)
    return {blob for header in session.scalars(asked) for blob in json.loads(header)["blobs"]}


def take_chunk(server: Server, device_id: str, owner: str, chunk: Chunk) -> dict[str, Any]:
    """Take in one chunk and, with the last of them, the blob; its line. Out of order or again, all the same.

    owner: whose parts it joins; what comes without a token is kept apart from what the device itself sent.
    Raises Refusal blob.unknown, blob.too_large, blob.chunk, blob.damaged, blob.device_full, blob.store_full, blob.hash.
    """
    settings, store = server.settings, server.blobs
    if not 0 < chunk.size <= settings.blob_max_bytes:
        raise Refusal("blob.too_large", details={"max_bytes": settings.blob_max_bytes})
    expected = chunk_bytes(chunk.size, chunk.i)
    if not expected or len(chunk.data) != expected + TAG_BYTES:
        raise Refusal("blob.chunk", details={"chunk": chunk.i})
    state = states_of(db.session, device_id, [chunk.blob])[chunk.blob]
    if state in ("unknown", "erased"):
        raise Refusal("blob.unknown")
    if state == "stored":
        store.drop_parts(owner, chunk.blob)  # of a road that was slower
        return {"blob": chunk.blob, "state": state, "have": []}
    db.session.rollback()  # nothing is held open while bytes are written
    data = opened(server.keys, chunk)
    refuse_beyond_room(server, device_id, owner, chunk)
    store.put_part(owner, chunk.blob, chunk.size, chunk.i, data)
    have = store.parts(owner, chunk.blob, chunk.size)
    if len(have) < chunk_count(chunk.size):
        return {"blob": chunk.blob, "state": state, "have": sorted(have)}
    if not store.complete(owner, chunk.blob, chunk.size):
        store.drop_parts(owner, chunk.blob)
        raise Refusal("blob.hash")
    with transaction() as session:
        note_arrival(session, device_id, chunk, server.clock())
        epoch, counter = current_epoch(session), publish(session, (), stored=1)
    raise_mark(server.settings.mark_path, epoch, counter)
    store.drop_parts(owner, chunk.blob)
    return {"blob": chunk.blob, "state": "stored", "have": []}


def opened(keys: ServerKeys, chunk: Chunk) -> bytes:
    """The chunk's bytes; earlier seal keys still open what was sealed to them. Raises Refusal blob.damaged."""
    for pair in (keys.seal, *(seal for _, seal in keys.previous)):
        try:
            return decrypt_chunk(unseal(pair, key_use(chunk.blob), unb64(chunk.key)), chunk.i, chunk.data)
        except (SealError, ValueError):
            continue
    raise Refusal("blob.damaged", details={"chunk": chunk.i})


def refuse_beyond_room(server: Server, device_id: str, owner: str, chunk: Chunk) -> None:
    """One device may not fill the store; what it has begun it may end. Raises Refusal blob.device_full."""
    begun = server.blobs.pending(owner) | {chunk.blob: chunk.size}
    kept = select(func.coalesce(func.sum(Blob.size), 0)).where(Blob.device_id == device_id)
    sent = db.session.scalar(kept)
    db.session.rollback()
    if sum(begun.values()) > PENDING_BLOBS * server.settings.blob_max_bytes:
        raise Refusal("blob.device_full")
    if sent + chunk.size > server.settings.blob_device_bytes:
        raise Refusal("blob.device_full")


def note_arrival(session: Session, device_id: str, chunk: Chunk, now: datetime) -> None:
    """The blob has arrived for every record in which this device's ops name it."""
    named = select(BlobRef.rec).join(Op, Op.h == BlobRef.op_h)
    recs = session.scalars(named.where(Op.device_id == device_id, BlobRef.blob == chunk.blob).distinct()).all()
    rows = [
        {"blob": chunk.blob, "rec": rec, "size": chunk.size, "device_id": device_id, "arrived_at": now} for rec in recs
    ]
    insert = INSERT[session.get_bind().dialect.name](Blob)
    session.execute(insert.on_conflict_do_nothing(index_elements=["blob", "rec"]), rows)


# Who may read.
def readable(session: Session, person_id: str, blob: str, today: date) -> int:
    """The size of a blob that a record this person's devices may hold names.

    Raises Refusal blob.unknown where there is no such record, the same as for a blob that is nowhere; and
    blob.not_arrived.
    """
    held = visible_records(person_id, HOLD, today).with_only_columns(Record.rec)
    named = select(Blob.size).select_from(BlobRef).outerjoin(Blob, arrived)
    sizes = session.scalars(named.where(BlobRef.blob == blob, BlobRef.rec.in_(held))).all()
    if not sizes:
        raise Refusal("blob.unknown")
    size = next((size for size in sizes if size is not None), None)
    if size is None:
        raise Refusal("blob.not_arrived")
    return size


def read_chunk(store: BlobStore, blob: str, i: int, size: int) -> bytes:
    """Raises Refusal blob.chunk where there is none, blob.not_arrived where the store has lost it."""
    length = chunk_bytes(size, i)
    if not length:
        raise Refusal("blob.chunk", details={"chunk": i})
    file = open_blob(store, blob)
    with file:
        file.seek(i * chunk_bytes(size, 0))
        return file.read(length)


def open_blob(store: BlobStore, blob: str) -> BinaryIO:
    file = store.open(blob)
    if file is None:
        raise Refusal("blob.not_arrived")
    return file


def arrived_in(session: Session, rec: str) -> set[str]:
    """The blobs that have arrived for a record."""
    return set(session.scalars(select(Blob.blob).where(Blob.rec == rec)))


# Keeping order.
def sweep(session: Session, server: Server) -> list[str]:
    """Remove what no stored op names, and parts nobody went on with, once they are older than the setting's days."""
    unnamed = ~select(1).where(BlobRef.blob == Blob.blob, BlobRef.rec == Blob.rec).exists()
    session.execute(delete(Blob).where(unnamed))
    before = server.clock() - timedelta(days=server.settings.blob_sweep_days)
    return server.blobs.sweep(before.timestamp(), set(session.scalars(select(Blob.blob).distinct())))


def copy_all(session: Session, source: BlobStore, target: BlobStore) -> list[str]:
    """Bring the bytes of every blob that has arrived from one store to another; those the source has not, or not whole."""
    return [blob for blob in session.scalars(select(Blob.blob).distinct()) if not target.add(blob, source)]


def forget_absent(session: Session, store: BlobStore) -> int:
    """After a restore: a blob whose bytes are not here has not arrived, so its device sends it again. How many."""
    absent = [blob for blob in session.scalars(select(Blob.blob).distinct()) if not store.has(blob)]
    for blob in absent:
        session.execute(delete(Blob).where(Blob.blob == blob))
    return len(absent)
