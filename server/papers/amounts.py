"""Whole numbers and sums of money in Vietnamese words, as papers write them beside the figures."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")  # of the groups of three digits below a billion; above it they begin again, with "tỷ"
BILLION = 10**9
LARGEST = 10**18 - 1


def in_words(number: int) -> str:
    """21 → "hai mươi mốt", 105 → "một trăm lẻ năm", 1490000 → "một triệu bốn trăm chín mươi nghìn".

    A group that is nought is passed over; a later group is read with its hundreds ("một nghìn không trăm lẻ năm").
    Raises ValueError beyond 18 digits: nobody signs such a sum.
    """
    if abs(number) > LARGEST:
        raise ValueError(f"too large to be written in words: {number}")
    if number < 0:
        return f"âm {in_words(-number)}"
    return " ".join(whole(number, follows=False)) if number else DIGITS[0]


def money_in_words(vnd: int) -> str:
    """1490000 → "Một triệu bốn trăm chín mươi nghìn đồng", with a capital, as between brackets on a paper."""
    words = f"{in_words(vnd)} đồng"
    return words[0].upper() + words[1:]


def whole(number: int, *, follows: bool) -> list[str]:
    """The words of a number above nought. follows: a larger part was read before it."""
    billions, rest = divmod(number, BILLION)
    words = [*whole(billions, follows=follows), "tỷ"] if billions else []
    groups = [(scale, rest // 1000**scale % 1000) for scale in reversed(range(len(SCALES)))]
    for scale, group in groups:
        if group:
            words += [*hundreds(group, follows=follows or bool(words)), *([SCALES[scale]] if scale else [])]
    return words


def hundreds(group: int, *, follows: bool) -> list[str]:
    """1 to 999. After a larger part the hundreds are said even when they are nought."""
    hundred, rest = divmod(group, 100)
    ten, one = divmod(rest, 10)
    words = [DIGITS[hundred], "trăm"] if hundred or follows else []
    if ten == 0:
        return [*words, *(["lẻ"] if words and one else []), *([DIGITS[one]] if one else [])]
    words += ["mười"] if ten == 1 else [DIGITS[ten], "mươi"]
    return [*words, *([unit_after_tens(ten, one)] if one else [])]


def unit_after_tens(ten: int, one: int) -> str:
    """mốt after mươi (but mười một), lăm after both; bốn stays bốn, as in accounts."""
    if one == 5:
        return "lăm"
    return "mốt" if one == 1 and ten > 1 else DIGITS[one]
