"""By hand: a village's laptop without a network gives a file to the commune's, which carries it, and the answer back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from chungsuc.cli import chungsuc
from client.device import Device
from client.errors import DeviceError
from server.database import db
from server.erasure import erase
from server.intake import act
from server.models import Device as DeviceRow
from server.models import Op, Record
from sync.bundles import VERSION, file_name, read_bundle, write_bundle
from sync.canonical import sha
from sync.ops import Intent
from sync.slips import read_slip, slip_holds
from tests.client.conftest import PIN, Laptop
from tests.client.test_attachments import on_the_server, photo, with_house
from tests.live import TEAM, LiveDistrict
from tests.photo_campaign import photo_campaign

COMMUNE = "03424"


@pytest.fixture
def carrier(tmp_path: Path, live: LiveDistrict):
    """The commune officer's laptop, which has been online."""
    device = Device(tmp_path / "carrier", secret_store="file", background=False)
    officer = live.add_person("Lò Thị Lan", "commune_officer", COMMUNE)
    device.enrol({"link": live.link(officer), "pin": PIN, "name": "Máy của xã"})
    found = Laptop(device, tmp_path / "carrier")
    assert found.round() is None
    yield found
    device.close()


@pytest.fixture
def live(tmp_path: Path):
    district = LiveDistrict(tmp_path / "server", photo_campaign())
    yield district
    district.close()


def ops_of(live: LiveDistrict) -> int:
    with live.app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Op))
        db.session.remove()
    return count


def send_back(live: LiveDistrict, rec: str, reason: str) -> None:
    """The commune's officer returns a record at the console."""
    officer = live.add_person("Hoàng Văn Xã", "commune_officer", COMMUNE)
    with live.app.app_context():
        record = db.session.get(Record, rec)
        form = {"id": record.form_id, "version": record.form_version}
        payload = {"answers_hash": record.answers_hash, "action": "return", "reason": reason, "remarks": []}
        intent = Intent("step", rec, record.hash, form, f"{record.unit_code}/{record.form_id}", payload)
        db.session.remove()
        assert act(live.server, officer, "commune_officer", intent).verdict == "applied"


def back_to(laptop: Laptop, carrier: Laptop) -> str:
    return carrier.device.give_back({"device": laptop.device.session.device})["text"]


def hand_over(laptop: Laptop) -> list[str]:
    return [file["text"] for file in laptop.device.make_bundle({})["files"]]


def take(laptop: Laptop, text: str) -> dict:
    return laptop.device.call("take_bundle", {"text": text})


def refusal(call, *given) -> str:
    with pytest.raises(DeviceError) as refused:
        call(*given)
    return refused.value.code


def test_a_record_travels_by_stick_and_its_receipt_comes_back(laptop, carrier, live):
    rec = laptop.fill_in()
    (file,) = laptop.device.make_bundle({})["files"]
    assert file["name"].startswith("chung-suc-may-cua-to-") and file["name"].endswith(".txt")
    slip = take(carrier, file["text"])["slip"]
    assert (slip["person_name"], slip["ops"], slip["forwarded_at"]) == ("Lò Văn Ơn", 1, None)
    assert laptop.phase(rec) == "waiting", "a carrier's slip is no receipt"
    assert carrier.round() is None
    assert ops_of(live) == 1
    (kept,) = carrier.device.carried({})["bundles"]
    assert kept["forwarded_at"] and laptop.phase(rec) == "waiting"
    opened = take(laptop, back_to(laptop, carrier))["opened"]
    assert (opened["settled"], opened["late"]) == (1, False)
    assert laptop.phase(rec) == "received"
    assert laptop.device.home({})["unsent"] == 0


def test_nothing_of_what_is_carried_can_be_read_by_the_carrier(laptop, carrier):
    laptop.fill_in()
    (text,) = hand_over(laptop)
    assert "Giàng" not in json.dumps(read_bundle(text.encode()).content, ensure_ascii=False)
    take(carrier, text)
    carrier.round()
    back = back_to(laptop, carrier)
    content = read_bundle(back.encode()).content
    assert content.keys() == {"device", "server", "made_at", "sealed"}
    assert refusal(take, carrier, back) == "bundle.other_device"


