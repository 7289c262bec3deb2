"""Which records cannot wait: the campaign's answers, on the laptop, at the console and (tests/web) on the phone."""

import json
from pathlib import Path

import pytest

from sync.urgency import is_urgent

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "urgency.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["says"])
def test_a_record_cannot_wait_when_one_of_its_answers_says_so(case):
    assert is_urgent(CASES["rules"], case["form"], case["answers"]) is case["urgent"]
