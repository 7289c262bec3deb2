"""Patterns of regex(): what is read, what is refused and where, and that both engines find the same."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Instance, compile_form
from forms.expressions.matching import Search
from forms.expressions.patterns import PatternError, read_pattern
from tests.conftest import SOAK

PIECES = ("a", "b", "0", "Đ", "🌾", "-", " ", ".", "\\d", "\\W", "\\s", "\\S", "\\w", "\\p{L}", "\\P{Lu}", "\\p{N}", "\\.", "\\-", "\\_",
          "\\u0061", "\\u{1F33E}", "\\n", "[ab]", "[^a]", "[a-z]", "[\\w-]", "[^\\p{L}\\d]", "[^\\s\\S]", "[]", "[^]", "[[&]", "[~~]",
          "(", "(?:", "(?=", "(?!", ")", "|", "^", "$", "\\b", "*", "+", "?", "*?", "{2}", "{1,2}", "{2,1}", "{0,}", "]", "}", "\\q")  # fmt: skip
TEXTS = ("a", "ab0", "Đ", "aĐ🌾", "a\nb", "ab\n", "a\u00a0b", "a\u2028b", "\ufeffa", "ก٣Ⅷ", "a-b_[&]~", "  ", "B0 b")


@pytest.mark.parametrize(
    "pattern, text, found",
    [
        ("[a-z]+", "abc123", True),
        ("^[a-z]+$", "abc123", False),
        ("^a$", "a\n", False),
        ("^.$", "🌾", True),
        ("^.$", "\r", False),
        (r"\s", "\u00a0", True),
        (r"^\p{L}+$", "Đặng", True),
        (r"^\p{Lu}", "đ", False),
        (r"^\p{L}+$", "ກິນ", False),  # its vowel is a mark
        (r"^[\p{L}\p{M} ]+$", "ກິນ", True),
        (r"\d", "٣", False),
        (r"a\-b", "a-b", True),
        ("[^]", "x", True),
        ("[]", "x", False),
    ],
)
def test_a_pattern_finds(pattern, text, found):
    assert finds(pattern, text) == found


@pytest.mark.parametrize(
    "pattern, at",
    [
        ("[a", 1), ("a]", 2), ("(a", 2), ("a)", 2), ("*a", 1), ("a**", 3), ("a{,3}", 2), ("^*", 2), ("(?=a)*", 2), ("(?i)a", 2),
        (r"(?<x>a)", 2), (r"(?<!a)b", 2), (r"(a)\1", 4), (r"\Aa", 1), (r"a\b*", 4), (r"[z-a]", 2), (r"[a-\d]", 2), (r"[\b]", 2),
        (r"\p{Script=Latin}", 1), (r"\p{Xx}", 1), (r"\ud83c", 1), (r"\u{110000}", 1), ("a{2,1}", 2),
    ],
)  # fmt: skip
def test_a_pattern_is_refused_at_its_place(pattern, at):
    with pytest.raises(PatternError) as refused:
        read_pattern(pattern)
    assert refused.value.at == at and refused.value.reason


def test_the_sets_of_a_pattern_are_as_browsers_write_them():
    assert read_pattern(r"a\-b\_c[\-\@]\.").sets == ["a", "-", "b", "_", "c", r"[\-@]", r"\."]


@pytest.mark.parametrize(
    "pattern",
    ["a{1001}", "(a{100}){100}", "(((a{40}){40}){40}){40}", "a|" * 9000, "(" * 51 + "a" + ")" * 51, "a" * 1001],
)
def test_a_pattern_that_would_grow_beyond_measure_is_refused(pattern):
    with pytest.raises(PatternError):
        read_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"^(a+)+$", r"^(a|a)*$", r"^(a|aa)+$", r"(.*)*(.*)*x", r"^(\w+\s?)*$", r"(a?){100}a{100}!", "(((a*)*)*)*b"],
)
def test_no_pattern_takes_a_step_twice_at_one_character(pattern):
    search = Search(read_pattern(pattern).as_json())
    search.code = Counted(search.code)
    text = "a" * 3000 + "!?"
    assert not search.finds(text) or "!" in pattern
    assert search.code.taken <= (len(text) + 1) * len(search.code)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text("ab0Đ- \n", max_size=12))
def test_a_search_takes_at_most_the_texts_length_times_the_patterns(pattern, text):
    try:
        search = Search(read_pattern(pattern).as_json())
    except PatternError:
        return
    search.code = Counted(search.code)
    search.finds(text)
    assert search.code.taken <= (len(text) + 1) * len(search.code)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text("ab0- \n", max_size=8))
def test_a_pattern_finds_what_python_finds_with_it(pattern, text):
    """Python's own `re` means the same by what does not depend on Unicode."""
    if any(mark in pattern for mark in ("\\p", "\\P", "\\u", "[]", "[^]", "\\s", "\\S", "[[&]", "[~~]", "\\_")):
        return
    try:
        made = read_pattern(pattern)
    except PatternError:
        return
    theirs = re.compile(pattern.replace("$", r"\Z"), re.ASCII).search(text)
    assert Search(made.as_json()).finds(text) == (theirs is not None)


class Counted(list):
    """Steps that count how often they are looked at."""

    taken = 0

    def __getitem__(self, at):
        self.taken += 1
        return super().__getitem__(at)


@pytest.mark.parametrize("pattern", ["concat('^', ${q})", "${q}", "'(?i)a'"])
def test_a_form_says_that_its_pattern_cannot_be_read(pattern):
    compiled_form = compile_form(form([f"regex(${{q}}, {pattern})"]))
    assert [each.code for each in compiled_form.problems] == ["expression.pattern"]


def test_both_engines_find_the_same(javascript):
    seed = random.randrange(2**32) if SOAK else 20211205
    patterns = random_patterns(seed, 2000 if SOAK else 400)
    compiled_form = compile_form(form([f"regex(${{q}}, '{pattern}')" for pattern in patterns]))
    for text in TEXTS:
        instance = Instance(compiled_form.program)
        instance.set("/q", text)
        theirs = javascript(compiled_form.program, [["set", "/q", text]])["answers"]
        ours = instance.answers()
        assert {ours[f"c{at}"] for at in range(len(patterns))} == {"true", "false"}
        assert [p for at, p in enumerate(patterns) if ours[f"c{at}"] != theirs[f"c{at}"]] == [], (seed, text)


def finds(pattern, text):
    return Search(read_pattern(pattern).as_json()).finds(text)


def random_patterns(seed, count):
    """Patterns of PIECES that can be read."""
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        try:
            found.append(read_pattern("".join(rng.choices(PIECES, k=rng.randint(1, 6)))).source)
        except PatternError:
            continue
    return found


def form(calculations):
    return {
        "settings": {"form_id": "patterns", "version": "1", "title": "x", "default_language": "vi"},
        "survey": [
            {"type": "text", "name": "q", "label": "q"},
            *({"type": "calculate", "name": f"c{at}", "calculation": each} for at, each in enumerate(calculations)),
        ],
    }
