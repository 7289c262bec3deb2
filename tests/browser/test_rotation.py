"""A phone follows the server to its new keys, and what it sealed before arrives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.test_device import ANSWERS
from tests.client.test_rotation import rotate
from tests.live import LiveDistrict


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory):
    """A server of this test's own: it gets other keys."""
    district = LiveDistrict(Path(tmp_path_factory.mktemp("server")))
    yield district
    district.close()


def test_a_phone_follows_the_server_to_its_new_keys(tab, live):
    rec = tab.fill_in(ANSWERS)
    assert tab.call("finalise", rec=rec)["waiting"]
    rotate(live)
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["phase"] == "received"


def test_a_forgotten_pin_loses_nothing_after_a_rotation(tab, live, phone):
    phone.context.set_offline(True)
    rec = tab.fill_in(ANSWERS)
    assert tab.call("finalise", rec=rec)["waiting"]
    rotate(live)
    phone.context.set_offline(False)
    told = tab.call("forgot_pin")
    assert told["sent"] >= 1 and told["waiting"] == 0
