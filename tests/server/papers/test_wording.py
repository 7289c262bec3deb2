"""Numbers, dates and letters as Decree 30 writes them."""

from datetime import date

import pytest

from server.papers.wording import (
    LETTERS,
    document_number,
    list_letter,
    long_date,
    money,
    percent,
    place_and_date,
    place_of,
)


def test_numbers_below_ten_get_a_nought_and_none_leaves_room_for_the_clerk():
    assert document_number("TTr-UBND", 5) == "Số: 05/TTr-UBND"
    assert document_number("QĐ-UBND", 112) == "Số: 112/QĐ-UBND"
    assert document_number("BB-HĐTĐKT", "07a") == "Số: 07a/BB-HĐTĐKT"
    assert document_number("TTr-UBND") == "Số:       /TTr-UBND"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2022, 1, 5), "ngày 05 tháng 01 năm 2022"),
        (date(2022, 2, 10), "ngày 10 tháng 02 năm 2022"),
        (date(2022, 3, 9), "ngày 09 tháng 3 năm 2022"),
        (date(2022, 6, 29), "ngày 29 tháng 6 năm 2022"),
        (date(2021, 12, 1), "ngày 01 tháng 12 năm 2021"),
    ],
)
def test_days_below_ten_and_only_the_first_two_months_get_a_nought(day, said):
    assert long_date(day) == said


def test_a_paper_not_yet_dated_leaves_room():
    assert place_and_date("Bản Bo", date(2022, 1, 5)) == "Bản Bo, ngày 05 tháng 01 năm 2022"
    assert place_and_date("Bản Bo", None, date(2022, 1, 5)) == "Bản Bo, ngày       tháng 01 năm 2022"
    assert long_date(None).split() == ["ngày", "tháng", "năm"]


def test_points_have_vietnamese_letters():
    assert [list_letter(i) for i in range(6)] == ["a", "b", "c", "d", "đ", "e"]
    assert not set("fjwz") & set(LETTERS)
    assert list_letter(7) == "h"
    with pytest.raises(IndexError):
        list_letter(len(LETTERS))


def test_money_shares_and_places():
    assert (money(1_490_000), money(0)) == ("1.490.000", "0")
    assert (percent(66.666), percent(100), percent(None)) == ("66,7%", "100%", "–")
    assert (place_of("Xã Bản Bo"), place_of("Huyện Tam Đường"), place_of("Tổ 1")) == ("Bản Bo", "Tam Đường", "Tổ 1")
