"""Rates: a device that asks too often waits; its neighbours at the same address do not (P-26)."""

from dataclasses import replace

import pytest

from server import create_app
from server.serving import open_server
from tests.server.conftest import dispose
from tests.server.district import District, verdicts

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)  # counted in memory


@pytest.fixture
def busy(settings, clock):
    """A district whose devices may call six times a minute, and links be tried four times from one address."""
    app = open_server(create_app(replace(settings, device_rate="6/minute", enrol_rate="4/minute"), clock))
    yield District(app, clock)
    dispose(app)


def test_a_device_that_asks_too_often_is_told_to_wait_whatever_token_it_shows(busy):
    device, neighbour = busy.device(), busy.device()  # two calls each: a challenge and a hello
    op = device.submit()
    assert verdicts(device.push(op)) == ["applied"]
    device.hello()
    assert verdicts(device.push(op)) == ["duplicate"]
    answer = device.push(op)
    assert (answer["status"], answer["error"]["code"]) == (429, "request.too_many")
    assert verdicts(neighbour.push(neighbour.submit())) == ["applied"]


def test_links_cannot_be_guessed_at_any_speed(busy):
    device = busy.new_device()
    codes = [device.peek(f"guess-{number}")["error"]["code"] for number in range(6)]
    assert codes == ["enrol.unknown"] * 4 + ["request.too_many"] * 2
