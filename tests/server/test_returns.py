"""A return's whole life over the real pages: filled in, signed, what comes late, sent back, corrected, locked."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from server.accounts import begin_session, set_password
from server.console.visitor import COOKIE
from server.figures.definitions import definitions
from server.models import OrgUnit, PeriodReturn, Person, ReturnLate
from server.problems import Refusal
from server.returns.completeness import completeness
from server.returns.desk import code_of, snapshot_of
from server.returns.drafts import typed_number
from server.returns.periods import latest, period_of
from tests.server.conftest import ROOT
from tests.server.officer import COMMUNE, Officer, field, words

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PASSWORD = "đường lên bản xa 2021"
ADDRESS = f"/returns/commune_weekly/{COMMUNE}/2021-12-03"
WEEK_CLOSED = datetime(2021, 12, 9, 6, 0, tzinfo=UTC)  # 13:00 on the Thursday that ends the week of 3 December


def weekly():
    return {"name": "x", "period": "weekly", "from_": date(2021, 12, 3), "closes": "11:00", "due": {"days": 1}}


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("daily", "2021-12-05", "2021-12-05", "2021-12-05"),
        ("weekly", "2021-12-03", "2021-12-03", "2021-12-09"),
        ("weekly", "2021-12-10", "2021-12-10", "2021-12-16"),
        ("monthly", "2021-12-31", "2021-12-03", "2021-12-31"),
        ("monthly", "2022-02-11", "2022-02-01", "2022-02-28"),
        ("quarterly", "2022-02-11", "2022-01-01", "2022-03-31"),
        ("campaign", "2022-02-11", "2021-12-03", "2022-02-11"),
    ],
)
def test_a_day_lies_in_its_period_which_closes_at_its_hour(period, day, first, last):
    found = period_of({**weekly(), "period": period}, date.fromisoformat(day), ZONE)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert found.closes_at.isoformat() == f"{last}T11:00:00+07:00"
    assert found.due_at - found.closes_at == timedelta(days=1)


def test_before_the_first_day_there_is_none_and_after_the_hour_tomorrow_runs():
    assert period_of(weekly(), date(2021, 12, 2), ZONE) is None
    daily = {**weekly(), "period": "daily"}
    days = [each.first.day for each in latest(daily, datetime(2021, 12, 5, 4, 0, tzinfo=UTC), ZONE, 2)]
    assert days == [6, 5, 4]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1.234.567", "1234567"),
        ("12,5", "12.5"),
        ("1.234,5", "1234.5"),
        ("12.5", "12.5"),
        ("1.234", "1234"),
        ("0", "0"),
        ("x", None),
    ],
)
def test_figures_are_read_as_people_type_them(typed, read):
    found = typed_number(typed)
    assert (None if found is None else f"{found:f}") == read


@pytest.fixture
def week(district):
    """A week of Bản Bo that has closed, with two cases; its officer, its chair and the district's receiver."""
    device = district.device()
    device.push(device.submit(), device.submit(sex="male"))
    people = {
        "officer": Officer(district),
        "chair": Officer(district, "commune_chair"),
        "receiver": Officer(district, "home_affairs", "106"),
        "stranger": Officer(district, "commune_officer", "03412"),
    }

    def give(session):
        person = session.get_one(Person, people["chair"].person.person_id)
        set_password(session, person, PASSWORD, district.clock())

    district.ask(give)
    district.clock.now = WEEK_CLOSED
    device.hello()
    for each in people.values():  # the new password signed the chair out, and days went by
        token = district.ask(lambda s, each=each: begin_session(s, each.person.person_id, district.clock(), 12))
        each.client.set_cookie(COOKIE, token, domain="console.test", secure=True)
    return device, people


def version(officer):
    return field(officer.get(ADDRESS), "version")


def signed(people, **more):
    """Filled in by the officer, signed by the chair."""
    saved = people["officer"].post(
        f"{ADDRESS}/save", version=version(people["officer"]), **{"text.main_work": "Đã thăm hộ.", **more}
    )
    assert saved.status_code == 302, words(saved)
    done = people["chair"].post(f"{ADDRESS}/sign", version=version(people["chair"]), password=PASSWORD)
    assert done.status_code == 302, words(done)


def rows(district):
    return district.ask(lambda s: list(s.scalars(sa.select(PeriodReturn).order_by(PeriodReturn.revision))))


