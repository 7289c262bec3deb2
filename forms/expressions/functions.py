"""The function table of the form language: one row a function. Rulings: docs/form-language.md.

A function takes the context and its arguments as values; those in LAZY take them unevaluated, as callables.
The twin in JavaScript is client/web/engine/functions.js; tests/conformance/expressions.json holds both.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import math
import operator
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from forms import chance
from forms.expressions import dates, geometry, transcendental
from forms.expressions.values import (
    NAN,
    SPACE,
    NodeSet,
    Value,
    number_text,
    to_boolean,
    to_number,
    to_text,
    words,
)

Context = Any  # forms.evaluate.Context: env, node, position, size, choice
MANY = 1000
DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
ENCODINGS = ("base64", "hex")


def nodes(value: Value) -> NodeSet:
    """A node-set as it is; any other value has no nodes."""
    return [] if isinstance(value, (str, bool, int, float)) else value


def numbers(values: tuple[Value, ...]) -> list[float]:
    """The numbers of node-sets and single values; blank ones are skipped, as Collect does."""
    texts = [text for value in values for text in ([n.text() for n in nodes(value)] or _single(value))]
    return [to_number(text) for text in texts if text != ""]


def _single(value: Value) -> list[str]:
    return [to_text(value)] if isinstance(value, (str, bool, int, float)) else []


def texts(values: tuple[Value, ...]) -> list[str]:
    return [text for value in values for text in ([n.text() for n in nodes(value)] or _single(value))]


def selected(_: Context, value: Value, name: Value) -> bool:
    return to_text(name).strip(SPACE) in words(value)


def selected_at(_: Context, value: Value, index: Value) -> str:
    names, at = words(value), to_number(index)
    return names[int(at)] if not math.isnan(at) and 0 <= at < len(names) else ""


def round_half_up(_: Context, value: Value, places: Value = 0.0) -> float:
    """Half goes up (-2.5 → -2), in decimal over the shortest text, so that round(1.005, 2) is 1.01."""
    number, digits = to_number(value), to_number(places)
    if math.isnan(number) or math.isinf(number) or math.isnan(digits) or abs(digits) > 30:
        return NAN if not math.isinf(number) else number
    step = Decimal(1).scaleb(-int(digits))
    rounded = (Decimal(repr(number)) / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * step
    return math.copysign(rounded, number)


def whole(function: Callable[[float], int]) -> Callable[[Context, Value], float]:
    """A function from numbers to whole ones, as IEEE 754 has it: infinity stays, and so does the sign of a zero."""

    def call(_: Context, value: Value) -> float:
        number = to_number(value)
        return math.copysign(function(number), number) if math.isfinite(number) else number

    return call


def of_angle(function: Callable[[float], float]) -> Callable[[Context, Value], float]:
    return lambda _, value: transcendental.shown(function(to_number(value)))


def root(_: Context, value: Value) -> float:
    number = to_number(value)
    return math.sqrt(number) if number >= 0 else NAN


def substr(_: Context, value: Value, start: Value, end: Value | None = None) -> str:
    """substr(text, start, end?): from 0, end excluded, negative counts from the end; in code points."""
    text, first = to_text(value), to_number(start)
    last = float(len(text)) if end is None else to_number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    return text[_clip(first, len(text)) : _clip(last, len(text))]


def _clip(at: float, length: int) -> int:
    return int(max(0, min(length, at + length if at < 0 else at)))


def substring(_: Context, value: Value, start: Value, length: Value = math.inf) -> str:
    """XPath 1.0 §4.2: the characters from number `start`, counted from 1; both numbers are rounded."""
    first = math.floor(to_number(start) + 0.5) if math.isfinite(to_number(start)) else to_number(start)
    wanted = math.floor(to_number(length) + 0.5) if math.isfinite(to_number(length)) else to_number(length)
    return "".join(letter for at, letter in enumerate(to_text(value), 1) if first <= at < first + wanted)


def substring_before(_: Context, value: Value, mark: Value) -> str:
    before, found, _after = to_text(value).partition(to_text(mark) or "\0")
    return before if found else ""


def substring_after(_: Context, value: Value, mark: Value) -> str:
    return to_text(value).partition(to_text(mark) or "\0")[2] if to_text(mark) else to_text(value)


def translate(_: Context, value: Value, source: Value, target: Value) -> str:
    into, table = to_text(target), dict[str, str]()
    for at, letter in enumerate(to_text(source)):
        table.setdefault(letter, into[at] if at < len(into) else "")
    return "".join(table.get(letter, letter) for letter in to_text(value))


def checklist(_: Context, low: Value, high: Value, *answers: Value) -> bool:
    """True when between low and high (-1: no bound) of the answers are true."""
    true = sum(to_boolean(answer) for answer in answers)
    a, b = to_number(low), to_number(high)
    return (a == -1 or true >= a) and (b == -1 or true <= b)


def weighted_checklist(_: Context, low: Value, high: Value, *pairs: Value) -> bool:
    """As checklist, with answer, weight, answer, weight …: the weights of the true ones are added."""
    weights = [to_number(weight) for answer, weight in zip(pairs[::2], pairs[1::2], strict=False) if to_boolean(answer)]
    total, a, b = functools.reduce(operator.add, weights, 0.0), to_number(low), to_number(high)
    return (a == -1 or total >= a) and (b == -1 or total <= b)


def digest(_: Context, value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    """Of the text in UTF-8; '' when the algorithm or encoding is none of them."""
    name, written = DIGESTS.get(to_text(algorithm)), to_text(encoding)
    if name is None or written not in ENCODINGS:
        return ""
    made = hashlib.new(name, to_text(value).encode(), usedforsecurity=False).digest()
    return made.hex() if written == "hex" else base64.b64encode(made).decode()


def distance(_: Context, *values: Value) -> float:
    return round_half_up(_, geometry.length(geometry.points(texts(values))), 2.0)


def area(_: Context, value: Value) -> float:
    return round_half_up(_, geometry.area(geometry.points(texts((value,)))), 2.0)


def geofence(_: Context, point: Value, shape: Value) -> bool:
    """Whether the point is in the shape; false when either is not there."""
    points, around = geometry.points([to_text(point)]), geometry.points(texts((shape,)))
    return bool(points) and len(around) > 2 and geometry.inside(points[0], around)


def decode_base64(_: Context, value: Value) -> str:
    try:
        return base64.b64decode(to_text(value), validate=True).decode()
    except ValueError:
        return ""


def make_uuid(context: Context, number: Value, length: Value | None = None) -> str:
    """uuid(length?): a UUID, or so many characters; number: of this place in the form, from the compiler."""
    place = context.place(number)
    if length is None:
        return chance.uuid(place)
    wanted = to_number(length)
    return chance.letters(place, int(wanted)) if 0 < wanted <= 1024 else ""


def _if(context: Context, test: Any, then: Any, otherwise: Any) -> Value:
    chosen: Value = then(context) if to_boolean(test(context)) else otherwise(context)
    return chosen


def coalesce(context: Context, *values: Any) -> Value:
    for value in values:
        if (text := to_text(value(context))) != "":
            return text
    return ""


def once(context: Context, value: Any) -> Value:
    """The answer there is, also while it is hidden; only a blank one is computed."""
    kept = context.node.value
    if kept is None:
        computed: Value = value(context)
        return computed
    text: str = context.node.kept()
    return to_number(text) if isinstance(kept, (int, float)) and not isinstance(kept, bool) else text


def position(context: Context, target: Value | None = None) -> float:
    """position(): among the nodes of the predicate; position(node): which row of its repeat, from 1."""
    if target is None:
        return float(context.position)
    first = next(iter(nodes(target)), None)
    return NAN if first is None else float(first.row_number())


def indexed_repeat(context: Context, target: Value, *pairs: Value) -> Value:
    """indexed-repeat(${q}, ${repeat}, index, …): the answer in that row of the repeat(s)."""
    wanted = [(nodes(rows), to_number(index)) for rows, index in zip(pairs[::2], pairs[1::2], strict=False)]
    found: Value = context.indexed(nodes(target), wanted)
    return found


def randomize(context: Context, value: Value, seed: Value | None = None) -> NodeSet:
    """The nodes in another order: that of the seed, or the record's own. A seed that is no number counts as text."""
    if seed is None:
        seed = context.place("randomize")
    number = to_number(seed)
    if not math.isfinite(number):
        number = math.floor(chance.fraction(to_text(seed)) * chance.MODULUS)
    return chance.shuffled(nodes(value), number)


