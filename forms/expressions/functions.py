"""The function table of the form language: one row a function. Rulings: docs/form-language.md.

A function takes the context and its arguments as values; those in LAZY take them unevaluated, as callables.
The twin in JavaScript is client/web/engine/functions.js; tests/conformance/expressions.json holds both.
"""

from __future__ import annotations

import base64
import functools
import math
import operator
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from forms import chance
from forms.expressions import dates
from forms.expressions.patterns import PatternError, compiled
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


def root(_: Context, value: Value) -> float:
    number = to_number(value)
    return math.sqrt(number) if number >= 0 else NAN


def power(_: Context, base: Value, exponent: Value) -> float:
    """NaN beyond the finite. Whole exponents multiply: machines differ in the last digit of their own power."""
    number, times = to_number(base), to_number(exponent)
    if not (math.isfinite(number) and math.isfinite(times)):
        return NAN
    try:
        if times != int(times) or abs(times) > MANY:
            raised = number**times
        else:
            raised = functools.reduce(operator.mul, [number] * int(abs(times)), 1.0)
            raised = raised if times >= 0 else 1 / raised
    except (OverflowError, ZeroDivisionError):
        return NAN
    return raised if isinstance(raised, float) and math.isfinite(raised) else NAN


def regex(_: Context, value: Value, pattern: Value) -> bool:
    """Unanchored search. The compiler has read the pattern before."""
    try:
        return compiled(to_text(pattern)).search(to_text(value)) is not None
    except PatternError:
        return False


def substr(_: Context, value: Value, start: Value, end: Value | None = None) -> str:
    """substr(text, start, end?): from 0, end excluded, negative counts from the end; in code points."""
    text, first = to_text(value), to_number(start)
    last = float(len(text)) if end is None else to_number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    return text[_clip(first, len(text)) : _clip(last, len(text))]


def _clip(at: float, length: int) -> int:
    return int(max(0, min(length, at + length if at < 0 else at)))


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
    return NAN if first is None else float(context.row_number(first))


def indexed_repeat(context: Context, target: Value, *pairs: Value) -> Value:
    """indexed-repeat(${q}, ${repeat}, index, …): the answer in that row of the repeat(s)."""
    wanted = [(nodes(rows), to_number(index)) for rows, index in zip(pairs[::2], pairs[1::2], strict=False)]
    found: Value = context.indexed(nodes(target), wanted)
    return found


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
    "pow": (2, 2, power),
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
    "concat": (1, MANY, lambda _, *v: "".join(texts(v))),
    "join": (2, MANY, lambda _, mark, *v: to_text(mark).join(texts(v))),
    "string-length": (0, 1, lambda c, v=None: float(len(c.node.text() if v is None else to_text(v)))),
    "starts-with": (2, 2, lambda _, v, w: to_text(v).startswith(to_text(w))),
    "ends-with": (2, 2, lambda _, v, w: to_text(v).endswith(to_text(w))),
    "contains": (2, 2, lambda _, v, w: to_text(w) in to_text(v)),
    "substr": (2, 3, substr),
    "substring-before": (2, 2, substring_before),
    "substring-after": (2, 2, substring_after),
    "translate": (3, 3, translate),
    "normalize-space": (0, 1, lambda c, v=None: " ".join(words(c.node.text() if v is None else v))),
    "regex": (2, 2, regex),
    "base64-decode": (1, 1, decode_base64),
    "uuid": (0, 1, make_uuid),
    "today": (0, 0, lambda c: c.env.today),
    "now": (0, 0, lambda c: c.env.now),
    "date": (1, 1, dates.date),
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
