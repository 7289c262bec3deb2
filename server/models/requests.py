"""What people ask about their own data: to see it, to have it mended, to have it erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, UnitCode, Uuid, one_of

KINDS = ("see", "correct", "erase")
STATES = ("open", "done", "refused")


class SubjectRequest(db.Model):
    """One request about one record, which it names by id alone: the request outlives an erased record, and holds nothing
    of it. `note`: what was done or why not, never the person's data."""

    __tablename__ = "subject_request"

    request_id: Mapped[Uuid] = mapped_column(primary_key=True)
    subject: Mapped[Uuid] = mapped_column(index=True)  # the record's id
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    form_id: Mapped[FormId]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(String(300))
    taken_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    taken_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    answered_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)

    __table_args__ = (
        one_of("kind", *KINDS),
        one_of("state", *STATES),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index("ix_subject_request_state_due_at", "state", "due_at"),
    )
