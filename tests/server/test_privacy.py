"""Legal holds, restrictions, consent and the retention run: what may not go stays, what is due goes, and no more."""

import csv
import io
import json

import pytest
from sqlalchemy import select, update

from server import jobs, retention
from server.database import db, transaction
from server.models import AuditEntry, Erasure, Job, LegalHold, Record, Reference
from server.models.campaign import CampaignFile
from server.problems import Refusal
from server.verify import differences
from tests.server.district import OTHER_TEAM
from tests.server.officer import OTHER_COMMUNE, Officer, field, words
from tests.server.test_erasure import erased

NAME = "Vàng Thị Xuyến"


@pytest.fixture
def device(district):
    return district.device()


def case(device, **more):
    op = device.submit(full_name=NAME, **more)
    device.push(op)
    return op.rec


def hold(officer, rec, **fields):
    return officer.post(f"/holds/new/{rec}", **{"about": "record", "reason": "Thanh tra 12/QĐ", **fields})


# Legal hold.
def test_a_held_record_is_erased_by_nobody_until_the_hold_is_lifted(district, device):
    rec, officer = case(device), Officer(district)
    assert hold(officer, rec).status_code == 302
    assert "Giữ lại theo luật, không được xóa: Thanh tra 12/QĐ" in words(officer.get(f"/records/{rec}"))
    asked = officer.post(f"/requests/new/{rec}", kind="erase").headers["Location"]
    officer.post(asked, say="erase", note="Theo đơn", sure="yes")
    page = words(officer.get(asked))
    assert "Chờ trả lời" in page and "chưa xóa được" in page
    with pytest.raises(Refusal) as refused:
        erased(district, officer.person, rec)
    assert refused.value.code == "erase.held"
    placed = district.ask(lambda s: s.scalar(select(LegalHold.hold_id)))
    officer.post(f"/holds/{placed}/lift", note=" ")
    assert district.ask(lambda s: s.scalar(select(LegalHold.lifted_at))) is None
    officer.post(f"/holds/{placed}/lift", note="Thanh tra đã xong")
    officer.post(asked, say="erase", note="Theo đơn", sure="yes")
    assert district.ask(lambda s: s.get(Record, rec)) is None
    assert {"hold.place", "hold.lift"} <= set(officer.acts())


def test_a_hold_on_an_author_covers_what_they_wrote_and_ends_with_its_day(district, device, clock):
    rec, other, officer = case(device), case(device), Officer(district)
    foreign = case(district.device(unit=OTHER_TEAM))
    assert hold(officer, rec, about="author", until="7/12/2021").status_code == 302
    for each in (rec, other):
        with pytest.raises(Refusal):
            erased(district, officer.person, each)
    erased(district, officer.person, foreign)
    clock.pass_(days=3)
    erased(district, officer.person, other)
    assert "đã hết hạn giữ" in words(Officer(district).get("/holds"))


def test_a_hold_needs_a_reason_and_a_day_that_is_to_come(district, device):
    rec, officer = case(device), Officer(district)
    assert hold(officer, rec, reason="  ").status_code == 422
    assert hold(officer, rec, until="1/12/2021").status_code == 422
    assert hold(officer, rec, until="hôm qua").status_code == 422
    assert district.ask(lambda s: s.scalars(select(LegalHold)).all()) == []


def test_another_commune_neither_sees_nor_lifts_it(district, device):
    rec = case(device)
    hold(Officer(district), rec, about="author")
    placed = district.ask(lambda s: s.scalar(select(LegalHold.hold_id)))
    stranger = Officer(district, unit=OTHER_COMMUNE)
    assert "Thanh tra" not in stranger.get("/holds").text
    assert hold(stranger, rec).status_code == stranger.post(f"/holds/{placed}/lift", note="x").status_code == 404


# Restriction.
def restrict(officer, rec, kind="restrict"):
    asked = officer.post(f"/requests/new/{rec}", kind=kind).headers["Location"]
    officer.post(asked, say="done", note="Theo đơn của người dân")
    return asked


def test_a_restricted_record_is_in_no_list_and_opened_by_who_answers_requests_alone(district, device):
    rec, officer, chair = case(device), Officer(district), Officer(district, "commune_chair")
    assert rec in officer.get("/records?tab=all").text and chair.get(f"/records/{rec}").status_code == 200
    asked = restrict(officer, rec)
    for path in ("/records?tab=all", "/records?tab=all&q=vang", "/support/lists/payouts", "/support", "/exports"):
        assert rec not in officer.get(path).text, path
    assert chair.get(f"/records/{rec}").status_code == 404
    page = officer.get(f"/records/{rec}")
    assert page.status_code == 200 and "chỉ lưu giữ" in words(page) and NAME in page.text
    assert "/steps/" not in page.text and "/correction" not in page.text
    assert officer.post(f"/records/{rec}/comments", text="x").status_code == 403
    assert officer.post(f"/records/{rec}/void", reason="x").status_code == 403
    assert "chỉ lưu giữ" in words(officer.get("/requests"))
    officer.post(f"{asked}/lift", note="")
    assert chair.get(f"/records/{rec}").status_code == 404
    officer.post(f"{asked}/lift", note="Người dân đồng ý lại")
    assert chair.get(f"/records/{rec}").status_code == 200 and rec in officer.get("/records?tab=all").text
    assert officer.acts()[-1] == "request.lift"


def test_what_its_author_still_sends_is_stored_and_verifies(district, device):
    op = device.submit(full_name=NAME)
    device.push(op)
    restrict(Officer(district), op.rec)
    device.push(device.edit(op, household_size=7))
    assert district.ask(lambda s: s.get(Record, op.rec)).rev == 2
    with district.app.app_context():
        assert [str(each) for each in differences(db.session, district.server)] == []