def test_a_slip_can_be_printed_and_its_code_says_what_is_held(laptop, carrier):
    laptop.fill_in()
    slip = take(carrier, *hand_over(laptop))["slip"]
    paper = carrier.device.call("slip", {"id": slip["id"]})
    assert paper["carrier"] == {"person_name": "Lò Thị Lan", "device_name": "Máy của xã"}
    assert f"{slip['id']} 1/1 ops=1 files=0 sha=" in paper["text"]
    assert f"from={laptop.device.session.device} by={carrier.device.session.device}" in paper["text"]
    assert paper["qr"].startswith("data:image/svg+xml") and "Giàng" not in paper["text"]
    assert refusal(carrier.device.call, "slip", {"id": "none"}) == "bundle.nothing"


def test_a_slip_is_signed_by_the_device_that_gives_it_and_nothing_on_it_can_be_changed(laptop, carrier, live):
    laptop.fill_in()
    (text,) = hand_over(laptop)
    slip = take(carrier, text)["slip"]
    said = carrier.device.call("slip", {"id": slip["id"]})["text"]
    with live.app.app_context():
        key = db.session.get(DeviceRow, carrier.device.session.device).sign_key
        other = db.session.get(DeviceRow, laptop.device.session.device).sign_key
        db.session.remove()
    held = slip_holds(said.replace(" ops=", " \n  ops="), key)  # as paper breaks the line
    assert (held.bundle, held.ops, held.carrier) == (slip["id"], 1, carrier.device.session.device)
    assert held.sha == sha(sha(text.encode()).encode())
    assert slip_holds(said, other) is None
    for changed in (said.replace("ops=1", "ops=9"), said.replace(" 1/1 ", " 2/2 "), said[:-1] + ("A" if said[-1] != "A" else "B")):
        assert slip_holds(changed, key) is None
    assert read_slip("Kính gửi") is None and read_slip(said.rpartition(" ")[0]) is None

    def checked(line):
        return CliRunner().invoke(chungsuc, ["slip", line, "--data-dir", str(live.settings.data_dir)])

    told = checked(said).output
    assert "Lò Thị Lan, Máy của xã" in told and "Lò Văn Ơn, Máy của tổ" in told and "no receipt" in told
    assert checked(said.replace("ops=1", "ops=9")).exit_code != 0 and checked("x").exit_code != 0


def test_a_returned_record_and_a_new_list_come_back_by_hand(laptop, carrier, live):
    rec = laptop.fill_in()
    take(carrier, *hand_over(laptop))
    carrier.round()
    send_back(live, rec, "Thiếu số điện thoại")
    laptop.fill_in()
    take(carrier, *hand_over(laptop))
    carrier.round()
    opened = take(laptop, back_to(laptop, carrier))["opened"]
    assert opened["changed"] == 2
    view = laptop.device.open({"rec": rec})
    assert view["phase"] == "has_issues" and view["history"][-1]["reason"] == "Thiếu số điện thoại"


def test_several_roads_at_once_are_harmless(laptop, carrier, live):
    rec = laptop.fill_in()
    (text,) = hand_over(laptop)
    assert take(carrier, text)["slip"] == take(carrier, text)["slip"]
    assert laptop.round() is None and laptop.phase(rec) == "received"
    assert carrier.round() is None and carrier.round() is None
    assert ops_of(live) == 1
    opened = take(laptop, back_to(laptop, carrier))["opened"]
    assert opened["settled"] == 0 and laptop.phase(rec) == "received"
    older = back_to(laptop, carrier)
    laptop.round()
    assert take(laptop, older)["opened"]["late"]


def test_a_photo_travels_along(laptop, carrier, live):
    data = photo(400_000)
    _, answer = with_house(laptop, data)
    assert laptop.device.home({})["unsent_files"]["count"] == 1
    for text in hand_over(laptop):
        take(carrier, text)
    assert carrier.round() is None
    take(laptop, back_to(laptop, carrier))
    assert laptop.device.home({})["unsent_files"]["count"] == 0
    assert on_the_server(live, answer) == data


def test_a_bundle_with_a_photo_of_an_erased_record_ends_and_says_so(laptop, carrier, live):
    rec, answer = with_house(laptop, photo())
    kept = laptop.fill_in()
    texts = hand_over(laptop)
    assert laptop.round() is None
    officer = live.add_person("Người có quyền", "commune_officer", COMMUNE)
    with live.app.app_context():
        erase(live.server, officer, "commune_officer", rec, "Quyết định 12/QĐ")
        db.session.remove()
    for text in texts:
        take(carrier, text)
    assert carrier.round() is None
    (slip,) = carrier.device.carried({})["bundles"]
    assert slip["forwarded_at"] and slip["problem"] == "record.erased"
    assert on_the_server(live, answer) is None
    assert laptop.round() is None and laptop.phase(kept) == "received"


