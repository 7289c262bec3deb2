"""How often somebody, or some address, may ask: counted in the database, so it holds over all workers.

A worker takes a twentieth of the limit at a time and counts that off by itself: one small write for twenty questions.
Devices of the sync API are counted in `callers.py`, by device and in memory: at a market a thousand of them share one
address, and none of their calls gets slower for being counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from limits import parse
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from sync.canonical import sha

from .database import transaction
from .models import Rate
from .problems import Refusal

SHARE = 20
MOST_KEYS = 10_000  # a worker remembers; beyond it, it asks the database again


@dataclass
class Rates:
    """What this worker has taken and not used: (key, window) → how many."""

    clock: Callable[[], datetime]
    left: dict[tuple[str, int], int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def count(self, use: str, who: str, limit: str) -> None:
        """One more question of `who` for `use`. limit: as "60/minute". Raises Refusal request.too_many with {"wait_s"}."""
        item = parse(limit)
        length_s = item.get_expiry()
        now_s = int(self.clock().timestamp())
        key = (sha(f"{use}\n{who}".encode()), now_s // length_s)
        with self.lock:
            if self.left.get(key):
                self.left[key] -= 1
                return
        taken = self.take(key, max(1, item.amount // SHARE), item.amount, length_s)
        if not taken:
            raise Refusal("request.too_many", details={"wait_s": length_s - now_s % length_s})
        with self.lock:
            if len(self.left) >= MOST_KEYS:
                self.left.clear()
            self.left[key] = self.left.get(key, 0) + taken - 1

    def take(self, key: tuple[str, int], wanted: int, most: int, length_s: int) -> int:
        """Up to `wanted` of what the window still allows; 0: nothing is left."""
        ends_at = datetime.fromtimestamp((key[1] + 1) * length_s, UTC)
        with transaction() as session:
            upserts = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            insert = upserts.insert(Rate).values(key_hash=key[0], window=key[1], hits=wanted, ends_at=ends_at)
            more = insert.on_conflict_do_update(
                index_elements=["key_hash", "window"], set_={"hits": Rate.hits + wanted}, where=Rate.hits < most
            )
            hits = session.execute(more.returning(Rate.hits)).scalar()
            if hits == wanted:  # the first of its window: a moment to sweep
                session.execute(delete(Rate).where(Rate.ends_at <= self.clock()))
        return 0 if hits is None else max(0, wanted - max(0, hits - most))
