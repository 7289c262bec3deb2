"""The district's table: its sums are the records, a nought is never a guess, and the workbook says the same."""

import io
import re
from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from server.models import AccessEntry, AuditEntry, Record
from server.reports import days_of, district_table, is_known, week_of, weeks_between
from tests.server.district import FAR_TEAM
from tests.server.officer import Officer, field, words

PERIOD = "since=2021-11-01&until=2021-12-31"


@pytest.fixture
def recorded(district):
    """Three cases of Bản Bo, one of them approved and one void, and two of Bình Lư."""
    device, far = district.device(), district.device(unit=FAR_TEAM)
    ops = [device.submit() for _ in range(3)]
    device.push(*ops)
    far.push(far.submit(unit=FAR_TEAM), far.submit(unit=FAR_TEAM))
    officer = Officer(district)
    for rec, address, fields in ((ops[0].rec, "steps/commune_check", {}), (ops[1].rec, "void", {"reason": "Trùng"})):
        page = officer.get(f"/records/{rec}")
        officer.post(f"/records/{rec}/{address}", answers_hash=field(page, "answers_hash"), **fields)
    return [op.rec for op in ops]


def table(district, officer, first=date(2021, 11, 1), last=date(2021, 12, 31), action="table", form="support_case"):
    today = district.server.today()
    return district.ask(
        lambda s: district_table(s, officer.person.person_id, action, form, first, last, today, "Asia/Ho_Chi_Minh")
    )


def test_the_sums_are_the_records_by_unit_state_and_week(district, recorded):
    found = table(district, Officer(district, "command_centre", "106"))
    by_state = dict(
        district.ask(lambda s: [tuple(r) for r in s.execute(select(Record.state, func.count()).group_by(Record.state))])
    )
    assert found.whole.counts == by_state == {"submitted": 3, "commune_checked": 1, "void": 1}
    assert found.whole.total == 4  # the voided is not a case
    totals = {unit.code: unit.whole.total for unit in found.units if unit.whole.total}
    assert totals == {"03424": 2, "03412": 2}
    for unit in found.units:
        assert sum(line.total for line in unit.weeks) == unit.whole.total


def test_a_unit_counts_only_what_lies_in_the_period(district, recorded):
    officer = Officer(district, "command_centre", "106")
    assert table(district, officer, last=date(2021, 11, 7)).whole.total == 0
    assert len(table(district, officer).units) == 21  # 13 communes, 8 agencies, whether they sent anything or not


def test_a_nought_is_said_only_of_whom_something_was_heard(district, recorded):
    found = {unit.code: unit for unit in table(district, Officer(district, "command_centre", "106")).units}
    assert found["03424"].whole.known and found["03412"].heard_at is not None
    assert not found["03430"].whole.known and found["03430"].heard_at is None
    before, after = found["03424"].weeks[0], found["03424"].weeks[-1]
    assert before.known and before.total == 0
    assert not after.known  # that week has not been lived yet


@pytest.mark.parametrize(
    ("week", "heard", "known"),
    [
        ("2021-W48", date(2021, 12, 5), True),  # on its Sunday
        ("2021-W48", date(2021, 12, 4), False),  # a day too early: the Sunday may hold a case
        ("2021-W49", date(2021, 12, 6), True),  # the running week, heard on its Monday
        ("2021-W49", date(2021, 12, 5), False),
        ("2021-W49", None, False),
    ],
)
def test_when_a_nought_can_be_believed(week, heard, known):
    assert is_known(week, heard, today=date(2021, 12, 8)) is known


def test_weeks_are_iso_weeks_over_the_turn_of_the_year():
    assert weeks_between(date(2021, 12, 27), date(2022, 1, 10)) == ["2021-W52", "2022-W01", "2022-W02"]
    assert week_of(date(2022, 1, 2)) == "2021-W52"
    assert days_of("2021-W52") == (date(2021, 12, 27), date(2022, 1, 2))