def test_without_anything_to_hand_over_it_says_so(laptop):
    assert refusal(laptop.device.make_bundle, {}) == "bundle.nothing"
    assert refusal(laptop.device.give_back, {"device": "x"}) == "bundle.nothing"


def test_a_carrier_without_a_network_keeps_everything(laptop, carrier, live):
    laptop.fill_in()
    take(carrier, *hand_over(laptop))
    live.stop()
    assert carrier.round() == "net.offline"
    carrier.device.lock({})
    carrier.device.unlock({"pin": PIN})
    (kept,) = carrier.device.carried({})["bundles"]
    assert kept["forwarded_at"] is None
    live.start()
    assert carrier.round() is None and ops_of(live) == 1


def test_the_bundle_of_another_district_is_refused(laptop, tmp_path, carrier):
    other = LiveDistrict(tmp_path / "elsewhere")
    try:
        device = Device(tmp_path / "stranger", secret_store="file", background=False)
        device.enrol(
            {"link": other.link(other.add_person("Người lạ", "team_member", TEAM)), "pin": PIN, "name": "Máy lạ"}
        )
        stranger = Laptop(device, tmp_path / "stranger")
        assert stranger.round() is None
        stranger.fill_in()
        assert refusal(take, carrier, *hand_over(stranger)) == "bundle.other_server"
        device.close()
    finally:
        other.close()


def test_what_another_server_says_is_not_believed(laptop, carrier):
    laptop.fill_in()
    take(carrier, *hand_over(laptop))
    carrier.round()
    back = read_bundle(back_to(laptop, carrier).encode()).content
    forged = write_bundle("down", {**back, "sealed": back["sealed"][:-40] + "A" * 40}).decode()
    assert refusal(take, laptop, forged) == "bundle.damaged"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: "Kính gửi anh Páo, đây là báo cáo tuần.", "bundle.unknown"),
        (lambda text: "", "bundle.unknown"),
        (lambda text: text[: len(text) // 2], "bundle.damaged"),
        (lambda text: text[:200] + ("A" if text[200] != "A" else "B") + text[201:], "bundle.damaged"),
        (lambda text: text.replace(f"CHUNG-SUC:{VERSION}", f"CHUNG-SUC:{VERSION + 1}"), "bundle.version"),
        (lambda text: "CHUNG-SUC:up", "bundle.damaged"),
    ],
)
def test_every_wrong_file_has_its_own_answer(laptop, carrier, spoil, code):
    laptop.fill_in()
    (text,) = hand_over(laptop)
    assert refusal(take, carrier, spoil(text)) == code
    assert carrier.device.carried({})["bundles"] == []


def test_a_chat_app_may_break_the_lines(laptop, carrier):
    laptop.fill_in()
    (text,) = hand_over(laptop)
    broken = "\ufeff\r\n" + "\r\n".join(text[at : at + 70] for at in range(0, len(text), 70)) + "\r\n\r\n"
    assert take(carrier, broken)["slip"]["ops"] == 1


def test_what_is_too_much_for_one_file_is_split(laptop, monkeypatch):
    for _ in range(4):
        laptop.fill_in()
    import client.bundles as bundles

    split = bundles.split_up
    monkeypatch.setattr(
        bundles, "split_up", lambda common, ops, chunks: split(common, ops, chunks, len(json.dumps(common)) + 9_000)
    )
    files = laptop.device.make_bundle({})["files"]
    assert len(files) > 1 and len({file["name"] for file in files}) == len(files)
    parts = [read_bundle(file["text"].encode()).content for file in files]
    assert [op["n"] for part in parts for op in part["ops"]] == [1, 2, 3, 4]


def test_names_are_plain_letters():
    assert file_name("up", "Máy của tổ", "2021-12-05T08:15:00.000+07:00") == "chung-suc-may-cua-to-2021-12-05-0815.txt"
    assert file_name("down", "", "2021-12-05T08:15:00.000+07:00", 2, 3) == "chung-suc-ve-may-2021-12-05-0815-2-3.txt"
