"""XLSForm in: what authors write becomes the form they meant, and what it cannot become is told at its cell."""

import pytest

from forms import Env, Instance, compile_form
from tests.forms.xlsform.reading import document, imported, places, problems

# A visit as a village health worker's form has it: groups in groups, a repeat, cascading selects, computed totals.
VISIT = """
| survey |
| | type                     | name      | label::Tiếng Việt (vi)  | label::English (en) | hint::vi | required | relevant | constraint | constraint_message::vi | constraint_message::en | calculation | choice_filter | appearance | default | repeat_count |
| | start                    | began     |                         |                     |          |          |          |            |                        |                        |             |               |            |         |              |
| | begin group              | place     | Nơi ở                   | Place               |          |          |          |            |                        |                        |             |               | field-list |         |              |
| | select_one commune       | commune   | Xã                      | Commune             |          | yes      |          |            |                        |                        |             |               | minimal    |         |              |
| | select_one village       | village   | Bản                     | Village             |          | yes      |          |            |                        |                        |             | commune=${commune} |       |         |              |
| | end group                |           |                         |                     |          |          |          |            |                        |                        |             |               |            |         |              |
| | integer                  | members   | Số nhân khẩu            | Members             | Kể cả trẻ | TRUE    |          | . >= 1 and . <= 30 | Từ 1 đến 30    | From 1 to 30           |             |               |            | 4       |              |
| | begin repeat             | person    | Từng người              | Each person         |          |          |          |            |                        |                        |             |               |            |         | ${members}   |
| | text                     | full_name | Họ và tên               | Full name           |          |          |          |            |                        |                        |             |               |            |         |              |
| | integer                  | age       | Tuổi                    | Age                 |          |          |          |            |                        |                        |             |               |            |         |              |
| | select_multiple symptom or_other | symptoms | Triệu chứng      | Symptoms            |          |          | ${age} < 5 |          |                        |                        |             |               |            |         |              |
| | end repeat               |           |                         |                     |          |          |          |            |                        |                        |             |               |            |         |              |
| | calculate                | small     |                         |                     |          |          |          |            |                        |                        | count(${person}[age < 5]) |  |            |         |              |
| | note                     | told      | Có ${small} trẻ nhỏ     | ${small} small children |      |          | ${small} > 0 |        |                        |                        |             |               |            |         |              |
| | date                     | on        | Ngày thăm               | Day of the visit    |          |          |          |            |                        |                        |             |               |            | today() |              |
| choices |
| | list_name | name     | label::Tiếng Việt (vi) | label::English (en) | commune |
| | commune   | 03424    | Xã Bản Bo              | Bản Bo              |         |
| | commune   | 03430    | Xã Nà Tăm              | Nà Tăm              |         |
| | village   | 03424-07 | Phiêng Hoi             | Phiêng Hoi          | 03424   |
| | village   | 03430-01 | Nà Vàn                 | Nà Vàn              | 03430   |
| | symptom   | fever    | Sốt                    | Fever               |         |
| | symptom   | cough    | Ho                     | Cough               |         |
"""


def test_a_visit_as_it_is_written_is_filled_in_as_it_was_meant():
    program = compile_form(document(VISIT)).program
    visit = Instance(program, {}, Env(today="2021-12-05"))
    assert visit.state("/members")["value"] == 4 and visit.state("/on")["value"] == "2021-12-05"
    visit.set("/place/commune", "03430")
    assert visit.state("/place/village")["choices"] == ["03430-01"]
    visit.set("/members", 2)
    first, second = (row["path"] for row in visit.tree()[-4]["rows"])
    visit.set(f"{first}/age", 3)
    visit.set(f"{second}/age", 30)
    assert visit.state(f"{first}/symptoms")["relevant"] and not visit.state(f"{second}/symptoms")["relevant"]
    assert visit.state("/told")["label"] == "Có 1 trẻ nhỏ"
    visit.set("/members", 31)
    assert visit.state("/members")["problem"]["message"] == "Từ 1 đến 30"


def question(**cells):
    """The one question of a form whose survey has these columns."""
    header = " | ".join(cells)
    return document(f"| survey |\n| | {header} |\n| | {' | '.join(cells.values())} |\n{CHOICES}")["survey"][0]


