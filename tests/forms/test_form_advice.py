"""Warnings on the form as a whole: what runs, and is not what its author meant."""

import pytest

from forms import compile_form
from tests.forms.survey import survey


def warned(document):
    """(code, path) of every warning; the form itself has to be whole."""
    compiled = compile_form(document)
    assert compiled.program, list(map(str, compiled.problems))
    return [(found.code, found.where.path) for found in compiled.problems]


def constrained(type, constraint):
    return survey(f"type | name | constraint\n{type} | q | {constraint}")


@pytest.mark.parametrize(
    ("type", "constraint"),
    [
        ("integer", ". > 5 and . < 3"), ("integer", ". > 5 and . < 6"), ("integer", ". >= 7 and . <= 6"),
        ("decimal", ". = 1 and . = 2"), ("decimal", "10 < . and . < 10"), ("date", ". > '2022-01-01' and . < '2021-01-01'"),
        ("text", ". = 'a' and . = 'b'"), ("integer", "(. > 5 and . < 3) or (. > 9 and . < 8)"), ("integer", ". < -1 and . > -1"),
    ],
)  # fmt: skip
def test_a_constraint_that_nothing_fulfils_is_told(type, constraint):
    assert warned(constrained(type, constraint)) == [("expression.never", "/survey/0")]


@pytest.mark.parametrize(
    ("type", "constraint"),
    [
        ("integer", ". > 5 and . < 7"), ("decimal", ". > 5 and . < 6"), ("integer", ". > 5 or . < 3"), ("integer", ". >= 5 and . <= 5"),
        ("integer", ". > 5 and not(. < 3)"), ("text", ". = 'a' or . = 'b'"), ("integer", ". != 5 and . > 4"),
    ],
)  # fmt: skip
def test_a_constraint_that_something_fulfils_is_not(type, constraint):
    assert warned(constrained(type, constraint)) == []


def test_a_relevance_no_answer_gives_is_told():
    document = survey("type | name | relevant\ninteger | a |\ntext | b | ${a} > 5 and ${a} < 3")
    assert warned(document) == [("expression.never", "/survey/1")]


def test_a_question_shown_by_a_later_one_is_told():
    document = survey("type | name | relevant\ntext | why | ${sure} = 'no'\ntext | sure |")
    assert warned(document) == [("expression.relevant_later", "/survey/0")]
    assert (
        warned(survey("type | name | relevant | calculation\ntext | why | ${sum} > 1 |\ncalculate | sum | | 1 + 1"))
        == []
    )


def test_a_list_that_nothing_reads_is_told_and_one_that_instance_reads_is_not():
    document = survey("type | name\ntext | q", choices={"need": ["rice"]})
    assert warned(document) == [("choices.unused", "/choices")]


def test_a_choice_without_the_picture_its_siblings_have_is_told():
    document = survey("type | name\nselect_one need | q", choices={"need": ["rice", "cash", "care"]})
    for choice in document["choices"]["need"][:2]:
        choice["icon"] = "choices/food.svg"
    assert warned(document) == [("text.media_missing", "/choices/need/2")]
    document["choices"]["need"][2]["icon"] = "choices/care.svg"
    assert warned(document) == []


def test_a_question_without_the_voice_its_siblings_have_is_told():
    document = survey("type | name | audio\ntext | a | a.mp3\ntext | b | b.mp3\ntext | c |\nnote | d |")
    assert warned(document) == [("text.media_missing", "/survey/2")]


def test_what_no_phone_shows_well_is_told():
    many = survey("type | name\nselect_one need | q", choices={"need": list("abcdef")})
    many["survey"][0]["appearance"] = "likert"
    assert warned(many) == [("screen.table_wide", "/survey/0")]
    table = survey("type | name\nselect_one need | q", choices={"need": list("abcdef")})
    table["survey"] = [
        {"type": "group", "name": "g", "label": "G", "appearance": "table-list", "children": table["survey"]}
    ]
    assert warned(table) == [("screen.table_wide", "/survey/0")]
    long = survey("type | name\ntext | q")
    long["survey"][0]["label"] = "Câu " * 80
    assert warned(long) == [("screen.label_long", "/survey/0")]
    page = {
        "type": "group",
        "name": "g",
        "label": "G",
        "children": [{"type": "text", "name": f"q{n}", "label": "Q"} for n in range(21)],
    }
    assert warned(survey("type | name") | {"survey": [page]}) == [("screen.page_long", "/survey/0")]


def test_a_form_with_errors_gets_no_advice_on_top():
    document = survey(
        "type | name | relevant\ntext | why | ${sure} = 'no'\ntext | sure | ${nobody}", choices={"need": ["rice"]}
    )
    assert {found.severity for found in compile_form(document).problems} == {"error"}
