"""Small counts in a disaggregation, hidden from roles that ask for it (`small_cells` of roles.json). Pure.

Hidden is every item that fewer than so many records stand in, and so many more that the total minus the items shown
tells none of them: at least two items, with at least that many records together. Where the items are too few for that,
not even their names are told. Nought is no person and may be shown; it is hidden only to hide another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .definitions import Definitions

HIDDEN = "*"  # in the place of a figure; as the only item: of all its items


def limit_of(known: Definitions, roles: Iterable[str]) -> int:
    """Below how many records an item is hidden from who has these roles; 0: nothing is. The most open role counts."""
    return min((int(known.roles.get(role, {}).get("small_cells", 0)) for role in roles), default=0)


def hidden(counts: Mapping[str, int], below: int) -> frozenset[str] | None:
    """The items to hide, of item → records in it; None: all of them, and what they are called."""
    found = {item for item, count in counts.items() if 0 < count < below}
    rest = sorted(counts.keys() - found, key=lambda item: (counts[item] == 0, counts[item], item))
    while found and (len(found) < 2 or sum(counts[item] for item in found) < below):
        if not rest:
            return None
        found.add(rest.pop(0))
    return frozenset(found)


def masked(items: Mapping[str, Any], counts: Mapping[str, int], below: int) -> dict[str, Any]:
    """Items with HIDDEN in the place of figures that are not shown; {HIDDEN: HIDDEN}: none is."""
    away = hidden(counts, below)
    if away is None:
        return {HIDDEN: HIDDEN}
    return {item: HIDDEN if item in away else value for item, value in items.items()}


def masked_content(content: Mapping[str, Any], known: Definitions, below: int) -> dict[str, Any]:
    """A return's content (server/returns/desk.py) as such a role may read it, and below what it was masked."""
    if not below:
        return dict(content)
    figures = [
        {
            **{key: value for key, value in figure.items() if key != "counts"},
            "splits": {
                split: masked(items, counted, below)
                if (counted := counts_of(figure, split, known)) is not None
                else {HIDDEN: HIDDEN}
                for split, items in figure["splits"].items()
                if items
            },
        }
        for figure in content["figures"]
    ]
    return {**content, "figures": figures, "masked_below": below}


def counts_of(figure: Mapping[str, Any], split: str, known: Definitions) -> dict[str, int] | None:
    """item → records in it; None: the signed return did not keep that."""
    if split in figure.get("counts", {}):
        return dict(figure["counts"][split])
    source = known.indicators.get(figure["name"], {"source": {}})["source"]
    if source.get("aggregate") != "count":
        return None
    return {item: int(value or 0) for item, value in figure["splits"][split].items()}
