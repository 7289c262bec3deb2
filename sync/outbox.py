"""What goes into the next push: the oldest ops of the device's chain that fit (docs/protocol.md, `POST push`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.canonical import canonical
from sync.ops import Wire


@dataclass(frozen=True)
class Limits:
    max_ops: int
    max_bytes: int

    def halved(self) -> Limits:
        """After a 413: half of each, at least one op."""
        return Limits(max(1, self.max_ops // 2), max(1, self.max_bytes // 2))


PUSH_LIMITS = Limits(100, 500 * 1024)  # the server's bounds, with room left for the rest of the body


def make_push(outbox: Sequence[Mapping[str, Any]], limits: Limits = PUSH_LIMITS) -> list[Wire]:
    """The next ops to send in chain order, of [{n, wire}]. One larger than the bound goes alone: the server judges."""
    push: list[Wire] = []
    size = 0
    for op in sorted(outbox, key=lambda each: each["n"]):
        size += len(canonical(dict(op["wire"])).encode()) + 1
        if push and (len(push) >= limits.max_ops or size > limits.max_bytes):
            break
        push.append(op["wire"])
    return push
