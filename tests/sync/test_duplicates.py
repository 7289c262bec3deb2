"""Whether two records are about the same: spelling, reasons, and what is found by keys (docs/duplicates.md)."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from chungsuc.demonstration.labelled import FORM, HASH, fingerprint, labelled
from chungsuc.duplicates_commands import measure
from sync.duplicates import POINTS, blocking_keys, compare_traits, traits_of
from sync.spelling import compare_names, paper_number, phone
from tests.conformance.duplicate_cases import make

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "duplicates.json").read_text("utf-8"))
PAGE = (Path(__file__).parents[2] / "docs" / "duplicates.md").read_text("utf-8")


def person(name, year=1985, village="03424-07", number="", called=""):
    answers = {"full_name": name, "birth_year": year, "village": village, "id_number": number, "phone": called}
    return traits_of(FORM, answers)


def test_the_shared_cases_are_what_is_made():
    assert make() == CASES


def test_names_as_written_in_two_ways():
    for case in CASES["names"]:
        assert compare_names(case["one"], case["other"]) == compare_names(case["other"], case["one"]) == case["agree"]


def test_phones_and_papers():
    assert {text: phone(text) for text in CASES["phones"]} == CASES["phones"]
    assert {text: paper_number(text) for text in CASES["papers"]} == CASES["papers"]


def test_the_same_name_year_and_village_are_shown():
    likeness = compare_traits(person("Giàng A Páo"), person("Giang A Pao"))
    assert (likeness.alike, likeness.reasons) == (True, ("name_unmarked", "birth_year_same", "place_same"))


def test_two_people_of_one_household_are_not():
    mother, child = person("Lò Thị Lan", 1985, called="0912345678"), person("Lò Văn Hùng", 2010, called="0912345678")
    assert not compare_traits(mother, child).alike


def test_the_same_number_is_always_shown_whatever_else_is_written():
    likeness = compare_traits(
        person("Lò Thị Lan", number="012185001234"), person("Sùng A Chư", 1950, "x", "012185001234")
    )
    assert likeness.alike
    assert "name_differs" in likeness.reasons


def test_another_number_speaks_against_namesakes():
    one, other = person("Lò Thị Lan", number="012185001234"), person("Lò Thị Lan", number="012185999876")
    assert not compare_traits(one, other).alike


def test_an_old_card_says_nothing_against_a_new_one():
    assert compare_traits(person("Lò Thị Lan", number="012185001234"), person("Lò Thị Lan", number="045123456")).alike


WORDS = st.one_of(st.text(max_size=30), st.sampled_from(["Lò Thị Lan", "Giàng A Páo", "012085001234"]))
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), WORDS), lambda each: st.lists(each, max_size=2), max_leaves=3
)
ANSWERS = st.dictionaries(st.sampled_from(["full_name", "birth_year", "village", "id_number", "phone"]), ANYTHING)


@given(ANSWERS, ANSWERS)
def test_it_is_as_alike_the_other_way_round_and_never_fails(one, other):
    a, b = traits_of(FORM, one), traits_of(FORM, other)
    assert compare_traits(a, b) == compare_traits(b, a)
    assert 0 <= compare_traits(a, b).score <= 100
    assert len(blocking_keys("f" * 64, a)) <= 24


def test_the_frozen_set_is_still_the_one_its_figures_are_for():
    assert fingerprint(labelled()) == HASH


def test_the_figures_of_the_docs_are_those_of_the_frozen_set():
    got = measure(labelled())
    assert got.recall >= 0.97
    assert f"recall {got.recall:.3f}, precision {got.precision:.3f}" in PAGE
    assert f"{got.records:,} records" in PAGE and f"{got.true} pairs" in PAGE


def test_every_reason_has_points_and_every_name_agreement_is_a_reason():
    assert {case["agree"] for case in CASES["names"]} - {""} <= POINTS.keys()
    assert {reason for case in CASES["records"] for reason in case["reasons"]} <= POINTS.keys()
