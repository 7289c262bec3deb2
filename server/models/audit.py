"""What was done and what was looked at. Both are append-only; audit entries are chained by hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Hash, Uuid

Serial = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(db.Model):
    """One act. `actor` is a person id, a device id or "server"; `detail` names things by id, never by content."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(String(36), index=True)
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(130), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    prev: Mapped[Hash]
    hash: Mapped[Hash] = mapped_column(unique=True)


class AuditHead(db.Model):
    """One row: the newest audit entry. Its lock orders those who append."""

    __tablename__ = "audit_head"

    one: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Serial)
    hash: Mapped[Hash]

    __table_args__ = (CheckConstraint("one = 1", name="one"),)


class AccessEntry(db.Model):
    """A person looked at a record, or took an export. `what` is "view", "export", "search" …"""

    __tablename__ = "access_entry"

    access_id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    what: Mapped[str] = mapped_column(String(32))
    rec: Mapped[Uuid | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
