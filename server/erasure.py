"""Erasing records by order of the law (P-24): contents are destroyed, headers and the chain of hashes stay.

A list of what was erased lies outside the database (`settings.erased_path`) and beside each backup: what a restore brings
back is erased again before anybody can read it. It is written first, so that a crash leaves an order to finish, never one
that is forgotten.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, delete, select, text, update
from sqlalchemy.orm import Session

from sync.ops import SERVER, ChainState, Intent, build_op

from . import audit
from .context import Server
from .database import db, transaction
from .epoch import current_epoch, raise_mark
from .feed import Place, publish
from .figures.keeping import forget
from .files import sync_folder
from .holds import hold_on
from .logs import event
from .models import Blob, BlobRef, Erasure, Feed, Op, Person, Record, Revision
from .problems import Refusal

LINE = ("rev", "hash", "prev", "op_h", "answers_hash", "state", "scope")
KEPT = frozenset({"op", "erasure", "feed"})  # tables with a `rec` that erasing treats in its own way


@dataclass(frozen=True)
class Order:
    """One line of the list: which record, and the signed op that says so."""

    rec: str
    h: str
    header: str
    payload: str
    sig: str
    at: str


def erase(server: Server, person_id: str, role: str, rec: str, reason: str) -> Order:
    """Erase one record by the order of a person, whose right to give it the caller has checked. Cannot be undone.

    Raises Refusal erase.unknown where nothing of the record was ever here, erase.reason without a reason, erase.held
    under a legal hold. Of one that is erased already: the order of then.
    """
    order = order_for(server, person_id, role, rec, reason)
    add_to_list(server.settings.erased_path, [order])
    carry_out(server, order, person_id)
    return order


def erase_some(server: Server, person_id: str, orders: Sequence[Order]) -> None:
    """Carry out some orders together: one write of the list, one clearing of the database's files."""
    add_to_list(server.settings.erased_path, orders)
    for order in orders:
        carry_out(server, order, person_id, clear=False)
    scrub()


def order_for(server: Server, person_id: str, role: str, rec: str, reason: str) -> Order:
    """The signed order; nothing is written. Raises as `erase` does."""
    reason = reason.strip()
    if not reason:
        raise Refusal("erase.reason")
    if done := db.session.get(Erasure, rec):
        return order_of(done)
    newest = select(Op).where(Op.rec == rec).order_by(Op.received_at.desc(), Op.h).limit(1)
    op = db.session.scalars(newest).first()
    if op is None:
        raise Refusal("erase.unknown", details={"rec": rec})
    if hold := hold_on(db.session, rec, server.today()):
        raise Refusal("erase.held", details={"rec": rec, "hold": hold.hold_id})
    header = json.loads(op.header)
    person = db.session.get_one(Person, person_id)
    payload = {"reason": reason, "by": {"person": person.person_id, "role": role}}
    intent = Intent("erase", rec, None, header["form"], header["scope"], payload)
    db.session.rollback()
    at = server.local_now().isoformat(timespec="milliseconds")
    made, _ = build_op(ChainState(SERVER, 0, None), intent, server.keys.sign, secrets.token_bytes, lambda: at)
    return Order(rec, made.h, made.wire["header"], made.wire["payload"], made.wire["sig"], server.clock().isoformat())


def carry_out(server: Server, order: Order, actor: str = audit.SERVER, *, clear: bool = True) -> None:
    """Destroy what an order names, tell the feed, and wipe what the disk still holds of it (clear: not left to the
    caller). Again: nothing happens."""
    with transaction() as session:
        if session.get(Erasure, order.rec):
            return
        held = select(Record.rec).where(Record.rec == order.rec).with_for_update()
        session.execute(held).all()
        told = set(session.scalars(select(Feed.scope).where(Feed.rec == order.rec)))
        scopes = told | set(session.scalars(select(Op.scope).where(Op.rec == order.rec)))
        blobs = destroy(session, order)
        audit.append(session, server.clock(), actor, "record.erase", order.rec, op=order.h)
        places = [Place(scope, order.rec, "erase") for scope in sorted(scopes)]
        counter, epoch = publish(session, places, 1), current_epoch(session)
    raise_mark(server.settings.mark_path, epoch, counter)
    for blob in blobs:
        server.blobs.remove(blob)
    if clear:
        scrub()
    event("erased", rec=order.rec, blobs=len(blobs))


