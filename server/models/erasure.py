"""What was erased by order (P-24): that it was, when and by whose word; nothing of what it said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Hash, Uuid


class Erasure(db.Model):
    """A record whose contents were destroyed, and the signed op that ordered it.

    It points to no other row: after a restore it may stand for a record, or a person, that the backup did not know.
    line: of each revision {rev, hash, prev, op, answers_hash, state, scope}, so that the chain still proves itself.
    """

    __tablename__ = "erasure"

    rec: Mapped[Uuid] = mapped_column(primary_key=True)
    h: Mapped[Hash]
    header: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sig: Mapped[str] = mapped_column(String(100))
    erased_at: Mapped[datetime] = mapped_column(UtcTime)
    line: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    blobs: Mapped[list[str]] = mapped_column(JSON)
