"""The P-08 table: op type × base (current, stale, not arrived) × state (open, locked, void) → verdict and new state."""

import json
from pathlib import Path

import pytest

from forms import Form, load_campaign
from sync.canonical import answers_hash
from sync.judge import Author, Base, Case, Head, judge
from sync.keys import KeyPair
from sync.merge import set_path
from sync.ops import ChainState, Intent, build_op
from sync.workflow import Workflow
from tests.client.conftest import COMMON

FOLDER = Path(__file__).parents[2] / "campaigns" / "tam_duong"
FILES = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
CAMPAIGN, _ = load_campaign(FILES)
PROGRAM = CAMPAIGN.programs["support_case"]
FORM, WORKFLOW = Form(PROGRAM, CAMPAIGN.lists), Workflow(CAMPAIGN.workflows["support_case"])
NAMED = {"id": "support_case", "version": PROGRAM["version"]}
REC, SCOPE = "018f0000-0000-7000-8000-000000000001", "03424-07-T1/support_case"
KEYS = KeyPair.new()
HEAD_HASH, OTHER_HASH = "a" * 64, "b" * 64
NEXT_DOOR, FAR_AWAY = "03424-08-T1/support_case", "03412-01-T1/support_case"
MOVE = {"to": NEXT_DOOR, "reason": "Gia đình chuyển sang bản khác"}
LINK = {"to": "018f0000-0000-7000-8000-000000000009", "kind": "duplicate"}
VOLUNTEER, OFFICER = frozenset({"team_member"}), frozenset({"commune_officer"})


def op(kind, payload, base=HEAD_HASH, form=None):
    intent = Intent(kind, REC, base, form or NAMED, SCOPE, payload)
    chain = ChainState("018f0000-0000-4000-8000-000000000002", 0, None)
    return build_op(chain, intent, KEYS, lambda size: b"\0" * size, lambda: "2021-12-05T08:00:00.000+07:00")[0]


def head(state="submitted", answers=None, **more):
    answers = answers or COMMON
    return Head(
        (NAMED["id"], NAMED["version"]), SCOPE, state, HEAD_HASH, answers, answers_hash(answers, NAMED, []), **more
    )


def base(answers=None):
    return Base(answers or COMMON, answers_hash(answers or COMMON, NAMED, []))


def decide(made, found=None, saw=None, roles=VOLUNTEER, standing="active", form=FORM):
    held = {role: CAMPAIGN.roles[role]["forms"].get("support_case", []) for role in roles}

    def rights(action):
        return frozenset(role for role, actions in held.items() if action in actions)

    # Of another unit's records only the commune officer of both is a reviewer.
    author = Author(standing, rights, rights if made.target == NEXT_DOOR else lambda action: frozenset())
    return judge(Case(made, found, saw, author, form, WORKFLOW if form else None))


def changed(path, value, answers=None):
    return set_path(PROGRAM["root"], answers or COMMON, path, value)


SUBMIT = op("submit", {"answers": COMMON}, base=None)
APPROVE = {"action": "commune_check", "answers_hash": head().answers_hash}


def test_a_submission_begins_a_record():
    decision = decide(SUBMIT)
    assert (decision.verdict, decision.state, decision.applies) == ("applied", "submitted", True)
    assert "Giàng Thị Dở" in decision.title


