"""The flood campaign lives: a village head's laptop, the commune's and the province's console, over the wire."""

import io
import re

import openpyxl
import pytest
import requests

from client.device import Device
from client.errors import DeviceError
from client.sync_round import sync_round
from client.wire import Wire
from server.accounts import set_password
from server.campaigns import read_folder
from server.database import transaction
from server.people import find_person
from tests.campaigns.test_every_campaign import ROOT
from tests.live import LiveDistrict, now

PIN, PASSWORD = "246810", "nước lên nhanh 2025"
DAMAGE = {
    "consent": {"agreed": "yes"},
    "home": {"commune": "03424", "village": "03424-03", "head_name": "Giàng A Páo", "people": 5},
    "losses": {"house": "house_collapsed", "needs": ["food", "shelter"], "urgency": "24h"},
}
DELIVERY = {
    "trip": {"commune": "03424", "households": 12},
    "goods": [{"__id": "a", "item": "rice", "qty": 200}],
    "receipt": {"receiver": "Lò Văn Ơn"},
}


DAYS = {"household_damage": ("home", "seen_on"), "relief_delivery": ("trip", "given_on")}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    served = LiveDistrict(tmp_path_factory.mktemp("flood"), campaign=read_folder(ROOT / "flood_relief"))
    yield served
    served.close()


@pytest.fixture
def device(live, tmp_path):
    """device(role, unit) -> a laptop of a new person, greeted by the server."""
    opened = []

    def device(role, unit):
        made = Device(tmp_path / role, secret_store="file", background=False)
        opened.append(made)
        made.enrol({"link": live.link(live.add_person("Lò Văn Ơn", role, unit)), "pin": PIN, "name": "Máy của bản"})
        assert round_of(made) is None
        return made

    yield device
    for each in opened:
        each.close()


def round_of(device):
    try:
        sync_round(device.session, Wire(device.session.vault.origin), lambda *_: None)
    except DeviceError as refused:
        return refused.code
    return None


def send(device, form, answers):
    """A finalised record of today, received."""
    rec = device.start({"form_id": form})["rec"]
    group, day = DAYS[form]
    dated = {**answers, group: {**answers[group], day: device.env({"rec": rec})["today"]}}
    device.save_draft({"rec": rec, "answers": dated})
    device.finalise({"rec": rec})
    assert round_of(device) is None
    return rec


class Console:
    """A browser of somebody signed in with name and password."""

    def __init__(self, live, role, unit):
        self.origin, self.web = live.console_origin, requests.Session()
        live.add_person("Lò Thị Lan", role, unit, username=role)
        with live.app.app_context(), transaction() as session:
            set_password(session, find_person(session, role), PASSWORD, now())
        self.post("/sign-in", at="/sign-in", username=role, password=PASSWORD)

    def get(self, path):
        answer = self.web.get(self.origin + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def post(self, path, at, **fields):
        page = self.get(at).text
        hidden = dict(re.findall(r'name="(csrf_token|answers_hash)" value="([^"]*)"', page))
        answer = self.web.post(
            self.origin + path, data={**hidden, **fields}, headers={"Referer": self.origin + at}, timeout=30
        )
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer

    def step(self, rec, name, **fields):
        return self.post(f"/records/{rec}/steps/{name}", at=f"/records/{rec}", **fields)


def test_a_damaged_house_is_verified_helped_and_closed_and_stands_in_the_table(live, device):
    village = device("village_head", "03424-03")
    rec = send(village, "household_damage", DAMAGE)
    assert village.open({"rec": rec})["state"] == "registered"
    assert village.open({"rec": rec})["answers"]["losses"]["support_vnd"] == 80_000_000  # the rate of its own day

    commune, province = Console(live, "ward_officer", "03424"), Console(live, "province_centre", "12")
    assert "Giàng A Páo" in commune.get("/records").text
    commune.step(rec, "verify")
    commune.step(rec, "deliver")
    assert round_of(village) is None
    assert village.open({"rec": rec})["state"] == "delivered"
    page = province.get(f"/records/{rec}").text
    assert "Giàng A Páo" not in page  # the province sees no names
    province.step(rec, "close")
    assert round_of(village) is None
    opened = village.open({"rec": rec})
    assert (opened["state"], opened["phase"], opened["editable"]) == ("closed", "approved", False)

    day = opened["answers"]["home"]["seen_on"]
    asked = f"form=household_damage&since={day}&until={day}"
    assert "Xã Bản Bo" in province.get(f"/table?{asked}").text
    book = openpyxl.load_workbook(io.BytesIO(province.get(f"/table/workbook?{asked}").content))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if "Xã Bản Bo" in row]
    assert rows and 1 in rows[0]


def test_goods_of_the_campaigns_list_are_chosen_on_the_laptop_and_judged_alike_by_the_server(live, device):
    team = device("relief_team", "03424-C1")
    rec = send(team, "relief_delivery", DELIVERY)
    opened = team.open({"rec": rec})
    assert (opened["phase"], opened["answers"]["goods"][0]["measure"]) == ("received", "kg")
    with pytest.raises(DeviceError) as refused:
        send(team, "relief_delivery", {**DELIVERY, "goods": [{"__id": "a", "item": "gold", "qty": 1}]})
    assert refused.value.code == "form.invalid"
