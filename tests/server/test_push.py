"""Push: every authentic op is stored once and gets its verdict; nothing bad harms its neighbours (P-06, P-07)."""

import json

import pytest
from sqlalchemy import event, func, select, update

from server import intake, problems
from server.database import db
from server.models import Adjudication, AuditEntry, Device, Op, Parked, Receipt, Record, Revision
from server.store import SEARCHED, columns_of
from sync.canonical import sha
from tests.server.district import FAR_TEAM, gzipped, new_rec, verdicts


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
    assert receipt["verdicts"][0]["message"]["vi"]
    assert count(district, Record) == 0
    assert district.ask(lambda s: s.scalars(select(Adjudication.unit_code)).one()) == FAR_TEAM


def test_a_unit_that_does_not_exist_harms_nobody(district):
    device = district.device()
    good = device.submit()
    assert verdicts(device.push(device.submit(unit="99999-99"), good)) == ["adjudicate", "applied"]


def test_invalid_answers_wait_with_their_problems_named(district):
    device = district.device()
    op = device.op("submit", new_rec(), {"answers": {"person": {"full_name": "A"}}})
    assert device.push(op)["verdicts"][0]["reason"] == "answers.invalid"
    kept = district.ask(lambda s: s.scalars(select(Adjudication)).one())
    assert ("/person/sex", "answer.required") in {(problem["path"], problem["code"]) for problem in kept.problems}


def test_what_grows_as_it_is_folded_still_fits_an_index(district):
    """Three bytes a letter become nine in the search column, and an entry of PostgreSQL's indexes is not so long."""
    device = district.device()
    op = device.submit()
    device.push(op)
    doc = {**device.pull_all()[op.rec], "title": "\uac01" * 200, "subtitle": "\uac01" * 200}
    district.ask(lambda s: s.execute(update(Record).values(**columns_of(doc))))
    (search,) = district.ask(lambda s: s.scalars(select(Record.search)).all())
    assert search == ("\u1100\u1161\u11a8" * 200)[:SEARCHED]


def test_the_bytes_of_an_op_are_kept_as_they_came(district):
    device = district.device()
    op = device.submit()
    device.push(op)
    row = district.ask(lambda s: s.get(Op, op.h))
    assert (row.header.decode(), row.payload.decode(), row.sig) == (
        op.wire["header"],
        op.wire["payload"],
        op.wire["sig"],
    )
    assert sha(row.header) == op.h


def test_what_a_device_was_told_is_kept(district):
    device = district.device()
    receipt = device.push(device.submit())
    kept = district.ask(lambda s: s.scalars(select(Receipt)).one())
    assert (kept.req, kept.verdicts) == (receipt["req"], receipt["verdicts"])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda wire: {**wire, "sig": "A" * 86}, "op.signature"),
        (lambda wire: {**wire, "payload": wire["payload"].replace("Giàng", "Sùng")}, "op.unreadable"),
        (lambda wire: {**wire, "header": wire["header"].replace('"v":1', '"v":2')}, "op.unreadable"),
        (lambda wire: {**wire, "header": "{" * 50_000}, "op.unreadable"),
        (lambda wire: {"header": wire["header"], "payload": wire["payload"]}, "op.unreadable"),
        (lambda wire: {**wire, "header": "\ud800"}, "op.unreadable"),
        (lambda wire: "garbage", "op.unreadable"),
        (lambda wire: None, "op.unreadable"),
    ],
)
def test_an_op_that_is_none_is_not_stored_and_its_neighbours_are(district, spoil, reason):
    device = district.device()
    bad, good = device.submit(), device.submit()
    receipt = device.post("push", "receipt", ops=[spoil(bad.wire), good.wire])
    assert verdicts(receipt) == ["unreadable", "applied"]
    assert receipt["verdicts"][0]["reason"] == reason
    assert receipt["contiguous"] == 0, "n=1 is not held, so the chain has a gap"
    assert count(district, Op) == 1


def test_an_op_of_another_device_is_not_taken_from_this_one(district):
    mine, other = district.device(), district.device()
    receipt = mine.push(other.submit())
    assert receipt["verdicts"][0]["reason"] == "op.foreign_device"
    assert count(district, Op) == 0