@pytest.mark.parametrize(
    "made, found, saw, roles, verdict, reason, state",
    [
        # op type, base current
        (op("edit", {"answers": changed("/household/household_size", 6)}), head(), base(), VOLUNTEER, "applied", None, "submitted"),
        (op("edit", {"answers": changed("/household/household_size", 6)}), head("returned"), base(), VOLUNTEER, "applied", None, "submitted"),
        (op("correct", {"answers": changed("/household/household_size", 6)}), head(), base(), OFFICER, "applied", None, "submitted"),
        (op("step", APPROVE), head(), base(), OFFICER, "applied", None, "commune_checked"),
        (op("step", {**APPROVE, "action": "return", "reason": "Thiếu năm sinh"}), head(), base(), OFFICER, "applied", None, "returned"),
        (op("comment", {"text": "Đã gọi"}), head(), base(), VOLUNTEER, "applied", None, "submitted"),
        (op("void", {"reason": "Ghi nhầm"}), head(), base(), VOLUNTEER, "applied", None, "void"),
        # base stale: another revision is the head
        (op("edit", {"answers": changed("/household/household_size", 6)}, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), VOLUNTEER, "merged", None, "submitted"),
        (op("edit", {"answers": changed("/person/birth_year", 1959)}, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), VOLUNTEER, "conflict", None, "submitted"),
        (op("step", APPROVE), head(answers=changed("/person/birth_year", 1960)), base(), OFFICER, "adjudicate", "step.content_changed", ""),
        (op("edit", {"answers": changed("/person/birth_year", 1959)}, None), head(answers=changed("/person/birth_year", 1960)), None, VOLUNTEER, "conflict", None, "submitted"),
        (op("correct", {"answers": changed("/household/household_size", 6)}, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), OFFICER, "merged", None, "submitted"),
        (op("step", APPROVE, OTHER_HASH), head(), base(), OFFICER, "applied", None, "commune_checked"),
        (op("comment", {"text": "x"}, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), VOLUNTEER, "applied", None, "submitted"),
        (op("void", {"reason": "x"}, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), VOLUNTEER, "applied", None, "void"),
        (op("resolve", {"values": {"/person/sex": "male"}, "revision": OTHER_HASH}), head(open_conflicts=frozenset({"/person/sex"})), base(), OFFICER, "adjudicate", "step.content_changed", ""),
        # base not arrived
        (op("correct", {"answers": COMMON}, OTHER_HASH), head(), None, OFFICER, "parked", "base.not_arrived", ""),
        (op("comment", {"text": "x"}, OTHER_HASH), head(), None, VOLUNTEER, "parked", "base.not_arrived", ""),
        (op("comment", {"text": "x"}, None), None, None, VOLUNTEER, "parked", "base.not_arrived", ""),
        (op("resolve", {"values": {}, "revision": OTHER_HASH}, OTHER_HASH), head(), None, OFFICER, "parked", "base.not_arrived", ""),
        (op("edit", {"answers": COMMON}, OTHER_HASH), head(), None, VOLUNTEER, "parked", "base.not_arrived", ""),
        (op("step", APPROVE, OTHER_HASH), None, None, OFFICER, "parked", "base.not_arrived", ""),
        (op("void", {"reason": "x"}, OTHER_HASH), None, None, VOLUNTEER, "parked", "base.not_arrived", ""),
        # state locked
        (op("edit", {"answers": changed("/household/household_size", 6)}), head("closed"), base(), VOLUNTEER, "adjudicate", "record.locked", ""),
        (op("edit", {"answers": changed("/household/household_size", 6)}), head("commune_checked"), base(), VOLUNTEER, "adjudicate", "record.not_yours_now", ""),
        (op("void", {"reason": "x"}), head("closed"), base(), VOLUNTEER, "adjudicate", "record.not_yours_now", ""),
        (op("step", APPROVE), head("closed"), base(), OFFICER, "adjudicate", "step.forbidden", ""),
        (op("comment", {"text": "x"}), head("closed"), base(), VOLUNTEER, "applied", None, "closed"),
        (op("correct", {"answers": changed("/household/household_size", 6)}), head("closed"), base(), OFFICER, "adjudicate", "record.locked", ""),
        (op("correct", {"answers": changed("/household/household_size", 6)}), head("sent_to_office"), base(), OFFICER, "adjudicate", "record.not_yours_now", ""),
        (op("resolve", {"values": {"/person/sex": "male"}, "revision": HEAD_HASH}), head("closed", open_conflicts=frozenset({"/person/sex"})), base(), OFFICER, "adjudicate", "record.locked", ""),
        (SUBMIT, head("closed"), None, VOLUNTEER, "adjudicate", "record.exists", ""),
        # state void
        (SUBMIT, head("void"), None, VOLUNTEER, "adjudicate", "record.exists", ""),
        (op("correct", {"answers": COMMON}), head("void"), base(), OFFICER, "adjudicate", "record.void", ""),
        (op("void", {"reason": "x"}), head("void"), base(), VOLUNTEER, "adjudicate", "record.void", ""),
        (op("resolve", {"values": {"/person/sex": "male"}, "revision": HEAD_HASH}), head("void"), base(), OFFICER, "adjudicate", "record.void", ""),
        (op("edit", {"answers": COMMON}), head("void"), base(), VOLUNTEER, "adjudicate", "record.void", ""),
        (op("step", APPROVE), head("void"), base(), OFFICER, "adjudicate", "record.void", ""),
        (op("comment", {"text": "x"}), head("void"), base(), VOLUNTEER, "applied", None, "void"),
        # who
        (op("step", APPROVE), head(), base(), VOLUNTEER, "adjudicate", "step.forbidden", ""),
        (op("step", {**APPROVE, "action": "fly"}), head(), base(), OFFICER, "adjudicate", "step.unknown", ""),
        (op("step", {**APPROVE, "action": "return"}), head(), base(), OFFICER, "adjudicate", "step.reason_missing", ""),
        (op("resolve", {"values": {"/person/sex": "male"}, "revision": HEAD_HASH}), head(open_conflicts=frozenset({"/person/sex"})), base(), VOLUNTEER, "adjudicate", "scope.outside", ""),
        (op("correct", {"answers": COMMON}), head(), base(), VOLUNTEER, "adjudicate", "scope.outside", ""),
        (op("comment", {"text": "x"}), head(), base(), frozenset(), "adjudicate", "scope.outside", ""),
        (op("void", {"reason": " "}), head(), base(), VOLUNTEER, "adjudicate", "void.reason_missing", ""),
        (SUBMIT, None, None, frozenset({"district_chair"}), "adjudicate", "scope.outside", ""),
        (SUBMIT, head(), None, VOLUNTEER, "adjudicate", "record.exists", ""),
        # what a device may not send, or nobody handles yet
        (op("erase", {}), head(), base(), VOLUNTEER, "adjudicate", "op.erase_forbidden", ""),
        # move, in every state and on every base
        (op("move", MOVE), head(), base(), OFFICER, "applied", None, "submitted"),
        (op("move", MOVE, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), OFFICER, "applied", None, "submitted"),
        (op("move", MOVE, OTHER_HASH), head(), None, OFFICER, "parked", "base.not_arrived", ""),
        (op("move", MOVE, None), None, None, OFFICER, "parked", "base.not_arrived", ""),
        (op("move", MOVE), head("closed"), base(), OFFICER, "adjudicate", "record.locked", ""),
        (op("move", MOVE), head("void"), base(), OFFICER, "adjudicate", "record.void", ""),
        (op("move", MOVE), head(), base(), VOLUNTEER, "adjudicate", "scope.outside", ""),
        (op("move", {**MOVE, "to": FAR_AWAY}), head(), base(), OFFICER, "adjudicate", "move.outside", ""),
        (op("move", {**MOVE, "to": "anywhere"}), head(), base(), OFFICER, "adjudicate", "move.outside", ""),
        (op("move", {**MOVE, "reason": " "}), head(), base(), OFFICER, "adjudicate", "move.reason_missing", ""),
        # link, in every state and on every base
        (op("link", LINK), head(), base(), VOLUNTEER, "applied", None, "submitted"),
        (op("link", LINK, OTHER_HASH), head(answers=changed("/person/birth_year", 1960)), base(), VOLUNTEER, "applied", None, "submitted"),
        (op("link", LINK, OTHER_HASH), head(), None, VOLUNTEER, "parked", "base.not_arrived", ""),
        (op("link", LINK, None), None, None, VOLUNTEER, "parked", "base.not_arrived", ""),
        (op("link", LINK), head("closed"), base(), VOLUNTEER, "applied", None, "closed"),
        (op("link", LINK), head("void"), base(), VOLUNTEER, "applied", None, "void"),
        (op("link", LINK), head(), base(), frozenset(), "adjudicate", "scope.outside", ""),
        (op("link", {**LINK, "to": REC}), head(), base(), VOLUNTEER, "adjudicate", "link.nowhere", ""),
        (op("link", {**LINK, "to": "somewhere"}), head(), base(), VOLUNTEER, "adjudicate", "link.nowhere", ""),
        (op("edit", {"answers": COMMON}, form={"id": "support_case", "version": "other"}), head(), base(), VOLUNTEER, "adjudicate", "record.form_changed", ""),
    ],
)  # fmt: skip
def test_the_table(made, found, saw, roles, verdict, reason, state):
    decision = decide(made, found, saw, roles)
    assert (decision.verdict, decision.reason, decision.state) == (verdict, reason, state)


