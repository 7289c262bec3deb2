"""Enrolment: a one-time link becomes a device; a peek spends nothing; a stranger learns nothing (P-15)."""

import json

import pytest
from sqlalchemy import delete, func, select

from server.models import CampaignFile, Device, Enrolment
from sync.canonical import sha
from tests.server.district import CASE_FORM, FieldDevice, is_signed, verdicts

CAMPAIGN = CASE_FORM.parents[1]


def test_a_peek_tells_whose_link_it_is_and_spends_nothing(district):
    code = district.code(district.person())
    device = district.new_device()
    for _ in range(3):
        answer = device.peek(code)
    assert answer["person_name"] == "Giàng A Páo"
    assert "Phiêng Hoi" in answer["unit_name"]
    assert answer["campaign"]["id"] == "tam_duong"
    assert "cert" in device.enrol(code)


def test_a_device_gets_a_certificate_that_the_server_signed(district):
    device = district.new_device()
    answer = device.enrol(district.code(district.person()))
    assert is_signed(answer["cert"], "cert", answer["server_keys"]["sign"])
    content = json.loads(answer["cert"]["text"])
    assert (content["device"], content["sign_key"]) == (device.device_id, device.sign_key.point)
    assert answer["person"]["roles"][0]["role"] == "team_lead"
    assert len(answer["epoch"]) == 32


def test_the_same_device_asking_again_gets_the_same_certificate(district):
    device = district.new_device()
    code = district.code(district.person())
    assert device.enrol(code)["cert"] == device.enrol(code)["cert"]
    assert district.ask(lambda s: s.scalar(select(func.count()).select_from(Device))) == 1


def test_a_used_link_is_refused_to_anyone_else(district):
    code = district.code(district.person())
    district.new_device().enrol(code)
    other = district.new_device()
    assert other.enrol(code)["error"]["code"] == "enrol.used"
    assert other.peek(code)["error"]["code"] == "enrol.used"


def test_an_expired_link_is_refused(district):
    code = district.code(district.person())
    district.clock.pass_(days=7)
    device = district.new_device()
    assert device.peek(code)["error"]["code"] == "enrol.expired"
    assert device.enrol(code)["error"]["code"] == "enrol.expired"


def test_a_lost_reply_is_answered_again_after_the_link_expired(district):
    code = district.code(district.person())
    device = district.new_device()
    device.enrol(code)
    district.clock.pass_(days=8)
    assert "cert" in device.enrol(code)


@pytest.mark.parametrize("code", ["nobody-made-this", "x", "đường", "' OR 1=1 --"])
def test_an_unknown_link_reveals_nothing(district, code):
    answer = district.new_device().peek(code)
    assert (answer["status"], answer["error"]["code"], answer["error"]["details"]) == (404, "enrol.unknown", {})


def test_a_device_that_does_not_hold_its_key_is_refused_and_the_link_is_not_spent(district):
    code = district.code(district.person())
    thief = FieldDevice(district.app.test_client(), district.clock)
    thief.sign_key = type("Claimed", (), {"point": district.new_device().sign_key.point, "sign": thief.sign_key.sign})()
    assert thief.enrol(code)["error"]["code"] == "enrol.proof"
    assert "cert" in district.new_device().enrol(code)


def test_a_key_enrolled_before_is_refused(district):
    first, second = district.new_device(), district.new_device()
    first.enrol(district.code(district.person()))
    second.sign_key = first.sign_key
    assert second.enrol(district.code(district.person()))["error"]["code"] == "device.taken"


def test_hello_with_a_wrong_key_or_another_devices_challenge_is_refused(district):
    device, other = district.device(), district.device()
    challenge = other.post("hello", "challenge", device=other.device_id)["challenge"]
    forged = device.hello(sig=other.sign_key.sign("hello", challenge.encode()))
    assert forged["error"]["code"] == "device.proof"
    borrowed = device.hello(challenge=challenge, sig=device.sign_key.sign("hello", challenge.encode()))
    assert borrowed["error"]["code"] == "device.proof"


def test_a_challenge_is_good_for_five_minutes(district):
    device = district.device()
    challenge = device.post("hello", "challenge", device=device.device_id)["challenge"]
    district.clock.pass_(seconds=301)
    answer = device.hello(challenge=challenge, sig=device.sign_key.sign("hello", challenge.encode()))
    assert answer["error"]["code"] == "token.invalid"


def test_hello_tells_what_the_device_may_hold_and_what_the_server_holds_of_it(district):
    device = district.device()
    op = device.submit()
    device.push(op)
    answer = device.hello()
    assert answer["state"] == "active"
    held = json.loads((CAMPAIGN / "roles.json").read_text("utf-8"))["roles"]["team_lead"]["forms"]
    assert {grant["scope"] for grant in answer["grants"]} == {f"03424-07-T1/{form}" for form in held}
    assert answer["chain"] == {"n": 1, "h": op.h}
    assert {(d["kind"], d["id"]) for d in answer["documents"]} == {
        ("campaign", "tam_duong"),
        ("list", "org_units"),
        *(("form", path.stem) for path in (CAMPAIGN / "forms").glob("*.json")),
        *(("list", path.stem) for path in (CAMPAIGN / "lists").glob("*.csv")),
        *(("media", path.name) for path in (CAMPAIGN / "media").iterdir()),
    }


def test_a_devices_files_are_the_media_and_nothing_else_of_the_folder(district):
    device = district.device()
    digest = district.ask(lambda session: session.get_one(CampaignFile, ("tam_duong", "demo/people.json")).hash)
    bearer = {"Authorization": f"Bearer {device.token}"}
    answer = device.client.get(f"/sync/v1/documents/{digest}", base_url="https://field.test", headers=bearer)
    assert answer.get_json()["error"]["code"] == "document.unknown"


def test_documents_come_as_the_bytes_their_hash_names(district):
    device = district.device()
    for document in device.hello()["documents"]:
        answer = device.client.get(
            f"/sync/v1/documents/{document['hash']}",
            base_url="https://field.test",
            headers={"Authorization": f"Bearer {device.token}"},
        )
        assert sha(answer.get_data()) == document["hash"]
    missing = device.client.get(
        "/sync/v1/documents/0", base_url="https://field.test", headers={"Authorization": f"Bearer {device.token}"}
    )
    assert missing.get_json()["error"]["code"] == "document.unknown"
    assert device.client.get(f"/sync/v1/documents/{document['hash']}", base_url="https://field.test").status_code == 401


def test_a_device_the_server_forgot_comes_back_on_the_servers_own_signature(district):
    device = district.device()
    district.ask(lambda s: (s.execute(delete(Enrolment)), s.execute(delete(Device))))
    device.token = ""
    assert device.hello(cert=None)["error"]["code"] == "device.unknown"
    answer = device.hello()
    assert (answer["state"], answer["chain"]) == ("active", {"n": 0, "h": None})
    assert verdicts(device.push(device.submit())) == ["applied"]


def test_a_certificate_this_server_never_signed_admits_nobody(district):
    stranger = district.new_device()
    stranger.server_sign = district.server.keys.sign.point
    text = json.dumps({"v": 1, "device": stranger.device_id, "person": "x", "sign_key": stranger.sign_key.point})
    forged = {"text": text, "sig": stranger.sign_key.sign("cert", text.encode()), "key": district.server.keys.key_id}
    assert stranger.hello(cert=forged)["error"]["code"] == "device.unknown"
