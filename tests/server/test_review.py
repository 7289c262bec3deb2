"""Review in the console: ops in the server's name, judged like any other, seen on the device."""

import pytest
from sqlalchemy import select

from server import intake
from server.audit import first_break
from server.models import AuditEntry, Op, Record
from sync.ops import Intent, read_op, verify_op
from tests.server.district import FORM, TEAM, verdicts


def step(district, person, role, rec, action, **given):
    record = district.ask(lambda s: s.get(Record, rec))
    payload = {"action": action, "answers_hash": record.answers_hash, **given}
    with district.app.app_context():
        intent = Intent("step", rec, record.hash, FORM, f"{TEAM}/support_case", payload)
        return intake.act(district.server, person.person_id, role, intent)


@pytest.fixture
def officer(district):
    return district.person("commune_officer", "03424")


def test_a_case_is_returned_with_a_remark_corrected_and_approved(district, officer):
    device = district.device()
    op = device.submit()
    device.push(op)
    remark = {"path": "/household/household_size", "text": "Hộ này 6 khẩu, xem lại"}
    returned = step(district, officer, "commune_officer", op.rec, "return", reason="Sai số khẩu", remarks=[remark])
    assert (returned.verdict, returned.rev) == ("applied", 2)
    doc = device.pull_all()[op.rec]
    assert (doc["state"], doc["phase"]) == ("returned", "has_issues")
    assert [(r["path"], r["text"], r["role"]) for r in doc["remarks"]] == [(*remark.values(), "commune_officer")]
    assert verdicts(device.push(device.edit(op, base=doc["hash"], household_size=6))) == ["applied"]
    assert step(district, officer, "commune_officer", op.rec, "commune_check").verdict == "applied"
    doc = device.pull_all()[op.rec]
    assert (doc["state"], doc["phase"]) == ("commune_checked", "approved")
    assert [(e["type"], e["action"], e["from"], e["to"]) for e in doc["history"]] == [
        ("submit", None, None, "submitted"),
        ("step", "return", "submitted", "returned"),
        ("edit", None, "returned", "submitted"),
        ("step", "commune_check", "submitted", "commune_checked"),
    ]


def test_an_approval_of_what_has_changed_since_is_not_applied(district, officer):
    device = district.device()
    op = device.submit()
    device.push(op)
    seen = district.ask(lambda s: s.get(Record, op.rec).answers_hash)
    device.push(device.edit(op, household_size=7))
    stored = step(district, officer, "commune_officer", op.rec, "commune_check", answers_hash=seen)
    assert (stored.verdict, stored.reason) == ("adjudicate", "step.content_changed")


@pytest.mark.parametrize(("role", "unit"), [("commune_officer", "03412"), ("team_lead", TEAM), ("admin", "106")])
def test_who_may_not_take_the_step_does_not(district, role, unit):
    device = district.device()
    op = device.submit()
    device.push(op)
    stored = step(district, district.person(role, unit), "commune_officer", op.rec, "commune_check")
    assert stored.verdict == "adjudicate"
    assert device.pull_all()[op.rec]["state"] == "submitted"


def test_a_console_op_is_signed_by_the_server_and_audited(district, officer):
    device = district.device()
    op = device.submit()
    device.push(op)
    step(district, officer, "commune_officer", op.rec, "commune_check")
    row = district.ask(lambda s: s.scalars(select(Op).where(Op.type == "step")).one())
    stored = read_op({"header": row.header.decode(), "payload": row.payload.decode(), "sig": row.sig})
    assert verify_op(stored, district.server.keys.sign.point)
    entry = district.ask(lambda s: s.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first())
    assert (entry.actor, entry.act, entry.subject) == (officer.person_id, "record.step", op.rec)


def test_the_audit_chain_shows_a_changed_a_missing_and_an_added_entry(district, officer):
    assert district.ask(first_break) is None

    def change(session):
        session.scalars(select(AuditEntry).where(AuditEntry.seq == 2)).one().act = "nothing.happened"

    district.ask(change)
    assert district.ask(first_break) == 2


def test_the_audit_chain_shows_a_cut_tail(district, officer):
    def cut(session):
        session.delete(session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first())

    length = district.ask(lambda s: s.scalars(select(AuditEntry.seq).order_by(AuditEntry.seq.desc())).first())
    district.ask(cut)
    assert district.ask(first_break) == length
