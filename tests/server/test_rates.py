"""Rates: a device that asks too often waits; its neighbours at the same address do not (P-26)."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from server import create_app
from server.models import Rate
from server.serving import open_server
from tests.server.conftest import dispose
from tests.server.district import FIELD_HOST, District, verdicts
from tests.server.officer import Browser, Officer

on_sqlite = pytest.mark.parametrize("template", ["sqlite"], indirect=True)  # counted in memory


@pytest.fixture
def busy(settings, clock):
    """A district whose devices may call six times a minute, and links be tried four times from one address."""
    app = open_server(create_app(replace(settings, device_rate="6/minute", enrol_rate="4/minute"), clock))
    yield District(app, clock)
    dispose(app)


@pytest.fixture
def workers(settings, clock):
    """Two workers of one server that lets forty pages a minute be opened."""
    strict = replace(settings, account_rate="40/minute", visitor_rate="40/minute", enrol_rate="40/minute")
    apps = [open_server(create_app(strict, clock)) for _ in range(2)]
    yield [District(app, clock) for app in apps]
    for app in apps:
        dispose(app)


@on_sqlite
def test_a_device_that_asks_too_often_is_told_to_wait_whatever_token_it_shows(busy):
    device, neighbour = busy.device(), busy.device()  # a challenge and a hello before there is a token count apart
    op = device.submit()
    assert verdicts(device.push(op)) == ["applied"]
    device.hello()
    device.hello()
    assert verdicts(device.push(op)) == ["duplicate"]
    answer = device.push(op)
    assert (answer["status"], answer["error"]["code"]) == (429, "request.too_many")
    assert verdicts(neighbour.push(neighbour.submit())) == ["applied"]


@on_sqlite
def test_who_knows_a_devices_id_cannot_use_up_its_calls(busy):
    device = busy.device()
    asked = [greeting(busy, device.device_id) for _ in range(9)]
    assert asked == [200] * 4 + [429] * 5  # its own two hellos came from this very address
    assert verdicts(device.push(device.submit())) == ["applied"]


@on_sqlite
def test_a_market_day_behind_one_address_is_not_held_up(busy):
    """A rate is one device's; a thousand of them may share an address."""
    assert {greeting(busy, str(uuid.uuid4())) for _ in range(1000)} == {200}


def greeting(district, device_id):
    """The status of a device's first word, without a token."""
    asked = {"req": "a" * 16, "device": device_id}
    return district.app.test_client().post("/sync/v1/hello", base_url=FIELD_HOST, json=asked).status_code


@on_sqlite
def test_links_cannot_be_guessed_at_any_speed(busy):
    device = busy.new_device()
    codes = [device.peek(f"guess-{number}")["error"]["code"] for number in range(6)]
    assert codes == ["enrol.unknown"] * 4 + ["request.too_many"] * 2


def test_a_rate_holds_over_all_workers_and_ends_with_its_minute(workers, clock):
    browsers = [Browser(worker) for worker in workers]
    answers = [browsers[number % 2].get("/sign-in").status_code for number in range(60)]
    assert (answers.count(200), answers.count(429)) == (40, 20)
    assert browsers[0].get("/sign-in").headers["Retry-After"] == "60"
    assert Browser(workers[0], REMOTE_ADDR="10.9.9.9").get("/sign-in").status_code == 200
    clock.pass_(seconds=60)
    assert browsers[1].get("/sign-in").status_code == 200
    assert workers[0].ask(lambda s: s.scalar(select(func.count()).select_from(Rate))) == 1, "old windows are swept"


def test_a_signed_in_person_is_counted_by_herself_not_by_her_address(workers):
    lan, hoa = Officer(workers[0]), Officer(workers[0])
    assert [lan.get("/account").status_code for _ in range(42)].count(429) == 2
    assert hoa.get("/account").status_code == 200
