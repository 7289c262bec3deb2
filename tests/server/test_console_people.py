"""People and devices: a link once, for those below one's unit; a lost device revoked after a second question."""

import html
import json
import re

from sqlalchemy import select

from server.models import AuditEntry, Device, Enrolment, Membership
from tests.server.conftest import ROOT
from tests.server.district import FAR_TEAM, TEAM, verdicts
from tests.server.officer import COMMUNE, Officer, field, words

LINK = re.compile(r"<code class=\"link\">([^<]+)</code>")


def test_a_link_shown_once_makes_one_device_of_that_person(district):
    lead, officer = district.person("team_lead", TEAM), Officer(district)
    page = officer.post(f"/people/{lead.person_id}/enrolment")
    link = html.unescape(LINK.search(page.text)[1])
    assert link.startswith("https://field.test/app/#enrol=")
    assert 'src="data:image/svg+xml' in page.text and page.headers["Cache-Control"] == "no-store"
    code, key_id = link.partition("#enrol=")[2].rsplit(".", 1)
    assert key_id == district.server.keys.key_id
    device = district.new_device()
    device.enrol(code)
    device.hello()
    assert verdicts(device.push(device.submit())) == ["applied"]
    assert code not in officer.get("/people").text
    assert "Điện thoại của tổ liên lạc vừa xong" in words(officer.get("/people"))
    made = district.ask(lambda s: s.scalar(select(AuditEntry.actor).where(AuditEntry.act == "enrolment.make")))
    assert made == officer.person.person_id


def test_an_officer_gives_no_device_to_peers_superiors_or_other_communes(district):
    officer = Officer(district)
    others = [
        district.person("commune_chair", COMMUNE),
        district.person("commune_officer", COMMUNE),
        district.person("team_lead", FAR_TEAM),
        district.person("unit_head", "106-TTYT"),
        officer.person,
    ]
    for person in others:
        assert officer.post(f"/people/{person.person_id}/enrolment").status_code == 404
    assert district.ask(lambda s: s.scalars(select(Enrolment)).all()) == []


def test_who_has_a_role_elsewhere_too_gets_devices_from_above(district):
    from server.models import Person
    from server.people import add_membership

    lead = district.person("team_lead", TEAM)
    today, now = district.server.today(), district.clock()
    district.ask(lambda s: add_membership(s, s.get_one(Person, lead.person_id), "team_lead", FAR_TEAM, now, today))
    assert Officer(district).post(f"/people/{lead.person_id}/enrolment").status_code == 404
    assert Officer(district, "admin", "106").post(f"/people/{lead.person_id}/enrolment").status_code == 200


def test_the_administrator_looks_after_all_communes(district):
    officer, far = district.person("commune_officer", COMMUNE), district.person("team_lead", FAR_TEAM)
    admin = Officer(district, "admin", "106")
    for person in (officer, far):
        assert admin.post(f"/people/{person.person_id}/enrolment").status_code == 200


def test_a_device_is_revoked_after_a_second_question_and_then_receives_nothing(district):
    device, officer = district.device(), Officer(district)
    asking = officer.get(f"/people/devices/{device.device_id}")
    assert "Không đảo lại được" in words(asking)
    officer.post(f"/people/devices/{device.device_id}/revoke")
    assert district.ask(lambda s: s.get_one(Device, device.device_id).state) == "active"
    officer.post(f"/people/devices/{device.device_id}/revoke", sure="yes")
    assert "đã thu hồi" in words(officer.get("/people"))
    assert device.pull()["status"] == 403
    assert verdicts(device.push(device.submit())) == ["adjudicate"]


def test_another_communes_device_can_be_neither_seen_nor_revoked(district):
    device, officer = district.device(unit=FAR_TEAM), Officer(district)
    assert officer.get(f"/people/devices/{device.device_id}").status_code == 404
    assert officer.post(f"/people/devices/{device.device_id}/revoke", sure="yes").status_code == 404
    assert "Bình Lư" not in words(officer.get("/people"))


def test_an_officer_gives_field_roles_below_and_no_console_role(district):
    lead, officer = district.person("team_lead", TEAM), Officer(district)
    give = f"/people/{lead.person_id}/memberships"
    for role, unit, status in (
        ("team_member", "03424-01", 302),
        ("labour_office", "03424-01", 403),
        ("team_lead", FAR_TEAM, 422),
        ("team_lead", COMMUNE, 422),
        ("none", TEAM, 422),
    ):
        assert officer.post(give, role=role, unit=unit).status_code == status, (role, unit)
    page = officer.get(f"/people/{lead.person_id}")
    assert "Thành viên Tổ Covid-19 cộng đồng" in words(page) and "membership.add" in officer.acts()


