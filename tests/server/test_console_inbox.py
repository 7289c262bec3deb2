"""The inbox: what waits for whom, found without marks, counted as listed, in pages."""

import re

import pytest

from tests.server.district import FAR_TEAM, OTHER_TEAM
from tests.server.officer import OTHER_COMMUNE, Officer, field, words

COUNT = re.compile(r">([^<>]+) <b>([\d.,]+)</b>")


def counts(page):
    return {name: int(number) for name, number in COUNT.findall(page.text)}


def titles(page):
    return re.findall(r'<a data-row href="/records/[0-9a-f-]{36}[^"]*">([^<]+)</a>', page.text)


@pytest.fixture
def three(district, clock):
    """Three cases, an hour apart; the last of another team."""
    device, other = district.device(), district.device(unit=OTHER_TEAM)
    ops = []
    for who, name, unit in (
        (device, "Đỗ Thị Hường", None),
        (device, "Sùng A Páo", None),
        (other, "Lò Văn Ướt", OTHER_TEAM),
    ):
        ops.append(who.submit(full_name=name, **({"unit": unit} if unit else {})))
        who.push(ops[-1])
        clock.pass_(minutes=20)
    return [op.rec for op in ops]


def test_what_waits_longest_stands_on_top_with_its_age_in_words(district, three):
    page = Officer(district).get("/records")
    assert [title.split(" · ")[0] for title in titles(page)] == ["Đỗ Thị Hường", "Sùng A Páo", "Lò Văn Ướt"]
    assert "1 giờ trước" in words(page) and "20 phút trước" in words(page)


def test_names_are_found_with_and_without_marks_and_signs_of_sql_are_only_letters(district, three):
    officer = Officer(district)
    for typed in ("do thi huong", "ĐỖ THỊ HƯỜNG", "huong do", "Đỗ"):
        page = officer.get("/records", query_string={"q": typed})
        assert [title.split(" · ")[0] for title in titles(page)] == ["Đỗ Thị Hường"], typed
    for typed in ("%", "_", "' OR 1=1 --", "\\"):
        assert titles(officer.get("/records", query_string={"q": typed})) == [], typed


def test_filters_narrow_list_and_counts_alike(district, three, clock):
    officer = Officer(district)
    assert counts(officer.get("/records"))["Chờ tôi xử lý"] == 3
    page = officer.get("/records", query_string={"unit": OTHER_TEAM, "tab": "all"})
    assert counts(page)["Tất cả"] == len(titles(page)) == 1
    page = officer.get("/records", query_string={"form": "achievement", "tab": "all"})
    assert counts(page)["Tất cả"] == 0 and "Không có hồ sơ nào khớp" in words(page)
    clock.pass_(hours=11)
    assert counts(officer.get("/records?tab=all&days=2"))["Tất cả"] == 0


def test_a_step_moves_a_record_from_tab_to_tab(district, three):
    officer = Officer(district)
    page = officer.get(f"/records/{three[0]}")
    officer.post(f"/records/{three[0]}/steps/commune_check", answers_hash=field(page, "answers_hash"))
    assert counts(officer.get("/records")) == {
        "Chờ tôi xử lý": 2, "Đã nhận": 2, "Cần sửa": 0, "Đã duyệt": 1, "Từ chối, hủy": 0, "Tất cả": 3,
    }  # fmt: skip
    chair = Officer(district, "commune_chair")
    assert [title.split(" · ")[0] for title in titles(chair.get("/records"))] == ["Đỗ Thị Hường"]


def test_an_empty_inbox_says_what_will_happen(district):
    page = words(Officer(district, unit=OTHER_COMMUNE).get("/records"))
    assert "Không còn hồ sơ nào chờ anh/chị." in page and "chờ lâu nhất ở trên cùng" in page


def test_more_than_a_page_is_paged_without_loss_or_repeat(district):
    device = district.device()
    for _ in range(3):
        device.push(*[device.submit() for _ in range(18)])
    officer = Officer(district)
    first, second = officer.get("/records"), officer.get("/records?tab=mine&page=2")
    shown = re.findall(r"/records/([0-9a-f-]{36})", first.text + second.text)
    assert len(shown) == len(set(shown)) == 54
    assert "Trang 1 trên 2" in words(first)
    assert titles(officer.get("/records?tab=mine&page=9")) == []


def test_a_mangled_address_still_gives_a_page(district, three):
    officer = Officer(district)
    for query in ("page=-1", "page=x", "days=x", "tab=none", "since=x", "unit=none", "week=x", "q=" + "a" * 500):
        assert officer.get(f"/records?{query}").status_code == 200, query


def test_the_districts_reader_sees_all_communes(district, three):
    far = district.device(unit=FAR_TEAM)
    far.push(far.submit(unit=FAR_TEAM))
    page = Officer(district, "labour_office", "106").get("/records?tab=all")
    assert counts(page)["Tất cả"] == 4
    assert "Xã Bản Bo" in words(page) and "Xã Bình Lư" in words(page)


def test_what_cannot_wait_is_marked_until_somebody_does_something_about_it(district, clock):
    device = district.device()
    op = device.submit(urgency="now")
    clock.pass_(hours=3)  # the way to the road with signal
    device.hello()
    device.push(op)
    clock.pass_(hours=2)
    officer = Officer(district)
    page = officer.get("/records?tab=all")
    assert "Khẩn, chưa ai xử lý" in words(page)
    record = officer.get(f"/records/{op.rec}")
    assert "Nhận 2 giờ trước" in words(record)
    officer.post(f"/records/{op.rec}/comments", text="Đã gọi, xe đang lên")
    assert "Khẩn, chưa ai xử lý" not in words(officer.get("/records?tab=all"))
