"""The periods of a return: which days, when each closes and is due. Pure.

A daily period is one day; a weekly one seven days counted from the return's first; months and quarters are the
calendar's; a campaign is one period, from the first day to `to` (without it, to today). Each closes at the hour the
return names on its last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Return = Mapping[str, Any]
MONTHS = {"monthly": 1, "quarterly": 3}


@dataclass(frozen=True)
class Period:
    """first, last: days, both in it. closes_at, due_at: moments with zone."""

    first: date
    last: date
    closes_at: datetime
    due_at: datetime


def period_of(return_: Return, day: date, zone: ZoneInfo) -> Period | None:
    """The period a day lies in; None before the first."""
    begin: date = return_["from_"]
    if day < begin:
        return None
    kind = return_["period"]
    if kind == "daily":
        return made(return_, day, day, zone)
    if kind == "weekly":
        first = begin + timedelta(days=(day - begin).days // 7 * 7)
        return made(return_, first, first + timedelta(days=6), zone)
    if kind in MONTHS:
        length = MONTHS[kind]
        first = day.replace(month=(day.month - 1) // length * length + 1, day=1)
        after = first
        for _ in range(length):
            after = (after + timedelta(days=32)).replace(day=1)
        return made(return_, max(first, begin), after - timedelta(days=1), zone)
    until = return_.get("to")
    return None if until is not None and day > until else made(return_, begin, until or day, zone)


def made(return_: Return, first: date, last: date, zone: ZoneInfo) -> Period:
    hour, minute = map(int, return_["closes"].split(":"))
    closes_at = datetime.combine(last, time(hour, minute), zone)
    due = return_["due"]
    return Period(first, last, closes_at, closes_at + timedelta(hours=due.get("hours", 0), days=due.get("days", 0)))


def latest(return_: Return, now: datetime, zone: ZoneInfo, most: int) -> Iterator[Period]:
    """The running period and those before it, newest first, at most so many."""
    day = now.astimezone(zone).date()
    if return_.get("to") is not None:
        day = min(day, return_["to"])
    period = period_of(return_, day, zone)
    if period is not None and return_["period"] == "daily" and now >= period.closes_at:
        yield made(return_, day + timedelta(days=1), day + timedelta(days=1), zone)  # after the hour it is tomorrow's
    while period is not None and most > 0:
        yield period
        if return_["period"] in ("campaign", "adhoc"):
            return
        period, most = period_of(return_, period.first - timedelta(days=1), zone), most - 1
