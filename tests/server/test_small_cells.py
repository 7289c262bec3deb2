"""Small counts hidden by role: nothing shown tells them, on the overview, in charts and in a return's files."""

import io
import json
import re

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from server.figures.small_cells import HIDDEN, hidden, masked
from tests.server.officer import Officer, words
from tests.server.test_returns import ADDRESS, signed, week  # noqa: F401  a fixture


def possible(counts, away, limit=12):
    """What a reader of the total and the shown items could believe of the hidden ones: two of these, at least."""
    rest = sum(counts[item] for item in away)
    return [(first, rest - first) for first in range(min(rest, limit) + 1)]


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=6), st.integers(2, 6))
def test_no_small_count_is_shown_nor_told_by_the_rest(counts, below):
    away = hidden(counts, below)
    small = {item for item, count in counts.items() if 0 < count < below}
    if not small:
        assert away == frozenset()
    elif away is None:
        assert masked(counts, counts, below) == {HIDDEN: HIDDEN}
        assert sum(counts.values()) < below or len(counts) == 1  # else there was something to hide it with
    else:
        assert small <= away and len(away) >= 2
        assert sum(counts[item] for item in away) >= below
        assert len(possible(counts, away)) > 1
        shown = masked(counts, counts, below)
        assert {item for item, value in shown.items() if value == HIDDEN} == away


def test_of_the_rest_the_smallest_is_hidden_and_nought_last():
    assert hidden({"a": 2, "b": 30, "c": 9, "d": 0}, 5) == {"a", "c"}
    assert hidden({"a": 4, "b": 0}, 4) == frozenset()
    assert hidden({"a": 3, "b": 3}, 5) == {"a", "b"}


def test_money_goes_by_its_records_not_by_its_amount():
    assert masked({"a": "5000000", "b": "90", "c": "80"}, {"a": 1, "b": 8, "c": 7}, 5) == {
        "a": HIDDEN, "b": "90", "c": HIDDEN,
    }  # fmt: skip


def test_a_return_hides_from_home_affairs_what_the_chair_sees_in_every_file(district, week):  # noqa: F811
    device, people = week
    device.push(*(device.submit(full_name=f"Giàng Thị {name}") for name in ("Mỷ", "Sua", "Dợ", "Pà", "Chư", "Ly")))
    signed(people)

    def split(who, split="sex"):
        said = json.loads(people[who].get(f"{ADDRESS}/json").data)
        return next(each for each in said["figures"] if each["name"] == "support_cases_new")["splits"][split]

    assert split("chair") == {"female": "7", "male": "1"}
    assert split("receiver") == {"female": HIDDEN, "male": HIDDEN}
    csv = people["receiver"].get(f"{ADDRESS}/csv").data.decode("utf-8-sig")
    assert "support_cases_new" in csv and not re.search(r"sex,(fe)?male,\d", csv)
    book = openpyxl.load_workbook(io.BytesIO(people["receiver"].get(f"{ADDRESS}/xlsx").data))["Chi tiết"]
    items = {(row[0], row[2], row[3]): row[4] for row in book.iter_rows(min_row=2, values_only=True)}
    assert items["support_cases_new", "Giới tính", "male"] == HIDDEN
    assert any("dưới 5 hồ sơ" in str(row[0]) for row in book.iter_rows(values_only=True))
    sent = json.loads(people["receiver"].get(f"{ADDRESS}/dhis2").data)
    assert HIDDEN not in {each["value"] for each in sent["dataValues"]}


def test_the_overview_hides_them_in_chart_and_table_from_an_auditor(district):
    device = district.device()
    device.push(
        *(device.submit(full_name=f"Giàng Thị {name}", urgency="week") for name in ("Mỷ", "Sua", "Dợ", "Pà", "Chư"))
    )
    device.push(device.submit(full_name="Lò Thị Ón", urgency="now"))
    panel = [
        Officer(district, role, "106").get("/dashboard").text.split("<figcaption>Trường hợp hỗ trợ còn mở")[1]
        for role in ("command_centre", "auditor")
    ]
    open_, closed = (
        re.findall(r'<th scope="row">([^<]+)</th><td class="number">([^<]+)</td>', each.split("</figure>")[0])
        for each in panel
    )
    assert open_ == [("Ngay bây giờ", "1"), ("Trong tuần này", "5")]
    assert closed == [("Ngay bây giờ", HIDDEN), ("Trong tuần này", HIDDEN)]
    assert ">5<" not in panel[1].split("</figure>")[0] and "ẩn" in words(
        Officer(district, "auditor", "106").get("/dashboard")
    )
