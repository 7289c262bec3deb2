"""A record moves to another unit, or is linked to another record: what its old and its new people get (P-08, P-16)."""

import pytest
from sqlalchemy import select

from server import intake
from server.models import Feed, Record
from server.verify import differences
from sync.ops import Intent
from tests.server.district import FORM, OTHER_TEAM, TEAM, verdicts

HERE, THERE = f"{TEAM}/support_case", f"{OTHER_TEAM}/support_case"


@pytest.fixture
def officer(district):
    return district.person("commune_officer", "03424")


def act(district, person, kind, rec, payload, role="commune_officer"):
    record = district.ask(lambda s: s.get(Record, rec))
    with district.app.app_context():
        intent = Intent(kind, rec, record.hash, FORM, record.scope, payload)
        return intake.act(district.server, person.person_id, role, intent)


def move(district, person, rec, to=THERE):
    return act(district, person, "move", rec, {"to": to, "reason": "Gia đình chuyển bản"})


def changes(answer):
    return {(page["scope"], each["rec"]): each for page in answer["pages"] for each in page["changes"]}


def whole(district):
    return [str(each) for each in district.ask(lambda s: list(differences(s, district.server)))]


def test_a_moved_record_leaves_its_old_team_and_comes_to_its_new_one(district, officer):
    old, new, both = district.device(), district.device(unit=OTHER_TEAM), district.device("commune_officer", "03424")
    op = old.submit()
    old.push(op)
    assert move(district, officer, op.rec).verdict == "applied"
    gone = changes(old.pull())[HERE, op.rec]
    assert gone["kind"] == "leave" and "doc" not in gone and "to" not in gone
    doc = changes(new.pull())[THERE, op.rec]["doc"]
    assert (doc["scope"], doc["state"], doc["history"][-1]["type"]) == (THERE, "submitted", "move")
    seen = changes(both.pull())
    assert seen[HERE, op.rec]["to"] == THERE and seen[THERE, op.rec]["kind"] == "doc"
    record = district.ask(lambda s: s.get(Record, op.rec))
    assert (record.scope, record.unit_code) == (THERE, OTHER_TEAM)
    assert whole(district) == []


def test_what_the_old_team_still_sends_waits_for_a_person(district, officer):
    old = district.device()
    op = old.submit()
    old.push(op)
    move(district, officer, op.rec)
    receipt = old.push(old.edit(op, household_size=6))
    assert [(line["verdict"], line["reason"]) for line in receipt["verdicts"]] == [("adjudicate", "scope.outside")]


def test_the_new_team_goes_on_with_the_record(district, officer):
    old, new = district.device(), district.device(unit=OTHER_TEAM)
    op = old.submit()
    old.push(op)
    move(district, officer, op.rec)
    doc = changes(new.pull())[THERE, op.rec]["doc"]
    assert verdicts(new.push(new.edit(op, base=doc["hash"], household_size=6))) == ["applied"]
    assert whole(district) == []


def test_a_record_that_comes_back_is_a_document_there_again(district, officer):
    old, new = district.device(), district.device(unit=OTHER_TEAM)
    op = old.submit()
    old.push(op)
    move(district, officer, op.rec)
    assert move(district, officer, op.rec, HERE).verdict == "applied"
    assert changes(old.pull())[HERE, op.rec]["kind"] == "doc"
    assert changes(new.pull())[THERE, op.rec]["kind"] == "leave"
    assert whole(district) == []


def test_a_reviewer_of_one_side_alone_does_not_move_it(district):
    device = district.device()
    op = device.submit()
    device.push(op)
    here = district.person("commune_officer", "03424")
    stored = move(district, here, op.rec, "03412-01-T1/support_case")
    assert (stored.verdict, stored.reason) == ("adjudicate", "move.outside")
    assert district.ask(lambda s: s.get(Record, op.rec)).scope == HERE


def test_an_edit_in_the_same_push_as_a_move_is_judged_where_the_record_went(district, officer):
    """A commune's laptop that was offline sends both."""
    team, laptop = district.device(), district.device("commune_officer", "03424")
    op = team.submit()
    team.push(op)
    moved = laptop.op("move", op.rec, {"to": THERE, "reason": "x"}, base=op.h)
    said = laptop.op("comment", op.rec, {"text": "Đã báo tổ mới"}, base=op.h)
    assert verdicts(laptop.push(moved, said)) == ["applied", "applied"]
    assert whole(district) == []


def test_verify_finds_a_scope_that_was_not_told(district, officer):
    device = district.device()
    op = device.submit()
    device.push(op)
    move(district, officer, op.rec)
    district.ask(lambda s: s.delete(s.scalars(select(Feed).where(Feed.kind == "leave")).one()))
    assert [line.split(" ")[0] for line in whole(district)] == ["feed.left"]


def test_a_link_is_in_the_document_until_it_is_taken_back(district, officer):
    device = district.device()
    op, twin = device.submit(), device.submit()
    device.push(op, twin)
    link = {"to": twin.rec, "kind": "duplicate"}
    assert act(district, officer, "link", op.rec, link).verdict == "applied"
    assert act(district, officer, "link", op.rec, {**link, "kind": "evidence"}).verdict == "applied"
    doc = device.pull_all()[op.rec]
    assert [(each["kind"], each["to"], each["role"]) for each in doc["links"]] == [
        ("duplicate", twin.rec, "commune_officer"), ("evidence", twin.rec, "commune_officer")]  # fmt: skip
    assert "links" not in device.pull_all()[twin.rec]
    for kind in ("duplicate", "evidence"):
        act(district, officer, "link", op.rec, {"to": twin.rec, "kind": kind, "removed": True})
    assert "links" not in device.pull_all()[op.rec]
    assert whole(district) == []
