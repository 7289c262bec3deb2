"""Conditions over the columns of a list that its indexes answer: so that no list of a district is read row by row.

The twin in JavaScript is client/web/engine/lookups.js.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forms.choice_lists import ChoiceList
from forms.expressions.values import Value


def equalities(ast: Any) -> Iterator[tuple[str, Any]]:
    """(column, what it has to equal) of every `column = …` that the whole condition cannot do without."""
    match ast:
        case ["and", *parts]:
            for part in parts:
                yield from equalities(part)
        case ["=", ["col", column], wanted] | ["=", wanted, ["col", column]]:
            if column != "label" and not _looks_at_item(wanted):  # a label is in the reader's language
                yield column, wanted


def _looks_at_item(ast: Any) -> bool:
    """Whether it may differ from one item to the next."""
    own = ast[0] == "col" or ast[:2] in (["call", "position"], ["call", "last"])
    return own or any(_looks_at_item(part) for part in ast if isinstance(part, list))


def narrowed(choices: ChoiceList, column: str, wanted: Value) -> list[int] | None:
    """The places, from 0, of the choices whose column equals the value. None: it is compared as a number, '01' = 1."""
    if isinstance(wanted, (bool, int, float)):
        return None
    texts = {wanted} if isinstance(wanted, str) else {each.text() for each in wanted}
    return sorted({number for text in texts for number in choices.numbers(column, text)})