def test_a_merge_takes_both_sides():
    made = op("edit", {"answers": changed("/household/household_size", 6)}, OTHER_HASH)
    decision = decide(made, head(answers=changed("/person/birth_year", 1960)), base())
    assert decision.answers["household"]["household_size"] == 6
    assert decision.answers["person"]["birth_year"] == 1960


def test_a_conflict_keeps_the_heads_answer_and_the_others():
    made = op("edit", {"answers": changed("/person/birth_year", 1959)}, OTHER_HASH)
    decision = decide(made, head(answers=changed("/person/birth_year", 1960)), base())
    assert decision.answers["person"]["birth_year"] == 1960
    assert [(clash.path, clash.head, clash.other) for clash in decision.clashes] == [("/person/birth_year", 1960, 1959)]


def test_a_resolution_settles_the_conflict_it_names():
    found = head(open_conflicts=frozenset({"/person/birth_year"}))
    made = op("resolve", {"values": {"/person/birth_year": 1959}, "revision": HEAD_HASH})
    decision = decide(made, found, base(), OFFICER)
    assert (decision.verdict, decision.resolved) == ("applied", frozenset({"/person/birth_year"}))
    assert decision.answers["person"]["birth_year"] == 1959
    again = op("resolve", {"values": {"/person/sex": "male"}, "revision": HEAD_HASH})
    assert decide(again, found, base(), OFFICER).reason == "resolve.nothing"


