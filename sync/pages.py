"""Pages of a scope's feed: which apply, and the cursor after them (P-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

PULL_LIMIT, LEAST_LIMIT = 200, 25


def next_limit(limit: int, *, arrived: bool) -> int:
    """How many changes to ask for next, after an answer of at most `limit` came or was cut off on its way.

    What is cut is lost and comes again as a whole, so a road that breaks gets small answers, and gradually larger ones.
    """
    return min(PULL_LIMIT, limit + limit // 4) if arrived else max(LEAST_LIMIT, limit // 4)


@dataclass(frozen=True)
class CursorState:
    scope: str
    gen: int
    cursor: int
    epoch: str


@dataclass(frozen=True)
class Applied:
    """rows and cursor_state are stored in one local transaction."""

    applies: bool
    rows: list[Mapping[str, Any]]
    cursor_state: CursorState


def apply_page(state: CursorState, page: Mapping[str, Any], *, epoch: str) -> Applied:
    """Decide on one page out of a verified response. Late, repeated and carried pages are harmless."""
    fits = (page["scope"], page["gen"], page["epoch"]) == (state.scope, state.gen, epoch) and state.epoch == epoch
    if not fits or page["from"] > state.cursor or page["next"] <= state.cursor:
        return Applied(False, [], state)
    rows = [change for change in page["changes"] if state.cursor < change["seq"] <= page["next"]]
    return Applied(True, rows, replace(state, cursor=page["next"]))
