"""Sums in words: the rules of lăm, mốt, lẻ and mươi, and every number read back from its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.papers.amounts import DIGITS, LARGEST, in_words, money_in_words

WORDS = {
    0: "không", 1: "một", 4: "bốn", 5: "năm", 10: "mười", 11: "mười một", 14: "mười bốn", 15: "mười lăm", 19: "mười chín",
    20: "hai mươi", 21: "hai mươi mốt", 24: "hai mươi bốn", 25: "hai mươi lăm", 31: "ba mươi mốt", 55: "năm mươi lăm",
    91: "chín mươi mốt", 95: "chín mươi lăm", 100: "một trăm", 101: "một trăm lẻ một", 105: "một trăm lẻ năm",
    110: "một trăm mười", 111: "một trăm mười một", 115: "một trăm mười lăm", 121: "một trăm hai mươi mốt",
    155: "một trăm năm mươi lăm", 505: "năm trăm lẻ năm", 555: "năm trăm năm mươi lăm", 999: "chín trăm chín mươi chín",
    1000: "một nghìn", 1001: "một nghìn không trăm lẻ một", 1005: "một nghìn không trăm lẻ năm",
    1010: "một nghìn không trăm mười", 1015: "một nghìn không trăm mười lăm", 1100: "một nghìn một trăm",
    10_000: "mười nghìn", 15_000: "mười lăm nghìn", 21_000: "hai mươi mốt nghìn", 100_000: "một trăm nghìn",
    223_500: "hai trăm hai mươi ba nghìn năm trăm", 230_000: "hai trăm ba mươi nghìn",
    447_000: "bốn trăm bốn mươi bảy nghìn", 450_000: "bốn trăm năm mươi nghìn", 900_000: "chín trăm nghìn",
    1_000_000: "một triệu", 1_000_005: "một triệu không trăm lẻ năm", 1_005_000: "một triệu không trăm lẻ năm nghìn",
    1_490_000: "một triệu bốn trăm chín mươi nghìn", 2_980_000: "hai triệu chín trăm tám mươi nghìn",
    5_220_000: "năm triệu hai trăm hai mươi nghìn", 10_430_000: "mười triệu bốn trăm ba mươi nghìn",
    21_000_000: "hai mươi mốt triệu", 1_000_000_000: "một tỷ", 1_000_000_001: "một tỷ không trăm lẻ một",
    1_055_000_000: "một tỷ không trăm năm mươi lăm triệu", 21_005_000_000: "hai mươi mốt tỷ không trăm lẻ năm triệu",
    1_000_000_000_000: "một nghìn tỷ", 1_015_000_000_000: "một nghìn không trăm mười lăm tỷ",
}  # fmt: skip


@pytest.mark.parametrize("number", WORDS)
def test_numbers_as_vietnamese_says_them(number):
    assert in_words(number) == WORDS[number]


def test_money_begins_with_a_capital_and_ends_with_its_currency():
    assert money_in_words(1_490_000) == "Một triệu bốn trăm chín mươi nghìn đồng"
    assert money_in_words(0) == "Không đồng"
    assert money_in_words(-5) == "Âm năm đồng"


def test_what_nobody_signs_has_no_words():
    with pytest.raises(ValueError):
        in_words(LARGEST + 1)


UNITS = {word: digit for digit, word in enumerate(DIGITS)} | {"mốt": 1, "lăm": 5}


def read_back(words: str) -> int:
    """An independent reading: a group's hundreds, tens and ones, added up at each scale word."""
    total = group = digit = part = 0
    for word in words.split():
        match word:
            case "trăm":
                group, digit = digit * 100, 0
            case "mươi":
                group, digit = group + digit * 10, 0
            case "mười":
                group, digit = group + 10, 0
            case "lẻ":
                pass
            case "nghìn" | "triệu":
                part += (group + digit) * {"nghìn": 1000, "triệu": 1_000_000}[word]
                group = digit = 0
            case "tỷ":
                total, part, group, digit = (total + part + group + digit) * 10**9, 0, 0, 0
            case _:
                digit = UNITS[word]
    return total + part + group + digit


@given(st.integers(1, LARGEST))
def test_every_number_is_read_back_from_its_words(number):
    assert read_back(in_words(number)) == number


@given(st.integers(1, 999), st.integers(0, 5))
def test_short_numbers_at_every_scale_are_read_back(group, scale):
    assert read_back(in_words(group * 1000**scale)) == group * 1000**scale


@given(st.integers(1, 10**12))
def test_the_words_keep_the_rules(number):
    words = in_words(number)
    assert "mươi một" not in words and "mươi năm" not in words and "mười mốt" not in words and "mười năm" not in words
    assert "lẻ lăm" not in words and "lẻ mốt" not in words and "  " not in words
    for before, word in zip(words.split(), words.split()[1:], strict=False):
        assert word != "lẻ" or before == "trăm"
        assert word not in ("lăm", "mốt") or before in ("mươi", "mười")
