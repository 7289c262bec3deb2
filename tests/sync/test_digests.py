"""Digests in the Python core: the cases both cores run, and that they find exactly what differs."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.digests import bucket_digests, bucket_of, differing, in_buckets, repair_applies, root_digest
from sync.pages import CursorState

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "digests.json").read_text("utf-8"))
RECS = st.uuids().map(str)
HELD = st.dictionaries(RECS, st.integers(0, 3).map(lambda n: f"{n:064x}"), max_size=30)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_a_digest(case):
    mine = bucket_digests(case["ours"])
    assert root_digest(mine) == case["root"]
    assert (root_digest(mine) == root_digest(case["theirs"])) == case["same"]
    assert differing(mine, case["theirs"]) == case["differing"]
    assert in_buckets(case["ours"], case["differing"]) == case["asked"]


@pytest.mark.parametrize("case", CASES["repairs"], ids=lambda case: case["name"])
def test_a_repair(case):
    assert repair_applies(CursorState(**case["state"]), case["answer"], epoch=case["epoch"]) == case["applies"]


@pytest.mark.parametrize("theirs", [None, [], {}, "x", ["0" * 16]])
def test_what_is_no_digest_differs_nowhere(theirs):
    assert differing(bucket_digests({}), theirs) == []


@given(HELD, HELD)
def test_the_buckets_that_differ_are_those_of_the_records_that_differ(ours, theirs):
    changed = {rec for rec in ours.keys() | theirs.keys() if ours.get(rec) != theirs.get(rec)}
    mine, other = bucket_digests(ours), bucket_digests(theirs)
    assert set(differing(mine, other)) == {bucket_of(rec) for rec in changed}
    assert (root_digest(mine) == root_digest(other)) == (ours == theirs)
