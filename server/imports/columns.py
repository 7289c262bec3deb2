"""What columns each list has: heads in both languages, whether they are wanted, an example, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    name: str
    vi: str
    en: str
    example: str
    means_vi: str
    means_en: str
    wanted: bool = False
    longest: int = 100

    def names(self) -> set[str]:
        """How a header may write it."""
        return {self.name, self.vi.casefold(), self.en.casefold()}


DAYS = (
    Column("from", "Từ ngày", "From", "01/12/2021", "ngày/tháng/năm; để trống: từ hôm nay", "day/month/year; blank: from today"),
    Column("until", "Đến hết ngày", "Until", "", "ngày cuối; để trống: chưa định", "the last day; blank: open"),
)  # fmt: skip
PEOPLE = (
    Column("name", "Họ và tên", "Full name", "Giàng A Páo", "đủ họ, đệm, tên, có dấu", "family, middle and given name", True),
    Column("username", "Tên đăng nhập", "User name", "", "chỉ cho người dùng trang duyệt", "only for those who use the console", longest=64),
    Column("phone", "Điện thoại", "Phone", "0912345678", "để gọi khi máy không liên lạc", "to call when the device stays away", longest=20),
    Column("role", "Vai trò", "Role", "team_lead", "mã hoặc tên vai trò, xem trang tính vai_tro", "id or label of a role, see the sheet vai_tro", True),
    Column("unit", "Mã đơn vị", "Unit code", "03424-07-T1", "mã đơn vị, xem trang tính don_vi", "code of a unit, see the sheet don_vi", True),
    *DAYS,
)  # fmt: skip
UNITS = (
    Column("code", "Mã", "Code", "03424-19", "chữ, số và dấu -; đã có thì được sửa theo dòng này", "letters, digits and -; one that exists is changed by this line", True, 40),
    Column("name", "Tên", "Name", "Bản Nà Khương", "tên đầy đủ", "the whole name", True),
    Column("parent", "Mã đơn vị cấp trên", "Parent code", "03424", "nơi nó trực thuộc", "what it stands under", True),
    *DAYS,
    Column("successor", "Mã đơn vị thay thế", "Successor code", "", "khi sáp nhập, giải thể: đơn vị nhận việc sau ngày cuối", "after a merger: who takes over after the last day"),
)  # fmt: skip


def columns_of(which: str) -> tuple[Column, ...]:
    return PEOPLE if which == "people" else UNITS


def by_header(columns: tuple[Column, ...]) -> Mapping[str, Column]:
    return {name: column for column in columns for name in column.names()}
