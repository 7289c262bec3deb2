"""Which pairs of like records a reader may see, and what a record's own page says of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from ..context import server
from ..database import db
from ..duplicates import about_one, catch_up
from ..models import DuplicatePair, Record
from ..scope import visible_records
from .visitor import me

SHOWN = 10


def compare_first() -> None:
    """Have compared what changed a moment ago, and read from here on what came of it."""
    catch_up(server().clock())
    db.session.rollback()


def mine(person_id: str, action: str = "read") -> Select[tuple[DuplicatePair]]:
    """Pairs of which this person may do `action` to both records."""
    today = server().today()
    one, other = (visible_records(person_id, action, today).with_only_columns(Record.rec) for _ in range(2))
    return select(DuplicatePair).where(DuplicatePair.first.in_(one), DuplicatePair.second.in_(other))


def hints(rec: str) -> list[dict[str, Any]]:
    """The pairs of a record, the likest first, but for those that are not the same. into: what it was merged into."""
    compare_first()
    asked = mine(me().person_id).where(about_one(rec), DuplicatePair.state != "apart")
    found = db.session.scalars(asked.order_by(DuplicatePair.score.desc()).limit(SHOWN))
    return [{"pair": pair, "into": pair.kept if pair.kept not in (None, rec) else ""} for pair in found]
