"""New keys of the server: devices learn them from the old ones, and what was sealed or signed before stays good."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from chungsuc.cli import chungsuc
from client.device import Device
from server import create_app
from server.database import db
from server.serving import open_server
from server.verify import differences
from tests.client.conftest import PIN, Laptop
from tests.live import LiveDistrict


def rotate(live: LiveDistrict) -> str:
    """What an administrator does: stop, rotate, start. The id of the new key."""
    before = live.server.keys.key_id
    live.stop()
    with live.app.app_context():
        db.session.remove()
        db.engine.dispose()
    ran = CliRunner().invoke(chungsuc, ["keys", "rotate", "--yes", "--data-dir", str(live.settings.data_dir)])
    assert ran.exit_code == 0, ran.output
    live.app = open_server(create_app(live.settings))
    live.start()
    assert live.server.keys.key_id != before and live.server.keys.key_id in ran.output
    return live.server.keys.key_id


def test_what_was_sealed_before_arrives_and_the_device_follows(laptop: Laptop, live: LiveDistrict):
    first = laptop.fill_in()
    rotate(live)
    assert laptop.round() is None and laptop.phase(first) == "received"
    assert laptop.device.session.store.head()["server"] == {
        "sign": live.server.keys.sign.point,
        "seal": live.server.keys.seal.point,
    }
    second = laptop.fill_in()
    rotate(live)
    rotate(live)
    assert laptop.round() is None and laptop.phase(second) == "received", "two rotations missed are one step"


def test_a_forgotten_pin_and_a_bundle_of_before_still_open(laptop: Laptop, live: LiveDistrict, tmp_path):
    rec = laptop.fill_in()
    (file,) = laptop.device.make_bundle({})["files"]
    rotate(live)
    device = Device(tmp_path / "carrier", secret_store="file", background=False)
    device.enrol(
        {"link": live.link(live.add_person("Lò Thị Lan", "commune_officer", "03424")), "pin": PIN, "name": "Xã"}
    )
    carrier = Laptop(device, tmp_path / "carrier")
    assert carrier.round() is None
    device.take_bundle({"text": file["text"]})
    assert carrier.round() is None
    back = device.give_back({"device": laptop.device.session.device})["text"]
    assert laptop.device.take_bundle({"text": back})["opened"]["settled"] == 1
    assert laptop.phase(rec) == "received"
    device.close()
    laptop.fill_in()
    assert laptop.device.forgot_pin({})["waiting"] == 0


def test_nothing_differs_afterwards(laptop: Laptop, live: LiveDistrict):
    laptop.fill_in()
    assert laptop.round() is None
    rotate(live)
    laptop.fill_in()
    assert laptop.round() is None
    with live.app.app_context():
        assert [str(each) for each in differences(db.session, live.server)] == []


def test_keys_that_nobody_vouches_for_are_not_followed(laptop: Laptop, live: LiveDistrict):
    laptop.fill_in()
    path = live.settings.key_path
    rotate(live)
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, "previous": []}), "utf-8")
    live.stop()
    live.app = open_server(create_app(live.settings))
    live.start()
    assert laptop.round() == "net.unsigned"
    assert laptop.device.home({})["unsent"] == 1


@pytest.mark.parametrize("content", ["", "{}"])
def test_a_broken_key_file_is_not_rotated_away(live: LiveDistrict, content: str):
    live.settings.key_path.write_text(content, "utf-8")
    ran = CliRunner().invoke(chungsuc, ["keys", "rotate", "--yes", "--data-dir", str(live.settings.data_dir)])
    assert ran.exit_code and live.settings.key_path.read_text("utf-8") == content