def test_a_role_ends_on_the_day_written_and_for_some_forms_only(district):
    lead, officer = district.person("team_lead", TEAM), Officer(district)
    give = f"/people/{lead.person_id}/memberships"
    assert officer.post(give, role="team_member", unit=TEAM, forms="achievement").status_code == 302
    assert "Thành tích" in words(officer.get(f"/people/{lead.person_id}"))
    held = district.ask(lambda s: s.scalars(select(Membership).where(Membership.person_id == lead.person_id)).all())
    for each in held:
        end = f"/people/{lead.person_id}/memberships/{each.membership_id}/end"
        assert officer.post(end, until="1/1/1999").status_code == 422
        assert officer.post(end, until="05/12/2021").status_code == 302
    district.clock.pass_(days=1)
    again = Officer(district)
    assert lead.person_id not in again.get("/people").text


def test_the_administrator_adds_a_console_person_and_closes_the_account(district):
    admin = Officer(district, "admin", "106")
    fields = {"name": "Lò Thị Lan", "username": "Lan.BanBo", "role": "commune_officer", "unit": COMMUNE}
    answer = admin.post("/people/new", **fields)
    assert answer.status_code == 302
    assert "lan.banbo" in words(admin.get(answer.location))
    assert admin.post("/people/new", **fields).status_code == 409
    admin.post(f"{answer.location}/account", active="no")
    assert "đã ngừng" in words(admin.get(answer.location))
    admin.post(f"{answer.location}/account", active="yes")
    assert admin.acts()[-2:] == ["person.close", "person.open"]


def test_an_administrator_changes_no_other_administrator_nor_themselves(district):
    admin, other = Officer(district, "admin", "106"), district.person("admin", "106")
    for person in (other, admin.person):
        assert admin.post(f"/people/{person.person_id}/account", active="no").status_code == 404


def test_people_are_found_by_name_without_marks_and_by_unit(district):
    for unit in (TEAM, FAR_TEAM):
        district.person("team_lead", unit)
    admin = Officer(district, "admin", "106")
    assert "Xã Bản Bo" in words(admin.get("/people?q=giang a pao"))
    assert "Không có ai khớp" in words(admin.get("/people?q=khong ai ca"))
    page = admin.get(f"/people?unit={COMMUNE}").text
    assert "1 người." in page and "In phiếu cấp máy" in page


def test_a_printed_sheet_holds_one_link_a_person_chosen(district):
    lead, officer = district.person("team_lead", TEAM), Officer(district)
    other = district.person("team_member", TEAM)
    page = officer.get(f"/people/sheet?unit={TEAM}")
    assert page.text.count('type="checkbox"') == 2
    sheet = officer.post("/people/sheet", unit=TEAM, person=lead.person_id)
    assert sheet.text.count('<section class="pass">') == 1 and "Giàng A Páo" in words(sheet)
    made = district.ask(lambda s: s.scalars(select(Enrolment.person_id)).all())
    assert made == [lead.person_id] and other.person_id not in made
    assert officer.post("/people/sheet", unit=FAR_TEAM, person=lead.person_id).status_code == 404


def test_a_devices_page_says_what_is_missing_and_takes_a_name(district):
    device, officer = district.device(), Officer(district)
    device.submit()
    device.push(device.submit())
    page = words(officer.get(f"/people/devices/{device.device_id}"))
    assert "thiếu thay đổi trước số 2" in page
    officer.post(f"/people/devices/{device.device_id}/name", name="  Máy   bản Phiêng Hoi ")
    assert "Máy bản Phiêng Hoi" in words(officer.get("/people"))
    assert "device.rename" in officer.acts()


def test_leave_is_lent_listed_and_taken_back(district):
    officer, chair = Officer(district), Officer(district, "commune_chair")
    page = officer.get("/leave")
    sent = {"membership": field(page, "membership"), "to": chair.person.person_id, "from": "5/12/2021"}
    assert officer.post("/leave", **sent, until="").status_code == 422
    assert officer.post("/leave", **sent, until="7/12/2021").status_code == 302
    assert "đang có hiệu lực" in words(officer.get("/leave")) and "Thu lại" in words(chair.get("/leave"))
    assert chair.get("/people").status_code == 200, "the chair stands in for the officer"
    assert "thay Giàng A Páo" in words(chair.get("/leave"))
    back = re.search(r"/leave/[0-9a-f-]{36}/back", officer.get("/leave").text)[0]
    assert Officer(district, unit="03412").post(back).status_code == 404
    assert officer.post(back).status_code == 302
    assert chair.get("/people").status_code == 403


def test_what_each_role_may_do_is_shown_as_the_campaign_says_it(district):
    page = Officer(district, "admin", "106").get("/people/roles")
    shown = words(page)
    for name, role in json.loads((ROOT / "campaigns/tam_duong/roles.json").read_text("utf-8"))["roles"].items():
        assert f"{role['label']['vi']} {name}" in shown, name
    assert "quản lý người và máy" in shown and "hold" not in shown and "see_pii" not in shown
    assert Officer(district, "auditor", "106").get("/people/roles").status_code == 403
