"""Award money: factor × base salary × times, multiplied first and rounded once. All three are dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from ..models import Nomination
from .dossiers import Opened


@dataclass(frozen=True)
class Amount:
    """VND. unrounded: what the multiplication gave, shown beside the rounded sum."""

    vnd: int
    unrounded: Decimal
    factor: Decimal
    base_salary: int
    times: int


def base_salary(money: Mapping[str, Any], day: date) -> int | None:
    """The base salary of a day; None: the campaign does not know it."""
    for row in money["base_salary"]:
        if row["from_"] <= day and (row.get("to") is None or day <= row["to"]):
            return int(row["vnd"])
    return None


def amount(money: Mapping[str, Any], factor: str, recipient: str, day: date) -> Amount | None:
    """What an award of this factor brings a recipient on a day; None where the data say nothing of it."""
    salary, times = base_salary(money, day), money["times"].get(recipient)
    if salary is None or times is None or not factor:
        return None
    unrounded = Decimal(factor) * salary * times
    return Amount(rounded(unrounded, money["rounding"], money["round_to"]), unrounded, Decimal(factor), salary, times)


def rounded(vnd: Decimal, rounding: str, to: int) -> int:
    """To a whole multiple: "ceil" upwards, "nearest" with halves upwards."""
    how = ROUND_CEILING if rounding == "ceil" else ROUND_HALF_UP
    return int((vnd / to).quantize(Decimal(1), how)) * to


def money_of(opened: Opened, nomination: Nomination, day: date) -> Amount | None:
    """What the award brings this recipient on a day; money goes with awards that the district decides."""
    row = opened.rules.award(opened.dossier.award, day)
    return amount(opened.rules.data["money"], (row or {}).get("factor", ""), nomination.recipient, day)