def destroy(session: Session, order: Order) -> list[str]:
    """Everything that hangs on a record, in any table; the files that no other record has."""
    rec = order.rec
    named = sorted(set(session.scalars(select(BlobRef.blob).where(BlobRef.rec == rec))))
    line = session.execute(
        select(*(getattr(Revision, name) for name in LINE)).where(Revision.rec == rec).order_by(Revision.rev)
    )
    session.add(
        Erasure(
            rec=rec,
            h=order.h,
            header=order.header.encode(),
            payload=order.payload.encode(),
            sig=order.sig,
            erased_at=datetime.fromisoformat(order.at),
            line=[dict(row._mapping) for row in line],
            blobs=named,
        )
    )
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))  # what is deleted is overwritten
    forget(session, rec)
    for table in reversed(db.metadata.sorted_tables):
        for column in pointing(table.columns):
            session.execute(delete(table).where(column == rec))
    session.execute(delete(Record).where(Record.rec == rec))
    session.execute(update(Op).where(Op.rec == rec).values(payload=b""))
    others = set(session.scalars(select(Blob.blob).where(Blob.blob.in_(named)))) if named else set()
    return [blob for blob in named if blob not in others]


def pointing(columns: Iterable[Column[Any]]) -> Iterator[Column[Any]]:
    """The columns by which a table's rows are about a record: whoever adds such a table has its rows erased, too."""
    for column in columns:
        if column.table.name in KEPT | {"record"}:
            continue
        points = any(key.column.table.name == "record" for key in column.foreign_keys)
        if points or column.name == "rec":
            yield column


def scrub() -> None:
    """What the database no longer has, its files do not keep either: the write-ahead log, dead rows."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.rollback()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("op", "revision", "record", "conflict"):
            connection.execute(text(f"VACUUM {table}"))


# The list outside the database.
def add_to_list(path: Path, orders: Iterable[Order]) -> None:
    """Append to the list what it has not yet, and bring it to the disk."""
    there = {order.rec for order in read_list(path)}
    fresh = [order for order in orders if order.rec not in there]
    if not fresh:
        return
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        torn = len(file.read().rpartition(b"\n")[2])  # by a power cut: its order was not begun
        file.truncate(file.seek(-torn, os.SEEK_END))
        for order in fresh:
            file.write(json.dumps(order.__dict__, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def read_list(path: Path) -> list[Order]:
    """A line that a power cut tore is no order yet: nothing was destroyed by it. Raises Refusal erase.list."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    orders = []
    for number, line in enumerate(lines):
        try:
            if line:
                orders.append(Order(**json.loads(line)))
        except (ValueError, TypeError) as error:
            if number == len(lines) - 1:
                break
            raise Refusal("erase.list", details={"path": str(path), "line": number + 1}) from error
    return orders


def order_of(row: Erasure) -> Order:
    return Order(row.rec, row.h, row.header.decode(), row.payload.decode(), row.sig, row.erased_at.isoformat())


def erase_again(server: Server, *lists: Path) -> int:
    """Carry out what the lists order and this database has not: after a restore, or a crash. How many.

    The list of the data folder has them all afterwards. Needs an application context.
    """
    own = server.settings.erased_path
    orders = {order.rec: order for path in (own, *lists) for order in read_list(path)}
    orders |= {row.rec: order_of(row) for row in db.session.scalars(select(Erasure))}
    done = set(db.session.scalars(select(Erasure.rec)))
    db.session.rollback()
    add_to_list(own, orders.values())
    left = [order for rec, order in orders.items() if rec not in done]
    for order in left:
        carry_out(server, order)
    return len(left)
