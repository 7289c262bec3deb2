"""The laptop's device against a real server: nothing is lost, nothing doubled, nothing called received that is not."""

import json

import pytest

import client.store
from client import authoring
from client.device import Device
from client.errors import DeviceError
from tests.client.conftest import COMMON, PIN
from tests.live import TEAM


def test_a_case_is_filled_in_without_signal_and_received_later(laptop, live):
    live.stop()
    rec = laptop.fill_in()
    assert laptop.phase(rec) == "waiting"
    assert laptop.round() == "net.offline"
    assert laptop.phase(rec) == "waiting"
    live.start()
    assert laptop.round() is None
    assert laptop.phase(rec) == "received"
    home = laptop.device.home({})
    assert (home["counts"]["received"], home["unsent"]) == (1, 0)


def test_a_draft_survives_the_app_and_is_listed(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": {"person": {"full_name": "Lò Thị Lan"}}, "position": "/person"})
    laptop.device.lock({})
    laptop.device.unlock({"pin": PIN})
    opened = laptop.device.open({"rec": rec})
    assert opened["draft"]["answers"] == {"person": {"full_name": "Lò Thị Lan"}}
    assert opened["draft"]["position"] == "/person"
    assert [row["phase"] for row in laptop.device.list({"query": "lo thi lan"})["rows"]] == ["draft"]


def test_the_screens_env_is_that_of_the_record(laptop):
    rec = laptop.fill_in()
    assert laptop.round() is None
    env = laptop.device.env({"rec": rec})
    assert (env["state"], env["roles"]) == ("submitted", ["team_member"])
    assert laptop.device.env({})["state"] == "draft"


def test_an_incomplete_form_is_refused_with_every_problem(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    with pytest.raises(DeviceError) as refused:
        laptop.device.finalise({"rec": rec})
    assert refused.value.code == "form.invalid"
    assert "/person/full_name" in {problem["path"] for problem in refused.value.details["problems"]}
    assert laptop.phase(rec) == "draft"


def test_a_discarded_draft_comes_back(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    token = laptop.device.discard_draft({"rec": rec})
    assert laptop.device.list({})["total"] == 0
    laptop.device.restore_draft(token)
    assert laptop.device.open({"rec": rec})["draft"]["answers"] == COMMON


def test_the_answer_of_a_push_is_lost_and_nothing_doubles(laptop, live, monkeypatch):
    rec = laptop.fill_in()
    taken = laptop_answers_lost(monkeypatch)
    assert laptop.round() == "net.offline"
    assert taken == ["push"]
    assert laptop.phase(rec) == "waiting"
    monkeypatch.undo()
    assert laptop.round() is None
    assert laptop.phase(rec) == "received"
    assert laptop.device.list({})["total"] == 1


def laptop_answers_lost(monkeypatch):
    """Whatever is pushed arrives; the answer does not."""
    import requests

    taken, send = [], requests.request

    def cut(method, url, **given):
        answer = send(method, url, **given)
        if url.endswith("/push"):
            taken.append("push")
            raise requests.ConnectionError("cut off")
        return answer

    monkeypatch.setattr("client.wire.requests.request", cut)
    return taken


def test_a_captive_portal_is_not_the_server(laptop, monkeypatch):
    rec = laptop.fill_in()

    class Portal:
        status_code, content, headers = 200, b"<html>Wi-Fi</html>", {}

    monkeypatch.setattr("client.wire.requests.request", lambda *_, **__: Portal())
    assert laptop.round() == "net.captive"
    assert laptop.phase(rec) == "waiting"


def test_the_store_holds_no_plaintext(laptop):
    laptop.fill_in()
    laptop.device.lock({})
    for path in laptop.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert "Giàng Thị Dở".encode() not in content, path.name
            assert b"consent_witness" not in content, path.name


def test_a_wrong_pin_waits_longer_each_time_and_is_counted_across_starts(laptop):
    laptop.device.lock({})
    for _ in range(3):
        with pytest.raises(DeviceError, match="vault.wrong_pin"):
            laptop.device.unlock({"pin": "000000"})
    again = Device(laptop.folder, secret_store="file", background=False)
    with pytest.raises(DeviceError, match="vault.wait"):
        again.unlock({"pin": PIN})


def test_a_link_is_spent_once_and_peeking_spends_nothing(laptop, live, tmp_path):
    link = live.link(live.add_person("Lò Thị Hoa", "team_member", "03424-07-T2"))
    other = Device(tmp_path / "other", secret_store="file", background=False)
    assert other.peek_enrolment({"link": link})["person_name"] == "Lò Thị Hoa"
    other.enrol({"link": link, "pin": "135790", "name": ""})
    third = Device(tmp_path / "third", secret_store="file", background=False)
    with pytest.raises(DeviceError, match="enrol"):
        third.enrol({"link": link, "pin": "135790", "name": ""})


def test_a_link_that_names_another_server_key_is_not_believed(laptop, live, tmp_path):
    link = live.link(live.add_person("Lò Thị Hoa", "team_member", "03424-07-T2"))
    forged = link[:-16] + "0" * 16
    with pytest.raises(DeviceError, match="enrol.server_key"):
        Device(tmp_path / "other", secret_store="file", background=False).peek_enrolment({"link": forged})


def test_a_forgotten_pin_loses_nothing(laptop, live):
    live.stop()
    laptop.fill_in()
    laptop.device.lock({})
    live.start()
    assert laptop.device.forgot_pin({}) == {"sent": 1, "waiting": 0}
    assert laptop.device.status({})["state"] == "needs_pin_reset"
    with live.app.app_context():
        from server.database import db
        from server.models import Op

        assert [op.verdict for op in db.session.query(Op)] == ["applied"]


def test_a_revoked_device_still_hands_over_what_it_has(laptop, live):
    rec = laptop.fill_in()
    from server.database import transaction
    from server.people import revoke_device
    from tests.live import now

    with live.app.app_context(), transaction() as session:
        revoke_device(session, laptop.device.session.device, now())
    assert laptop.round() == "device.revoked"
    from server.database import db
    from server.models import Op

    with live.app.app_context():
        assert [(op.rec, op.verdict, op.reason) for op in db.session.query(Op)] == [
            (rec, "adjudicate", "device.revoked")
        ]


def test_a_revoked_device_holds_no_readable_record_after_its_next_contact(laptop, live):
    rec = laptop.fill_in()
    laptop.round()
    assert laptop.device.open({"rec": rec})["answers"]
    from server.database import transaction
    from server.people import revoke_device
    from tests.live import now

    with live.app.app_context(), transaction() as session:
        revoke_device(session, laptop.device.session.device, now())
    assert laptop.round() == "device.revoked"
    assert laptop.device.list({})["rows"] == []
    with pytest.raises(DeviceError):
        laptop.device.open({"rec": rec})


def test_finalise_writes_nothing_when_the_chain_moved(laptop, monkeypatch):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    store = laptop.device.session.store

    def meanwhile(*given):
        """Another window finalises as its first op."""
        store.sealed.put(1, "0" * 64, "the other window's")
        store.set_head(n=1, prev="0" * 64)
        return sealed(*given)

    sealed = authoring.seal
    monkeypatch.setattr(authoring, "seal", meanwhile)
    with pytest.raises(DeviceError, match="store.contended"):
        laptop.device.finalise({"rec": rec})
    assert store.rows("SELECT * FROM own_op") == []
    assert store.sealed.waiting(None) == [("0" * 64, "the other window's")]
    assert laptop.phase(rec) == "draft"


def test_settings_are_kept(laptop):
    assert laptop.device.settings({})["language"] == "vi"
    laptop.device.set_settings({"language": "en", "server_url": "http://elsewhere"})
    assert json.loads((laptop.folder / "settings.json").read_text())["language"] == "en"
    assert laptop.device.settings({})["server_url"] == laptop.device.session.vault.origin


def test_what_cannot_wait_names_its_place_and_whom_to_call_until_somebody_acts(laptop):
    rec = laptop.fill_in(need=COMMON["need"] | {"urgency": "now"})
    urgent = laptop.device.open({"rec": rec})["urgent"]
    assert urgent["place"].startswith("Tổ Covid-19 cộng đồng số 1, bản Phiêng Hoi")
    assert {"phone": "115", "sms": False}.items() <= urgent["hotlines"][1].items()
    assert "urgent" not in laptop.device.open({"rec": laptop.fill_in()})


def test_records_are_narrowed_by_form_and_day_and_say_what_this_device_sent(laptop):
    rec = laptop.fill_in()
    assert laptop.device.list({"since": "2021-01-01", "until": "2021-12-31"})["total"] == 0
    assert laptop.device.list({"since": "2021-01-01", "form_id": "support_case"})["total"] == 1
    assert laptop.device.open({"rec": rec})["own_answers"] is None  # the server's copy does not hold it yet
    assert laptop.round() is None
    assert laptop.device.open({"rec": rec})["own_answers"]["household"]["household_size"] == 5


def test_the_env_of_a_form_is_that_of_a_new_record_of_it(laptop):
    env = laptop.device.env({"form_id": "support_case"})
    assert (env["state"], env["roles"]) == ("draft", ["team_member"])
    assert "org_units" in env["lists"]


def test_a_sheet_keyed_in_for_somebody_else_says_whose_it_is_and_when_it_was_written(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    behalf = {"reporter": "Lò Văn Sơn", "at": "2021-12-04T16:30:00+07:00"}
    laptop.device.save_draft({"rec": rec, "answers": COMMON, "behalf": behalf})
    laptop.device.save_draft({"rec": rec, "answers": COMMON})  # autosave of something else
    assert laptop.device.open({"rec": rec})["draft"]["behalf"] == behalf
    laptop.device.finalise({"rec": rec})
    assert laptop.round() is None
    assert laptop.device.open({"rec": rec})["behalf"] == behalf


def test_what_a_person_decided_about_a_refused_record_is_told_on_the_device(laptop, live):
    """Its certificate had expired, its record rejected with a reason: the author reads why, and it no longer waits."""
    rec = laptop.fill_in()
    from server import judgement
    from server.database import db, transaction
    from server.models import Device as ServerDevice
    from server.models import Op
    from tests.live import now

    with live.app.app_context(), transaction() as session:
        device = session.get_one(ServerDevice, laptop.device.session.device)
        expires_at, device.expires_at = device.expires_at, now()
    laptop.round()
    officer = live.add_person("Lò Thị Lan", "commune_officer", "03424")
    with live.app.app_context():
        h = db.session.query(Op).one().h
        db.session.remove()
        judgement.reject(live.server, officer, h, "Đã lập lại trên máy khác.")
        with transaction() as session:
            session.get_one(ServerDevice, laptop.device.session.device).expires_at = expires_at
        db.session.remove()
    assert laptop.round() is None
    assert laptop.device.outbox({})["stuck"] == []
    assert [row["phase"] for row in laptop.device.list({})["rows"]] == ["rejected"]
    assert "Đã lập lại trên máy khác." in laptop.device.open({"rec": rec})["pending"][0]["decided"]["vi"]


def test_the_code_is_not_spent_where_the_machine_does_not_keep_what_was_written(laptop, live, tmp_path, monkeypatch):
    link = live.link(live.add_person("Lò Thị Thử", "team_member", TEAM))
    other = Device(tmp_path / "other", secret_store="file", background=False)
    kept = client.store.Store.head
    with monkeypatch.context() as broken:
        calls = iter(range(100))
        broken.setattr(client.store.Store, "head", lambda self: {**kept(self), "read": next(calls)})
        with pytest.raises(DeviceError) as refused:
            other.enrol({"link": link, "pin": PIN, "name": "x"})
    assert refused.value.code == "store.not_read_back"
    assert other.peek_enrolment({"link": link})["person_name"] == "Lò Thị Thử"
    assert other.enrol({"link": link, "pin": PIN, "name": "x", "agreed": True})["state"] == "open"
    assert other.settings({})["agreed_at"]
    other.close()


def test_a_record_that_looks_like_another_here_says_so_without_signal(laptop, live):
    received = laptop.fill_in()
    assert laptop.round() is None
    live.stop()
    same = laptop.fill_in(person={**COMMON["person"], "full_name": "Giang Thi Do"})
    other = laptop.fill_in(person={**COMMON["person"], "full_name": "Lò Văn Phương"})
    [row] = laptop.device.alike({"rec": same})["rows"]
    assert (row["rec"], row["title"]) == (received, "Giàng Thị Dở · 1958")
    assert laptop.device.alike({"rec": other}) == {"rows": []}
    live.start()
