"""Figures of any period, unit and level; from each figure to its records, as far as the reader may open them."""

import csv
import io
import json
import re

import openpyxl
import pytest

from tests.server.district import FAR_TEAM
from tests.server.officer import COMMUNE, Officer, words
from tests.server.test_returns import ADDRESS, signed, week  # noqa: F401  a fixture

NAME = "name=support_cases_new"


@pytest.fixture
def cases(district):
    """Two cases of Bản Bo, one of Bình Lư."""
    near, far = district.device(), district.device(unit=FAR_TEAM)
    near.push(near.submit(), near.submit(full_name="Lò Thị Ón", sex="male"))
    far.push(far.submit(unit=FAR_TEAM, full_name="Vàng Thị Mai", village="03412-01", commune="03412"))


def lines(page):
    """Unit → its figures."""
    table = page.text.split('class="counts"')[1].split("</table>")[0]
    found = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', table)
    return {
        name: [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for name, row in found
    }


def test_any_level_of_any_unit_in_any_days(district, cases):
    centre = Officer(district, "command_centre", "106")
    communes = lines(centre.get(f"/figures?{NAME}&level=commune"))
    assert communes["Xã Bản Bo"] == ["2"] and communes["Xã Bình Lư"] == ["1"] and communes["Tất cả"] == ["3"]
    assert communes["Xã Nùng Nàng"] == ["–"]  # was never heard of, which is not nought
    assert list(lines(centre.get(f"/figures?{NAME}&level="))) == ["Huyện Tam Đường"]
    villages = lines(centre.get(f"/figures?{NAME}&level=village&unit={COMMUNE}"))
    assert villages["Tất cả"] == ["2"] and "Xã Bình Lư" not in villages
    two = lines(centre.get(f"/figures?{NAME}&name=visits&unit={COMMUNE}&level="))
    assert two == {"Xã Bản Bo": ["2", "0"]}
    before = lines(centre.get(f"/figures?{NAME}&level=commune&since=01/01/2021&until=31/01/2021"))
    assert before["Tất cả"] == ["0"]


def test_a_commune_counts_its_own_alone_and_asks_for_no_other(district, cases):
    commune = Officer(district)
    assert set(lines(commune.get(f"/figures?{NAME}&level=commune"))) == {"Xã Bản Bo"}
    assert commune.get(f"/figures?{NAME}&unit=03412").status_code == 404
    assert commune.get("/figures?name=nothing&level=nowhere&since=x").status_code == 200


def test_the_table_as_files_has_numbers_codes_and_disaggregations(district, cases):
    centre = Officer(district, "command_centre", "106")
    asked = f"{NAME}&level=commune"
    book = openpyxl.load_workbook(io.BytesIO(centre.get(f"/figures/files/xlsx?{asked}").data))
    sheet, items = book.worksheets
    cells = {(row[0], row[2]) for row in sheet.iter_rows(min_row=7, values_only=True)}
    assert {("03424", 2), ("03412", 1)} <= cells, cells
    assert sheet.print_area and sheet.page_setup.orientation == "landscape" and sheet.freeze_panes
    assert ("Trường hợp hỗ trợ mới", "Giới tính", "Nữ", 2) in set(items.iter_rows(values_only=True))
    text = centre.get(f"/figures/files/csv?{asked}").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert next(row["value"] for row in rows if row["unit"] == "03424" and not row["split"]) == "2"
    assert next(row["value"] for row in rows if row["item"] == "Nam") == "1"
    assert centre.get(f"/figures/files/pdf?{asked}").status_code == 404
    masked = Officer(district, "auditor", "106").get(f"/figures/files/csv?{asked}").data.decode("utf-8-sig")
    assert [row["value"] for row in csv.DictReader(io.StringIO(masked)) if row["split"] == "Giới tính"] == ["*"]


def test_an_auditor_sees_the_total_and_no_small_item(district, cases):
    page = Officer(district, "auditor", "106").get(f"/figures?{NAME}&level=commune")
    assert lines(page)["Tất cả"] == ["3"]
    block = page.text.split('aria-label="Trường hợp hỗ trợ mới: Giới tính"')[1].split("</table>")[0]
    assert re.findall(r"<td[^>]*>([^<]+)</td>", block) == ["*"]


def test_behind_a_figure_stand_its_records_and_the_number_of_those_one_may_not_see(district, cases):
    address = f"/figures/records?{NAME}"
    centre = Officer(district, "command_centre", "106").get(address)
    assert "3 hồ sơ" in words(centre) and "Giàng Thị Dở" not in words(centre)  # names are not for the centre
    chair = Officer(district, "commune_chair").get(address)
    assert "2 hồ sơ" in words(chair) and "Lò Thị Ón" in words(chair) and "Vàng Thị Mai" not in words(chair)
    opened = re.search(r'href="(/records/[^"]+)"', chair.text)
    assert opened and Officer(district, "commune_chair").get(opened[1]).status_code == 200
    auditor = words(Officer(district, "auditor", "106").get(address))
    assert "3 hồ sơ nữa nằm ngoài quyền xem" in auditor
    assert Officer(district).get("/figures/records?name=nothing").status_code == 404
    assert Officer(district).get(f"{address}&unit=03412").status_code == 404


def test_behind_a_calculated_figure_stand_those_it_is_worked_out_from(district, cases):
    page = words(Officer(district, "command_centre", "106").get("/figures/records?name=dose1"))
    assert "Tính từ các chỉ tiêu bên dưới" in page and "Mũi 1, 12–17 tuổi: 0 hồ sơ" in page


def test_a_figure_of_a_return_is_told_as_signed_and_as_it_is_now(district, week):  # noqa: F811
    device, people = week
    signed(people)
    district.clock.pass_(minutes=5)
    late = device.submit(full_name="Vàng A Dủa")
    device.push(late)
    page = people["chair"].get(f"{ADDRESS}/figures/support_cases_new")
    assert "Hồ sơ đã khác so với lúc ký: 2 → 3" in words(page)
    assert "hồ sơ đến muộn" in words(page) and page.text.count("đổi sau khi ký") == 1
    assert "figures/support_cases_new" in people["chair"].get(ADDRESS).text
    shown = words(people["receiver"].get(f"{ADDRESS}/figures/support_cases_new"))
    assert "3 hồ sơ" in shown and "Nữ" not in shown.split("Sổ bổ sung")[0]  # too few for home affairs to be told
    assert people["stranger"].get(f"{ADDRESS}/figures/support_cases_new").status_code == 404
    assert people["chair"].get(f"{ADDRESS}/figures/violations").status_code == 404
    assert json.loads(people["chair"].get(f"{ADDRESS}/json").data)["figures"]