def pulldata(context: Context, name: Value, wanted: Value, column: Value, text: Value) -> str:
    """pulldata('list', 'wanted column', 'column', text): of the first row that has the text in the column."""
    return next(iter(context.pulled(to_text(name), to_text(column), to_text(text), to_text(wanted))), "")


def choice_name(context: Context, value: Value, path: Value) -> str:
    label: str = context.choice_label(to_text(path), to_text(value))
    return label


def total(_: Context, value: Value) -> float:
    """From left to right, as JavaScript adds: Python's own sum() compensates from 3.12 on."""
    return functools.reduce(operator.add, numbers((value,)), 0.0)


def highest(_: Context, *values: Value) -> float:
    return max(numbers(values), default=NAN)


def lowest(_: Context, *values: Value) -> float:
    return min(numbers(values), default=NAN)


# name → (fewest arguments, most arguments, function)
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "selected": (2, 2, selected),
    "selected-at": (2, 2, selected_at),
    "count-selected": (1, 1, lambda _, v: float(len(words(v)))),
    "jr:choice-name": (2, 2, choice_name),
    "not": (1, 1, lambda _, v: not to_boolean(v)),
    "true": (0, 0, lambda _: True),
    "false": (0, 0, lambda _: False),
    "boolean": (1, 1, lambda _, v: to_boolean(v)),
    "boolean-from-string": (1, 1, lambda _, v: to_text(v) in ("1", "true")),
    "string": (0, 1, lambda c, v=None: c.node.text() if v is None else to_text(v)),
    "number": (0, 1, lambda c, v=None: to_number(c.node.text() if v is None else v)),
    "int": (1, 1, whole(math.trunc)),
    "round": (1, 2, round_half_up),
    "floor": (1, 1, whole(math.floor)),
    "ceiling": (1, 1, whole(math.ceil)),
    "abs": (1, 1, lambda _, v: abs(to_number(v))),
    "sqrt": (1, 1, root),
    "pow": (2, 2, lambda _, v, w: transcendental.power(to_number(v), to_number(w))),
    "pi": (0, 0, lambda _: math.pi),
    "atan2": (2, 2, lambda _, v, w: transcendental.shown(transcendental.atan2(to_number(v), to_number(w)))),
    **{name: (1, 1, of_angle(each)) for name, each in transcendental.OF_ONE.items()},
    "random": (0, 0, lambda c, number: chance.fraction(c.place(number))),
    "sum": (1, 1, total),
    "max": (1, MANY, highest),
    "min": (1, MANY, lowest),
    "count": (1, 1, lambda _, v: float(len(nodes(v)))),
    "count-non-empty": (1, 1, lambda _, v: float(sum(n.text() != "" for n in nodes(v)))),
    "position": (0, 1, position),
    "last": (0, 0, lambda c: float(c.size)),
    "indexed-repeat": (3, 7, indexed_repeat),
    "checklist": (3, MANY, checklist),
    "weighted-checklist": (4, MANY, weighted_checklist),
    "randomize": (1, 2, randomize),
    "pulldata": (4, 4, pulldata),
    "concat": (1, MANY, lambda _, *v: "".join(texts(v))),
    "join": (2, MANY, lambda _, mark, *v: to_text(mark).join(texts(v))),
    "string-length": (0, 1, lambda c, v=None: float(len(c.node.text() if v is None else to_text(v)))),
    "starts-with": (2, 2, lambda _, v, w: to_text(v).startswith(to_text(w))),
    "ends-with": (2, 2, lambda _, v, w: to_text(v).endswith(to_text(w))),
    "contains": (2, 2, lambda _, v, w: to_text(w) in to_text(v)),
    "substr": (2, 3, substr),
    "substring": (2, 3, substring),
    "substring-before": (2, 2, substring_before),
    "substring-after": (2, 2, substring_after),
    "translate": (3, 3, translate),
    "normalize-space": (0, 1, lambda c, v=None: " ".join(words(c.node.text() if v is None else v))),
    "regex": (2, 2, lambda _, v, search: search.finds(to_text(v))),
    "base64-decode": (1, 1, decode_base64),
    "digest": (2, 3, digest),
    "distance": (1, MANY, distance),
    "area": (1, 1, area),
    "geofence": (2, 2, geofence),
    "uuid": (0, 1, make_uuid),
    "today": (0, 0, lambda c: c.env.today),
    "now": (0, 0, lambda c: c.env.now),
    "date": (1, 1, dates.date),
    "date-time": (1, 1, dates.date_time),
    "add-date": (3, 6, dates.add_date),
    "difference-in-months": (2, 2, dates.difference_in_months),
    "decimal-date-time": (1, 1, dates.decimal_date_time),
    "decimal-time": (1, 1, dates.decimal_time),
    "format-date": (2, 2, dates.format_date),
    "format-date-time": (2, 2, dates.format_date),
}
LAZY: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "if": (3, 3, _if),
    "coalesce": (2, MANY, coalesce),
    "once": (1, 1, once),
}
ALL = {**FUNCTIONS, **LAZY}
# Their result may differ from one call to the next; on intake they come from the op (docs/protocol.md, P-06).
VOLATILE = {"now", "today", "random", "uuid"}
__all__ = ["ALL", "FUNCTIONS", "LAZY", "VOLATILE", "number_text"]
