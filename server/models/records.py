"""Ops as they came, and what the server made of them: records, revisions, conflicts, what waits for a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, Hash, Scope, UnitCode, Uuid, one_of

STORED = ("applied", "merged", "conflict", "parked", "adjudicate")


class Op(db.Model):
    """One signed change, its exact bytes kept for ever. Unique by `h`: that is what makes a push repeatable (P-07).

    `verdict` is the first one given; `device_id` is None for ops made in the console. `at` is a claim (P-05).
    """

    __tablename__ = "op"

    h: Mapped[Hash] = mapped_column(primary_key=True)
    rec: Mapped[Uuid] = mapped_column(index=True)
    type: Mapped[str] = mapped_column(String(16))
    device_id: Mapped[Uuid | None] = mapped_column(ForeignKey("device.device_id"))
    n: Mapped[int | None] = mapped_column(BigInteger)
    base: Mapped[Hash | None]
    scope: Mapped[Scope]
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    header: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sig: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(64))
    rev: Mapped[int | None]
    at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (
        one_of("verdict", *STORED),
        CheckConstraint("(device_id IS NULL) = (n IS NULL)", name="chain"),
        Index("ix_op_device_id_n", "device_id", "n"),
    )


class Record(db.Model):
    """The head of one submission: what lists, tables and devices see.

    `doc` is the DOC of docs/protocol.md as JSON text, rendered once and passed through at each pull.
    `search` is the folded text of title, subtitle and the form's searchable answers.
    """

    __tablename__ = "record"

    rec: Mapped[Uuid] = mapped_column(primary_key=True)
    form_id: Mapped[FormId]
    form_version: Mapped[str] = mapped_column(String(64))
    scope: Mapped[Scope] = mapped_column(index=True)
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    author_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    author_role: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(64))
    phase: Mapped[str] = mapped_column(String(16))
    open: Mapped[bool]
    rev: Mapped[int]
    hash: Mapped[Hash]
    answers_hash: Mapped[Hash]
    title: Mapped[str]
    subtitle: Mapped[str]
    search: Mapped[str]
    event_date: Mapped[date]
    event_week: Mapped[str] = mapped_column(String(8))  # ISO week, "2021-W49"
    open_conflicts: Mapped[int] = mapped_column(default=0)
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())  # cannot wait, and nobody has acted yet
    doc: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcTime)  # of the first op
    changed_at: Mapped[datetime] = mapped_column(UtcTime)  # of the newest revision

    __table_args__ = (
        ForeignKeyConstraint(["form_id", "form_version"], ["form_version.form_id", "form_version.version"]),
        one_of("phase", "received", "has_issues", "approved", "rejected"),
        CheckConstraint("rev >= 1", name="rev"),
        # All that the desk's lists and counts ask, so that of hundreds of thousands none but those shown are opened.
        Index(
            "ix_record_desk", "form_id", "unit_code", "state", "phase", "changed_at", "received_at", "event_date",
            "event_week", "urgent", "open_conflicts", "author_id", "rec", "search",
        ),
    )


class Revision(db.Model):
    """What one op made of a record: linear, each naming the hash of the one before."""

    __tablename__ = "revision"

    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[Hash] = mapped_column(unique=True)
    prev: Mapped[Hash | None]
    op_h: Mapped[Hash] = mapped_column(ForeignKey("op.h"), index=True)
    answers: Mapped[str] = mapped_column(Text)  # canonical JSON
    answers_hash: Mapped[Hash]
    state: Mapped[str] = mapped_column(String(64))
    scope: Mapped[Scope]
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)  # its line of DOC.history
    roles: Mapped[list[str]] = mapped_column(JSON)  # those that let its author do it
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class Conflict(db.Model):
    """Two edits of one question: the head keeps its value, the other waits here for a person (I5)."""

    __tablename__ = "conflict"

    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)  # the revision that opened it
    path: Mapped[str] = mapped_column(primary_key=True)
    head: Mapped[Any] = mapped_column(JSON)
    other: Mapped[Any] = mapped_column(JSON)
    other_op: Mapped[Hash] = mapped_column(ForeignKey("op.h"))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    resolved_rev: Mapped[int | None]


class Adjudication(db.Model):
    """An op stored but not applied, until a person decides (P-06)."""

    __tablename__ = "adjudication"

    op_h: Mapped[Hash] = mapped_column(ForeignKey("op.h"), primary_key=True)
    rec: Mapped[Uuid] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(64))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # of the answers: {path, code, message}
    unit_code: Mapped[UnitCode | None] = mapped_column(ForeignKey("org_unit.code"))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    settled_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    decision: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None]  # why, for the author to read
    decided_op: Mapped[Hash | None] = mapped_column(ForeignKey("op.h"))  # the op that carries the decision out

    __table_args__ = (
        one_of("decision", "accepted", "redirected", "attached", "rejected"),
        CheckConstraint("(settled_at IS NULL) = (decision IS NULL)", name="decided"),
        Index("ix_adjudication_unit_code_settled_at", "unit_code", "settled_at"),
    )


class Parked(db.Model):
    """An op whose base has not arrived yet; released when it does."""

    __tablename__ = "parked"

    op_h: Mapped[Hash] = mapped_column(ForeignKey("op.h"), primary_key=True)
    rec: Mapped[Uuid] = mapped_column(index=True)
    base: Mapped[Hash | None]  # None: an edit of a record that has not arrived
    parked_at: Mapped[datetime] = mapped_column(UtcTime)
