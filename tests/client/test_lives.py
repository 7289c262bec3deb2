"""What befalls a laptop in its life: revoked, expired, copied, a gap in its chain, a full disk, a wrong clock, a second process, a new form."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from client.device import Device
from client.errors import DeviceError
from server.campaigns import load_campaign, read_folder
from server.database import db, transaction
from server.models import Device as DeviceRow
from server.models import Op
from server.people import revoke_device
from tests.client.conftest import COMMON, PIN, Laptop
from tests.live import CAMPAIGN, now


def change(live, laptop, **values):
    with live.app.app_context(), transaction() as session:
        row = session.get_one(DeviceRow, laptop.device.session.device)
        for name, value in values.items():
            setattr(row, name, value)


def verdicts(live):
    with live.app.app_context():
        return [(op.verdict, op.reason) for op in db.session.scalars(select(Op).order_by(Op.n))]


def codes(laptop):
    return [each["code"] for each in laptop.device.home({})["notices"]]


def test_a_revoked_laptop_keeps_nothing_readable_not_even_a_draft(laptop, live):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    photo = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 300).decode()
    laptop.device.attach({"rec": rec, "name": "a.png", "type": "image/png", "data": photo})
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    laptop.fill_in()
    with live.app.app_context(), transaction() as session:
        revoke_device(session, laptop.device.session.device, now())
    assert laptop.round() == "device.revoked"
    store = laptop.device.session.store
    kept = {table: store.rows(f"SELECT * FROM {table}") for table in ("record", "own_op", "discarded", "cursor")}
    assert not any(kept.values()) and not store.rows("SELECT 1 FROM file WHERE key IS NOT NULL")
    assert COMMON["person"]["full_name"] not in json.dumps(store.head(), ensure_ascii=False)
    assert len(store.sealed.waiting("another epoch")) == 1  # what was sent stays, sealed to the server
    assert codes(laptop) == ["device.revoked"] and verdicts(live) == [("adjudicate", "device.revoked")]


def test_an_expired_login_still_sends_what_was_made(laptop, live):
    laptop.fill_in()
    change(live, laptop, expires_at=now() - timedelta(days=1))
    assert laptop.round() == "device.expired"
    assert verdicts(live) == [("adjudicate", "device.expired")]
    assert codes(laptop) == ["device.expired"] and laptop.device.home({})["unsent"] == 0


def test_a_copied_laptop_is_told_that_it_needs_a_new_key(laptop, live):
    change(live, laptop, cloned=True)
    assert laptop.round() is None
    assert codes(laptop) == ["device.cloned"]


def test_a_gap_of_a_week_in_its_chain_is_told_and_ends_when_it_is_filled(laptop, live):
    store = laptop.device.session.store
    laptop.fill_in()
    laptop.fill_in()
    first = store.row("SELECT * FROM own_op WHERE n = 1")
    store.run("UPDATE own_op SET epoch = ? WHERE n = 1", store.head()["epoch"])  # a carrier said so, and lost the file
    assert laptop.round() is None and codes(laptop) == []
    with live.app.app_context(), transaction() as session:
        for op in session.scalars(select(Op)):
            op.received_at -= timedelta(days=8)
    assert laptop.round() is None
    assert codes(laptop) == ["device.gap"]
    store.run("UPDATE own_op SET epoch = NULL WHERE h = ?", first["h"])
    assert laptop.round() is None and laptop.round() is None
    assert codes(laptop) == [] and len(verdicts(live)) == 2


def test_a_full_disk_loses_no_draft_and_says_so(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    store = laptop.device.session.store
    pages = store.row("PRAGMA page_count")["page_count"]
    store.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DeviceError) as refused:
        for _ in range(200):
            other = laptop.device.start({"form_id": "support_case"})["rec"]
            laptop.device.save_draft({"rec": other, "answers": COMMON})
            laptop.device.finalise({"rec": other})
    assert refused.value.code == "store.full"
    store.run("PRAGMA max_page_count = 1000000")
    assert laptop.device.open({"rec": rec})["draft"]["answers"] == COMMON
    laptop.device.finalise({"rec": rec})
    assert laptop.round() is None
    chain = [op["n"] for op in store.rows("SELECT n FROM own_op ORDER BY n")]
    assert chain == list(range(1, len(chain) + 1)) and not laptop.device.home({})["unsent"]


def at(laptop, moment):
    laptop.device.clock = laptop.device.session.clock = lambda: moment


def test_a_clock_that_is_years_behind_asks_for_the_day_and_both_travel(laptop, live):
    at(laptop, datetime(2015, 3, 2, 1, tzinfo=UTC))
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    with pytest.raises(DeviceError) as refused:
        laptop.device.finalise({"rec": rec})
    assert refused.value.code == "date.unconfirmed"
    claim = {"device": "2015-03-02T08:00:00+07:00", "corrected": now().date().isoformat()}
    laptop.device.finalise({"rec": rec, "confirmed_date": claim})
    assert laptop.round() is None and laptop.phase(rec) == "received"
    with live.app.app_context():
        (op,) = db.session.scalars(select(Op))
        assert json.loads(op.payload)["claimed_date"] == claim and op.at.startswith("2015")
        assert now() - op.received_at < timedelta(minutes=5)


def test_a_clock_that_is_years_ahead_puts_nothing_before_anything_else(laptop, live):
    first = laptop.fill_in()
    at(laptop, now() + timedelta(days=9000))
    laptop.device.void({"rec": first, "reason": "Ghi nhầm"})
    at(laptop, now())
    second = laptop.fill_in()
    assert laptop.round() is None
    assert [verdict for verdict, _ in verdicts(live)] == ["applied"] * 3
    assert laptop.device.open({"rec": first})["state"] == "void" and laptop.phase(second) == "received"


def test_two_processes_on_one_vault_make_one_chain(laptop, live):
    other = Device(laptop.folder, secret_store="file", background=False)
    other.unlock({"pin": PIN})
    twin = Laptop(other, laptop.folder)
    recs = [each.fill_in() for each in (laptop, twin, laptop, twin)]
    assert (twin.round(), laptop.round()) == (None, None)
    assert {laptop.phase(rec) for rec in recs} == {twin.phase(rec) for rec in recs} == {"received"}
    with live.app.app_context():
        ops = list(db.session.scalars(select(Op).order_by(Op.n)))
        assert [(op.n, op.verdict) for op in ops] == [(n, "applied") for n in (1, 2, 3, 4)]
    other.close()


def test_a_draft_begun_before_a_new_form_version_is_finished_and_received_as_it_was_begun(laptop, live):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    files = dict(read_folder(CAMPAIGN))
    form = json.loads(files["forms/support_case.json"])
    begun, form["settings"]["version"] = form["settings"]["version"], "2099010101"
    files["forms/support_case.json"] = json.dumps(form).encode()
    with live.app.app_context(), transaction() as session:
        load_campaign(session, files, now(), demo=True)
    assert laptop.round() is None
    assert laptop.device.start({"form_id": "support_case"})["form"]["version"] == "2099010101"
    laptop.device.finalise({"rec": rec})
    assert laptop.round() is None
    view = laptop.device.open({"rec": rec})
    assert (view["phase"], view["form"]["version"]) == ("received", begun)
