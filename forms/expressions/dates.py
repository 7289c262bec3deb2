"""Dates and times in expressions. A date is a whole day without a zone; a date-time is an instant with an offset.

The twin in JavaScript is client/web/engine/dates.js.
"""

from __future__ import annotations

import math
import re
from typing import Any

from forms.expressions.values import (
    DATE_TIME,
    NAN,
    SPACE,
    Value,
    date_days,
    days_date,
    instant_days,
    to_number,
    to_text,
)

TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[-+]\d\d:?\d\d)?", re.ASCII)
DAY_MS, MAX_DAYS = 86_400_000, 1e7  # no date is further from 1970
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def date(_: Any, value: Value) -> str:
    """A date-time's own day, a number of days as a date, a date as it is; anything impossible is ''."""
    if isinstance(value, float) and not isinstance(value, bool):
        return "" if math.isnan(value) or math.isinf(value) else days_date(value)
    text = to_text(value).strip(SPACE)
    if date_days(text) is not None:
        return text
    if instant_days(text) is not None:
        return text[:10]
    number = to_number(text)
    return "" if math.isnan(number) or math.isinf(number) else days_date(number)


def decimal_date_time(context: Any, value: Value) -> float:
    """Days since 1970-01-01T00:00Z of an instant; a bare date is local midnight, so 0.2917 earlier in Vietnam."""
    text = to_text(value).strip(SPACE)
    days = date_days(text)
    if days is not None:
        return days - float(context.env.tz_offset_min) / 1440
    moment = instant_days(text, context.env.tz_offset_min)
    return NAN if moment is None else moment


def decimal_time(_: Any, value: Value) -> float:
    """The part of the local day that is past: '18:00+07:00' → 0.75."""
    match = TIME.fullmatch(to_text(value).strip(SPACE))
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return NAN
    return (int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)) / 86400


def format_date(_: Any, value: Value, layout: Value) -> str:
    """%Y %y %m %n %d %e %H %h %M %S %3 %b %a of a date or date-time as written; '' when it is neither."""
    text = to_text(value).strip(SPACE)
    if date_days(text) is not None:
        text += "T00:00:00"
    match = DATE_TIME.fullmatch(text)
    if match is None or instant_days(text) is None:
        return ""
    year, month, day, hour, minute, second, fraction, _zone = match.groups()
    weekday = WEEKDAYS[((date_days(text[:10]) or 0) + 4) % 7]
    parts = {
        "Y": year, "y": year[2:], "m": month, "n": str(int(month)), "d": day, "e": str(int(day)),
        "H": hour, "h": str(int(hour)), "M": minute, "S": second or "00", "3": (fraction or "0")[:3].ljust(3, "0"),
        "b": MONTHS[int(month) - 1], "a": weekday, "%": "%",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda found: parts.get(found[1], found[0]), to_text(layout))


def date_time(context: Any, value: Value) -> str:
    """A date-time as it is, a date as its local midnight, a number of days as that instant here; else ''."""
    text = to_text(value).strip(SPACE)
    if not isinstance(value, float) and instant_days(text) is not None:
        return text
    days = date_days(text)
    if days is not None:
        return f"{text}T00:00:00.000{_zone(context.env.tz_offset_min)}"
    number = to_number(value)
    if not abs(number) < MAX_DAYS:
        return ""
    offset = int(context.env.tz_offset_min)
    return _written(math.floor(number * DAY_MS + 0.5) + offset * 60_000, _zone(offset))


def difference_in_months(_: Any, start: Value, end: Value) -> float:
    """Whole months from one day to another."""
    first, last = date(_, start), date(_, end)
    if not (first and last):
        return NAN
    months = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
    return float(months - (last[8:] < first[8:]))


def add_date(context: Any, value: Value, *counts: Value) -> str:
    """Years, months, days, hours and minutes later. Months end as they end: 31 January and a month is 28 February.

    A date stays one unless hours or minutes are added.
    """
    start, given = date_time(context, value), [to_number(count) for count in counts]
    if not start or not all(map(math.isfinite, given)):
        return ""
    years, months, days, hours, minutes = (*map(int, given), 0, 0, 0)[:5]
    month = int(start[:4]) * 12 + int(start[5:7]) - 1 + years * 12 + months
    first, following = (date_days(f"{each // 12:04}-{each % 12 + 1:02}-01") for each in (month, month + 1))
    if first is None or following is None:
        return ""
    day = first + min(int(start[8:10]), following - first) - 1 + days
    clock = TIME.fullmatch(start[11:])
    assert clock is not None  # date_time() gave it
    seconds = (int(clock[1]) + hours) * 3600 + (int(clock[2]) + minutes) * 60 + int(clock[3] or 0)
    milliseconds = day * DAY_MS + seconds * 1000 + int((clock[4] or "0")[:3].ljust(3, "0"))
    if not (hours or minutes) and date_days(to_text(value).strip(SPACE)) is not None:
        return days_date(day)
    return _written(milliseconds, clock[5] or "")


def _zone(offset_min: int) -> str:
    return f"{'-' if offset_min < 0 else '+'}{abs(offset_min) // 60:02}:{abs(offset_min) % 60:02}"


def _written(milliseconds: int, zone: str) -> str:
    """A date-time of its local milliseconds since 1970; '' outside the years 1 to 9999."""
    day, rest = divmod(milliseconds, DAY_MS)
    clock = f"{rest // 3_600_000:02}:{rest // 60_000 % 60:02}:{rest // 1000 % 60:02}.{rest % 1000:03}"
    written = days_date(day)
    return f"{written}T{clock}{zone}" if written else ""
