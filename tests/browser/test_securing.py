"""A phone lets go of sealed copies that a proven backup has had for a month (I8), and seals again for a restored server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.database import db, transaction
from server.epoch import current_epoch, last_counter
from server.models import Backup
from server.serving import begin
from tests.browser.test_device import ANSWERS, DUMP
from tests.live import LiveDistrict, now


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory):
    """A server of this test's own: its clock goes on."""
    district = LiveDistrict(tmp_path_factory.mktemp("server"))
    yield district
    district.close()


def proven(live):
    """As after a backup that was restored to prove it."""
    with live.app.app_context(), transaction() as session:
        at = now() + live.ahead
        session.add(Backup(name=str(at), made_at=at, epoch=current_epoch(session), counter=last_counter(session)))


def later(live, tab, days):
    live.ahead += timedelta(days=days)
    assert tab.sync()["ok"]
    return len([1 for store, *_ in tab.page.evaluate(DUMP) if store == "sealed"])


def test_a_copy_goes_a_month_after_a_backup_has_it_and_comes_back_for_a_restored_server(tab, live):
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    assert later(live, tab, 1) == 1 and later(live, tab, 35) == 1, "there is no backup"
    proven(live)
    assert later(live, tab, 1) == 0
    assert tab.call("open", rec=rec)["phase"] == "received"
    with live.app.app_context():
        begin(live.server, "restore")
        db.session.remove()
    assert later(live, tab, 1) == 1 and tab.call("open", rec=rec)["phase"] == "received"
    assert later(live, tab, 1) == 1 and later(live, tab, 35) == 1, "no backup of this epoch has it"
