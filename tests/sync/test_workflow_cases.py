"""What the workflow lets whom do: the cases both cores run; tests/web/sync/workflow.test.js runs the same."""

import json
from pathlib import Path

import pytest

from sync.workflow import Workflow

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "workflow.json").read_text("utf-8"))
WORKFLOW = Workflow(CASES["workflow"])


def named(key):
    return pytest.mark.parametrize("case", CASES[key], ids=lambda case: case["name"])


@named("due_states")
def test_whose_turn_it_is(case):
    assert sorted(WORKFLOW.due_states(case["roles"])) == case["due"]


@named("steps_for")
def test_the_steps_of_a_state(case):
    assert [action for action, _ in WORKFLOW.steps_for(case["state"], case["roles"])] == case["steps"]


@named("state_after")
def test_where_an_op_that_waits_leads(case):
    assert WORKFLOW.state_after(case["state"], case["op"], case["roles"]) == case["after"]
