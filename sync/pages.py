"""Pages of a scope's feed: which apply, and the cursor after them (P-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


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
