"""Push: every authentic op is stored once and gets its verdict; nothing bad harms its neighbours (P-06, P-07)."""

from sqlalchemy import func, select

from server.models import Adjudication, Op, Record
from tests.server.district import FAR_TEAM, verdicts


def count(district, table):
    return district.ask(lambda session: session.scalar(select(func.count()).select_from(table)))


def test_a_new_case_is_applied_and_comes_back_to_everyone_whose_grants_hold_it(district):
    author, colleague, stranger = district.device(), district.device("team_member"), district.device(unit=FAR_TEAM)
    op = author.submit()
    receipt = author.push(op)
    assert verdicts(receipt) == ["applied"]
    assert receipt["contiguous"] == 1
    doc = colleague.pull_all()[op.rec]
    assert doc["title"] == "Giàng Thị Dở · 1958"
    assert (doc["state"], doc["phase"], doc["rev"], doc["ops"]) == ("submitted", "received", 1, [op.h])
    assert stranger.pull_all() == {}


def test_pushing_twice_equals_once(district):
    device = district.device()
    ops = [device.submit(), device.submit()]
    first, again = device.push(*ops), device.push(*ops)
    assert verdicts(first) == ["applied", "applied"]
    assert verdicts(again) == ["duplicate", "duplicate"]
    assert [line["was"] for line in again["verdicts"]] == ["applied", "applied"]
    assert (count(district, Op), count(district, Record)) == (2, 2)


def test_an_op_twice_in_one_push_is_stored_once(district):
    device = district.device()
    op = device.submit()
    assert verdicts(device.push(op, op)) == ["applied", "duplicate"]


def test_a_case_outside_the_authors_units_is_stored_and_waits_for_a_person(district):
    device = district.device()
    receipt = device.push(device.submit(unit=FAR_TEAM))
    assert verdicts(receipt) == ["adjudicate"]
    assert receipt["verdicts"][0]["reason"] == "scope.outside"
    assert count(district, Record) == 0
    assert district.ask(lambda s: s.scalars(select(Adjudication.unit_code)).one()) == FAR_TEAM
