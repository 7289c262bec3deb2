"""Deadlines in working days: no Saturdays, no Sundays, no public holidays (data of the campaign)."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta


def is_workday(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def after(start: date, workdays: int, holidays: Container[date]) -> date:
    """The day by which something due `workdays` after `start` is due; the first of them is the next working day."""
    day = start
    for _ in range(workdays):
        day += timedelta(days=1)
        while not is_workday(day, holidays):
            day += timedelta(days=1)
    return day


def left(today: date, due: date, holidays: Container[date]) -> int:
    """Working days from today until the due day, both ends apart: 0 on the day itself, negative when it is past."""
    first, last = sorted((today, due))
    between = sum(is_workday(first + timedelta(days=n), holidays) for n in range(1, (last - first).days + 1))
    return between if today <= due else -between
