"""Who issues a paper: the head and foot of Decree 30 for a commune, an agency of the district, the district itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..models import OrgUnit
from ..papers.wording import document_number, place_and_date, place_of

POSTS = {"Phòng": "TRƯỞNG PHÒNG", "Trung tâm": "GIÁM ĐỐC", "Công an": "TRƯỞNG CÔNG AN", "Ủy ban Mặt trận": "CHỦ TỊCH"}


@dataclass(frozen=True)
class Issuer:
    """mark: the body in a paper's symbol ("UBND"). named: how a sentence calls it."""

    parent: str
    agency: tuple[str, ...]
    mark: str
    place: str
    authority: tuple[str, ...]
    post: str
    named: str

    def frame(
        self, kind: str, signer: str, copies: list[str], day: date | None, month: date, number: str = ""
    ) -> dict[str, Any]:
        """The fields of every paper. day: None until it is signed; then month and year are there, the day is blank."""
        line = f"Số: {number}" if "/" in number else document_number(f"{kind}-{self.mark}", number or None)
        return {
            "parent": self.parent,
            "agency": list(self.agency),
            "number": line,
            "place_date": place_and_date(self.place, day, month),
            "authority": list(self.authority),
            "post": self.post,
            "signer": signer,
            "copies": copies,
        }


def issuer(units: Mapping[str, OrgUnit], code: str) -> Issuer:
    """Of a unit: a commune's People's Committee, the district's, or an agency under the district."""
    unit, district = units[code], top_of(units, code)
    if unit.code == district.code:
        return Issuer("", ("ỦY BAN NHÂN DÂN", unit.name.upper()), "UBND", place_of(unit.name), (), "CHỦ TỊCH", f"UBND {lower(unit.name)}")
    if unit.kind == "agency":
        named = unit.name.removesuffix(f" {lower(district.name)}")
        post = next((post for start, post in POSTS.items() if named.startswith(start)), "THỦ TRƯỞNG ĐƠN VỊ")
        parent = f"UBND {district.name.upper()}"
        return Issuer(parent, (named.upper(),), code.rpartition("-")[2], place_of(district.name), (), post, unit.name)
    return Issuer(
        "", ("ỦY BAN NHÂN DÂN", unit.name.upper()), "UBND", place_of(unit.name), ("TM. ỦY BAN NHÂN DÂN",), "CHỦ TỊCH",
        f"UBND {lower(unit.name)}",
    )  # fmt: skip


def top_of(units: Mapping[str, OrgUnit], code: str) -> OrgUnit:
    unit = units[code]
    while unit.parent is not None:
        unit = units[unit.parent]
    return unit


def lower(name: str) -> str:
    """ "xã Bản Bo" of "Xã Bản Bo": how a unit stands inside a sentence."""
    return name[:1].lower() + name[1:]
