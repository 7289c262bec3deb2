"""What a template may name: the fields of a kind of paper, described once, for checking, for samples and for the docs.

A field is a text, a switch, a list of texts, or rows that have fields of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """sample: what a test render puts there (a str, a bool, or a list of str). needed: a template without it is wrong."""

    name: str
    vi: str
    en: str
    sample: str | bool | tuple[str, ...] = ""
    needed: bool = False

    @property
    def children(self) -> Mapping[str, AnyField] | None:
        """What its rows name; {} of a list of texts; None: not a list."""
        return {} if isinstance(self.sample, tuple) else None

    def value(self) -> Any:
        return list(self.sample) if isinstance(self.sample, tuple) else self.sample


@dataclass(frozen=True)
class Rows:
    """A list of rows. samples: how many rows a test render has."""

    name: str
    vi: str
    en: str
    fields: tuple[AnyField, ...]
    samples: int = 2
    needed: bool = False

    @property
    def children(self) -> Mapping[str, AnyField] | None:
        return {field.name: field for field in self.fields}

    def value(self) -> Any:
        return [sample_of(self.fields) for _ in range(self.samples)]


AnyField = Field | Rows


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper: its fields, and its title in both languages. landscape: lists with many columns."""

    name: str
    vi: str
    en: str
    fields: tuple[AnyField, ...]

    @property
    def by_name(self) -> Mapping[str, AnyField]:
        return {field.name: field for field in self.fields}

    def sample(self) -> dict[str, Any]:
        """Values for a test render: each field has one."""
        return sample_of(self.fields)


def sample_of(fields: tuple[AnyField, ...]) -> dict[str, Any]:
    return {field.name: field.value() for field in fields}


# The head and foot that Decree 30 gives every paper.
FRAME: tuple[AnyField, ...] = (
    Field("parent", "Cơ quan chủ quản, chữ in hoa; xã không có", "The body above, in capitals; communes have none", "UBND HUYỆN TAM ĐƯỜNG"),
    Field("agency", "Cơ quan ban hành, chữ in hoa, mỗi dòng một mục", "The issuing body in capitals, a line each", ("PHÒNG NỘI VỤ",), needed=True),
    Field("number", "Dòng số, ký hiệu; chừa chỗ cho văn thư", "The number line; room is left for the clerk", "Số:       /TTr-NV", needed=True),
    Field("place_date", "Địa danh, ngày tháng năm", "Place and date", "Tam Đường, ngày 05 tháng 01 năm 2022", needed=True),
    Field("authority", "Thẩm quyền ký: TM., KT., TL. … mỗi dòng một mục", "In whose name it is signed, a line each", ("TM. ỦY BAN NHÂN DÂN",)),
    Field("post", "Chức vụ người ký", "The signer's post", "CHỦ TỊCH", needed=True),
    Field("signer", "Họ tên người ký", "The signer's name", "Nguyễn Xuân Trường", needed=True),
    Field("copies", "Nơi nhận, mỗi dòng một mục, kể cả dấu chấm phẩy", "Recipients, a line each, with their semicolons", ("- Như trên;", "- Lưu: VT, NV.")),
)  # fmt: skip