# Consent.
def test_consent_is_counted_by_version_and_what_was_taken_back_is_listed(district, device):
    rec, other, officer = case(device), case(device), Officer(district)
    restrict(officer, rec, "withdraw")
    page = officer.get("/consents?form=support_case&version=2021-12-01")
    assert rec in page.text and other in page.text and "Nói đồng ý" in words(page)
    back = officer.get("/consents?form=support_case&version=withdrawn")
    assert rec in back.text and other not in back.text
    assert other not in Officer(district, unit=OTHER_COMMUNE).get("/consents?version=2021-12-01").text


# Retention.
def keep_for(district, **changes):
    """The campaign's privacy.json as the test wants it."""

    def change(session):
        row = session.scalar(select(CampaignFile).where(CampaignFile.path == "privacy.json"))
        content = json.loads(session.get_one(Reference, row.hash).content) | changes
        session.add(Reference(hash="f" * 64, kind="file", content=json.dumps(content).encode()))
        session.flush()
        row.hash = "f" * 64

    district.ask(change)


def months(count, **more):
    return [{"name": "cases", "label": {"vi": "Hồ sơ"}, "forms": ["support_case"], "months": count, "from": "record", **more}]




def run(officer, **fields):
    page = officer.get("/retention")
    return officer.post("/retention", **{"sure": "yes", "digest": field(page, "digest"), **fields})


def test_a_preview_counts_and_lists_what_is_due_and_the_run_erases_it_with_its_audit(district, device, clock):
    keep_for(district, retention=months(1))
    due, kept = case(device), case(device, household_size=6)
    hold(Officer(district), kept)
    clock.pass_(days=62)
    device.hello()
    young, officer = case(device, household_size=7), Officer(district)
    page = officer.get("/retention")
    assert due in page.text and kept not in page.text and young not in page.text
    assert "Sẽ xóa 1 hồ sơ" in words(page)
    assert officer.post("/retention", digest=field(page, "digest")).headers["Location"].endswith("/retention")
    assert run(officer, digest="0" * 64).status_code == 409
    assert district.ask(lambda s: s.get(Record, due)) is not None
    address = run(officer).headers["Location"]
    jobs.join(district.app)
    assert district.ask(lambda s: s.get(Record, due)) is None
    assert district.ask(lambda s: sorted(s.scalars(select(Record.rec)))) == sorted([kept, young])
    assert "Đã xóa 1 hồ sơ" in words(officer.get(address))
    with officer.get(f"{address}/file") as file:
        rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["record", due]
    acts = district.ask(lambda s: s.scalars(select(AuditEntry.act).where(AuditEntry.subject == due)).all())
    assert acts == ["record.erase"] and "retention.run" in officer.acts()
    with district.app.app_context():
        assert [str(each) for each in differences(db.session, district.server)] == []


def test_a_run_that_was_killed_goes_on_and_names_all_it_erased(district, device, clock, monkeypatch):
    keep_for(district, retention=months(1))
    recs = [case(device, household_size=size) for size in range(1, 6)]
    clock.pass_(days=62)
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    officer, app = Officer(district), district.app
    with app.app_context():
        total, digest = retention.digest_of(db.session, officer.person.person_id, district.server.today(), "Asia/Ho_Chi_Minh")
        db.session.rollback()
        with transaction() as session:
            asked = {"on": district.server.today().isoformat(), "count": total, "digest": digest}
            job = jobs.ask(session, district.server, retention.KIND, officer.person.person_id, asked)

    def dies(self, done, total):
        raise KeyboardInterrupt

    with app.app_context(), monkeypatch.context() as patch:
        patch.setattr(jobs.Progress, "__call__", dies)
        with pytest.raises(KeyboardInterrupt):
            jobs.make_all(app)
    assert district.ask(lambda s: len(s.scalars(select(Record)).all())) == 3
    clock.pass_(minutes=10)
    assert jobs.make_all(app) == 1
    assert district.ask(lambda s: s.scalars(select(Record)).all()) == []
    assert sorted(district.ask(lambda s: s.scalars(select(Erasure.rec)).all())) == sorted(recs)
    done = district.ask(lambda s: s.get(Job, job.job_id))
    assert (done.state, done.done) == ("done", 5)


def test_what_counts_from_closing_waits_for_a_closing_day(district, device, clock):
    keep_for(district, retention=months(2, **{"from": "closing"}), closing=None)
    rec, officer = case(device), Officer(district)
    assert "Đợt chưa kết thúc" in words(officer.get("/retention")) and rec not in officer.get("/retention").text
    district.ask(lambda s: s.execute(update(Reference).where(Reference.hash == "f" * 64).values(
        content=json.dumps({"closing": "2021-12-31", "retention": months(2, **{"from": "closing"})}).encode())))  # fmt: skip
    clock.pass_(days=60)
    assert rec not in Officer(district).get("/retention").text
    clock.pass_(days=30)
    assert rec in Officer(district).get("/retention").text
    assert rec not in Officer(district, unit=OTHER_COMMUNE).get("/retention").text


@pytest.mark.parametrize(("day", "count", "then"), [("2021-12-31", 2, "2022-02-28"), ("2024-01-30", 1, "2024-02-29"),
                                                    ("2021-12-05", -1, "2021-11-05"), ("2022-03-31", -13, "2021-02-28")])  # fmt: skip
def test_months_end_with_the_month(day, count, then):
    from datetime import date

    assert retention.months_after(date.fromisoformat(day), count).isoformat() == then
