"""Lists that came in from Excel: tried, applied, undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Hash, Uuid, one_of


class ListImport(db.Model):
    """One upload. `which`: "people", or the kind of the units. `lines` ([number, texts, cells]) only until it is applied;
    `done`: by id, what undoing it takes back."""

    __tablename__ = "list_import"

    import_id: Mapped[Uuid] = mapped_column(primary_key=True)
    which: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[Hash]
    lines: Mapped[list[Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    done: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8))
    tried_at: Mapped[datetime] = mapped_column(UtcTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)

    __table_args__ = (
        one_of("state", "tried", "applied", "undone"),
        CheckConstraint("(state = 'tried') = (applied_at IS NULL)", name="applied"),
        Index("ix_list_import_person_id_tried_at", "person_id", "tried_at"),
    )
