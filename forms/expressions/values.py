"""The four kinds of value of XPath 1.0 and how they turn into each other: text, number, boolean, node-set.

A date is its text; `to_number` reads it as whole days since 1970-01-01, without a zone. Nothing here raises on data:
what cannot be converted is NaN or ''. The twin in JavaScript is client/web/engine/values.js.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

SPACE = " \t\r\n"  # XPath 1.0 §3.7; every language has its own idea of the others
NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[-+]\d\d:?\d\d)?", re.ASCII)
EPOCH = dt.date(1970, 1, 1).toordinal()
NAN = math.nan


class Node(Protocol):
    """What a node-set holds: something with a text, as an answer."""

    def text(self) -> str: ...

    def row_number(self) -> int: ...


NodeSet = Sequence[Node]
Value = str | float | bool | NodeSet
SINGLE = (str, bool, int, float)


def to_text(value: Value) -> str:
    """XPath string(): booleans as true/false, numbers without exponent, NaN as '', a node-set as its first node."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(float(value))
    return value[0].text() if value else ""


def to_number(value: Value) -> float:
    """XPath number(), and dates as days: '2021-12-05' → 18966. Anything else that is no number is NaN."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, (int, float)):
        return float(value)
    text = to_text(value).strip(SPACE)
    if NUMBER.fullmatch(text):
        return float(text)
    days = date_days(text)
    if days is not None:
        return float(days)
    moment = instant_days(text)
    return NAN if moment is None else moment


def words(value: Value) -> list[str]:
    """The text's parts between spaces, as the names of a select_multiple."""
    return re.findall(f"[^{SPACE}]+", to_text(value))


def to_boolean(value: Value) -> bool:
    """XPath boolean(), but a node-set by its text: `if(${q}, …)` of a blank question is false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return not (value == 0 or math.isnan(value))
    return to_text(value) != ""


def number_text(number: float) -> str:
    """The shortest text that reads back as this number, never with an exponent; NaN is ''."""
    if math.isnan(number):
        return ""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(number)) if abs(number) < 2**53 else format(Decimal(repr(number)), "f").removesuffix(".0")
    return format(Decimal(repr(number)), "f")


def date_days(text: str) -> int | None:
    """'2021-12-05' → whole days since 1970-01-01; None for an impossible date or any other text."""
    match = DATE.fullmatch(text)
    try:
        return dt.date(*map(int, match.groups())).toordinal() - EPOCH if match else None
    except ValueError:
        return None


def days_date(days: float) -> str:
    """Whole days → '2021-12-05'; '' outside the years 1 to 9999."""
    try:
        return dt.date.fromordinal(math.floor(days) + EPOCH).isoformat()
    except (ValueError, OverflowError):
        return ""


def instant_days(text: str, offset_min: int = 0) -> float | None:
    """A date-time → days since 1970-01-01T00:00Z as an instant; without an offset it is in the zone offset_min."""
    match = DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        whole = dt.date(int(year), int(month), int(day)).toordinal() - EPOCH
    except ValueError:
        return None
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    if zone and zone != "Z":
        offset_min = (1 if zone[0] == "+" else -1) * (int(zone[1:3]) * 60 + int(zone[-2:]))
    elif zone:
        offset_min = 0
    milliseconds = int((fraction or "0")[:3].ljust(3, "0"))
    seconds = int(hour) * 3600 + (int(minute) - offset_min) * 60 + int(second or 0)
    return whole + (seconds * 1000 + milliseconds) / 86_400_000


def compare(operator: str, left: Value, right: Value) -> bool:
    """XPath 1.0 §3.4: a node-set compares true when any of its nodes does."""
    if isinstance(left, list) and len(left) == 1:  # what nearly every name of a question gives
        left = left[0].text()
    if not isinstance(left, SINGLE):
        return any(compare(operator, node.text(), right) for node in left)
    if not isinstance(right, SINGLE):
        return any(compare(operator, left, node.text()) for node in right)
    if operator in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            equal = to_boolean(left) == to_boolean(right)
        elif isinstance(left, str) and isinstance(right, str):
            equal = left == right
        else:
            equal = to_number(left) == to_number(right)
        return equal == (operator == "=")
    a, b = to_number(left), to_number(right)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def arithmetic(operator: str, left: Value, right: Value) -> float:
    """+ - * div mod over numbers; mod keeps the sign of the left side (XPath 1.0 §3.5)."""
    a, b = to_number(left), to_number(right)
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "div":
            if b == 0:
                return NAN if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
            return a / b
    if b == 0 or math.isinf(a) or math.isnan(a) or math.isnan(b):
        return NAN
    return math.fmod(a, b)
