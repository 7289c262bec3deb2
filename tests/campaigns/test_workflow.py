"""The states and steps of every form hold together and give each decision to whoever the directive gives it to."""

import pytest

from tests.campaigns.examples import EXAMPLES

FORMS = sorted(EXAMPLES)
PHASES = {"received", "has_issues", "approved", "rejected"}


def moves(flow):
    """(from, to) of everything that can change a record's state: steps, edits and corrections, voids."""
    for step in flow["steps"].values():
        yield from ((state, step["to"]) for state in step["from"])
    for name, state in flow["states"].items():
        yield from ((name, state[change]["to"]) for change in ("edit", "correct") if change in state)
        if "void" in state:
            yield name, "void"


def reached(flow, start):
    seen, edges = {start}, set(moves(flow))
    while new := {to for origin, to in edges if origin in seen} - seen:
        seen |= new
    return seen


@pytest.mark.parametrize("form_id", FORMS)
def test_every_state_can_be_reached(workflows, form_id):
    flow = workflows[form_id]
    assert reached(flow, flow["initial"]) == set(flow["states"])


@pytest.mark.parametrize("form_id", FORMS)
def test_only_a_voided_record_is_final(workflows, form_id):
    flow = workflows[form_id]
    dead_ends = {state for state in flow["states"] if reached(flow, state) == {state}}
    assert dead_ends == {"void"}


@pytest.mark.parametrize("form_id", FORMS)
def test_states_have_a_phase_the_phone_knows_and_a_draft_is_none_of_them(workflows, form_id):
    states = workflows[form_id]["states"]
    assert {state["phase"] for state in states.values()} <= PHASES
    assert "draft" not in states
    assert states["void"]["open"] is False


@pytest.mark.parametrize("form_id", FORMS)
def test_every_way_back_and_every_refusal_needs_a_reason(workflows, form_id):
    order = list(workflows[form_id]["states"])
    for name, step in workflows[form_id]["steps"].items():
        backwards = any(order.index(step["to"]) < order.index(origin) for origin in step["from"])
        if (backwards and step["from"] != ["returned"]) or step["to"] in ("returned", "rejected", "refused"):
            assert step.get("reason") == "required", name


@pytest.mark.parametrize("form_id", FORMS)
def test_a_return_carries_remarks_on_questions(workflows, form_id):
    returns = [step for step in workflows[form_id]["steps"].values() if step["to"] == "returned"]
    assert all(step["remarks"] for step in returns)
    assert bool(returns) == ("returned" in workflows[form_id]["states"])


@pytest.mark.parametrize("form_id", FORMS)
def test_whoever_the_workflow_names_has_the_action_in_their_role(workflows, roles, form_id):
    flow = workflows[form_id]
    named = [(role, "step") for step in flow["steps"].values() for role in step["roles"]]
    named += [
        (role, change)
        for state in flow["states"].values()
        for change in ("edit", "correct", "void")
        for role in state.get(change, {}).get("roles", [])
    ]
    # A role of a workflow for several forms acts on some of them.
    may = {(role, action) for role in roles for form in flow["forms"] for action in roles[role]["forms"].get(form, [])}
    assert set(named) <= may


@pytest.mark.parametrize("form_id", FORMS)
def test_every_role_with_an_action_is_named_where_it_can_use_it(workflows, roles, form_id):
    flow = workflows[form_id]
    for role, described in roles.items():
        actions = described["forms"].get(form_id, [])
        if "step" in actions:
            assert any(role in step["roles"] for step in flow["steps"].values()), role
        for change in {"edit", "correct", "void"} & set(actions):
            assert any(role in state.get(change, {}).get("roles", []) for state in flow["states"].values()), role


@pytest.mark.parametrize("form_id", FORMS)
def test_questions_are_written_by_roles_that_may_edit_or_correct_in_that_state(
    workflows, roles, documents, walk, form_id
):
    states = workflows[form_id]["states"]
    for path, row in walk(documents[form_id]["survey"]):
        for rule in row.get("writable_by", []):
            for state in set(rule["states"]) - {"draft"}:
                writers = {
                    role for change in ("edit", "correct") for role in states[state].get(change, {}).get("roles", [])
                }
                assert set(rule["roles"]) & writers, (path, state)
            assert set(rule["roles"]) <= set(roles)


def test_a_support_case_walks_from_the_village_to_the_payout(workflows):
    steps = workflows["support_case"]["steps"]
    way = ["commune_check", "send_to_office", "approve", "mark_paid", "close"]
    state = workflows["support_case"]["initial"]
    for name in way:
        assert state in steps[name]["from"]
        state = steps[name]["to"]
    assert state == "closed"


def test_the_village_takes_no_decision(workflows):
    for flow in workflows.values():
        assert not any({"team_member", "team_lead"} & set(step["roles"]) for step in flow["steps"].values())


def test_amounts_decisions_and_payouts_are_not_the_volunteers(documents, walk):
    rows = dict(walk(documents["support_case"]["survey"]))
    for name in ("amount_approved", "decision_no", "decision_date", "paid_at", "paid_by", "reject_reason"):
        writers = {role for rule in rows[f"/outcome/{name}"]["writable_by"] for role in rule["roles"]}
        assert writers and not writers & {"team_member", "team_lead"}
