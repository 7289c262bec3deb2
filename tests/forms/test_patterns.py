"""Patterns of regex(): what is read, what is refused and where, and that both engines find the same."""

import random

import pytest

from forms import Instance, compile_form
from forms.expressions.patterns import PatternError, compiled, read_pattern
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
    assert (compiled(pattern).search(text) is not None) == found


@pytest.mark.parametrize(
    "pattern, at",
    [
        ("[a", 1), ("a]", 2), ("(a", 2), ("a)", 2), ("*a", 1), ("a**", 3), ("a{,3}", 2), ("^*", 2), ("(?=a)*", 6), ("(?i)a", 2),
        (r"(?<x>a)", 2), (r"(?<!a)b", 2), (r"(a)\1", 4), (r"\Aa", 1), (r"a\b*", 4), (r"[z-a]", 2), (r"[a-\d]", 2), (r"[\b]", 2),
        (r"\p{Script=Latin}", 1), (r"\p{Xx}", 1), (r"\ud83c", 1), (r"\u{110000}", 1), ("a{2,1}", 1),
    ],
)  # fmt: skip
def test_a_pattern_is_refused_at_its_place(pattern, at):
    with pytest.raises(PatternError) as refused:
        read_pattern(pattern)
    assert refused.value.at == at and refused.value.reason


def test_a_pattern_for_browsers_is_read_as_itself():
    assert read_pattern(r"a\-b\_c[\-\@]\.").ecma == r"a-b_c[\-@]\."
    for pattern in random_patterns(1, 200):
        assert read_pattern(pattern).ecma == pattern


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


def random_patterns(seed, count):
    """Patterns of PIECES that can be read, as browsers read them."""
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        try:
            found.append(read_pattern("".join(rng.choices(PIECES, k=rng.randint(1, 6)))).ecma)
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
