"""Codes of problems: registered once, documented, with words in both languages and a remedy."""

import re
import string
from pathlib import Path

import pytest

from forms import CODES, REMEDIES
from server.problems import REGISTER
from sync.reasons import REASONS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "problems.md").read_text("utf-8")
DOCUMENTED = re.findall(r"^\| `([a-z0-9_.]+)` \|", DOCUMENT, re.M)


def row(code, texts):
    """A code's line in docs/problems.md."""
    cells = [texts[0], texts[1], *([REMEDIES.get(code, "").replace("{hint}", "")] if code in CODES else [])]
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
    assert REMEDIES[code].endswith((".", "''."))
