"""Securing: which sealed copies a device may let go of, since a proven backup of the server has what they hold (I8).

The twin of client/web/sync/securing.js. A copy is noted at the first hello after its receipt: the server, which had it by
then, says how far its counter stood. Once a proven backup reaches that place, and thirty days have gone by between two of
the server's own times, the copy may go; in another epoch all of this begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEPT_MS = 30 * 86_400_000


@dataclass(frozen=True)
class Securing:
    """noted: ids that were held when this hello was said. free: ids whose copies may go."""

    noted: list[str]
    free: list[str]


def secure(copies: Sequence[Mapping[str, Any]], hello: Mapping[str, Any]) -> Securing:
    """What a verified hello changes. copies: [{id, epoch, held}]: the epoch of the signed word that the server stored it,
    and None or {epoch, counter, at}, as noted before. hello: {epoch, counter, server_time, safe_seq}.

    | the copy | |
    |---|---|
    | has no word of this epoch | stays |
    | has one, and was not noted in this epoch | stays, noted |
    | was noted above `safe_seq`, or less than thirty days ago | stays |
    | else | may go |
    """
    epoch, now = hello["epoch"], _ms(hello["server_time"])
    stored = [copy for copy in copies if copy["epoch"] == epoch]
    noted = [copy for copy in stored if copy["held"] and copy["held"]["epoch"] == epoch]
    known = {copy["id"] for copy in noted}
    free = [
        copy["id"]
        for copy in noted
        if copy["held"]["counter"] <= hello["safe_seq"] and now - _ms(copy["held"]["at"]) >= KEPT_MS
    ]
    return Securing([copy["id"] for copy in stored if copy["id"] not in known], free)


def _ms(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp() * 1000)
