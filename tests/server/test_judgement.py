"""Judgement: what could not be applied is accepted, mended, sent on, attached or rejected; its author learns it."""

import json

import pytest
from sqlalchemy import select

from server.models import Adjudication, AuditEntry, Op, Record
from server.verify import differences
from tests.server.district import FAR_TEAM, TEAM, answers, verdicts
from tests.server.officer import OTHER_COMMUNE, Officer, words


@pytest.fixture
def device(district):
    return district.device()


def decided(district, h):
    return district.ask(lambda s: s.get_one(Adjudication, h))


def doc(district, rec):
    return json.loads(district.ask(lambda s: s.get_one(Record, rec).doc))


def sound(district):
    return district.ask(lambda s: [str(each) for each in differences(s, district.server)])


def waits(device, op):
    assert verdicts(device.push(op)) == ["adjudicate"]
    return op


def test_a_case_with_a_wrong_answer_is_mended_and_accepted_under_its_authors_name(district, device):
    op = waits(device, device.submit(household_size=99))
    officer = Officer(district)
    page = officer.get(f"/waiting/{op.h}")
    assert 'name="answer:/household/household_size"' in page.text
    refused = officer.post(f"/waiting/{op.h}/accept")
    assert refused.status_code == 422 and "Có câu trả lời còn thiếu" in words(refused)
    accepted = officer.post(f"/waiting/{op.h}/accept", note="Đã hỏi lại.", **{"answer:/household/household_size": "9"})
    assert accepted.status_code == 302
    held = device.pull_all()[op.rec]
    assert held["answers"]["household"]["household_size"] == 9
    assert op.h in held["ops"], "the device's own op is settled by the document"
    assert held["author"] == {"name": "Giàng A Páo", "role": "team_lead"}
    assert held["history"][0]["reason"] == "Đã hỏi lại."
    row = decided(district, op.h)
    assert (row.decision, row.settled_by) == ("accepted", officer.person.person_id) and row.decided_op
    told = device.hello()["decisions"]
    assert [(each["h"], each["verdict"], each["message"]["vi"]) for each in told] == [
        (op.h, "accepted", "Cán bộ đã nhận. Đã hỏi lại.")
    ]
    assert sound(district) == []
    again = officer.post(f"/waiting/{op.h}/reject", note="x")
    assert again.status_code == 409 and "đã có người quyết định" in words(again)


def test_an_edit_that_came_too_late_is_merged_once_the_record_is_open_again(district, device):
    op = device.submit()
    device.push(op)
    officer = Officer(district)
    seen = doc(district, op.rec)["answers_hash"]
    officer.post(f"/records/{op.rec}/steps/commune_check", answers_hash=seen)
    edit = waits(device, device.edit(op, phone="0912345678"))
    refused = officer.post(f"/waiting/{edit.h}/accept")
    assert refused.status_code == 422 and "không được ghi một trong các câu hỏi" in words(refused)
    officer.post(f"/records/{op.rec}/steps/reopen_check", answers_hash=seen, reason="Tổ gửi thêm số điện thoại")
    assert officer.post(f"/waiting/{edit.h}/accept").status_code == 302
    held = doc(district, op.rec)
    assert "0912345678" in json.dumps(held["answers"]) and held["state"] == "submitted"
    assert held["history"][-1]["type"] == "correct" and edit.h in held["ops"]
    assert sound(district) == []


def test_a_case_for_a_unit_that_is_not_its_authors_is_sent_on(district, device):
    op = waits(device, device.submit(unit=FAR_TEAM))
    there = Officer(district, unit=OTHER_COMMUNE)
    assert there.post(f"/waiting/{op.h}/redirect", unit=FAR_TEAM).status_code == 422, "why?"
    assert there.post(f"/waiting/{op.h}/redirect", unit=TEAM, note="Bản khác").status_code == 422, "not theirs"
    assert there.post(f"/waiting/{op.h}/redirect", unit="03412-01", note="Bản 1").status_code == 302
    record = district.ask(lambda s: s.get_one(Record, op.rec))
    assert record.unit_code == "03412-01"
    author = district.ask(lambda s: s.get_one(Op, op.h).person_id)
    assert record.author_id == author
    assert sound(district) == []


def test_what_belongs_to_another_record_is_linked_from_there(district, device):
    kept, twin = device.submit(), device.submit(household_size=99)
    device.push(kept)
    waits(device, twin)
    officer = Officer(district)
    for wrong in ("", "none", twin.rec, "0190a1b2-0000-7000-8000-000000000000"):
        assert officer.post(f"/waiting/{twin.h}/attach", record=wrong).status_code == 404, wrong
    address = f"https://console.test/records/{kept.rec}"
    assert officer.post(f"/waiting/{twin.h}/attach", record=address).status_code == 302
    held = doc(district, kept.rec)
    assert held["links"][0]["to"] == twin.rec and twin.h in held["ops"]
    assert device.hello()["decisions"][0]["verdict"] == "attached"
    assert sound(district) == []


def test_a_rejection_needs_a_reason_and_reaches_its_author_with_it(district, device):
    op = waits(device, device.submit(household_size=99))
    officer = Officer(district)
    assert officer.post(f"/waiting/{op.h}/reject", note=" ").status_code == 422
    assert officer.post(f"/waiting/{op.h}/reject", note="Hộ này đã có phiếu.").status_code == 302
    assert "Hộ này đã có phiếu." in device.hello()["decisions"][0]["message"]["vi"]
    assert "Không nhận" in words(officer.get("/waiting?tab=settled"))
    acts = district.ask(lambda s: s.scalars(select(AuditEntry.act).where(AuditEntry.act == "judgement")).all())
    assert acts == ["judgement"]


def test_a_rejected_change_of_a_record_stands_in_its_history(district, device):
    op = device.submit()
    device.push(op)
    wrong = waits(device, device.edit(op, household_size=99))
    assert Officer(district).post(f"/waiting/{wrong.h}/reject", note="Quá 30 người").status_code == 302
    held = device.pull_all()[op.rec]
    assert held["history"][-1]["type"] == "comment" and wrong.h in held["ops"]
    assert held["answers"] == answers()


def test_another_commune_decides_nothing_here(district, device):
    op = waits(device, device.submit(household_size=99))
    stranger = Officer(district, unit=OTHER_COMMUNE)
    for decision in ("accept", "redirect", "attach", "reject"):
        assert stranger.post(f"/waiting/{op.h}/{decision}", note="x", unit=TEAM).status_code == 404
    assert Officer(district).post(f"/waiting/{op.h}/none", note="x").status_code == 404
    assert decided(district, op.h).settled_at is None


def test_an_op_from_a_device_that_claims_to_decide_decides_nothing(district, device):
    op = waits(device, device.submit(household_size=99))
    other = device.op("submit", "0190a1b2-0000-7000-8000-00000000000a", {"answers": answers(), "title": "", "settles": [op.h], "author": {"name": "X", "role": "admin", "person": "x"}})  # fmt: skip
    assert verdicts(device.push(other)) == ["applied"]
    held = device.pull_all()[other.rec]
    assert held["ops"] == [other.h] and held["author"]["name"] == "Giàng A Páo"
