"""The server's own life: epochs, the one counter, the feed it numbers, the receipts it signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Scope, Uuid, one_of


class ServerLife(db.Model):
    """One epoch: 128 random bits from an install, a restore or a counter that went back (P-13)."""

    __tablename__ = "server_life"

    life: Mapped[int] = mapped_column(primary_key=True)  # 1, 2, 3 …
    epoch: Mapped[str] = mapped_column(String(32), unique=True)
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(String(32))

    __table_args__ = (one_of("reason", "install", "restore", "counter_below_mark", "mark_accepted", "device_is_ahead"),)


class Counter(db.Model):
    """One row, raised last in every writing transaction that touches the feed (P-09)."""

    __tablename__ = "counter"

    one: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("one = 1", name="one"), CheckConstraint("last >= 0", name="last"))


class Feed(db.Model):
    """Where a record stands in its scope's feed; a change moves it to the tail (P-10)."""

    __tablename__ = "feed"

    scope: Mapped[Scope] = mapped_column(primary_key=True)
    rec: Mapped[Uuid] = mapped_column(primary_key=True)  # of a record, or of one that was erased
    seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    kind: Mapped[str] = mapped_column(String(8))

    __table_args__ = (one_of("kind", "doc", "leave", "void", "erase"), Index("ix_feed_scope_seq", "scope", "seq"))


class Receipt(db.Model):
    """What a device was told about its ops."""

    __tablename__ = "receipt"

    receipt_id: Mapped[Uuid] = mapped_column(primary_key=True)
    device_id: Mapped[Uuid] = mapped_column(ForeignKey("device.device_id"), index=True)
    req: Mapped[str] = mapped_column(String(16))
    verdicts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sent_at: Mapped[datetime] = mapped_column(UtcTime)


class Backup(db.Model):
    """A backup that was restored once to prove it: up to `counter` of `epoch`, everything is secured (I8)."""

    __tablename__ = "backup"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    epoch: Mapped[str] = mapped_column(String(32))
    counter: Mapped[int] = mapped_column(BigInteger)