def test_a_volunteer_cannot_write_what_the_office_decides():
    made = op("submit", {"answers": {**COMMON, "outcome": {"amount_approved": 5_000_000}}}, base=None)
    assert decide(made).reason == "question.locked"


def test_incomplete_answers_are_kept_for_a_person_with_every_problem():
    made = op("submit", {"answers": {"person": {"full_name": "Lan"}}}, base=None)
    decision = decide(made)
    assert (decision.verdict, decision.reason) == ("adjudicate", "answers.invalid")
    assert "/household/commune" in {problem["path"] for problem in decision.problems}


@pytest.mark.parametrize("standing", ["revoked", "expired"])
def test_what_a_lost_device_sends_is_kept_for_a_person(standing):
    assert decide(SUBMIT, standing=standing).reason == f"device.{standing}"


def test_an_unknown_form_version_is_kept_for_a_person():
    assert decide(SUBMIT, form=None).reason == "form.unknown_version"


def test_intake_evaluates_on_the_ops_own_day():
    """A birth date of tomorrow was wrong on the day it was written, whatever day it is now (P-06)."""
    born = changed("/person/birth_year", 2022)
    made = op("submit", {"answers": born, "volatile": {"today": "2021-12-05"}}, base=None)
    assert decide(made).reason == "answers.invalid"
    later = op("submit", {"answers": born, "volatile": {"today": "2022-12-05"}}, base=None)
    assert json.dumps([dict(problem) for problem in decide(later).problems]).count("birth_year") == 0


def test_a_move_takes_the_record_as_it_is_to_the_unit_it_names():
    decision = decide(op("move", MOVE), head("returned"), base(), OFFICER)
    assert (decision.scope, decision.state, decision.answers) == (NEXT_DOOR, "returned", COMMON)


def test_a_move_to_where_the_record_is_or_to_another_form_does_nothing():
    at_home = Author("active", lambda _: OFFICER, lambda _: OFFICER)

    def sent(to):
        return judge(Case(op("move", {**MOVE, "to": to}), head(), base(), at_home, FORM, WORKFLOW)).reason

    assert sent(SCOPE) == "move.nothing"
    assert sent("03424-08-T1/achievement") == "move.outside"
