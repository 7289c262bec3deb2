"""Long work a person asked for: made in the background, its result kept as a file for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Uuid, one_of

JOB_STATES = ("waiting", "running", "done", "failed", "cancelled")


class Job(db.Model):
    """`kind` says what makes it (server/jobs.py), `asked` what was asked for, `done` of `total` how far it is.

    `beat_at` moves while a worker is at it: one that stopped beating is taken over by the next. `expires_at`: until
    when the file is kept.
    """

    __tablename__ = "job"

    job_id: Mapped[Uuid] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)

    __table_args__ = (
        one_of("state", *JOB_STATES),
        CheckConstraint("done >= 0 AND total >= 0", name="progress"),
        Index("ix_job_person_id_created_at", "person_id", "created_at"),
        Index("ix_job_state", "state"),
    )
