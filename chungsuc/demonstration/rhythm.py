"""When things happen: weekdays, a wave of the epidemic, the holiday that empties every office. Pure."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random

# Of an ordinary day's work; Monday first. Villages have market on Sunday, communes rest at the week's end.
WEEKDAY = (1.2, 1.1, 1.0, 1.0, 1.1, 0.6, 0.4)
NEW_YEAR = {2022: date(2022, 2, 1), 2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17)}  # fmt: skip
HOLIDAY = timedelta(days=5)


def intensity(day: date, begin: date, days: int) -> float:
    """How busy a day is, 1 being ordinary: a quiet start, a wave in the second half, nothing much at Tết."""
    past = (day - begin).days / max(days, 1)
    wave = 0.6 + 1.6 * math.exp(-(((past - 0.55) / 0.16) ** 2))
    new_year = NEW_YEAR.get(day.year)
    rest = 0.1 if new_year and new_year - HOLIDAY / 2 <= day <= new_year + HOLIDAY else 1.0
    return wave * rest * WEEKDAY[day.weekday()]


def happenings(random: Random, expected: float) -> int:
    """How often something happened that is expected so often (Poisson, by multiplying chances)."""
    bound, product, count = math.exp(-expected), random.random(), 0
    while product > bound:
        product *= random.random()
        count += 1
    return count


def minute_of_day(random: Random) -> int:
    """Work begins after the morning meal and ends by dark; a few write at night."""
    return min(max(int(random.gauss(14 * 60, 150)), 5 * 60), 23 * 60)
