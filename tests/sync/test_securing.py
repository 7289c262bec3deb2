"""What may be let go of: the cases both cores run; made by tests/conformance/securing_cases.py."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.securing import secure

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "securing.json").read_text("utf-8"))
EPOCHS = st.sampled_from(["e0", "e1"])
TIMES = st.integers(1, 28).map(lambda day: f"2026-12-{day:02}T01:00:00+00:00")
HELD = st.fixed_dictionaries({"epoch": EPOCHS, "counter": st.integers(0, 9), "at": TIMES})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_copy(case):
    found = secure([case["copy"]], case["hello"])
    name = case["copy"]["id"]
    assert [name in found.noted, name in found.free] == [case["becomes"] == "noted", case["becomes"] == "free"]


@given(EPOCHS | st.none(), HELD | st.none(), st.integers(0, 9))
def test_nothing_goes_without_a_receipt_a_note_and_a_backup_of_this_epoch(epoch, held, safe_seq):
    hello = {"epoch": "e1", "counter": 9, "server_time": "2027-06-01T00:00:00+00:00", "safe_seq": safe_seq}
    free = secure([{"id": "x", "epoch": epoch, "held": held}], hello).free
    assert bool(free) == (epoch == "e1" and held is not None and held["epoch"] == "e1" and held["counter"] <= safe_seq)
