"""Messages with something wrong in them: a value replaced, dropped, said twice, nested or put in another's place.

A seed says what goes wrong, not a strategy: what is mangled is what a living server said, and differs from run to run.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

DEEP: Any = "end"
for _ in range(200):
    DEEP = [DEEP]
# No whole floats: JavaScript has one kind of number, and 1.0 is 1 there.
NASTY = [
    None, True, False, 0, -1, 1, 7, 2**53, -(2**53), 2**64, 0.5, float("inf"), "", "x", "0", "null", "\ud800", "a\x00b", "Đ" * 400,
    "9999-99-99", "__proto__", "constructor", [], {}, [[]], [None], {"": None}, {"__proto__": 1}, [{}] * 50, DEEP,
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, itself first."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in members for place in places(each, (*path, key)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def mangled(value: Any, seed: int, keep: tuple[str, ...] = ()) -> Any:
    """The value with one to three things wrong in it. keep: keys of the top that stay as they are."""
    value, random = copy.deepcopy(value), Random(seed)
    for _ in range(random.randint(1, 3)):
        here = [place for place in places(value) if place and place[0] not in keep and len(place) < 12]
        if not here:
            break
        place = random.choice(here)
        holder, key = at(value, place[:-1]), place[-1]
        match random.choice(["replace", "replace", "drop", "twice", "swap", "nest", "unknown"]):
            case "drop":
                del holder[key]
            case "twice" if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case "swap":
                holder[key] = copy.deepcopy(at(value, random.choice(here)))
            case "nest":
                holder[key] = random.choice([{"in": holder[key]}, [holder[key]]])
            case "unknown" if isinstance(holder, dict):
                holder[random.choice(["x", "", "*", "toString"])] = random.choice(NASTY)
            case _:
                holder[key] = copy.deepcopy(random.choice(NASTY))
    return value
