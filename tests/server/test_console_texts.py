"""Words, numbers and typed answers: every sentence has its English, what is shown can be typed back."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.awards import checklist, paper_values
from server.console import (
    dossiers,
    duplicates,
    holds,
    inbox,
    lists,
    navigation,
    records,
    requests,
    returns,
    roles,
    support,
    texts,
)
from server.console.corrections import read_day, read_decimal, read_integer
from server.console.stages import stages
from sync.workflow import Workflow
from tests.server.conftest import ROOT

SENTENCE = re.compile(r'(?:\b_|\bsay)\(\s*"([^"]+)"')
FILES = [*(ROOT / "server/templates/console").glob("*.html"), *(ROOT / "server/console").glob("*.py"), ROOT / "server/awards/checklist.py"]


def sentences():
    found = {sentence for file in FILES for sentence in SENTENCE.findall(file.read_text("utf-8"))}
    found |= support.sentences()
    found |= {*roles.ACTIONS.values(), *roles.SURFACES.values()}
    found |= {*requests.KINDS.values(), *requests.STATES.values(), *holds.ABOUT.values()}
    found |= {*lists.ACTS.values(), *lists.DETAILS.values()}
    found |= {*duplicates.STATES.values(), *duplicates.REASONS.values(), *duplicates.DONE.values()}
    for words in (returns.STATUS_WORDS, returns.STATE_WORDS, returns.ACT_WORDS, returns.CAUSE_WORDS):
        found.update(words.values())
    return {
        *found,
        *navigation.sentences(),
        *inbox.PHASES.values(),
        *inbox.AGES.values(),
        *inbox.ORDERS.values(),
        *inbox.ONLY.values(),
        *records.DEEDS.values(),
        records.STALE,
        *awards_words(),
    }


def awards_words():
    """The words of dossiers that papers and pages share; a blank one says nothing."""
    tables = (dossiers.PROCEDURES, dossiers.OUTCOMES, dossiers.KINDS, dossiers.PAPERS, paper_values.RECIPIENTS, paper_values.RESULTS, checklist.PARTS)
    return {word for table in (*tables, paper_values.ANSWERS) for word in table.values() if word}


def test_every_sentence_of_the_console_has_its_english_and_none_is_left_over():
    assert texts.english().keys() == sentences()


def test_an_english_sentence_names_the_same_values():
    for vietnamese, english in texts.english().items():
        assert set(re.findall(r"%\((\w+)\)s", vietnamese)) == set(re.findall(r"%\((\w+)\)s", english)), vietnamese


def test_age_in_words(district, clock):
    at = clock()
    for seconds, said in (
        (0, "vừa xong"),
        (59, "vừa xong"),
        (60, "1 phút trước"),
        (3599, "59 phút trước"),
        (3600, "1 giờ trước"),
        (86399, "23 giờ trước"),
        (86400, "1 ngày trước"),
        (86400 * 1200, "1.200 ngày trước"),
    ):
        clock.now = at + timedelta(seconds=seconds)
        with district.app.test_request_context():
            assert texts.age(at) == said


def test_moments_are_shown_in_the_districts_zone_and_days_as_people_write_them(district):
    with district.app.test_request_context():
        assert texts.moment("2021-12-04T18:30:00+00:00") == "01:30 05/12/2021"
        assert texts.day("2021-12-05") == "05/12/2021"
        assert texts.day("không rõ") == "không rõ"
        assert (texts.number(1234567), texts.number("12.5"), texts.number(0)) == ("1.234.567", "12,5", "0")


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_is_read_back_with_and_without_groups(number):
    assert read_integer(str(number)) == number
    for mark in ".,\u00a0 ":
        assert read_integer(f"{number:,}".replace(",", mark)) == number


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(".,"))
def test_a_decimal_is_read_back_by_the_readers_mark(number, mark):
    assert read_decimal(str(number).replace(".", mark), mark) == str(number)
    grouped = f"{number:,}".translate(str.maketrans(",.", ".," if mark == "," else ",."))
    assert read_decimal(grouped, mark) == str(number)


@pytest.mark.parametrize("text", ["", "1.5.2", "12a", "1..000", "--1"])
def test_what_is_no_number_stays_as_typed_for_the_form_to_refuse(text):
    assert read_integer(text) == text


@given(st.dates())
def test_a_day_is_read_as_people_write_it_and_as_links_carry_it(day):
    assert read_day(f"{day.day}/{day.month}/{day.year:04}") == day.isoformat()
    assert read_day(day.isoformat()) == day.isoformat()


def test_states_stand_in_the_order_a_record_passes_through_them():
    workflows = json.loads((ROOT / "campaigns/tam_duong/workflow.json").read_text("utf-8"))["workflows"]
    ordered = stages(Workflow(json.loads(json.dumps(workflows[0], sort_keys=True))))
    assert ordered[0] == "submitted" and ordered[-1] == "void"
    onward = ["submitted", "commune_checked", "sent_to_office", "approved", "paid_or_delivered", "closed"]
    assert [state for state in ordered if state in onward] == onward
    assert sorted(ordered) == sorted(workflows[0]["states"])