@pytest.mark.parametrize(
    ("data", "headers", "code"),
    [
        (b"\xff\xfe garbage", {}, "request.garbled"),
        (b"", {}, "request.invalid"),
        (b"[1, 2]", {}, "request.invalid"),
        (b'{"req": "0123456789abcdef"}', {}, "request.invalid"),
        (b'{"req": "x", "ops": []}', {}, "request.invalid"),
        (b'{"req": "0123456789abcdef", "ops": "none"}', {}, "request.invalid"),
        (b" " * 1_200_000, {}, "request.too_large"),
        (b"not gzip at all", {"Content_Encoding": "gzip"}, "request.garbled"),
        (gzipped("A" * 30_000_000), {"Content_Encoding": "gzip"}, "request.too_large"),
        (gzipped({"req": "0123456789abcdef"})[:-8], {"Content_Encoding": "gzip"}, "request.garbled"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else None,
)
def test_a_body_that_is_no_push_gets_a_code_and_the_server_stays_well(district, data, headers, code):
    device = district.device()
    answer = device.raw_push(data, **headers)
    assert answer.get_json()["error"]["code"] == code
    assert answer.status_code == problems.REGISTER[code].status
    assert set(answer.get_json()["error"]) == {"code", "message", "message_vi", "details"}
    assert verdicts(device.push(device.submit())) == ["applied"]


def test_the_largest_op_that_can_be_read_fits_in_a_push(district):
    """Quotes double on the wire; an op the server would read must never be kept out by the size of a push."""
    device = district.device()
    op = device.op("comment", new_rec(), {"text": '"' * 131_000}, base="0" * 64)
    assert len(op.wire["payload"]) > 262_000
    assert verdicts(device.push(op)) == ["parked"]


def test_a_gzipped_push_is_read(district):
    device = district.device()
    body = {"req": "0123456789abcdef", "ops": [device.submit().wire]}
    answer = device.raw_push(gzipped(body), Content_Encoding="gzip")
    assert verdicts(answer.get_json()) == ["applied"]


def test_more_ops_than_a_push_may_hold_are_refused_as_a_whole(district):
    device = district.device()
    answer = device.post("push", "receipt", ops=[None] * 101)
    assert (answer["status"], answer["error"]["code"]) == (413, "request.too_large")


def test_a_push_without_a_token_or_with_an_old_one_is_refused(district):
    device = district.device()
    op = device.submit()
    district.clock.pass_(seconds=3601)
    assert device.push(op)["error"]["code"] == "token.invalid"
    device.token = ""
    assert device.push(op)["error"]["code"] == "token.invalid"
    device.hello()
    assert verdicts(device.push(op)) == ["applied"]


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_a_device_that_lost_its_standing_may_push_but_not_pull(district, state):
    device = district.device()
    changed = {"state": "revoked"} if state == "revoked" else {"expires_at": district.clock()}
    district.change_device(device, **changed)
    hello = device.hello()
    assert (hello["state"], hello["grants"], hello["documents"]) == (state, [], [])
    receipt = device.push(device.submit())
    assert (verdicts(receipt), receipt["verdicts"][0]["reason"]) == (["adjudicate"], f"device.{state}")
    assert device.pull()["error"]["code"] == "pull.refused"


def test_contiguous_advances_only_over_ops_that_are_held(district):
    device = district.device()
    ops = [device.submit() for _ in range(4)]
    assert device.push(ops[0])["contiguous"] == 1
    assert device.push(ops[3])["contiguous"] == 1
    assert device.push(ops[2])["contiguous"] == 1
    assert device.push(ops[1])["contiguous"] == 4


def test_a_cloned_device_is_noticed_and_both_its_ops_are_kept(district):
    device = district.device()
    before = device.chain
    first = device.submit()
    device.chain = before
    second = device.submit()
    assert verdicts(device.push(first)) == ["applied"]
    receipt = device.push(second)
    assert receipt["verdicts"][0]["reason"] == "device.cloned"
    assert count(district, Op) == 2
    acts = district.ask(lambda s: list(s.scalars(select(AuditEntry.act).where(AuditEntry.subject == device.device_id))))
    assert "device.cloned" in acts
    assert district.ask(lambda s: s.get(Device, device.device_id).cloned)


def test_an_edit_that_comes_before_its_base_is_parked_and_released_when_it_arrives(district):
    device = district.device()
    first = device.submit()
    edit = device.edit(first, household_size=7)
    again = device.edit(edit, household_size=8)
    assert verdicts(device.push(again)) == ["parked"]
    assert verdicts(device.push(edit)) == ["parked"]
    assert count(district, Record) == 0
    assert verdicts(device.push(first)) == ["applied"]
    assert count(district, Parked) == 0
    doc = device.pull_all()[first.rec]
    assert (doc["answers"]["household"]["household_size"], doc["rev"]) == (8, 3)
    assert set(doc["ops"]) == {first.h, edit.h, again.h}


@pytest.mark.parametrize("together", [True, False])
def test_an_edit_that_mends_a_refused_submission_begins_the_record(district, together):
    device = district.device()
    first = device.submit(household_size=99)
    edit = device.edit(first, household_size=7)
    got = verdicts(device.push(first, edit)) if together else verdicts(device.push(first)) + verdicts(device.push(edit))
    assert got == ["adjudicate", "applied"]
    doc = device.pull_all()[first.rec]
    assert (doc["state"], doc["rev"], doc["answers"]["household"]["household_size"]) == ("submitted", 1, 7)


@pytest.mark.parametrize("together", [True, False])
def test_an_edit_that_mends_a_refused_edit_brings_its_other_changes_along(district, together):
    device = district.device()
    first = device.submit()
    device.push(first)
    refused = device.edit(first, household_size=99, urgency="now")
    mended = device.edit(refused, household_size=7, urgency="now")
    pushes = [[refused, mended]] if together else [[refused], [mended]]
    assert [verdict for ops in pushes for verdict in verdicts(device.push(*ops))] == ["adjudicate", "applied"]
    doc = device.pull_all()[first.rec]
    assert (doc["answers"]["household"]["household_size"], doc["answers"]["need"]["urgency"]) == (7, "now")


def test_an_edit_of_a_parked_edit_waits_with_it(district):
    device = district.device()
    first = device.submit()
    edit = device.edit(first, household_size=7)
    again = device.edit(edit, household_size=8)
    assert verdicts(device.push(edit, again)) == ["parked", "parked"]
    assert verdicts(device.push(first)) == ["applied"]
    assert device.pull_all()[first.rec]["answers"]["household"]["household_size"] == 8


def test_a_chain_in_one_push_in_the_wrong_order_ends_as_in_the_right_one(district):
    device = district.device()
    first = device.submit()
    edit = device.edit(first, household_size=7)
    assert verdicts(device.push(edit, first)) == ["applied", "applied"]
    assert device.pull_all()[first.rec]["answers"]["household"]["household_size"] == 7


def test_two_edits_of_different_questions_are_merged_and_of_the_same_one_kept_for_a_person(district):
    one, other = district.device(), district.device("team_member")
    first = one.submit()
    one.push(first)
    assert verdicts(one.push(one.edit(first, household_size=7))) == ["applied"]
    assert verdicts(other.push(other.edit(first, urgency="now"))) == ["merged"]
    receipt = other.push(other.edit(first, household_size=9))
    assert verdicts(receipt) == ["conflict"]
    doc = one.pull_all()[first.rec]
    assert (doc["answers"]["household"]["household_size"], doc["answers"]["need"]["urgency"]) == (7, "now")
    assert [(c["path"], c["head"], c["other"]) for c in doc["conflicts"]] == [("/household/household_size", 7, 9)]


def test_revisions_are_chained_by_hash(district):
    device = district.device()
    first = device.submit()
    device.push(first, device.edit(first, household_size=7))
    revisions = district.ask(lambda s: list(s.scalars(select(Revision).order_by(Revision.rev))))
    assert [(r.rev, r.prev) for r in revisions] == [(1, None), (2, revisions[0].hash)]
    assert json.loads(revisions[1].answers)["household"]["household_size"] == 7


def test_an_op_our_code_fails_on_is_sent_again_and_its_neighbours_are_stored(district, monkeypatch):
    device = district.device()
    good, poisoned, also_good = device.submit(), device.submit(), device.submit()
    real = intake.fold

    def fold(known, arrivals, *rest):
        if any(arrival.op.h == poisoned.h for arrival in arrivals):
            raise RuntimeError("our own mistake")
        return real(known, arrivals, *rest)

    monkeypatch.setattr(intake, "fold", fold)
    assert verdicts(device.push(good, poisoned, also_good)) == ["applied", "retry", "applied"]
    monkeypatch.undo()
    receipt = device.push(poisoned)
    assert (verdicts(receipt), receipt["contiguous"]) == (["applied"], 3)


def test_a_lost_reply_costs_nothing(district):
    device = district.device()
    op = device.submit()
    device.push(op)  # stored; the device never saw this
    receipt = device.push(op, device.submit())
    assert verdicts(receipt) == ["duplicate", "applied"]
    assert receipt["contiguous"] == 2


def test_a_batch_of_sixty_asks_the_database_hardly_more_often_than_one_op_does(district):
    """Only that what is needed to judge a larger batch before its transaction is asked for once more."""
    device = district.device()
    device.push(device.submit())  # forms and workflows are read once
    with district.app.app_context():
        engine = db.engine

    def statements(*ops):
        heard = []

        def hear(*given):
            heard.append(given[2])

        event.listen(engine, "before_cursor_execute", hear)
        assert set(verdicts(device.push(*ops))) == {"applied"}
        event.remove(engine, "before_cursor_execute", hear)
        return len(heard)

    alone = statements(device.submit())
    assert statements(*(device.submit() for _ in range(intake.JUDGED_INSIDE))) <= alone
    batch = statements(*(device.submit() for _ in range(intake.JUDGED_INSIDE + 1)))
    assert statements(*(device.submit() for _ in range(60))) <= batch <= alone + 12
    # Seven: figures, signed returns. One: what was erased, asked again under the lock. Nine: duplicates, after it.
    assert alone <= 32 + 7 + 1 + 9
