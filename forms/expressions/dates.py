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

TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|[-+]\d\d:?\d\d)?", re.ASCII)
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
