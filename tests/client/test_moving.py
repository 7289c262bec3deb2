"""The server moves to another address: devices follow it there, and nobody else (P-28)."""

from __future__ import annotations

from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests
from flask import request

from chungsuc.ports import free_port
from client.address import read_address
from client.errors import DeviceError
from tests.client.conftest import PIN
from tests.live import LiveDistrict
from tests.moving import moved


@pytest.fixture
def new_home(live, tmp_path):
    homes = []

    def move():
        homes.append(moved(live, tmp_path / "moved"))
        return homes[0]

    yield move
    for each in homes:
        each.close()


def rounds(laptop):
    """As the agent makes them."""
    try:
        laptop.device._round(lambda *_: None)
    except DeviceError as refused:
        return refused.code
    return None


def refusal(laptop, typed):
    with pytest.raises(DeviceError) as refused:
        laptop.device.call("set_server", {"address": typed})
    return refused.value.code


def test_a_person_says_where_the_server_is_now_and_everything_goes_on(laptop, live, new_home):
    rec = laptop.fill_in()
    new = new_home()
    assert rounds(laptop) == "net.offline"
    told = laptop.device.call("set_server", {"address": f" {new.origin}/app/ "})
    assert (told["server_url"], told["next_address"]) == (new.origin, None)
    assert rounds(laptop) is None and laptop.phase(rec) == "received"
    laptop.device.lock({})
    assert laptop.device.unlock({"pin": PIN})["server_url"] == new.origin


def test_the_server_itself_says_where_it_goes_and_is_followed_once_it_is_there(laptop, live, new_home, monkeypatch):
    new = new_home()
    live.start()
    telling = replace(live.server, settings=replace(live.settings, next_origin=new.origin))
    monkeypatch.setitem(live.app.extensions, "chungsuc", telling)
    new.stop()
    assert rounds(laptop) is None and laptop.device.settings({})["next_address"] == new.origin
    assert rounds(laptop) is None, "nobody is there yet: the old address still serves"
    assert laptop.device.settings({})["server_url"] == live.origin
    new.start()
    live.stop()
    rec = laptop.fill_in()
    assert rounds(laptop) is None and laptop.phase(rec) == "received"
    assert laptop.device.settings({})["server_url"] == new.origin


def test_a_stranger_at_the_address_is_refused_and_hears_nothing(laptop, live, tmp_path):
    laptop.fill_in()
    stranger = LiveDistrict(tmp_path / "stranger")
    heard = []
    stranger.app.before_request(lambda: heard.append((request.path, set(request.get_json()))))
    try:
        assert refusal(laptop, stranger.origin) == "server.other"
        assert heard == [("/sync/v1/address", {"req"})]
        shown = laptop.device.settings({})
        assert (shown["server_url"], shown["next_address"]) == (live.origin, None)
        assert shown["address_problem"] == {"address": stranger.origin, "code": "server.other"}
        assert rounds(laptop) is None and len(heard) == 1
    finally:
        stranger.close()


class Relay(BaseHTTPRequestHandler):
    """Somebody in between, who hands everything on to the real server."""

    target = ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        host = self.target.removeprefix("http://")
        answer = requests.post(self.target + self.path, body, headers={**self.headers, "Host": host}, timeout=5)
        self.send_response(answer.status_code)
        self.send_header("Chungsuc-Signature", answer.headers["Chungsuc-Signature"])
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_):
        pass


def test_whoever_stands_in_between_is_not_the_server_although_it_answers(laptop, live):
    Relay.target = live.origin
    between = HTTPServer(("127.0.0.1", 0), Relay)
    Thread(target=between.serve_forever, daemon=True).start()
    try:
        assert refusal(laptop, f"http://127.0.0.1:{between.server_port}") == "server.elsewhere"
        assert laptop.device.settings({})["server_url"] == live.origin
    finally:
        between.shutdown()
        between.server_close()


def test_an_address_without_an_answer_is_tried_in_every_round(laptop):
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert laptop.device.call("set_server", {"address": nowhere})["next_address"] == nowhere
    assert rounds(laptop) is None, "the old one still serves"
    assert laptop.device.settings({})["next_address"] == nowhere


@pytest.mark.parametrize(
    ("typed", "origin"),
    [("https://Phieu.Tamduong.example/app/#x", "https://phieu.tamduong.example"), ("phieu.example:8443", "https://phieu.example:8443"),
     ("https://a.example:443", "https://a.example"), ("http://[::1]:8001/", "http://[::1]:8001")],
)  # fmt: skip
def test_an_address_is_read_as_people_type_it(typed, origin):
    assert read_address(typed) == origin


@pytest.mark.parametrize("typed", ["", "http://phieu.example", "ftp://a.example", "https://", "https://u@a.example", "https://a:b", "javascript:x"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(DeviceError) as refused:
        read_address(typed)
    assert refused.value.code == "server.address"
