"""Recorded questions: which record holds the sound of which question, in which language (server/recordings.py)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, Hash, UnitCode, Uuid


class QuestionAudio(db.Model):
    """What a record of the campaign's form `question_audio` says now; gone when that is void or erased."""

    __tablename__ = "question_audio"

    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True)
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    form_id: Mapped[FormId]
    path: Mapped[str] = mapped_column(String(400))
    language: Mapped[str] = mapped_column(String(80))
    wording: Mapped[str] = mapped_column(String(12))  # forms/spoken.py
    blob: Mapped[Hash] = mapped_column(index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (Index("ix_question_audio_language_unit_code", "language", "unit_code"),)
