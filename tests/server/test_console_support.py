"""Support at the desk: catalogue, double claims, pay-out and posting lists, goods; masked by role, safe as workbooks."""

import io
import uuid

import openpyxl
import pytest
from sqlalchemy import select, update

from server import support
from server.console import support as support_pages
from server.models import AccessEntry, Record
from server.support import Case, overlap
from tests.server.district import OTHER_TEAM, answers, new_rec, verdicts
from tests.server.officer import Officer, words

CLAIM = {"policy_code": "nq68_f0_meal", "event_from": "2021-11-01", "event_to": "2021-11-14"}
PERSON = {"full_name": "Giàng Thị Dở", "id_type": "cccd", "id_number": "012158001234", "phone": "0912345678"}


def approve(district, *recs):
    """As if the office had approved them; the way there is other tests'."""
    district.ask(lambda s: s.execute(update(Record).where(Record.rec.in_(recs)).values(state="approved")))


@pytest.fixture
def pair(district):
    one, other = district.device(), district.device(unit=OTHER_TEAM)
    ops = one.submit(**PERSON, **CLAIM), other.submit(**PERSON, **CLAIM, unit=OTHER_TEAM)
    one.push(ops[0])
    other.push(ops[1])
    return [op.rec for op in ops]


def test_the_catalogue_shows_what_holds_on_a_day(district, pair):
    officer = Officer(district)
    page = officer.get("/support?on=2021-12-05")
    assert "Tiền ăn cho người mắc Covid-19 (F0)" in words(page) and "80.000 mỗi ngày" in words(page)
    assert page.text.count("còn hiệu lực") > officer.get("/support?on=2021-01-01").text.count("còn hiệu lực")
    assert "tạm tính" in words(page)


def test_one_person_under_one_policy_on_the_same_days_is_a_warning(district, pair):
    page = words(Officer(district).get("/support/claims"))
    assert "Giàng Thị Dở" in page and "01/11/2021 – 14/11/2021" in page
    approve(district, *pair)
    assert words(Officer(district).get("/support/lists/payouts")).count("Có thể nhận hai lần") == 3  # a tab, two rows


def test_other_days_or_another_policy_are_no_double_claim(district):
    device = district.device()
    later = {**CLAIM, "event_from": "2021-11-20", "event_to": "2021-11-30"}
    device.push(device.submit(**PERSON, **CLAIM), device.submit(**PERSON, **later))
    device.push(device.submit(**PERSON, **{**CLAIM, "policy_code": "nq68_f1_meal"}))
    assert "Không thấy ai nhận hai lần." in words(Officer(district).get("/support/claims"))


def case(first, last):
    return Case("", "", "", "", "", "", "", "p", first, last, None, None, "", "", "", "")


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (("2021-11-01", "2021-11-14"), ("2021-11-14", "2021-11-20"), True),
        (("2021-11-01", "2021-11-14"), ("2021-11-15", "2021-11-20"), False),
        (("2021-11-01", ""), ("2021-12-01", "2021-12-02"), True),
        (("", ""), ("2021-12-01", ""), True),
    ],
)
def test_when_two_spans_meet(one, other, meet):
    assert overlap(case(*one), case(*other)) is overlap(case(*other), case(*one)) is meet


def test_a_merged_case_is_in_no_list(district, pair):
    officer = Officer(district)
    approve(district, *pair)
    assert words(officer.get("/support/lists/payouts")).count("Giàng Thị Dở") == 2
    officer.post("/duplicates/" + "/".join(sorted(pair)), say=f"merged:{pair[0]}")
    assert words(officer.get("/support/lists/payouts")).count("Giàng Thị Dở") == 1


def test_the_public_list_masks_numbers_and_says_nothing_of_illness(district, pair):
    approve(district, *pair)
    page = words(Officer(district).get("/support/lists/posting"))
    assert "••••••34" in page and "Nghị quyết 68/NQ-CP" in page
    for hidden in ("012158001234", "0912345678", "F0", "Covid-19 (F0)"):
        assert hidden not in page
    assert support.masked_number("12") == ""


def test_a_list_is_taken_out_with_a_reason_that_is_put_down(district, pair):
    officer = Officer(district)
    approve(district, *pair)
    assert officer.post("/support/lists/payouts/workbook", reason="  x ").status_code == 302
    assert "export" not in {what for what, _ in officer.accesses()}
    answer = officer.post("/support/lists/payouts/workbook", reason="Chi trả tại bản")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxml")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert [cell.value for cell in sheet[4]][:3] == ["TT", "Họ và tên", "Năm sinh"]
    assert sheet.cell(5, 5).value == "012158001234"  # a text: no nought is lost
    detail = district.ask(lambda s: s.scalar(select(AccessEntry.detail).where(AccessEntry.what == "export")))
    assert detail["reason"] == "Chi trả tại bản" and detail["rows"] == 2


def test_what_looks_like_a_formula_stays_a_text(district):
    device = district.device()
    op = device.submit(full_name="=HYPERLINK(x)")
    device.push(op)
    approve(district, op.rec)
    answer = Officer(district).post("/support/lists/payouts/workbook", reason="Thử công thức")
    cell = openpyxl.load_workbook(io.BytesIO(answer.data)).active.cell(5, 2)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(x)", "s")


def test_goods_that_were_handed_over_are_listed(district):
    page = Officer(district).get("/support/lists/goods")
    assert page.status_code == 200 and "Chưa có hồ sơ nào." in words(page)


def test_who_may_not_export_sees_no_download_and_a_stranger_no_case(district, pair):
    approve(district, *pair)
    health = Officer(district, "commune_health")
    assert "Tải .xlsx" not in health.get("/support/lists/payouts").text
    assert health.post("/support/lists/payouts/workbook", reason="Chi trả tại bản").status_code == 403
    assert "Giàng" not in words(Officer(district, unit="03412").get("/support/lists/payouts")).replace(
        "Giàng A Páo", ""
    )
    assert Officer(district).get("/support/lists/nothing").status_code == 404


def test_a_long_list_comes_in_pages_and_its_workbook_whole(district, pair, monkeypatch):
    approve(district, *pair)
    monkeypatch.setattr(support_pages, "PAGE_ROWS", 1)
    monkeypatch.setattr(support, "AT_ONCE", 1)
    officer = Officer(district)
    first, second = (officer.get(f"/support/lists/payouts?page={number}") for number in (1, 2))
    assert "Trang 1 trên 2" in words(first) and "Trang 2 trên 2" in words(second) and "2 dòng" in words(first)
    assert first.text.count("<tr>") == second.text.count("<tr>") == 2
    book = officer.post("/support/lists/payouts/workbook", reason="Chi trả tại bản")
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).active
    assert [sheet.cell(row, 1).value for row in (5, 6)] == [1, 2]


def test_goods_that_were_handed_over_stand_with_quantity_and_value_and_the_others_do_not(district):
    device = district.device()
    rows = [
        {"__id": str(uuid.uuid4()), "item": "Gạo tẻ", "qty": "15", "unit": "kg", "item_state": "received", "value_vnd": 225000},
        {"__id": str(uuid.uuid4()), "item": "Chăn", "qty": "1", "unit": "chiec", "item_state": "needed"},
    ]
    op = device.op("submit", new_rec(), {"answers": {**answers(), "items": rows}, "title": "Giàng Thị Dở"})
    assert verdicts(device.push(op)) == ["applied"]
    page = words(Officer(district).get("/support/lists/goods"))
    assert "Gạo tẻ 15 kg 225.000" in page and "Chăn" not in page
