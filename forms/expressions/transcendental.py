"""Exponentials, logarithms, angles: worked out here, because each machine's own differ in the last digit.

Only + - * / and the square root, which IEEE 754 leaves no choice in, in the same order as the twin in JavaScript,
client/web/engine/transcendental.js: so both give the same bits. What a form sees is rounded to 14 digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # their sum is ln 2; the first ends in zeros
QUARTER_HIGH, QUARTER_LOW = 1.5707963267341256, 6.077100506506192e-11  # their sum is half of pi
LN10 = 2.302585092994046
MAX_ANGLE = 1e6  # radians: beyond, no digits of the turn are left
DIGITS = Context(prec=14, rounding=ROUND_HALF_UP)


def shown(number: float) -> float:
    """Rounded to 14 significant digits."""
    return float(DIGITS.create_decimal(Decimal(number))) if math.isfinite(number) else number


def exp(x: float) -> float:
    if math.isnan(x) or x > 709.78:
        return x if math.isnan(x) else math.inf
    if x < -745.13:
        return 0.0
    times = math.floor(x / LN2_HIGH + 0.5)
    rest, found = x - times * LN2_HIGH - times * LN2_LOW, 1.0
    for n in range(20, 0, -1):
        found = 1 + rest * found / n
    for _ in range(abs(times)):
        found = found * 2 if times > 0 else found / 2
    return found


def log(x: float) -> float:
    """Natural; of zero -Infinity, of what is below NaN."""
    if not 0 < x < math.inf:
        return -math.inf if x == 0 else math.inf if x > 0 else math.nan
    times = 0
    while x > 1.5:
        x, times = x / 2, times + 1
    while x < 0.75:
        x, times = x * 2, times - 1
    part = (x - 1) / (x + 1)
    square, found = part * part, 0.0
    for n in range(41, 0, -2):
        found = 1 / n + square * found
    return times * LN2_HIGH + (times * LN2_LOW + 2 * part * found)


def power(base: float, exponent: float) -> float:
    """Whole exponents multiply; others want a base above zero. NaN beyond the finite."""
    if not (math.isfinite(base) and math.isfinite(exponent)):
        return math.nan
    if exponent == int(exponent):
        found, times = 1.0, abs(int(exponent))
        while times and math.isfinite(found):
            found = found * base if times % 2 else found
            base, times = base * base, times // 2
        found = found if exponent >= 0 else 1 / found if found else math.nan
    elif base == 0:
        found = 0.0 if exponent > 0 else math.nan
    else:
        found = shown(exp(exponent * log(base)))
    return found if math.isfinite(found) else math.nan


def _turned(x: float) -> tuple[float, float, int]:
    """Sine and cosine of what is left of an angle without its quarter turns, and how many these are, below 4."""
    times = math.floor(x / QUARTER_HIGH + 0.5)
    rest = x - times * QUARTER_HIGH - times * QUARTER_LOW
    square, sine, cosine = rest * rest, 1.0, 1.0
    for n in range(20, 0, -2):
        sine = 1 - square * sine / (n * (n + 1))
        cosine = 1 - square * cosine / (n * (n - 1))
    return rest * sine, cosine, times % 4


def sin(x: float) -> float:
    if not abs(x) <= MAX_ANGLE:
        return math.nan
    sine, cosine, quarter = _turned(x)
    return (sine, cosine, -sine, -cosine)[quarter]


def cos(x: float) -> float:
    if not abs(x) <= MAX_ANGLE:
        return math.nan
    sine, cosine, quarter = _turned(x)
    return (cosine, -sine, -cosine, sine)[quarter]


def tan(x: float) -> float:
    return sin(x) / cos(x)  # a cosine is never quite zero


def atan(x: float) -> float:
    if abs(x) > 1:
        return math.copysign(math.pi / 2, x) - atan(1 / x)
    for _ in range(2):
        x = x / (1 + math.sqrt(1 + x * x))
    square, found = x * x, 0.0
    for n in range(31, 0, -2):
        found = 1 / n - square * found
    return 4 * (x * found)


def atan2(y: float, x: float) -> float:
    """The angle of the point (x, y); 0 of none."""
    if math.isnan(x) or math.isnan(y) or (math.isinf(x) and math.isinf(y)):
        return math.nan
    if x == 0:
        return 0.0 if y == 0 else math.pi / 2 if y > 0 else -math.pi / 2
    return atan(y / x) if x > 0 else atan(y / x) + (math.pi if y >= 0 else -math.pi)


def asin(x: float) -> float:
    return atan2(x, math.sqrt((1 - x) * (1 + x))) if abs(x) <= 1 else math.nan


def acos(x: float) -> float:
    return atan2(math.sqrt((1 - x) * (1 + x)), x) if abs(x) <= 1 else math.nan


# As functions of a form, by their names there.
OF_ONE: dict[str, Callable[[float], float]] = {
    "exp": exp, "exp10": lambda x: power(10.0, x), "log": log, "log10": lambda x: log(x) / LN10,
    "sin": sin, "cos": cos, "tan": tan, "asin": asin, "acos": acos, "atan": atan,
}  # fmt: skip
