"""Sealed copies go once a proven backup has had what they hold for a month, and never before (I8)."""

from datetime import timedelta

import pytest

from server.backup import back_up, make_recovery_key
from server.database import db, transaction
from server.epoch import begin_epoch
from server.models import Membership
from tests.client.test_attachments import photo, with_house
from tests.live import LiveDistrict, now
from tests.photo_campaign import photo_campaign


@pytest.fixture
def live(tmp_path):
    district = LiveDistrict(tmp_path / "server", photo_campaign())
    make_recovery_key(district.settings.recovery_path, tmp_path / "recovery.json")
    yield district
    district.close()


def backed_up(live, tmp_path):
    with live.app.app_context():
        back_up(live.server, tmp_path)
        db.session.remove()


def later(live, laptop, days):
    live.ahead += timedelta(days=days)
    laptop.device.clock = laptop.device.session.clock = lambda: now() + live.ahead
    assert laptop.round() is None


def copies(laptop):
    """(sealed ops, files sealed) on the laptop."""
    store = laptop.device.session.store
    epoch = store.head()["epoch"]
    return len(store.sealed.waiting("none")), len(store.files.stored(epoch)) + len(store.files.waiting(epoch))


def test_a_copy_goes_a_month_after_a_backup_has_it_and_not_before(laptop, live, tmp_path):
    rec = laptop.fill_in()
    assert laptop.round() is None
    later(live, laptop, 40)
    later(live, laptop, 40)
    assert copies(laptop) == (1, 0), "there is no backup"
    backed_up(live, tmp_path)
    laptop.fill_in()
    later(live, laptop, 1)
    assert copies(laptop) == (1, 0), "the older goes, the newer is in no backup"
    assert laptop.phase(rec) == "received" and laptop.device.home({})["unsent"] == 0
    backed_up(live, tmp_path)
    later(live, laptop, 1)
    later(live, laptop, 29)
    assert copies(laptop) == (1, 0), "not a month since the server said that it has it"
    later(live, laptop, 1)
    assert copies(laptop) == (0, 0)


def test_what_went_is_sealed_and_sent_again_to_a_restored_server(laptop, live, tmp_path):
    rec = laptop.fill_in()
    assert laptop.round() is None
    backed_up(live, tmp_path)
    later(live, laptop, 1)
    later(live, laptop, 31)
    assert copies(laptop) == (0, 0)
    with live.app.app_context(), transaction() as session:
        begin_epoch(session, "restore", now())
    assert laptop.round() is None
    assert copies(laptop) == (1, 0) and laptop.phase(rec) == "received"
    later(live, laptop, 40)
    later(live, laptop, 40)
    assert copies(laptop) == (1, 0), "no backup of this epoch has it"


def test_a_file_that_can_be_read_here_stays_and_one_of_a_lost_scope_goes(laptop, live, tmp_path):
    data = photo()
    rec, answer = with_house(laptop, data)
    assert laptop.round() is None
    backed_up(live, tmp_path)
    later(live, laptop, 1)
    later(live, laptop, 31)
    assert copies(laptop) == (0, 1) and laptop.device.file({"rec": rec, "answer": answer})["state"] == "sent"
    with live.app.app_context(), transaction() as session:
        held = session.query(Membership).filter_by(person_id=laptop.device.session.store.head()["person"]["id"]).one()
        held.valid_to = (now() + live.ahead - timedelta(days=2)).date()
    for days in (1, 1, 31):  # the grant ends; noted from the next day on; a month
        later(live, laptop, days)
    assert copies(laptop) == (0, 0)
    laptop.device.lock({})
    laptop.device.unlock({"pin": "246810"})
    assert not list(laptop.folder.glob("*.files/*")), "its bytes are swept away"
