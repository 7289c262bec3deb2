"""What a reviewer keeps at the console: filters under a name, and lists of records to step on together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Uuid


class SavedFilter(db.Model):
    """An inbox as somebody narrowed it, under a name of their own; `query` is the address behind "?"."""

    __tablename__ = "saved_filter"

    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    query: Mapped[str] = mapped_column(String(1000))


class BulkStep(db.Model):
    """One step for many records at once. items: [[rec, answers_hash, rev]] as they were when the list was made (I6).

    sample: of these records, those that must have been opened before any step is taken.
    """

    __tablename__ = "bulk_step"

    bulk_id: Mapped[Uuid] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    form_id: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    items: Mapped[list[Any]] = mapped_column(JSON)
    sample: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    results: Mapped[dict[str, str]] = mapped_column(JSON)  # rec → "applied" or the reason why not