CHOICES = "| choices |\n| | list_name | name | label |\n| | yn | y | Có |\n| | yn | n | Không |\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("select_one yn", "select_one yn"),
        ("select one yn", "select_one yn"),
        ("select one from yn", "select_one yn"),
        ("Select1 yn", "select_one yn"),
        ("select_one yn or_other", "select_one yn or_other"),
        ("select_one yn or specify other", "select_one yn or_other"),
        ("select all that apply from yn", "select_multiple yn"),
        ("select_multiple yn", "select_multiple yn"),
        ("rank yn", "rank yn"),
        ("select_one_from_file villages.csv", "select_one_from_file villages.csv"),
        ("select one from file villages.csv", "select_one_from_file villages.csv"),
        ("int", "integer"),
        ("string", "text"),
        ("dateTime", "datetime"),
        ("Integer", "integer"),
        ("photo", "image"),
        ("gps", "geopoint"),
        ("acknowledge", "acknowledge"),
        ("start-geopoint", "start-geopoint"),
    ],
)
def test_a_type_is_understood_in_all_the_ways_it_is_written(written, meant):
    assert question(type=written, name="q", label="Câu hỏi")["type"] == meant


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("relevance", "relevant"),
        ("Relevant", "relevant"),
        ("bind::relevant", "relevant"),
        ("calculate", "calculation"),
        ("constraint message", "constraint_message"),
        ("readonly", "read_only"),
        ("Read Only", "read_only"),
        ("media::image", "image"),
        ("big-image", "big_image"),
        ("media::big-image", "big_image"),
        ("bind::jr:requiredMsg", "required_message"),
        ("control::appearance", "appearance"),
    ],
)
def test_a_header_is_understood_in_all_the_ways_it_is_written(header, key):
    cell = {"appearance": "multiline", "image": "a.png", "big_image": "a.png"}.get(key, "true()")
    assert key in question(**{"type": "text", "name": "q", "label": "Câu hỏi", header: cell})


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("label::Tiếng Việt (vi)", "vi"),
        ("label::vi", "vi"),
        ("Label::English (en)", "en"),
        ("label:English", "en"),
        ("label::Vietnamese", "vi"),
        ("label::Français", "fr"),
        ("label::Tiếng Mông (hmn)", "hmn"),
    ],
)
def test_the_language_of_a_column_is_its_code_or_its_name(header, language):
    row = imported(f"| survey |\n| | type | name | {header} |\n| | text | q | Câu |\n").document["survey"][0]
    assert row["label"] == {language: "Câu"}


def test_a_column_without_a_language_speaks_the_default_one_beside_others():
    tables = "| survey |\n| | type | name | label | label::en |\n| | text | q | Tên | Name |\n| | text | r | Tuổi | |\n"
    first, second = document(tables)["survey"]
    assert (first["label"], second["label"]) == ({"vi": "Tên", "en": "Name"}, "Tuổi")


@pytest.mark.parametrize(
    ("kind", "cell", "default"),
    [
        ("text", "Phiêng Hoi", "'Phiêng Hoi'"),
        ("text", "O'Brien", '"O\'Brien"'),
        ("text", "${name}", "${name}"),
        ("text", "concat('a', 'b')", "concat('a', 'b')"),
        ("integer", "15", "15"),
        ("integer", "-5", "-5"),
        ("integer", "7 * 2", "7 * 2"),
        ("date", "2021-12-05", "'2021-12-05'"),
        ("date", "today()", "today()"),
        ("date", "today() - 1", "today() - 1"),
        ("select_one yn", "y", "'y'"),
        ("select_multiple yn", "y n", "'y n'"),
        ("text", "${last-saved#q}", "${last-saved#q}"),
    ],
)
def test_a_default_is_a_text_as_it_stands_unless_it_has_to_be_worked_out(kind, cell, default):
    tables = (
        f"| survey |\n| | type | name | label | default |\n| | text | name | Tên | |\n| | {kind} | q | Câu | {cell} |\n"
    )
    assert imported(tables + CHOICES).document["survey"][1]["default"] == default


def test_the_quotes_and_spaces_of_a_word_processor_are_plain_in_expressions():
    row = question(type="text", name="q", label="“Tên”", relevant="‘a’\u00a0!= “b”", required="Yes")
    assert (row["relevant"], row["required"], row["label"]) == ("'a' != \"b\"", "yes", "“Tên”")


def test_a_quote_inside_a_text_that_is_quoted_well_is_the_authors_own():
    row = question(type="text", name="q", label="Tên", constraint=". != 'Bà “Cả” Páo’s'")
    assert row["constraint"] == ". != 'Bà “Cả” Páo’s'"


def test_our_own_columns_travel_too():
    row = question(
        type="text", name="q", label="Tên", pii="name", summary="yes", anew="yes", comment="hỏi lại chị Lan",
        writable_by="commune_officer, chair: submitted returned; district_officer",
    )  # fmt: skip
    assert (row["pii"], row["summary"], row["anew"], row["comment"]) == ("name", True, True, "hỏi lại chị Lan")
    assert row["writable_by"] == [
        {"roles": ["commune_officer", "chair"], "states": ["submitted", "returned"]},
        {"roles": ["district_officer"]},
    ]


