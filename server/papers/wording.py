"""How a paper writes numbers, dates, money and list letters (Decree 30/2020/NĐ-CP, Appendix I)."""

from __future__ import annotations

from datetime import date

LETTERS = "abcdđeghiklmnopqrstuvxy"  # the letters of points: the Vietnamese alphabet, with no f, j, w, z
BLANK = "      "  # room for the clerk's pen


def document_number(code: str, number: int | str | None = None) -> str:
    """ "Số: 05/TTr-UBND"; without a number, room for the clerk. Numbers below ten get a leading nought."""
    written = f"{number:02}" if isinstance(number, int) else (number or BLANK)
    return f"Số: {written}/{code}"


def long_date(day: date | None) -> str:
    """ "ngày 05 tháng 01 năm 2022": days below ten and the months 1 and 2 get a nought, other months none (29 tháng 6).

    None: room for the clerk, who dates the paper when it is signed.
    """
    if day is None:
        return f"ngày {BLANK}tháng {BLANK}năm {BLANK}"
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def place_and_date(place: str, day: date | None, of_month: date | None = None) -> str:
    """ "Bản Bo, ngày 05 tháng 01 năm 2022". of_month: the day is left to the clerk, month and year are known."""
    if day is None and of_month is not None:
        month = f"{of_month.month:02}" if of_month.month <= 2 else str(of_month.month)
        return f"{place}, ngày {BLANK}tháng {month} năm {of_month.year}"
    return f"{place}, {long_date(day)}"


def short_date(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def money(vnd: int) -> str:
    """1490000 → "1.490.000"."""
    return f"{vnd:,}".replace(",", ".")


def percent(share: float | None) -> str:
    """66.666 → "66,7%"; None (a share of nothing) → "–"."""
    return "–" if share is None else f"{share:.1f}".removesuffix(".0").replace(".", ",") + "%"


def list_letter(index: int) -> str:
    """0 → "a", 3 → "d", 4 → "đ". Raises IndexError where the alphabet ends: split the clause."""
    return LETTERS[index]


def place_of(unit_name: str) -> str:
    """The place a paper is dated at: the unit's name without its kind, as "Bản Bo" of "Xã Bản Bo"."""
    for kind in ("Thị trấn ", "Xã ", "Huyện ", "Tỉnh "):
        if unit_name.startswith(kind):
            return unit_name.removeprefix(kind)
    return unit_name
