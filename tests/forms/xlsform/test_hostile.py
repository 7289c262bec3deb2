"""Workbooks made to hurt, and files that are none: a code in bounded time and memory, never a stack trace."""

import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import compile_form, errors
from forms.xlsform import (
    import_sheets,
    read_markdown,
    read_package,
    read_workbook,
    workbook,
    write_package,
    write_workbook,
)
from forms.xlsform.package import Package, unzip
from forms.xlsform.sheets import make_sheet
from tests.forms.test_hostile import within
from tests.forms.xlsform.reading import SETTINGS

GOOD, _ = write_workbook(read_markdown("| survey |\n| | type | name | label |\n| | text | q | Tên |\n" + SETTINGS))


def codes(content: bytes) -> list[str]:
    sheets, found = read_workbook(content, "f.xlsx")
    return [each.code for each in found] or sorted(sheets)


def with_part(name: str, content: bytes, of: bytes = GOOD) -> bytes:
    """The workbook with one of its parts exchanged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(of)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return made.getvalue()


def test_the_good_one_is_read():
    assert codes(GOOD) == ["settings", "survey"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xlsform.not_a_workbook"),
        (b"type,name,label\ntext,q,Ten\n", "xlsform.not_a_workbook"),
        (b"PK\x03\x04" + b"\0" * 200, "xlsform.not_a_workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000, "xlsform.old_or_locked"),
        (GOOD[: len(GOOD) // 2], "xlsform.not_a_workbook"),
        (with_part("xl/workbook.xml", b"<workbook"), "xlsform.damaged"),
        (with_part("xl/worksheets/sheet1.xml", b"not xml at all"), "xlsform.damaged"),
        (with_part("xl/sharedStrings.xml", b"<sst><si>"), "xlsform.damaged"),
        (b"\0" * (workbook.MAX_FILE_BYTES + 1), "file.too_large"),
        (with_part("xl/styles.xml", b" " * (workbook.MAX_UNPACKED_BYTES + 1)), "file.too_large"),
    ],
)
def test_what_is_no_workbook_says_what_it_is(content, code):
    with within(5):
        assert codes(content) == [code]


def test_a_text_that_grows_a_billion_times_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("p"))
    )
    with within(5):
        assert codes(with_part("xl/sharedStrings.xml", bomb + b"]><sst><si><t>&o;</t></si></sst>")) == [
            "xlsform.damaged"
        ]


def sheet_of(rows: bytes) -> bytes:
    return with_part(
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows + b"</sheetData></worksheet>",
    )  # fmt: skip


def test_a_cell_a_billion_lines_down_is_not_walked_to():
    far = b'<row r="999999999"><c r="A999999999" t="inlineStr"><is><t>x</t></is></c></row>'
    with within(10):
        assert codes(sheet_of(far)) in (["settings"], ["xlsform.sheet_too_large"])


def test_more_lines_than_there_may_be_are_told(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_LINES", 50)
    lines = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n) for n in range(1, 99))
    assert "xlsform.sheet_too_large" in codes(sheet_of(lines))


def test_more_columns_than_there_may_be_are_told():
    cells = b"".join(b'<c t="inlineStr"><is><t>x</t></is></c>' for _ in range(workbook.MOST_COLUMNS + 5))
    assert "xlsform.sheet_too_large" in codes(sheet_of(b'<row r="1">' + cells + b"</row>"))


def test_ten_thousand_questions_and_a_hundred_thousand_choices_are_read():
    survey = [("type", "name", "label"), ("select_one c", "s", "S"), *(("text", f"q{n}", "Q") for n in range(9_999))]
    choices = [("list_name", "name", "label"), *(("c", f"c{n}", f"Lựa chọn {n}") for n in range(100_000))]
    sheets = {"survey": make_sheet("survey", survey), "choices": make_sheet("choices", choices)}
    with within(60):
        content, _ = write_workbook(sheets)
        read, found = read_workbook(content)
        form = import_sheets(read, form_id="big")
        compiled = compile_form(form.document)
    assert errors([*found, *form.problems, *compiled.problems]) == []
    assert len(compiled.program["choices"]["c"]) == 100_000


def test_cells_are_read_as_they_were_meant():
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Survey"
    import datetime

    sheet.append(["type", "name", "label", "required", "default"])
    sheet.append(["integer", "q", 7, True, 3.0])
    sheet.append(["date", "d", 0.5, False, datetime.datetime(2021, 12, 5)])
    sheet.append([None, None, None, None, None])
    sheet.append(["text", "t", "  Tên\u00a0", "=1=1", "#N/A"])
    written = io.BytesIO()
    made.save(written)
    sheets, found = read_workbook(written.getvalue())
    rows = import_sheets(sheets).document["survey"]
    assert [(row["label"], row.get("required"), row.get("default")) for row in rows[:2]] == [
        ("7", "yes", "3"),
        ("0.5", "no", "'2021-12-05'"),
    ]
    assert [(each.code, each.where.path) for each in found] == [("xlsform.cell_error", "Survey!E5")]


def test_a_cell_no_spreadsheet_can_hold_is_told_before_anything_is_written():
    long = make_sheet("survey", [("type",), ("x" * 40_000,)])
    content, found = write_workbook({"survey": long})
    assert (content, [(each.code, each.where.path) for each in found]) == (
        b"",
        [("xlsform.cell_too_long", "survey!A2")],
    )


@given(st.binary(max_size=400), st.integers(0, len(GOOD) - 1))
def test_damage_anywhere_is_told_or_harmless(noise, at):
    sheets, found = read_workbook(GOOD[:at] + noise + GOOD[at + len(noise) :])
    assert found or import_sheets(sheets) is not None


CELL = st.one_of(
    st.sampled_from(["type", "name", "label::vi", "label::", "::", "begin group", "end group", "end repeat", "text", "relevant",
                     "list_name", "default", "settings", "writable_by", ";:", "select_one a", "(", "'", "${"]),
    st.text(st.characters(exclude_characters="|\n", exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip


@given(
    st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=12),
    st.lists(st.lists(CELL, max_size=4), max_size=4),
)
def test_any_table_is_a_form_or_problems(survey, choices):
    sheets = {name: made for name, table in (("survey", [["type", "name", "label"], *survey]), ("choices", [["list_name", "name"], *choices]), ("settings", choices))
              if (made := make_sheet(name, [tuple(row) for row in table]))}  # fmt: skip
    imported = import_sheets(sheets)
    compiled = compile_form(imported.document)
    for found in map(imported.at_cell, compiled.problems):
        assert found.message and str(found)


# Folders and .zip files.


def test_a_folder_that_was_zipped_is_sorted_out():
    files = {
        "visit/form.xlsx": GOOD, "visit/villages.csv": b"name,label\n", "visit/form-media/a.png": b"png",
        "visit/media/choices/rice.svg": b"<svg/>", "visit/.DS_Store": b"", "visit/~$form.xlsx": b"", "visit/run.exe": b"MZ",
    }  # fmt: skip
    package, found = read_package(files)
    assert package == Package("form.xlsx", GOOD, {"villages.csv": b"name,label\n"}, {"a.png": b"png", "choices/rice.svg": b"<svg/>"})  # fmt: skip
    assert [(each.code, each.severity) for each in found] == [("xlsform.file_ignored", "warning")]


@pytest.mark.parametrize("path", ["../out.csv", "/etc/list.csv", "a/../../b.csv", "..\\out.csv"])
def test_a_path_that_leads_outside_is_left_out(path):
    package, found = read_package({"form.xlsx": GOOD, path: b"name,label\n"})
    assert not package.lists and [each.code for each in found] == ["xlsform.file_ignored"]


@pytest.mark.parametrize("names", [[], ["a.xlsx", "b.xlsx"], ["a.xlsx", "b.md"]])
def test_one_form_is_expected(names):
    package, found = read_package(dict.fromkeys(names, GOOD))
    assert package is None and [each.code for each in found] == ["xlsform.one_form"]


def test_a_package_is_read_as_it_was_written():
    package = Package("f.xlsx", GOOD, {"villages.csv": b"name,label\n"}, {"choices/rice.svg": b"<svg/>"})
    files, found = unzip(write_package(package))
    assert found == [] and read_package(files) == (package, [])


def test_a_bomb_of_a_zip_is_refused_before_it_is_unpacked():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"{number}.csv", b"0" * 10_000_000)
    with within(2):
        assert [each.code for each in unzip(made.getvalue())[1]] == ["file.too_large"]


@pytest.mark.parametrize("content", [b"", b"PK", GOOD[:300], re.sub(rb"xl/", b"xl\\\\", GOOD)])
def test_a_damaged_zip_is_told(content):
    files, found = unzip(content)
    assert [each.code for each in found] == ["xlsform.damaged"] or files
