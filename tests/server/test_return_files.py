"""A return as files, opened again: figures are numbers, codes texts, the code of the signed return on each."""

import io
import json
import re
from datetime import date

import docx
import openpyxl
import pytest

from server.papers import decree30
from server.papers.templates import check_template
from server.returns.outputs import Sheet, dhis2_period, dhis2_values, safe, summary, table, workbook
from server.returns.paper import RETURN, heading
from tests.server.conftest import ROOT
from tests.server.officer import COMMUNE
from tests.server.test_returns import ADDRESS, rows, signed, week  # noqa: F401  a fixture

CONTENT = {
    "return": "commune_weekly", "label": {"vi": "Báo cáo tuần của xã"}, "unit": {"code": COMMUNE, "name": "Xã Bản Bo"},
    "period": {"first": "2021-12-03", "last": "2021-12-09"},
    "figures": [
        {"name": "f0_new", "label": {"vi": "Ca mắc mới (F0)"}, "unit": {"vi": "ca"}, "computed": "2", "value": "1200",
         "reason": "Sổ giấy", "splits": {}},
        {"name": "positive_rate", "label": {"vi": "Tỷ lệ dương tính"}, "unit": {"vi": "%"}, "computed": "12.5",
         "value": "12.5", "reason": "", "splits": {"sex": {"female": "7", "": "1"}}},
        {"name": "dose1", "label": {"vi": "Mũi 1"}, "unit": {"vi": "mũi"}, "computed": None, "value": None, "reason": "", "splits": {}},
    ],
    "narrative": [{"name": "main_work", "label": {"vi": "Việc đã làm"}, "text": "Ông Giàng A Páo đã thăm 12 hộ."}],
    "warnings": [],
    "signed": {"name": "Hoàng Văn Hùng", "role": "commune_chair", "role_label": {"vi": "Chủ tịch UBND xã"}, "at": "2021-12-09T05:00:00+00:00"},
}  # fmt: skip
SHEET = Sheet(
    CONTENT,
    "7K2M-9QXA",
    lambda texts: texts["vi"],
    lambda _, split: split,
    heading("Xã Bản Bo"),
    "Bản Bo, ngày 09 tháng 12 năm 2021",
)


def test_the_workbook_has_numbers_as_numbers_and_its_code():
    book = openpyxl.load_workbook(io.BytesIO(workbook(SHEET)))
    cells = {cell.value: cell for row in book["Báo cáo"].iter_rows() for cell in row if cell.value is not None}
    assert {
        "XÃ BẢN BO",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BÁO CÁO TUẦN CỦA XÃ",
        "Mã đối chiếu: 7K2M-9QXA",
        "Hoàng Văn Hùng",
    } <= cells.keys()
    assert cells[1200].data_type == "n" and cells[12.5].data_type == "n" and cells["–"].data_type == "s"
    assert cells["Từ hồ sơ: 2. Sổ giấy"].column == 6
    split = [[cell.value for cell in row] for row in book["Chi tiết"].iter_rows(min_row=2)]
    assert ["positive_rate", "Tỷ lệ dương tính", "sex", "female", 7] in split
    assert ["positive_rate", "Tỷ lệ dương tính", "sex", "(không rõ)", 1] in split


def test_the_table_opens_in_spreadsheets_and_hides_no_formula():
    text = table(SHEET)
    assert text.startswith(b"\xef\xbb\xbf") and b"\r\n" in text
    assert "commune_weekly,03424,2021-12-03,2021-12-09,7K2M-9QXA,dose1,Mũi 1,mũi,,,,," in text.decode("utf-8-sig")
    assert [safe(cell) for cell in ("=1+1", "-2", "@x", "12")] == ["'=1+1", "'-2", "'@x", "12"]


def test_the_summary_names_no_person():
    text = summary(SHEET, lambda value: value)
    assert text.splitlines()[0] == "Báo cáo tuần của xã, Xã Bản Bo, từ ngày 03/12/2021 đến ngày 09/12/2021"
    assert "- Ca mắc mới (F0): 1200 ca" in text and "(1 chỉ tiêu chưa có số)" in text
    assert not re.search("Páo|Hùng", text)


@pytest.mark.parametrize(
    ("kind", "first", "name"),
    [
        ("daily", "2021-12-05", "20211205"), ("weekly", "2021-12-06", "2021W49"), ("weekly", "2021-12-03", "2021FriW49"),
        ("weekly", "2022-01-03", "2022W1"), ("weekly", "2021-01-01", "2021FriW1"),
        ("monthly", "2021-12-01", "202112"), ("quarterly", "2021-10-01", "2021Q4"), ("campaign", "2021-12-01", "20211201"),
    ],
)  # fmt: skip
def test_periods_are_called_as_dhis2_calls_them(kind, first, name):
    assert dhis2_period(kind, date.fromisoformat(first)) == name


def test_dhis2_values_go_by_the_mapping_and_leave_out_what_nobody_reported():
    mapping = {
        "data_sets": {"commune_weekly": "dsWeekly001"}, "org_units": {COMMUNE: "ouBanBo0001"}, "id_scheme": "UID",
        "data_elements": {"positive_rate": {"id": "deRate00001", "combos": {"sex=female": "coFemale001"}}},
    }  # fmt: skip
    sent = dhis2_values(CONTENT, "weekly", mapping)
    assert (sent["dataSet"], sent["orgUnit"], sent["period"], sent["completeDate"]) == (
        "dsWeekly001",
        "ouBanBo0001",
        "2021FriW49",
        "2021-12-09",
    )
    assert sent["dataValues"] == [
        {"dataElement": "f0_new", "value": "1200", "comment": "Sổ giấy"},
        {"dataElement": "deRate00001", "value": "12.5"},
        {"dataElement": "deRate00001", "categoryOptionCombo": "coFemale001", "value": "7"},
    ]


@pytest.mark.parametrize("campaign", ["tam_duong", "flood_relief"])
def test_the_template_is_right(campaign):
    content = (ROOT / "campaigns" / campaign / "documents" / "period_return.docx").read_bytes()
    assert check_template(content, RETURN) == []


def test_every_file_of_a_signed_return_carries_its_code(district, week):  # noqa: F811
    _, people = week
    receiver = people["receiver"]
    assert "BẢN THẢO" in receiver.get(f"{ADDRESS}/txt").text
    assert receiver.get(f"{ADDRESS}/dhis2-complete").status_code == 409
    signed(people)
    code = rows(district)[0].code
    paper = receiver.get(f"{ADDRESS}/docx").data
    assert [str(each) for each in decree30.check_layout(paper)] == []
    document = docx.Document(io.BytesIO(paper))
    text = "\n".join(paragraph.text for paragraph in decree30.all_paragraphs(document))
    assert f"Mã đối chiếu: {code}./." in text and "XÃ BẢN BO" in text and "Đã thăm hộ." in text
    assert f"Mã đối chiếu: {code}" in receiver.get(f"{ADDRESS}/txt").text
    assert json.loads(receiver.get(f"{ADDRESS}/json").text)["code"] == code
    assert code in receiver.get(f"{ADDRESS}/csv").text
    completed = json.loads(receiver.get(f"{ADDRESS}/dhis2-complete").text)["completeDataSetRegistrations"][0]
    assert (completed["dataSet"], completed["organisationUnit"], completed["period"]) == (
        "commune_weekly",
        COMMUNE,
        "2021FriW49",
    )
    assert receiver.get(f"{ADDRESS}/pdf").status_code == 404
    assert people["stranger"].get(f"{ADDRESS}/xlsx").status_code == 404
    assert receiver.accesses().count(("export", None)) == 6
