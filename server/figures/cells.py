"""From what records add to the cells that change, by difference. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from forms import Env
from forms.figures import Contribution, Figures
from sync.canonical import canonical

Doc = Mapping[str, Any]


class Key(NamedTuple):
    """A cell's key, in the order of its primary key: locks are taken in it (P-07)."""

    span: str
    indicator: str
    split: str
    day: str
    unit_code: str
    phase: str
    item: str
    over: str


@dataclass(frozen=True)
class Added:
    """What a record adds, and where. adds: as Tally.adds."""

    form_id: str
    unit_code: str
    phase: str
    basis: str
    adds: str

    def contributions(self) -> list[Contribution]:
        return [
            Contribution(indicator, day, amount, over, tuple((name, item) for name, item in by))
            for indicator, day, amount, over, by in json.loads(self.adds)
        ]


Deltas = dict[Key, list[int]]  # (n, total) each


def added_by(doc: Doc, basis: str, figures: Figures) -> Added:
    """What the head of a record adds. Its expressions see the moment the record was finalised at."""
    env = Env(**{"today": doc["created_at"][:10], "now": doc["created_at"], **doc.get("volatile", {})}, seed=doc["rec"])
    found = figures.contributions(doc["answers"], env)
    return Added(doc["form"]["id"], doc["scope"].split("/")[0], doc["phase"], basis, canonical(found))


def differences(changes: Iterable[tuple[Added | None, Added | None]]) -> Deltas:
    """(before, after) of records → what their cells change by; cells that stay are left out."""
    deltas: Deltas = defaultdict(lambda: [0, 0])
    for before, after in changes:
        if before is not None and after is not None and before == after:
            continue
        for added, sign in ((before, -1), (after, 1)):
            if added is not None:
                for key, amount in cells_of(added):
                    delta = deltas[key]
                    delta[0] += sign
                    delta[1] += sign * amount
    return {key: delta for key, delta in sorted(deltas.items()) if delta != [0, 0]}


def cells_of(added: Added) -> Iterable[tuple[Key, int]]:
    """Every cell a record stands in, with the amount it adds to its total."""
    for indicator, day, amount, over, by in added.contributions():
        for span, first in (("d", day), ("m", f"{day[:7]}-01")):
            yield Key(span, indicator, "", first, added.unit_code, added.phase, "", over), amount
            for split, item in by:
                yield Key(span, indicator, split, first, added.unit_code, added.phase, item, over), amount