def test_a_return_is_filled_in_signed_with_the_password_and_never_moves(district, week):
    device, people = week
    page = people["officer"].get(ADDRESS)
    assert page.status_code == 200 and "Trường hợp hỗ trợ mới" in page.text
    assert (
        people["chair"].post(f"{ADDRESS}/sign", version=version(people["chair"]), password="sai mật khẩu").status_code
        == 422
    )
    missing = people["chair"].post(f"{ADDRESS}/sign", version="0", password=PASSWORD)
    assert missing.status_code == 422 and "Việc đã làm trong tuần" in words(missing)
    signed(people)
    (row,) = rows(district)
    assert row.state == "submitted" and row.code == code_of(row.hash)
    figures = {each["name"]: each for each in snapshot_of(row)["figures"]}
    assert figures["support_cases_new"]["value"] == "2"
    assert figures["support_cases_new"]["splits"]["sex"] == {"female": "1", "male": "1"}
    assert figures["dose1"]["value"] is None  # nobody reported, which is not nought
    assert row.code in people["receiver"].get(ADDRESS).text
    before = row.snapshot
    late = device.submit()
    device.push(late)
    assert rows(district)[0].snapshot == before
    (entry,) = district.ask(lambda s: list(s.scalars(sa.select(ReturnLate))))
    assert (entry.rec, entry.cause, entry.lines) == (late.rec, "submit", {"support_cases_new": "+1"})
    shown = words(people["receiver"].get(ADDRESS))
    assert "Hồ sơ đã khác so với lúc ký" in shown and "Trường hợp hỗ trợ mới : 2 → 3" in shown.replace("mới:", "mới :")
    device.push(device.op("void", late.rec, {"reason": "Ghi trùng"}, base=late.h))
    second = district.ask(lambda s: list(s.scalars(sa.select(ReturnLate).order_by(ReturnLate.late_id))))[1]
    assert (second.cause, second.reason, second.lines) == ("void", "Ghi trùng", {"support_cases_new": "-1"})
    assert "Hồ sơ đã khác" not in words(people["receiver"].get(ADDRESS))


def test_another_figure_needs_a_reason_and_rules_warn_with_their_formula(district, week):
    _, people = week
    officer = people["officer"]
    refused = officer.post(f"{ADDRESS}/save", version=version(officer), **{"value.support_cases_new": "5"})
    assert refused.status_code == 422 and "phải ghi lý do" in words(refused)
    assert 'value="5"' in refused.text  # what was typed is not lost
    garbled = officer.post(f"{ADDRESS}/save", version=version(officer), **{"value.dose1": "nhiều"})
    assert garbled.status_code == 422
    signed(people, **{
        "value.support_cases_new": "5", "reason.support_cases_new": "Ba phiếu giấy chưa nhập",
        "value.hotline_answered_24h": "4", "reason.hotline_answered_24h": "Sổ trực",
    })  # fmt: skip
    snapshot = snapshot_of(rows(district)[0])
    new = next(each for each in snapshot["figures"] if each["name"] == "support_cases_new")
    assert (new["computed"], new["value"], new["reason"]) == ("2", "5", "Ba phiếu giấy chưa nhập")
    (warning,) = snapshot["warnings"]
    assert (warning["name"], warning["shown"]) == ("answered_within_calls", "4 <= 0")
    assert "4 &lt;= 0" in people["receiver"].get(ADDRESS).text


def test_sent_back_corrected_and_locked_each_beside_the_other(district, week):
    _, people = week
    signed(people)
    receiver = people["receiver"]
    assert receiver.post(f"{ADDRESS}/send_back", version=version(receiver), remark=" ").status_code == 422
    assert (
        receiver.post(f"{ADDRESS}/send_back", version=version(receiver), remark="Thiếu số tuyên truyền").status_code
        == 302
    )
    assert [row.state for row in rows(district)] == ["returned", "draft"]
    assert "Thiếu số tuyên truyền" in words(people["officer"].get(ADDRESS))
    stale = people["officer"].post(f"{ADDRESS}/save", version="99")
    assert stale.status_code == 409
    signed(people)
    for what in ("accept", "lock"):
        assert receiver.post(f"{ADDRESS}/{what}", version=version(receiver)).status_code == 302
    assert people["officer"].post(f"{ADDRESS}/save", version=version(people["officer"])).status_code == 409
    assert (
        people["officer"].post(f"{ADDRESS}/correct", version=version(people["officer"]), remark="Cộng nhầm").status_code
        == 302
    )
    found = rows(district)
    assert [row.state for row in found] == ["returned", "locked", "draft"]
    assert found[2].narrative == {"main_work": "Đã thăm hộ.", "difficulties": "", "requests": ""}
    assert len({row.code for row in found[:2]}) == 2
    assert "return.lock" in receiver.acts()


