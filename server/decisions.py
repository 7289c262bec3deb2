"""What a person decided about ops that could not be applied, as their authors' devices are told (P-06). Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Adjudication, Op

TOLD = 200  # decisions that a hello brings
DECISIONS: Mapping[str, tuple[str, str]] = {
    # decision: (English, Vietnamese), as the author reads it
    "accepted": ("Accepted by the office.", "Cán bộ đã nhận."),
    "redirected": ("Sent on to another unit.", "Đã chuyển sang đơn vị khác."),
    "attached": ("Kept with another record.", "Đã gắn vào hồ sơ khác."),
    "rejected": ("Not taken over.", "Cán bộ không nhận."),
}


def told(session: Session, device_id: str) -> list[dict[str, Any]]:
    """What was decided about a device's ops, the newest first, as hello says it."""
    asked = (
        select(Adjudication)
        .join(Op, Op.h == Adjudication.op_h)
        .where(Op.device_id == device_id, Adjudication.settled_at.is_not(None))
        .order_by(Adjudication.settled_at.desc())
        .limit(TOLD)
    )
    return [
        {"h": row.op_h, "rec": row.rec, "verdict": row.decision, "message": words(row)}
        for row in session.scalars(asked)
    ]


def words(row: Adjudication) -> dict[str, str]:
    english, vietnamese = DECISIONS[row.decision or "rejected"]
    note = f" {row.note}" if row.note else ""
    return {"vi": vietnamese + note, "en": english + note}
