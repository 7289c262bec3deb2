"""People and devices: a link once, for those below one's unit; a lost device revoked after a second question."""

import html
import re

from sqlalchemy import select

from server.models import AuditEntry, Device, Enrolment
from tests.server.district import FAR_TEAM, TEAM, verdicts
from tests.server.officer import COMMUNE, Officer, words

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
