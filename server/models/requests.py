"""What people ask about their own data: to see it, have it mended, used no further or erased; and what may not be erased."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, UnitCode, Uuid, one_of

KINDS = ("see", "correct", "restrict", "withdraw", "erase")
RESTRICTING = ("restrict", "withdraw")  # done, such a request leaves the record stored and no more, until it is lifted
STATES = ("open", "done", "refused")


class SubjectRequest(db.Model):
    """One request about one record, which it names by id alone: the request outlives an erased record, and holds nothing
    of it. `note`: what was done or why not, never the person's data. lifted: a restriction that holds no more, and why."""

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
    lifted_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    lift_note: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        one_of("kind", *KINDS),
        one_of("state", *STATES),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        Index("ix_subject_request_state_due_at", "state", "due_at"),
    )


ABOUT = ("record", "author")


class LegalHold(db.Model):
    """What must stay for an inspection or a court: a record, or all that one author wrote. Erasing and the end of a
    retention period wait while it holds: until it is lifted, or through the day `until`.

    `subject`: the record's id, or the author's person id. unit_code, form_id: of the record it was placed from.
    """

    __tablename__ = "legal_hold"

    hold_id: Mapped[Uuid] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(8))
    subject: Mapped[Uuid] = mapped_column(index=True)
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    form_id: Mapped[FormId]
    reason: Mapped[str] = mapped_column(String(300))
    until: Mapped[date | None]
    placed_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    placed_at: Mapped[datetime] = mapped_column(UtcTime)
    lifted_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    lift_note: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        one_of("about", *ABOUT),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
    )
