"""Folding has properties: any order, any repeats, any batches, and a chain ends the same (I2, I5)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from server.fold import Arrival, Judgements, Known, fold
from sync.keys import KeyPair
from sync.ops import ChainState, Intent, build_op
from sync.workflow import Workflow
from tests.server.district import FORM, TEAM, answers, new_rec, program

CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "tam_duong"
ROLES = {action: frozenset({"team_lead"}) for action in ("submit", "edit", "comment", "void")}
DEVICE, PERSON = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
SCOPE = f"{TEAM}/support_case"


@pytest.fixture(scope="module")
def workflow():
    listed = json.loads((CAMPAIGN / "workflow.json").read_text("utf-8"))["workflows"]
    return Workflow(next(each for each in listed if "support_case" in each["forms"]))


@pytest.fixture(scope="module")
def chain():
    """A case as one device made it: submitted, edited twice, commented on, edited again; each upon the one before."""
    keys, state, rec, made = KeyPair.new(), ChainState(DEVICE, 0, None), new_rec(), []
    payloads = [
        ("submit", {"answers": answers()}),
        ("edit", {"answers": answers(household_size=6)}),
        ("edit", {"answers": answers(household_size=6, urgency="now")}),
        ("comment", {"text": "Hộ vừa đón thêm cháu"}),
        ("edit", {"answers": answers(household_size=7, urgency="now")}),
    ]
    for kind, payload in payloads:
        base = made[-1].h if made else None
        intent = Intent(kind, rec, base, FORM, SCOPE, payload)
        op, state = build_op(state, intent, keys, bytes, lambda: "2021-12-05T09:00:00.000+07:00")
        made.append(op)
    return [Arrival(op, DEVICE, PERSON, "Giàng A Páo", "active") for op in made]


def known_of(workflow):
    form = program()
    assert isinstance(form, forms.Form)
    return Known(
        roles={(PERSON, SCOPE): ROLES},
        forms={(FORM["id"], FORM["version"]): form},
        workflows={FORM["id"]: workflow},
    )


@given(st.data())
def test_a_chain_ends_the_same_in_any_order_with_any_repeats_in_any_batches(workflow, chain, data):
    repeats = data.draw(st.lists(st.sampled_from(chain), max_size=4))
    order = data.draw(st.permutations([*chain, *repeats]))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), max_size=3)))
    known, judgements, revised = known_of(workflow), Judgements(), []
    for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
        revised += fold(known, order[start:end], "2021-12-05T02:00:00+00:00", judgements).revised
    (doc,) = known.docs.values()
    assert doc["answers"] == chain[-1].op.payload["answers"]
    assert doc["conflicts"] == [] and not any(known.parked.values())
    assert [each.arrival.op.h for each in revised] == doc["ops"] == [arrival.op.h for arrival in chain]
    assert [each.doc["rev"] for each in revised] == [1, 2, 3, 4, 5]


def test_judging_again_what_has_not_moved_costs_nothing(workflow, chain):
    judgements = Judgements()
    fold(known_of(workflow), chain, "2021-12-05T02:00:00+00:00", judgements)
    made = dict(judgements.made)
    fold(known_of(workflow), chain, "2021-12-05T02:00:00+00:00", judgements)
    assert judgements.made == made and len(made) == len(chain)


def test_a_batch_is_folded_again_only_if_what_it_read_has_moved(workflow, chain):
    judgements, at = Judgements(), "2021-12-05T02:00:00+00:00"
    ready = fold(known_of(workflow), chain, at, judgements)
    assert fold(known_of(workflow), chain, at, judgements) is ready
    moved = known_of(workflow)
    fold(moved, chain[:1], at, Judgements())
    again = fold(moved, chain, at, judgements)
    assert again.verdicts.keys() == {arrival.op.h for arrival in chain[1:]}
    without_roles = known_of(workflow)
    without_roles.roles = {}
    assert fold(without_roles, chain, at, judgements).revised == []
