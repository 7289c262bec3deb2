"""Codes of problems: registered once, documented, with words in both languages and a remedy."""

import re
import string
from pathlib import Path

import pytest

from forms import CODES, REMEDIES, compile_form, errors
from server.problems import REGISTER
from sync.reasons import REASONS
from tests.forms.survey import survey

DOCUMENT = (Path(__file__).parents[2] / "docs" / "problems.md").read_text("utf-8")
DOCUMENTED = re.findall(r"^\| `([a-z0-9_.]+)` \|", DOCUMENT, re.M)


def row(code, texts):
    """A code's line in docs/problems.md."""
    remedies = REMEDIES.get(code, ("", "")) if code in CODES else ()
    cells = [*texts[:2], *(text.replace("{hint}", "") for text in remedies)]
    return f"| `{code}` | {' | '.join(cells)} |".replace("  ", " ")


@pytest.mark.parametrize("code", [*CODES, *REASONS])
def test_every_code_is_explained_in_the_documentation(code):
    assert row(code, CODES.get(code) or REASONS[code]) in DOCUMENT.splitlines()


def test_no_code_is_registered_or_documented_twice():
    assert not CODES.keys() & REASONS.keys()
    assert not CODES.keys() & REGISTER.keys()
    assert len(DOCUMENTED) == len(set(DOCUMENTED))


def test_the_documentation_names_no_code_that_nobody_sends():
    assert set(DOCUMENTED) == {*CODES, *REASONS, *REGISTER}


@pytest.mark.parametrize("code", CODES)
def test_both_languages_fill_in_the_same_details(code):
    english, vietnamese = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in CODES[code])
    assert english == vietnamese


@pytest.mark.parametrize("code", [code for code in CODES if not code.startswith("answer.")])
def test_a_problem_of_a_document_says_what_to_do(code):
    assert all(text.endswith((".", "''.")) for text in REMEDIES[code])
    assert REMEDIES[code][0].count("{hint}") == REMEDIES[code][1].count("{hint}")


@pytest.mark.parametrize(
    ("text", "english", "vietnamese"),
    [
        ("(1", "')' was expected, not 'the end'", "chờ ')', không phải 'chỗ kết thúc'"),
        ("1 +", "'the end' was not expected", "không chờ 'chỗ kết thúc' ở đây"),
        ("//a", "'//' is not offered: write the whole path", "không dùng '//': hãy viết cả đường dẫn"),
        ("1 ; 2", "';' does not belong to the language", "ngôn ngữ này không có ';'"),
        ("regex(., '(a')", "a '(' is not closed", "có '(' chưa đóng"),
        ("regex(., 1)", "it is not a text in quotes", "đây không phải văn bản trong dấu nháy"),
    ],
)
def test_the_reason_is_told_in_both_languages(text, english, vietnamese):
    (found,) = errors(list(compile_form(survey(f"type | name | constraint\n text | q | {text}")).problems))
    assert english in found.message and vietnamese in found.message_vi
    assert found.text("vi").startswith("lỗi: ") and found.text("en").startswith("error: ")


def test_broken_json_and_wrong_values_are_told_in_both_languages():
    (broken,) = compile_form(b'{"a" 1}').problems
    assert "Expecting ':' delimiter" in broken.message and "thiếu dấu hai chấm" in broken.message_vi
    (wrong, *_) = compile_form(b'{"settings": 1, "survey": []}').problems
    assert "cần một đối tượng" in wrong.message_vi