def test_counts_lead_to_the_records_for_who_may_read_them_and_nowhere_for_others(district, recorded):
    office, centre = Officer(district, "labour_office", "106"), Officer(district, "command_centre", "106")
    page = office.get(f"/table?form=support_case&{PERIOD}")
    link = re.search(r'href="(/records\?[^"]*state=commune_checked[^"]*)"', page.text)[1].replace("&amp;", "&")
    assert recorded[0] in office.get(link).text and recorded[2] not in office.get(link).text
    assert "/records?" not in centre.get(f"/table?form=support_case&{PERIOD}").text
    assert words(centre.get(f"/table?form=support_case&{PERIOD}")).count("Xã Bản Bo") == 1


def test_a_commune_sees_its_own_line_only(district, recorded):
    page = words(Officer(district).get(f"/table?form=support_case&{PERIOD}"))
    assert "Xã Bản Bo" in page and "Xã Bình Lư" not in page


def test_dates_are_typed_as_people_write_them_and_nonsense_falls_back(district, recorded):
    officer = Officer(district)
    assert 'value="01/11/2021"' in officer.get("/table?since=1/11/2021&until=31/12/2021").text
    assert officer.get("/table?since=99/99/2021&until=x").status_code == 200
    assert officer.get("/table?form=none").status_code == 403


def test_the_workbook_holds_the_same_numbers_codes_as_texts_and_vietnamese_whole(district, recorded):
    office = Officer(district, "labour_office", "106")
    answer = office.get(f"/table/workbook?form=support_case&{PERIOD}")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "support_case_2021-11-01_2021-12-31.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    assert book.sheetnames == ["Theo đơn vị", "Theo tuần"]
    sheet = book["Theo đơn vị"]
    assert sheet["A1"].value == "Trường hợp hỗ trợ: số hồ sơ theo đơn vị, tuần và trạng thái"
    assert sheet.freeze_panes == "C7"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    heads = rows[0]
    assert heads[:3] == ["Mã", "Đơn vị", "Chờ xã duyệt"]
    by_code = {row[0]: dict(zip(heads, row, strict=True)) for row in rows[1:]}
    assert {row[0].number_format for row in sheet.iter_rows(min_row=7, max_col=1, max_row=9)} == {"@"}
    assert by_code["03424"]["Đơn vị"] == "Xã Bản Bo"
    assert (by_code["03424"]["Tổng"], by_code["03424"]["Xã đã duyệt"], by_code["03424"]["Đã hủy"]) == (2, 1, 1)
    assert by_code["03430"]["Tổng"] == "–"
    assert rows[-1][1] == "Toàn bộ" and dict(zip(heads, rows[-1], strict=True))["Tổng"] == 4
    weeks = [[cell.value for cell in row] for row in book["Theo tuần"].iter_rows(min_row=7)]
    assert sum(row[-2] for row in weeks if row[-2] != "–") == 4
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_taking_the_workbook_is_in_the_audit_and_in_the_access_log(district, recorded):
    office = Officer(district, "labour_office", "106")
    office.get(f"/table/workbook?form=support_case&{PERIOD}")
    entry = district.ask(lambda s: s.scalar(select(AuditEntry).where(AuditEntry.act == "table.export")))
    assert (entry.actor, entry.subject, entry.detail["records"]) == (office.person.person_id, "support_case", 4)
    assert district.ask(lambda s: s.scalar(select(AccessEntry.what).where(AccessEntry.what == "export"))) == "export"


def test_a_form_the_role_may_not_export_is_not_in_its_workbook(district, recorded):
    centre = Officer(district, "home_affairs", "106")
    assert centre.get(f"/table/workbook?form=support_case&{PERIOD}").status_code == 403
    assert "Tải bảng Excel" not in centre.get(f"/table?form=support_case&{PERIOD}").text
    assert "Tải bảng Excel" in centre.get(f"/table?form=achievement&{PERIOD}").text
