"""Records that look alike: what is compared of each, by which keys it is found, and what was found and decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, Hash, Uuid, one_of

PAIR_STATES = ("open", "linked", "merged", "apart")


class DuplicateTraits(db.Model):
    """What of a record is compared (`sync.duplicates`), as of its answers with this hash."""

    __tablename__ = "duplicate_traits"

    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True)
    answers_hash: Mapped[Hash]
    traits: Mapped[dict[str, Any]] = mapped_column(JSON)


class DuplicateKey(db.Model):
    """A key a record is found by, as the beginning of its SHA-256: nobody's name or number stands here."""

    __tablename__ = "duplicate_key"

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True, index=True)


class DuplicateSearch(db.Model):
    """One row: up to which number of the feed changed records were compared. Whoever compares holds it, so that two who
    compare at once do not each miss the other's record."""

    __tablename__ = "duplicate_search"

    one: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("one = 1", name="one"),)


class DuplicatePair(db.Model):
    """Two records that look alike, and what a person said of it: linked (the same, both stay), merged (`kept` stays,
    the other counts no more), apart (not the same, remembered)."""

    __tablename__ = "duplicate_pair"

    first: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True)
    second: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True, index=True)
    form_id: Mapped[FormId]
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), default="open")
    kept: Mapped[Uuid | None]
    found_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))

    __table_args__ = (
        one_of("state", *PAIR_STATES),
        CheckConstraint("first < second", name="order"),
        CheckConstraint("(state = 'merged') = (kept IS NOT NULL)", name="kept"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index("ix_duplicate_pair_state_score", "state", "score"),
    )