def test_settings_are_read():
    settings = """
| settings | | | | | | | | |
| | form_title | form_id | version | default_language | instance_name | style | allow_choice_duplicates | list_title | dedupe |
| | Thăm hộ | visit | 3 | English (en) | concat(${q}, ‘!’) | pages | yes | ${q} | q; q |
"""
    form = document("| survey |\n| | type | name | label |\n| | text | q | Tên |\n", settings)
    assert form["settings"] == {
        "title": "Thăm hộ", "form_id": "visit", "version": "3", "default_language": "en",
        "instance_name": "concat(${q}, '!')", "style": "pages", "allow_choice_duplicates": True,
    }  # fmt: skip
    assert (form["list_view"], form["dedupe"]) == ({"title": "${q}"}, [["q"], ["q"]])


def test_what_settings_do_not_say_is_assumed_and_told():
    found = problems("| survey |\n| | type | name | label::en |\n| | text | q | Name |\n", "")
    assert {(each.where.key, each.severity) for each in found if each.code == "xlsform.setting_assumed"} == {
        ("version", "warning"),
        ("default_language", "warning"),
    }


SURVEY = "| survey |\n| | type | name | label | relevant |\n"


@pytest.mark.parametrize(
    ("tables", "code", "cell"),
    [
        (SURVEY + "| | text | q | Tên | ${zz} = 1 |", "expression.unknown_name", "survey!D2"),
        (SURVEY + "| | text | q | Tên | (1 |", "expression.syntax", "survey!D2"),
        (SURVEY + "| | text | a | A | |\n| |\n| | text | a | A | |", "name.duplicate", "survey!B3"),
        (SURVEY + "| | geotrace | q | Đường đi | |", "survey.type_unsupported", "survey!A2"),
        (SURVEY + "| | select_one_external yn | q | Câu | |", "survey.type_unsupported", "survey!A2"),
        (SURVEY + "| | txt | q | Câu | |", "survey.type_unknown", "survey!A2"),
        (SURVEY + "| | select_one nope | q | Câu | |", "survey.list_missing", "survey!A2"),
        (SURVEY + "| | begin group | g | G | |\n| | text | q | Tên | |", "xlsform.end_missing", "survey!A2"),
        (SURVEY + "| | text | q | Tên | |\n| | end group | | | |", "xlsform.end_unmatched", "survey!A3"),
        (SURVEY + "| | begin repeat | g | G | |\n| | end group | | | |", "xlsform.end_unmatched", "survey!A3"),
        (SURVEY + "| | text | họ tên | Tên | |", "name.invalid", "survey!B2"),
        ("| survey |\n| | name | label |\n| | q | Tên |", "xlsform.column_missing", "survey!1"),
        ("| survey |\n| | type | name | label | relevnt |\n| | text | q | Q | 1 |", "xlsform.column_ignored", "survey!D1"),
        ("| survey |\n| | type | name | label::Klingonisch |\n| | text | q | Q |", "xlsform.language_unknown", "survey!C1"),
        ("| survey |\n| | type | name | relevant | relevance |\n| | text | q | 1 | 1 |", "xlsform.column_twice", "survey!D1"),
        ("| survey |\n| | type | name | writable_by |\n| | text | q | : draft |", "xlsform.cell", "survey!C2"),
        ("| choices |\n| | list_name | name | label |", "xlsform.sheet_missing", ""),
        (SURVEY + "| | text | q | Q | |\n| entities |\n| | list_name | label |\n| | trees | x |", "xlsform.sheet_ignored", "entities"),
        (SURVEY + "| | text | q | Q | |\n| choises |\n| | list_name |\n| | x |", "xlsform.sheet_ignored", "choises"),
        (SURVEY + "| | select_one yn | q | Q | |\n" + CHOICES + "| | | z | Z |", "xlsform.choice_without_list", "choices!A4"),
        (SURVEY + "| | select_one yn | q | Q | |\n" + CHOICES + "| | yn | y | Y |", "choices.duplicate_name", "choices!B4"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell(tables, code, cell):
    assert (code, cell) in places(tables + "\n")


def test_a_problem_speaks_both_languages_and_says_what_to_do():
    (found,) = [
        each for each in problems(SURVEY + "| | begin group | g | G | |\n") if each.code == "xlsform.end_missing"
    ]
    assert "never ended" in found.message and "chưa được kết thúc" in found.message_vi and found.remedy


def test_sheets_and_columns_that_begin_with_a_line_below_are_the_authors_own():
    tables = (
        "| survey |\n| | type | name | label | _to do |\n| | text | q | Tên | hỏi lại |\n| _notes |\n| | x |\n| | y |\n"
    )
    assert problems(tables) == []
