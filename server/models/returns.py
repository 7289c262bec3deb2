"""Period returns: what a unit reports for a period, in revisions; who did what with them; what came late."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .audit import Serial
from .columns import Hash, UnitCode, Uuid, one_of

STATES = ("draft", "submitted", "returned", "accepted", "locked")


class PeriodReturn(db.Model):
    """One revision of a return. Once signed, `snapshot` (JSON text, `hash` over it, `code` to match paper) stays.

    overrides: indicator → {value, reason, by, at}. narrative: name → text. version: raised by every change.
    """

    __tablename__ = "period_return"

    return_id: Mapped[Uuid] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    first: Mapped[date]
    last: Mapped[date]
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON)
    narrative: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)  # why there is a revision after the first
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    code: Mapped[str | None] = mapped_column(String(16), unique=True)
    snapshot: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[Hash | None]
    signed_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    __table_args__ = (
        one_of("state", *STATES),
        CheckConstraint("(state = 'draft') = (code IS NULL)", name="signed"),
        CheckConstraint("(code IS NULL) = (snapshot IS NULL)", name="snapshot"),
        UniqueConstraint("name", "unit_code", "first", "revision"),
        Index("ix_period_return_last_first", "last", "first"),
    )


class Review(db.Model):
    """One revision of a review over a span of days (sơ kết, tổng kết). Signed as a return is, and as immutable then.

    narrative: name → text. practices: record ids of the good practices it tells of, in their order.
    """

    __tablename__ = "review"

    review_id: Mapped[Uuid] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    first: Mapped[date]
    last: Mapped[date]
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    narrative: Mapped[dict[str, str]] = mapped_column(JSON)
    practices: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    code: Mapped[str | None] = mapped_column(String(16), unique=True)
    snapshot: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[Hash | None]
    signed_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    __table_args__ = (
        one_of("state", "draft", "signed"),
        CheckConstraint("(state = 'draft') = (code IS NULL)", name="signed"),
        CheckConstraint("(code IS NULL) = (snapshot IS NULL)", name="snapshot"),
        UniqueConstraint("name", "unit_code", "first", "last", "revision"),
    )


class ReturnEvent(db.Model):
    """Who did what with a return, in which role, and what they said."""

    __tablename__ = "return_event"

    event_id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    return_id: Mapped[Uuid] = mapped_column(ForeignKey("period_return.return_id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    role: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(16))
    remark: Mapped[str] = mapped_column(Text)


class ReturnLate(db.Model):
    """The supplementary ledger: a record changed what a signed return had counted. lines: indicator → change."""

    __tablename__ = "return_late"

    late_id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    return_id: Mapped[Uuid] = mapped_column(ForeignKey("period_return.return_id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"))
    rev: Mapped[int]
    cause: Mapped[str] = mapped_column(String(16))  # the op's type
    reason: Mapped[str] = mapped_column(Text)
    lines: Mapped[dict[str, str]] = mapped_column(JSON)
