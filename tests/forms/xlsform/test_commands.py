"""`chungsuc forms check`, `import` and `export` with XLSForm, as an author calls them."""

import json
import zipfile

import pytest
from click.testing import CliRunner

from chungsuc.cli import chungsuc
from forms.xlsform import read_markdown, write_workbook
from tests.forms.xlsform.reading import SETTINGS

TABLES = """
| survey |
| | type | name | label | image |
| | select_one_from_file villages.csv | village | Bản | house.png |
| | text | full_name | Họ và tên | |
"""
VILLAGES = "name,label\n03424-07,Phiêng Hoi\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(chungsuc, ["forms", *arguments])


@pytest.fixture
def form(tmp_path):
    (tmp_path / "visit.xlsx").write_bytes(write_workbook(read_markdown(TABLES + SETTINGS))[0])
    return tmp_path / "visit.xlsx"


@pytest.fixture
def folder(tmp_path, form):
    package = tmp_path / "package"
    (package / "media").mkdir(parents=True)
    form.rename(package / "visit.xlsx")
    (package / "villages.csv").write_text(VILLAGES, "utf-8")
    (package / "media" / "house.png").write_bytes(b"png")
    return package


def test_a_workbook_becomes_a_document_beside_it(run, form):
    assert run("import", "visit.xlsx").output == "visit.json\n"
    document = json.loads(form.with_suffix(".json").read_text("utf-8"))
    assert [row["name"] for row in document["survey"]] == ["village", "full_name"]


def test_nothing_is_written_over_unless_told(run, form):
    form.with_suffix(".json").write_text("mine", "utf-8")
    refused = run("import", "visit.xlsx")
    assert refused.exit_code == 1 and "--force" in refused.output
    assert form.with_suffix(".json").read_text("utf-8") == "mine"
    assert run("import", "visit.xlsx", "--force").exit_code == 0
    assert form.with_suffix(".json").read_text("utf-8") != "mine"


def test_a_form_that_cannot_be_used_is_told_cell_by_cell_and_not_written(run, tmp_path):
    (tmp_path / "bad.md").write_text(TABLES.replace("text", "txt") + SETTINGS, "utf-8")
    ran = run("import", "bad.md")
    assert ran.exit_code == 1 and "survey!A3 (full_name)" in ran.stderr and "[survey.type_unknown]" in ran.stderr
    assert not (tmp_path / "bad.json").exists()


def test_a_folder_becomes_the_part_of_a_campaign_that_it_is(run, folder, tmp_path):
    ran = run("import", "package", "-o", "campaign")
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "campaign/lists/villages.csv").read_text("utf-8") == VILLAGES
    assert (tmp_path / "campaign/media/house.png").read_bytes() == b"png"
    assert json.loads((tmp_path / "campaign/forms/visit.json").read_text("utf-8"))["settings"]["form_id"] == "visit"


def test_a_list_or_picture_that_is_missing_is_told(run, folder):
    (folder / "villages.csv").unlink()
    (folder / "media" / "house.png").unlink()
    ran = run("check", "package")
    assert ran.exit_code == 1 and "[campaign.list_unknown]" in ran.stderr and "[campaign.media_unknown]" in ran.stderr


def test_there_and_back_through_a_zip(run, folder, tmp_path):
    run("import", "package", "-o", "campaign")
    assert run("export", "campaign/forms/visit.json", "-o", "visit.zip").exit_code == 0
    with zipfile.ZipFile(tmp_path / "visit.zip") as archive:
        assert sorted(archive.namelist()) == ["house.png", "villages.csv", "visit.xlsx"]
    assert run("check", "visit.zip").output == "visit.zip: visit 2021120501: ok\n"
    assert run("import", "visit.zip", "-o", "again").exit_code == 0
    for name in ("forms/visit.json", "lists/villages.csv", "media/house.png"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "campaign" / name).read_bytes()


def test_a_document_becomes_a_workbook(run, form):
    run("import", "visit.xlsx")
    assert run("export", "visit.json", "-o", "out.xlsx").output == "out.xlsx\n"
    run("import", "out.xlsx")
    assert form.with_name("out.json").read_text("utf-8") == form.with_suffix(".json").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("f.xlsx", b"no", "xlsform.not_a_workbook"),
        ("f.zip", b"no", "xlsform.damaged"),
        ("f.md", b"# nothing", "xlsform.sheet_missing"),
        ("f.json", b"{", "json.broken"),
    ],
)
def test_a_wrong_file_is_told_and_no_trace_is_shown(run, tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    for command in ("check", "import"):
        ran = run(command, name)
        assert ran.exit_code == 1 and f"[{code}]" in ran.stderr and "Traceback" not in ran.output


def test_workbooks_are_evaluated_and_compared_as_documents_are(run, form, tmp_path):
    (tmp_path / "newer.md").write_text(
        TABLES.replace("full_name", "name") + SETTINGS.replace("2021120501", "2"), "utf-8"
    )
    assert "/full_name" in run("eval", "visit.xlsx").output
    assert "/full_name" in run("diff", "visit.xlsx", "newer.md").output
