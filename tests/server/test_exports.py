"""Exports of records: asked for with a reason, made in the background, in ODK's columns, masked like the screens."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import openpyxl
import pytest

import forms
from server import jobs
from server.campaigns import read_folder
from server.exports.columns import lines_of, tables_of
from server.exports.writers import GeoJson, harmless
from server.models import Job
from tests.server.conftest import ROOT
from tests.server.district import District, FieldDevice, answers, new_rec, verdicts
from tests.server.officer import Officer, words

ITEMS = [{"__id": "r1", "item": "Gạo", "qty": "15.5", "unit": "kg", "item_state": "needed"},
         {"__id": "r2", "item": "=1+1", "qty": "2", "unit": "kg", "item_state": "needed"}]  # fmt: skip


@pytest.fixture
def device(district: District) -> FieldDevice:
    device = district.device()
    device.push(
        device.submit(description="=cmd|'/c calc'!A1", need_type=["food", "medicine"]),
        device.submit(full_name="Lò Thị Ón", description="Nhà dột"),
    )
    return device


def asked(officer: Officer, **fields: str) -> Job:
    """Ask for an export and wait until it is made."""
    given = {"form": "support_case", "format": "xlsx", "reason": "lập danh sách chi trả", **fields}
    answer = officer.post("/exports", **given)
    assert answer.status_code == 303, words(answer)
    jobs.join(officer.district.app)
    return officer.district.ask(lambda s: s.get_one(Job, answer.location.rpartition("/")[2]))


def taken(officer: Officer, job: Job) -> bytes:
    assert job.state == "done", job.error_code
    answer = officer.get(f"/exports/{job.job_id}/file")
    assert answer.status_code == 200
    content = answer.data
    answer.close()
    return content


def test_an_officer_exports_her_commune_as_a_workbook_of_numbers_texts_and_no_formula(district, device):
    officer = Officer(district)
    job = asked(officer)
    book = openpyxl.load_workbook(io.BytesIO(taken(officer, job)))
    sheet = book["support_case"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[0] == "SubmissionDate" and heads[-1] == "UnitName"
    assert {"person-full_name", "need-need_type", "need-need_type/food", "KEY", "ReviewState"} <= {*heads}
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert {row["person-full_name"] for row in rows} == {"Giàng Thị Dở", "Lò Thị Ón"}
    assert {row["need-description"] for row in rows} == {"=cmd|'/c calc'!A1", "Nhà dột"}
    assert {sheet.cell(row, heads.index("need-description") + 1).data_type for row in (2, 3)} == {"s"}
    assert sorted(rows[0]["need-need_type"].split()) == ["food", "medicine"]
    assert (rows[0]["need-need_type/food"], rows[0]["need-need_type/cash"]) == (1, 0)
    assert (rows[0]["household-household_size"], rows[0]["household-village"]) == (5, "03424-07")
    assert [row["ReviewState"] for row in rows] == ["received", "received"]
    assert all(row["KEY"].startswith("uuid:") and row["DeviceID"] == device.device_id for row in rows)
    about = {row[0].value: row[1].value for row in book["Chung Sức"].iter_rows()}
    assert about["Người xuất"] == officer.person.name and about["Lý do"] == "lập danh sách chi trả"
    assert about["Số bản ghi"] == "2"
    assert officer.acts()[-1] == "records.export"
    assert [what for what, _ in officer.accesses()] == ["export", "export_file"]


def test_csv_has_a_file_a_repeat_and_nothing_a_spreadsheet_would_compute(district, device):
    content = {"answers": {**answers(description="+84 912"), "items": ITEMS}}
    assert verdicts(device.push(device.op("submit", new_rec(), content))) == ["applied"]
    officer = Officer(district)
    archive = zipfile.ZipFile(io.BytesIO(taken(officer, asked(officer, format="csv"))))
    assert archive.namelist() == ["support_case.csv", "support_case-items.csv", "chung-suc.txt"]
    text = archive.read("support_case.csv")
    assert text.startswith("\ufeff".encode())
    records = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert all(not cell.startswith(("=", "+", "@")) for row in records for cell in row.values())
    items = list(csv.DictReader(io.StringIO(archive.read("support_case-items.csv").decode("utf-8-sig"))))
    assert [(row["item"], row["qty"]) for row in items] == [("Gạo", "15.5"), ("'=1+1", "2.0")]
    keys = {row["KEY"] for row in records}
    assert {row["PARENT_KEY"] for row in items} <= keys
    assert [row["KEY"].rpartition("/")[2] for row in items] == ["items[1]", "items[2]"]


def test_words_instead_of_names_for_people_who_read_them(district, device):
    officer = Officer(district)
    sheet = openpyxl.load_workbook(io.BytesIO(taken(officer, asked(officer, spoken="yes"))))["support_case"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[0] == "Lúc máy chủ nhận" and heads[-1] == "Đơn vị" and "Tên người làm chứng" in heads
    said = [cell.value for cell in sheet[2]]
    assert "Xã Bản Bo" in said and "03424-07" not in said


def test_what_is_outside_the_filters_or_the_scope_is_not_in_the_file(district, device):
    far = district.device(unit="03412-01-T1")
    far.push(far.submit(unit="03412-01-T1", full_name="Vàng Thị Mai"))
    officer = Officer(district)
    assert asked(officer).total == 2
    none = officer.post("/exports", form="support_case", format="csv", reason="kiểm tra", unit="03412")
    assert none.status_code == 200 and "Không có hồ sơ nào như vậy" in none.text
    assert asked(officer, first="01/12/2021", last="31/12/2021").total == 2
    wrong = officer.post("/exports", form="support_case", format="csv", reason="kiểm tra", first="32/12/2021")
    assert "Ngày viết như" in wrong.text


def test_persons_are_masked_for_who_may_count_but_not_see(district, device):
    roles = json.loads((ROOT / "campaigns/tam_duong/roles.json").read_text("utf-8"))["roles"]
    masked = [
        name
        for name, role in roles.items()
        if "export" in role["forms"].get("support_case", role["forms"].get("*", []))
        and not role.get("see_pii")
        and "console" in role["surface"]
    ]
    for role in masked:
        officer = Officer(district, role, "106")
        content = taken(officer, asked(officer, format="csv"))
        assert "Lò Thị Ón".encode() not in zipfile.ZipFile(io.BytesIO(content)).read("support_case.csv"), role
    clear = Officer(district)
    content = taken(clear, asked(clear, format="csv"))
    assert "Lò Thị Ón".encode() in zipfile.ZipFile(io.BytesIO(content)).read("support_case.csv")


def test_an_export_wants_a_reason_and_a_right(district, device):
    officer = Officer(district)
    refused = officer.post("/exports", form="support_case", format="xlsx", reason=" a ")
    assert refused.status_code == 200 and "Hãy ghi lý do" in refused.text
    assert officer.post("/exports", form="none", format="xlsx", reason="lý do đủ dài").status_code == 403
    assert officer.post("/exports", form="support_case", format="exe", reason="lý do đủ dài").status_code == 403


def test_a_file_is_its_askers_alone_goes_on_after_a_break_and_goes_after_a_day(district, device):
    officer, other = Officer(district), Officer(district)
    job = asked(officer)
    content = taken(officer, job)
    for path in ("", "/file"):
        assert other.get(f"/exports/{job.job_id}{path}").status_code == 404
    assert other.post(f"/exports/{job.job_id}/cancel").status_code == 404
    officer.environ["HTTP_RANGE"] = f"bytes={len(content) // 2}-"
    rest = officer.get(f"/exports/{job.job_id}/file")
    assert rest.status_code == 206 and rest.data == content[len(content) // 2 :]
    rest.close()
    del officer.environ["HTTP_RANGE"]
    district.clock.pass_(hours=11)
    assert "Đã xong" in officer.get(f"/exports/{job.job_id}").text
    district.clock.pass_(hours=14)
    fresh = Officer(district)
    assert asked(fresh).state == "done"  # whoever makes the next one clears what is past its day
    assert not (jobs.folder(district.server) / job.job_id).exists()


def test_a_job_whose_worker_was_killed_is_taken_over_and_made_whole(district, device):
    officer = Officer(district)
    with district.app.app_context(), jobs.transaction() as session:
        job = jobs.ask(session, district.server, "export", officer.person.person_id, {
            "form": "support_case", "format": "csv", "reason": "x", "language": "vi", "spoken": False, "first": "",
            "last": "", "state": "", "unit": ""})  # fmt: skip
    with district.app.app_context():
        assert jobs.claim(district.server).job_id == job.job_id
        assert jobs.claim(district.server) is None  # it is being made, as far as anyone knows
    jobs.folder(district.server).mkdir(exist_ok=True)
    (jobs.folder(district.server) / f"{job.job_id}.part").write_bytes(b"half")
    district.clock.pass_(minutes=3)
    assert jobs.make_all(district.app) == 1
    assert taken(officer, district.ask(lambda s: s.get_one(Job, job.job_id)))[:2] == b"PK"


def test_a_full_disk_fails_the_job_with_a_code_and_leaves_nothing(district, device, monkeypatch):
    officer = Officer(district)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(jobs.MAKERS, "export", full)
    job = asked(officer)
    assert (job.state, job.error_code) == ("failed", "job.no_room")
    assert "Máy chủ hết chỗ trống" in officer.get(f"/exports/{job.job_id}").text
    assert list(jobs.folder(district.server).iterdir()) == []


def test_a_cancelled_job_is_not_finished_behind_ones_back(district, device, monkeypatch):
    officer = Officer(district)
    made = jobs.MAKERS["export"]

    def slow(server, job, path, progress):
        with jobs.transaction() as session:
            jobs.cancel(session, server, job)
        return made(server, job, path, progress)

    monkeypatch.setitem(jobs.MAKERS, "export", slow)
    job = asked(officer)
    assert job.state == "cancelled" and list(jobs.folder(district.server).iterdir()) == []


def test_three_at_once_are_enough(district, device, monkeypatch):
    officer = Officer(district)
    monkeypatch.setattr(jobs, "wake", lambda app: None)
    given = {"form": "support_case", "format": "csv", "reason": "lý do đủ dài"}
    assert [officer.post("/exports", **given).status_code for _ in range(4)] == [303, 303, 303, 429]
    district.clock.pass_(seconds=1)
    jobs.make_all(district.app)
    assert officer.post("/exports", **given).status_code == 303


def test_a_place_is_put_on_the_map(tmp_path):
    campaign, _ = forms.load_campaign(read_folder(ROOT / "campaigns" / "flood_relief"))
    form = forms.Form(campaign.programs["household_damage"], campaign.lists)
    tables = tables_of([form], "household_damage", lambda texts: (texts or {}).get("vi", ""))
    point = next(column for column in tables[0].columns if column.kind == "geopoint")
    group = point.path.strip("/").split("/")
    said: dict = {}
    inner = said
    for name in group[:-1]:
        inner = inner.setdefault(name, {})
    inner[group[-1]] = "22.3 103.6 900 12"
    heads = {table.path: ["SubmissionDate", *table.heads(False), "KEY"] for table in tables}
    writer = GeoJson(tmp_path / "x.geojson", tables, heads, "")
    for clear in (True, False):
        for line in lines_of(form, "uuid:1", said)[:1]:
            cells = [cell for column in tables[0].columns
                     for cell in column.cells(line.values.get(column.path), clear=clear, spoken=False)]  # fmt: skip
            writer.line(tables[0], ["2021-12-05", *cells, "uuid:1"])
    writer.about([("Người xuất", "Lò Văn Ón")])
    writer.close()
    found = json.loads((tmp_path / "x.geojson").read_text("utf-8"))
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [103.6, 22.3, 900.0]}
    assert found["features"][1]["geometry"] is None  # masked like any other answer about a person


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_texts_that_compute_get_an_apostrophe_numbers_stay(cell):
    assert harmless(cell) == f"'{cell}" and harmless(-1) == -1


def test_an_expired_job_says_so(district, device):
    officer = Officer(district)
    job = asked(officer)
    (jobs.folder(district.server) / job.job_id).unlink()
    assert officer.get(f"/exports/{job.job_id}/file").status_code == 410
    assert "không còn được giữ" in officer.get(f"/exports/{job.job_id}").text
    assert job.expires_at - job.finished_at == timedelta(hours=24)
