"""Points, lines and areas on the earth, of texts "lat lon alt acc; lat lon alt acc; …" as questions keep them.

On a sphere with the radius that other tools take, in metres, to the centimetre. Twin: client/web/engine/geometry.js.
"""

from __future__ import annotations

import math
from itertools import pairwise

from forms.expressions.transcendental import atan2, cos, sin
from forms.expressions.values import NAN, to_number, words

RADIUS_M = 6_378_100
Point = tuple[float, float]  # latitude and longitude in degrees


def points(texts: list[str]) -> list[Point]:
    """Those of all texts in order; none when any of them is no point of the earth."""
    found: list[Point] = []
    for text in (part for whole in texts for part in whole.split(";") if words(part)):
        latitude, longitude = (to_number(part) for part in [*words(text), "", ""][:2])
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return []
        found.append((latitude, longitude))
    return found


def length(line: list[Point]) -> float:
    """Of the way through the points; NaN when there are not two."""
    total = 0.0
    for a, b in pairwise(line):
        total = total + _way(a, b)
    return total if len(line) > 1 else NAN


def _way(a: Point, b: Point) -> float:
    """Haversine."""
    up, across = sin(_radians(b[0] - a[0]) / 2), sin(_radians(b[1] - a[1]) / 2)
    half = up * up + cos(_radians(a[0])) * cos(_radians(b[0])) * across * across
    return RADIUS_M * 2 * atan2(math.sqrt(half), math.sqrt(1 - min(half, 1.0)))


def area(shape: list[Point]) -> float:
    """Inside the line through the points, closed; NaN when there are not three."""
    if len(shape) < 3:
        return NAN
    total = 0.0
    for a, b in pairwise([*shape, shape[0]]):
        total = total + _radians(b[1] - a[1]) * (2 + sin(_radians(a[0])) + sin(_radians(b[0])))
    return abs(total * RADIUS_M * RADIUS_M / 2)


def inside(point: Point, shape: list[Point]) -> bool:
    """Whether a ray from the point crosses the closed line an odd number of times."""
    (y, x), crossed = point, False
    for (y1, x1), (y2, x2) in pairwise([*shape, shape[0]]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def _radians(degrees: float) -> float:
    return degrees * math.pi / 180
