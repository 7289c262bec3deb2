"""Look-up lists reach a laptop, its forms ask by them, and intake judges by the same ones (P-25)."""

from __future__ import annotations

import json

import pytest

from client.device import Device
from client.errors import DeviceError
from server.campaigns import load_campaign
from server.database import transaction
from sync.canonical import unb64
from tests.client.conftest import COMMON, PIN, Laptop
from tests.listed_campaign import listed_campaign
from tests.live import CAMPAIGN, TEAM, LiveDistrict, now


@pytest.fixture
def live(tmp_path):
    district = LiveDistrict(tmp_path / "server", campaign=listed_campaign())
    yield district
    district.close()


@pytest.fixture
def laptop(tmp_path, live):
    device = Device(tmp_path / "laptop", secret_store="file", background=False)
    link = live.link(live.add_person("Lò Văn Ơn", "team_member", TEAM))
    device.enrol({"link": link, "pin": PIN, "name": "Máy của tổ"})
    found = Laptop(device, tmp_path / "laptop")
    assert found.round() is None
    yield found
    device.close()


def started(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    return rec, laptop.device.env({"rec": rec})


def test_the_lists_a_form_names_are_here_after_the_first_round(laptop):
    _, env = started(laptop)
    assert set(env["lists"]) >= {"org_units", "policies", "author"}
    author = dict(zip(env["lists"]["author"]["columns"], env["lists"]["author"]["rows"][0], strict=True))
    assert (author["unit"], author["kind"], author["commune"]) == (TEAM, "team", TEAM[:5])


def test_a_village_of_the_own_commune_is_taken_in_and_another_is_not(laptop, live):
    village = TEAM[:8]
    rec, _ = started(laptop)
    laptop.device.save_draft({"rec": rec, "answers": COMMON | {"own_commune": TEAM[:5], "place": village}})
    laptop.device.finalise({"rec": rec})
    assert laptop.round() is None
    assert laptop.device.open({"rec": rec})["answers"]["meal_rate"] == "80000"
    assert laptop.device.open({"rec": rec})["receipt"] is not None
    wrong, _ = started(laptop)
    laptop.device.save_draft({"rec": wrong, "answers": COMMON | {"own_commune": "03412", "place": village}})
    with pytest.raises(DeviceError) as refused:
        laptop.device.finalise({"rec": wrong})
    assert refused.value.code == "form.invalid"


def test_a_picture_of_the_forms_is_here_and_a_stranger_is_not(laptop):
    person = (CAMPAIGN / "media" / "person.svg").read_bytes()
    assert (
        unb64(laptop.device.media({"name": "person.svg"})["data"]) == person
    )  # as client/web/device/lists.js reads it
    assert laptop.device.media({"name": "nobody.svg"}) == {"data": None}


def test_a_list_that_changed_comes_with_the_next_round(laptop, live):
    files = listed_campaign()
    files["lists/policies.csv"] = files["lists/policies.csv"].replace(b",80000,", b",90000,")
    with live.app.app_context(), transaction() as session:
        load_campaign(session, files, now(), demo=True)
    assert laptop.round() is None
    _, env = started(laptop)
    assert any("90000" in row for row in env["lists"]["policies"]["rows"]), json.dumps(
        env["lists"]["policies"]["rows"][:2]
    )
