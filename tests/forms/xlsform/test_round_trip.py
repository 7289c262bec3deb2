"""Out and in again: an XLSForm that was written is the same form."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import compile_form
from forms.xlsform import export_document, import_sheets, read_workbook, write_workbook
from tests.forms import generate
from tests.forms.xlsform.reading import document
from tests.forms.xlsform.test_importing import CHOICES, VISIT

CAMPAIGNS = sorted((Path(__file__).parents[3] / "campaigns").rglob("forms/*.json"))


def again(form):
    """Through a workbook's bytes and back."""
    content, problems = write_workbook(export_document(form))
    sheets, more = read_workbook(content)
    imported = import_sheets(sheets)
    assert [*problems, *more, *imported.problems] == []
    return imported.document


@pytest.mark.parametrize("path", CAMPAIGNS, ids=lambda path: path.stem)
def test_every_form_of_the_campaigns_comes_back_as_the_same_program(path):
    form = json.loads(path.read_text("utf-8"))
    assert compile_form(again(form)).program == compile_form(form).program


@pytest.mark.parametrize("path", CAMPAIGNS[:3], ids=lambda path: path.stem)
def test_what_was_read_once_is_written_and_read_as_itself(path):
    first = again(json.loads(path.read_text("utf-8")))
    assert again(first) == first


def test_a_form_from_a_spreadsheet_is_itself_again():
    form = document(VISIT)
    assert again(form) == form


def as_authors_write(form):
    """Without what a spreadsheet cannot say: a blank cell of a choice, and a default that is worked out and shows no sign
    of it."""
    ahead = list(form["survey"])
    while ahead:
        row = ahead.pop()
        ahead += row.get("children", ())
        if "default" in row:
            row["default"] = f"coalesce({row['default']}, '')"
    choices = {
        name: [{key: value for key, value in choice.items() if value} for choice in each]
        for name, each in form["choices"].items()
    }
    return form | {"choices": choices}


@given(st.integers(0, 2**32))
def test_any_form_comes_back_as_the_same_program(seed):
    form = as_authors_write(generate.document(random.Random(seed)))
    compiled = compile_form(form).program
    assert compiled is not None
    read = again(form)
    assert compile_form(read).program == compiled
    assert again(read) == read


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=40
).filter(str.strip)
LABELS = st.one_of(TEXT, st.dictionaries(st.sampled_from(["vi", "en", "fr", "hmn"]), TEXT, min_size=1))


@given(
    label=LABELS,
    hint=LABELS,
    default=TEXT,
    choices=st.lists(st.tuples(LABELS, TEXT), min_size=1, max_size=4),
    rules=st.lists(
        st.fixed_dictionaries(
            {"roles": st.lists(st.sampled_from(["team_member", "chair"]), min_size=1, unique=True)},
            optional={"states": st.one_of(st.just("*"), st.lists(st.sampled_from(["draft", "submitted"]), min_size=1))},
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_any_texts_come_back(label, hint, default, choices, rules):
    read = {
        "settings": {"form_id": "f", "version": "1", "title": "Thăm hộ", "default_language": "vi"},
        "survey": [
            {"type": "text", "name": "q", "label": label, "hint": hint, "writable_by": rules},
            {"type": "select_one c", "name": "r", "label": {"vi": "Chọn", "en": "Choose"}},
        ],
        "choices": {"c": [{"name": f"c{n}", "label": text, "column": column.strip()} for n, (text, column) in enumerate(choices)]},
    }  # fmt: skip
    read["survey"][0]["default"] = f"concat('', \"{default.strip()}\")" if '"' not in default else "today()"
    expected = json.loads(json.dumps(read).replace("\\r", "\\n"))
    first = again(expected)
    assert again(first) == first
    assert compile_form(first).program == compile_form(expected).program


@pytest.mark.parametrize(
    ("kind", "default", "cell"),
    [
        ("text", "'Phiêng Hoi'", "Phiêng Hoi"),
        ("text", "''", "string('')"),
        ("text", "1 + 1", "1 + 1"),
        ("text", "15", "string(15)"),
        ("text", "' a'", "string(' a')"),
        ("integer", 15, "15"),
        ("date", "today()", "today()"),
        ("date", "'2021-12-05'", "2021-12-05"),
        ("select_one yn", "'y'", "y"),
        ("select_one yn", "yes", "true()"),
    ],
)
def test_a_default_is_written_as_people_would(kind, default, cell):
    form = document(f"| survey |\n| | type | name | label |\n| | {kind} | q | Câu |\n" + CHOICES)
    form["survey"][0]["default"] = default
    survey = export_document(form)["survey"]
    assert survey.lines[0].cells[survey.header.index("default")] == cell


def test_the_sheets_look_as_authors_know_them():
    sheets = export_document(document(VISIT))
    assert list(sheets) == ["survey", "choices", "settings"]
    assert sheets["survey"].header[:6] == ("type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "hint::Tiếng Việt (vi)", "required")  # fmt: skip
    assert [line.cells[0] for line in sheets["survey"].lines][:5] == [
        "start", "begin_group", "select_one commune", "select_one village", "end_group",
    ]  # fmt: skip
    assert sheets["settings"].lines[0].cells[:2] == ("Thăm hộ", "visit")
