"""Lists from Excel: templates that can be filled in, hostile files refused, trials told cell by cell, applied and undone whole."""

import io
import zipfile

import openpyxl
from sqlalchemy import select

from server.audit import first_break
from server.imports import reading
from server.models import ListImport, Membership, OrgUnit, Person
from server.references import loaded_files
from tests.server.district import TEAM
from tests.server.officer import OTHER_COMMUNE, Officer, field, words

HEADS = ["Họ và tên", "Tên đăng nhập", "Vai trò", "Mã đơn vị", "Từ ngày", "Đến hết ngày"]
VILLAGE = ["Mã", "Tên", "Mã đơn vị cấp trên", "Từ ngày", "Đến hết ngày", "Mã đơn vị thay thế"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(sheet, *rows):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(officer, which, content):
    token = officer.token()
    return officer.client.post(
        f"/lists/{which}", base_url="https://console.test", headers=officer.headers(),
        data={"csrf_token": token, "file": (io.BytesIO(content), f"{which}.xlsx", XLSX)},
    )  # fmt: skip


def tried(officer, which, *rows):
    """The page of a trial, and its address."""
    answer = upload(officer, which, workbook(which, *rows))
    assert answer.status_code == 303, words(answer)
    return officer.get(answer.headers["Location"]), answer.headers["Location"]


def applied(officer, which, *rows):
    page, address = tried(officer, which, *rows)
    answer = officer.post(f"{address}/apply", digest=field(page, "digest"))
    assert answer.status_code == 303, words(answer)
    return address


def names(district):
    return district.ask(lambda s: set(s.scalars(select(Person.name))))


def test_a_template_filled_in_is_taken_as_it_is(district):
    officer = Officer(district)
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/lists/people/template.xlsx").data))
    sheet = book["people"]
    assert [cell.value.rstrip("*") for cell in sheet[1]] == [*HEADS[:2], "Điện thoại", *HEADS[2:]] and sheet["A2"].value.startswith("#")
    roles = {row[0] for row in book["vai_tro"].iter_rows(values_only=True)}
    assert "team_lead" in roles and "commune_officer" not in roles
    units = {row[0] for row in book["don_vi"].iter_rows(values_only=True)}
    assert TEAM in units and not any(str(unit).startswith("03412") for unit in units)
    for place, text in enumerate(["Sùng A Tủa", "", "0912 345 678", "team_member", TEAM], 1):
        sheet.cell(3, place, text)
    out = io.BytesIO()
    book.save(out)
    page = officer.get(upload(officer, "people", out.getvalue()).headers["Location"])
    assert "Sùng A Tủa" in words(page) and "thêm: 1" in words(page)
    assert "Sùng A Tủa" not in names(district)


def test_people_come_in_whole_with_their_roles_and_go_whole(district):
    officer = Officer(district)
    address = applied(officer, "people", HEADS, ["Sùng A Tủa", "", "team_lead", TEAM, "05/12/2021"],
                      ["Lý Thị Mẩy", "", "Thành viên Tổ Covid-19 cộng đồng", TEAM, "", "31/12/2021"])  # fmt: skip
    assert {"Sùng A Tủa", "Lý Thị Mẩy"} <= names(district)
    held = district.ask(lambda s: [
        (row.role, row.unit_code, str(row.valid_to)) for row in s.scalars(
            select(Membership).join(Person, Person.person_id == Membership.person_id).where(Person.name == "Lý Thị Mẩy"))])  # fmt: skip
    assert held == [("team_member", TEAM, "2021-12-31")]
    page = officer.get(address)
    assert f"/people/sheet?unit={TEAM}" in page.text and "import.apply" in officer.acts()
    assert district.ask(lambda s: s.scalar(select(ListImport.lines))) == []
    again, _ = tried(officer, "people", HEADS, ["Sùng A Tủa", "", "team_lead", TEAM])
    assert "giữ nguyên: 1" in words(again)
    officer.post(f"{address}/undo")
    assert "Sùng A Tủa" in names(district)
    assert officer.post(f"{address}/undo", sure="yes").status_code == 303
    assert not {"Sùng A Tủa", "Lý Thị Mẩy"} & names(district) and district.ask(first_break) is None


def test_what_something_depends_on_is_not_undone_and_the_page_says_what(district):
    officer = Officer(district)
    address = applied(officer, "people", HEADS, ["Sùng A Tủa", "", "team_lead", TEAM])
    person = district.ask(lambda s: s.scalar(select(Person).where(Person.name == "Sùng A Tủa")))
    device = district.new_device()
    device.enrol(district.code(person))
    answer = officer.post(f"{address}/undo", sure="yes")
    assert answer.status_code == 409 and "máy đã cấp: 1" in words(answer) and "Sùng A Tủa" in names(district)


def test_each_wrong_cell_is_named_and_nothing_is_taken_in(district):
    officer = Officer(district)
    page, address = tried(
        officer, "people", HEADS,
        ["", "", "team_lead", TEAM], ["Sùng A", "", "nobody", TEAM], ["Sùng B", "", "commune_chair", TEAM],
        ["Sùng C", "", "team_lead", "03412-01-T1"], ["Sùng D", "", "team_lead", TEAM, "hôm qua"],
        ["Sùng E", "", "team_lead", TEAM, "05/12/2021", "04/12/2021"], ["Sùng F", "", "team_lead", TEAM],
        ["Sùng F", "", "team_lead", TEAM],
    )  # fmt: skip
    text = words(page)
    for cell, code in (("A2", "blank"), ("C3", "role_unknown"), ("C4", "role_not_yours"), ("D5", "unit_unknown"),
                       ("E6", "day"), ("F7", "days"), ("A9", "twice")):  # fmt: skip
        assert f"people!{cell}" in text and f"[import.{code}]" in text, cell
    assert "/apply" not in page.text
    assert officer.post(f"{address}/apply", digest="").status_code == 422 and "Sùng F" not in names(district)
    page = officer.post("/language", language="en") and officer.get(address)
    assert "There is no such role." in words(page)


def test_hostile_and_wrong_files_are_refused_each_with_its_code(district, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 300_000)  # the test client leaves larger ones open
    officer = Officer(district)
    good = workbook("people", HEADS)
    macros = io.BytesIO(good)
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    bomb = io.BytesIO(good)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/1.bin", bytes(90_000_000))
    for content, code in (
        (b"", "import.not_xlsx"), (b"not a workbook", "import.not_xlsx"), (bytes.fromhex("d0cf11e0a1b11ae1"), "import.old_or_locked"),
        (good[: len(good) // 2], "import.not_xlsx"), (macros.getvalue(), "import.macros"), (bomb.getvalue(), "import.too_large"),
        (bytes(300_001), "import.too_large"), (workbook("village", VILLAGE), "import.sheet"), (good, "import.empty"),
        (workbook("people", [*HEADS, "Lương"], ["A"]), "import.columns"), (workbook("people", ["Họ và tên"], ["A"]), "import.columns"),
        (workbook("people", HEADS, *[["A B", "", "team_lead", TEAM]] * 2001), "import.too_many_lines"),
    ):  # fmt: skip
        answer = upload(officer, "people", content)
        assert answer.status_code in (413, 422) and f"[{code}]" in words(answer), code
    assert upload(officer, "nothing", good).status_code == 404
    assert district.ask(lambda s: s.scalars(select(ListImport)).all()) == []


def test_villages_come_in_reach_devices_and_go_again(district):
    officer = Officer(district)
    address = applied(officer, "village", VILLAGE, ["03424-90", "Bản Mới", "03424"], ["03424-07", "Bản Phiêng Hoi Mới", "03424"])
    rows = district.ask(lambda s: {unit.code: unit.name for unit in s.scalars(select(OrgUnit))})
    assert (rows["03424-90"], rows["03424-07"]) == ("Bản Mới", "Bản Phiêng Hoi Mới")
    assert "03424-90,Bản Mới,village,03424" in district.ask(lambda s: loaded_files(s)["org_units.csv"].decode())
    device = district.device()
    told = {each["id"] for each in device.hello()["documents"] if each["kind"] == "list"}
    assert "org_units" in told
    assert officer.post(f"{address}/undo", sure="yes").status_code == 303
    rows = district.ask(lambda s: {unit.code: unit.name for unit in s.scalars(select(OrgUnit))})
    assert "03424-90" not in rows and rows["03424-07"] != "Bản Phiêng Hoi Mới"


def test_a_unit_with_a_successor_ends_and_takes_nobody_new(district):
    officer = Officer(district)
    applied(officer, "village", VILLAGE, ["03424-90", "Bản Mới", "03424"])
    page, _ = tried(officer, "village", VILLAGE, ["03424-90", "Bản Mới", "03424", "", "", "03424-07"])
    assert "[import.successor_without_end]" in words(page)
    applied(officer, "village", VILLAGE, ["03424-90", "Bản Mới", "03424", "", "30/11/2021", "03424-07"])
    unit = district.ask(lambda s: s.get(OrgUnit, "03424-90"))
    assert (str(unit.valid_to), unit.successor) == ("2021-11-30", "03424-07")
    page, _ = tried(officer, "people", HEADS, ["Sùng A", "", "team_lead", "03424-90"])
    assert "[import.unit_ended]" in words(page)


def test_nobody_imports_outside_their_subtree_or_opens_anothers_import(district):
    officer, stranger = Officer(district), Officer(district, unit=OTHER_COMMUNE)
    page, address = tried(officer, "village", VILLAGE, ["03412-90", "Bản Lạ", "03412"], ["03412-01", "Đổi tên", "03424"])
    assert "[import.unit_unknown]" in words(page) and "[import.code_taken]" in words(page)
    for method in (stranger.get, stranger.post):
        assert method(address if method == stranger.get else f"{address}/apply").status_code == 404
    assert Officer(district, "commune_chair").get("/lists").status_code == 403


def test_a_trial_that_is_no_longer_true_is_shown_again(district):
    officer, other = Officer(district), Officer(district)
    page, address = tried(officer, "people", HEADS, ["Sùng A Tủa", "", "team_lead", TEAM])
    applied(other, "people", HEADS, ["Sùng A Tủa", "", "team_lead", TEAM])
    answer = officer.post(f"{address}/apply", digest=field(page, "digest"))
    assert answer.status_code == 409 and "giữ nguyên: 1" in words(answer)
