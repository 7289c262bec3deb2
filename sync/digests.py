"""Digests of what a scope holds (P-14): one root, and 256 buckets to find where two sides differ. Computed, never adopted.

held: {rec: hash of its head revision}. A record's bucket is the last byte of its id, which is random in every version
of UUID in use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sync.pages import CursorState

BUCKETS = 256
BUCKET_HEX, ROOT_HEX = 16, 32  # 8 and 16 bytes


def bucket_of(rec: str) -> int:
    """0 to 255."""
    return int(rec[-2:], 16)


def bucket_digests(held: Mapping[str, str]) -> list[str]:
    """Of each bucket: the first 8 bytes, hex, of the SHA-256 of its lines "<rec> <hash>", ordered by rec."""
    lines: list[list[str]] = [[] for _ in range(BUCKETS)]
    for rec in sorted(held):
        lines[bucket_of(rec)].append(f"{rec} {held[rec]}\n")
    return [hashlib.sha256("".join(bucket).encode()).hexdigest()[:BUCKET_HEX] for bucket in lines]


def root_digest(buckets: Sequence[str]) -> str:
    """The first 16 bytes, hex, of the SHA-256 of all buckets' digests."""
    return hashlib.sha256("".join(buckets).encode()).hexdigest()[:ROOT_HEX]


def differing(ours: Sequence[str], theirs: Any) -> list[int]:
    """The buckets in which the two sides differ; none where theirs are no bucket digests."""
    if not isinstance(theirs, list) or len(theirs) != BUCKETS:
        return []
    return [at for at in range(BUCKETS) if ours[at] != theirs[at]]


def in_buckets(held: Mapping[str, str], buckets: Sequence[int]) -> dict[str, str]:
    """What lies in these buckets."""
    chosen = set(buckets)
    return {rec: digest for rec, digest in held.items() if bucket_of(rec) in chosen}


def repair_applies(state: CursorState, answer: Mapping[str, Any], *, epoch: str) -> bool:
    """Whether a repair out of a verified response fits: made for this scope, at the very place the cursor is now."""
    asked = (state.scope, state.gen, state.cursor, epoch)
    return state.epoch == epoch and (answer["scope"], answer["gen"], answer["at"], answer["epoch"]) == asked