def test_each_person_does_what_the_return_says_and_strangers_see_nothing(district, week):
    _, people = week
    assert people["stranger"].get(ADDRESS).status_code == 404
    assert people["stranger"].post(f"{ADDRESS}/save", version="0", token=people["stranger"].token()).status_code == 404
    assert people["officer"].post(f"{ADDRESS}/sign", version="0", password=PASSWORD).status_code == 403
    assert people["receiver"].post(f"{ADDRESS}/save", version="0").status_code == 403
    signed(people)
    assert people["officer"].post(f"{ADDRESS}/accept", version=version(people["officer"])).status_code == 403
    assert Officer(district, "admin", "106").get("/returns").status_code == 403


def test_roles_and_returns_as_a_matrix(district, week):
    """Every role at Bản Bo's weekly return: what the campaign's returns.json says, and no more."""
    campaign = ROOT / "campaigns" / "tam_duong"
    roles = json.loads((campaign / "roles.json").read_text("utf-8"))["roles"]
    return_ = next(
        each
        for each in json.loads((campaign / "returns.json").read_text("utf-8"))["returns"]
        if each["name"] == "commune_weekly"
    )
    for role, entry in roles.items():
        if "console" not in entry["surface"]:
            continue
        officer = Officer(district, role, COMMUNE)
        named = {*return_["who"]["roles"], *return_["signers"], *return_["receivers"]}
        assert officer.get(ADDRESS).status_code == (200 if role in named else 404), role
        fills = role in {*return_["who"]["roles"], *return_["signers"]}
        sent = officer.post(f"{ADDRESS}/save", version="99").status_code
        assert sent == (409 if fills else 403 if role in named else 404), role


def test_a_period_that_has_not_closed_cannot_be_signed(district, week):
    _, people = week
    running = ADDRESS.replace("2021-12-03", "2021-12-10")
    people["officer"].post(f"{running}/save", version="0", **{"text.main_work": "Đang làm"})
    refused = people["chair"].post(f"{running}/sign", version="2", password=PASSWORD)
    assert refused.status_code == 409 and "chưa khóa sổ" in words(refused)


def test_who_has_reported_late_or_not_at_all(district, week):
    _, people = week

    def standing(now):
        def ask(session):
            return_ = definitions(session).returns["commune_weekly"]
            period = period_of(return_, date(2021, 12, 3), ZONE)
            communes = session.scalars(sa.select(OrgUnit).where(OrgUnit.kind == "commune").order_by(OrgUnit.path))
            found = completeness(session, return_, period, communes, now)
            return {each.unit.code: each.status for each in found.standings}, found.timely_share, len(found.reminders)

        return district.ask(ask)

    assert set(standing(WEEK_CLOSED - timedelta(days=1))[0].values()) == {"running"}
    assert set(standing(WEEK_CLOSED)[0].values()) == {"awaited"}
    assert set(standing(WEEK_CLOSED + timedelta(days=2))[0].values()) == {"overdue"}
    signed(people)
    statuses, share, reminders = standing(WEEK_CLOSED + timedelta(days=2))
    assert statuses[COMMUNE] == "reported" and list(statuses.values()).count("overdue") == 12
    assert (round(share, 3), reminders) == (round(1 / 13, 3), 12)
    page = words(people["receiver"].get("/returns?name=commune_weekly&first=2021-12-03"))
    assert "Đã báo cáo 1 trên 13 đơn vị" in page and "mục tiêu 95 %" in page


def test_a_signed_return_that_was_changed_in_the_database_is_refused(district, week):
    _, people = week
    signed(people)
    district.ask(lambda s: s.execute(sa.update(PeriodReturn).values(snapshot=PeriodReturn.snapshot + " ")))
    with pytest.raises(Refusal, match="does not match its code"):
        snapshot_of(rows(district)[0])
    assert people["receiver"].get(ADDRESS).status_code == 500
