"""Units as the console names them: a team with its commune, lists in the order of the tree."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import OrgUnit
from ..reports import head_of


@dataclass(frozen=True)
class Units:
    """The tree by code. A district has some hundred units."""

    by_code: dict[str, OrgUnit]

    def place(self, code: str) -> str:
        """ "Tổ số 1, bản Phiêng Hoi · Xã Bản Bo"."""
        return " · ".join(filter(None, (self.name(code), self.within(code))))

    def name(self, code: str) -> str:
        return self.by_code[code].name if code in self.by_code else code

    def within(self, code: str) -> str:
        """The office a smaller unit lies in, "" for one that is its own place."""
        above = head_of(self.by_code, code) if code in self.by_code else None
        return "" if above is None or above.code == code else above.name

    def options(self, codes: set[str]) -> list[tuple[str, str]]:
        """(code, indented name) of these units, each under the one above it."""
        listed = sorted((self.by_code[code] for code in codes if code in self.by_code), key=lambda unit: unit.path)
        depth = min((unit.path.count("/") for unit in listed), default=0)
        return [(unit.code, "\u2003" * (unit.path.count("/") - depth) + unit.name) for unit in listed]


def all_units(session: Session) -> Units:
    return Units({unit.code: unit for unit in session.scalars(select(OrgUnit))})
