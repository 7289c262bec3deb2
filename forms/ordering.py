"""In which order the expressions of a form are evaluated, and which follow when an answer changes.

Knows expressions by their key alone, `path#column`, and what each reads; docs/form-language.md, "Program".
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# What other expressions can read is ordered; the rest is evaluated when asked for.
ORDERED = ("relevant", "calculation", "repeat_count")
MOST_CYCLES = 20  # told in one round: finding each is a walk over the whole form


@dataclass(frozen=True)
class Ordered:
    """order: keys, each after those it waits for. dependents: path → keys to evaluate again when its value, relevance or
    rows change. triggers: path → keys to evaluate when its value changes. cycles: keys that wait for each other."""

    order: list[str]
    dependents: dict[str, list[str]]
    triggers: dict[str, list[str]]
    cycles: list[list[str]] = field(default_factory=list)


def ordered(reads: Mapping[str, set[str]], triggers: Mapping[str, list[str]]) -> Ordered:
    """reads: key → the paths its expression reads. triggers: key → the paths whose change alone starts it.

    A blank is read where a question or a group around it is not relevant, so whoever reads a path waits for the
    relevance of all that holds it, and is evaluated again when that changes. Reading a group or repeat itself, as
    in count(${kids}), is reading its rows, not what is in them.
    """
    waits: dict[str, set[str]] = {key: set() for key in reads}
    dependents: dict[str, list[str]] = {}
    for key, paths in reads.items():
        for path in {above for read in {*paths, *triggers.get(key, ())} for above in ancestry(read)}:
            if key not in triggers:
                dependents.setdefault(path, []).append(key)
            waits[key] |= {f"{path}#{column}" for column in ORDERED if f"{path}#{column}" in reads}
        # What is computed inside a repeat waits for its rows to be there.
        waits[key] |= {f"{above}#repeat_count" for above in ancestry(key.partition("#")[0])} & reads.keys()
        waits[key].discard(key)
    order, cycles = _sorted(waits, triggers)
    place = {key: index for index, key in enumerate(order)}
    started: dict[str, list[str]] = {}
    for key, starting in triggers.items():
        for path in starting:
            started.setdefault(path, []).append(key)
    return Ordered(
        order,
        {path: sorted(keys, key=place.__getitem__) for path, keys in sorted(dependents.items())},
        {path: sorted(keys, key=place.__getitem__) for path, keys in sorted(started.items())},
        cycles,
    )


def _sorted(waits: dict[str, set[str]], triggers: Mapping[str, list[str]]) -> tuple[list[str], list[list[str]]]:
    """Each expression after those it waits for. Every cycle is told and cut, so that the next one is found too.

    One with a trigger starts with its trigger only, so it may read what follows from it, as a counter reads itself.
    """
    cycles: list[list[str]] = []
    while True:
        try:
            return list(graphlib.TopologicalSorter(waits).static_order()), cycles
        except graphlib.CycleError as found:
            circle = list(reversed(found.args[1]))  # graphlib names what is waited for first
            started = next((key for key in circle if key in triggers), None)
            if started:
                waits[started] &= {f"{path}#calculation" for path in triggers[started]} - {*circle}
            else:
                cycles.append(circle)
                waits[circle[0]] = set()
            if len(cycles) == MOST_CYCLES:
                return list(waits), cycles


def crosses_rows(ast: Any, context: str, kinds: Mapping[str, str]) -> bool:
    """Whether an expression at `context` may read another row of the repeat it is in: if not, a change in one row
    concerns that row alone. In doubt it does."""
    inside = next((path for path in ancestry(context) if kinds.get(path) == "repeat" and path != context), None)
    return inside is not None and _crosses(ast, context, inside)


def _crosses(ast: Any, context: str, inside: str) -> bool:
    match ast:
        case ["path", ["self"] | ["current"], *steps]:
            at = context
            for step in steps:
                at = at.rpartition("/")[0] if step[0] == "parent" else f"{at}/{step[1]}"
                if step[0] == "filter" or len(step) > 2 or not f"{at}/".startswith(f"{inside}/"):
                    return True
            return False
        case ["path", ["instance", *_], *steps]:  # a list's predicates see the question around them
            return any(_crosses(part, context, inside) for step in steps for part in step if isinstance(part, list))
        case ["path", *_] | ["call", "indexed-repeat" | "position", *_]:
            return True
        case ["ref", path]:
            return f"{inside}/".startswith(f"{path}/")  # the repeat itself: all its rows
    return any(_crosses(part, context, inside) for part in ast if isinstance(part, list))


def ancestry(path: str) -> Iterator[str]:
    """'/a/b' → '/a/b', '/a'."""
    while path:
        yield path
        path = path.rpartition("/")[0]
