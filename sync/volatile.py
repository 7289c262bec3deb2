"""What finalise records of the moment and the device: whoever evaluates the same answers later gets the same (P-06).

random() and uuid() need no record: they follow from the record's id (forms/chance.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import Env

DAY = ("today", "now")
TEXTS = (*DAY, "start", "end", "username", "deviceid", "phonenumber", "email")
OFFSET = "tz_offset_min"


def recorded(env: Env) -> dict[str, Any]:
    """Of the evaluation that is being finalised, for the op's payload."""
    return {key: getattr(env, key) for key in TEXTS} | {OFFSET: env.tz_offset_min}


def moment(volatile: Any) -> dict[str, Any]:
    """What later evaluations of these answers need of it, for the DOC; anything may have been sent."""
    known = values_of(volatile)
    return {key: known[key] for key in (*DAY, OFFSET) if key in known}


def env_values(volatile: Any, rec: str, at: str) -> dict[str, Any]:
    """Env's values as they were recorded; what was not is as of `at` (ISO with offset), the op's own time."""
    return {"today": at[:10], "now": at, **values_of(volatile), "seed": rec}


def values_of(volatile: Any) -> dict[str, Any]:
    given = volatile if isinstance(volatile, Mapping) else {}
    texts = {key: given[key] for key in TEXTS if isinstance(given.get(key), str) and given[key]}
    offset = given.get(OFFSET)
    return {**texts, OFFSET: offset} if isinstance(offset, int) else texts
