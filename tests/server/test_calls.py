"""Whether a returned record is on its author's device: by what the device says it has; and whom to call."""

from sqlalchemy import select, text

from server.models import Person
from tests.server.officer import OTHER_COMMUNE, Officer, field, words


def sent_back(officer, rec):
    page = officer.get(f"/records/{rec}/steps/return")
    answer = officer.post(f"/records/{rec}/steps/return", answers_hash=field(page, "answers_hash"), reason="Thiếu số nhà")
    assert answer.status_code == 302


def catch_up(device):
    """Pull all, then name the places, as a device does each round (P-14)."""
    cursors, more = {}, True
    while more:
        answer = device.pull(cursors)
        cursors |= {page["scope"]: {"gen": page["gen"], "cursor": page["next"]} for page in answer["pages"]}
        more = answer["more"]
    device.post("digest", "page", scopes={scope: {**at, "root": "0" * 32} for scope, at in cursors.items()})


def test_who_has_not_got_what_was_sent_back_is_called_until_their_device_says_it_has_it(district, clock):
    device, officer = district.device(), Officer(district)
    op = device.submit(full_name="Vàng Thị Xuyến")
    device.push(op)
    catch_up(device)
    assert "Không phải gọi ai" in words(officer.get("/calls"))
    sent_back(officer, op.rec)
    clock.pass_(days=3)
    officer = Officer(district)
    page = officer.get("/calls")
    assert "Giàng A Páo" in words(page) and "3 ngày" in words(page)
    assert "Xuyến" not in page.text and op.rec not in page.text
    assert "chưa tới máy" in words(officer.get(f"/records/{op.rec}"))
    assert "Không phải gọi ai" in words(Officer(district, unit=OTHER_COMMUNE).get("/calls"))
    device.hello()
    device.pull()
    assert "3 ngày" in words(officer.get("/calls")), "sent is not received"
    catch_up(device)
    assert "Không phải gọi ai" in words(officer.get("/calls"))
    assert "đã tới máy" in words(officer.get(f"/records/{op.rec}"))


def test_a_phone_is_shown_to_who_may_see_persons_alone(district, clock):
    device, officer = district.device(), Officer(district)
    op = device.submit()
    device.push(op)
    sent_back(officer, op.rec)

    def known(session):
        for person in session.scalars(select(Person)):
            person.phone = "0912345678"

    district.ask(known)
    assert "0912345678" in Officer(district).get("/calls").text
    district.ask(lambda s: s.execute(text("DELETE FROM role_right WHERE action = 'see_pii'")))
    page = Officer(district).get("/calls")
    assert page.status_code == 200 and "0912345678" not in page.text
