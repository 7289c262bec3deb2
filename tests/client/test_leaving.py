"""Records that leave a laptop: moved to another unit, erased by order, of a scope that was lost (P-16, P-24, I4, I8)."""

import base64
import json

import pytest
from sqlalchemy import select

from server import intake
from server.database import db, transaction
from server.erasure import erase
from server.models import Membership, Op, Record
from server.people import add_membership
from sync.ops import Intent
from tests.client.conftest import COMMON, TEAM
from tests.live import now

NAME = COMMON["person"]["full_name"]
SAID = ("document", "receipt")
OTHER = "03424-07-T2"


@pytest.fixture
def chief(live):
    return live.add_person("Nguyễn Thị Lan", "commune_officer", "03424")


def move(live, person, rec, unit=OTHER):
    with live.app.app_context():
        record = db.session.get(Record, rec)
        form = {"id": record.form_id, "version": record.form_version}
        payload = {"to": f"{unit}/{record.form_id}", "reason": "Chuyển nhà"}
        intent = Intent("move", rec, record.hash, form, record.scope, payload)
        db.session.remove()
        return intake.act(live.server, person, "commune_officer", intent).verdict


def dumped(laptop):
    """Every readable text in the vault, but for what the server said last: ids and verdicts."""
    store = laptop.device.session.store
    tables = [row["name"] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return json.dumps(
        [store.rows(f"SELECT * FROM {table}") for table in tables if table not in SAID], ensure_ascii=False, default=str
    )


def held(live, rec):
    with live.app.app_context():
        found = db.session.scalars(select(Op.verdict).where(Op.rec == rec)).all()
        db.session.remove()
        return found


def test_a_moved_record_is_no_longer_readable_and_its_sealed_op_stays(laptop, live, chief):
    rec = laptop.fill_in()
    assert laptop.round() is None and NAME in dumped(laptop)
    assert move(live, chief, rec) == "applied"
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    assert laptop.round() is None
    assert NAME not in dumped(laptop) and laptop.device.list({})["total"] == 0
    assert len(laptop.device.session.store.sealed.waiting("another epoch")) == 1


def test_what_was_finalised_as_the_record_left_is_sent_sealed_and_listed_until_then(laptop, live, chief):
    """Between a round's push and its pull: the op has no receipt, and may not be read here any more."""
    rec = laptop.fill_in()
    assert laptop.round() is None
    move(live, chief, rec)
    late = []

    def meanwhile(phase, done, total):
        if phase == "pull" and not late:
            late.append(laptop.device.comment({"rec": rec, "text": "Đã gọi cho gia đình"})["h"])

    from client.sync_round import sync_round
    from client.wire import Wire

    session = laptop.device.session
    sync_round(session, Wire(session.vault.origin), meanwhile)
    assert late and "Đã gọi" not in dumped(laptop)
    assert laptop.device.home({})["unsent"] == 1
    assert [op["rec"] for op in laptop.device.outbox({})["waiting"]] == [rec]
    assert laptop.device.open({"rec": rec})["answers"] == {}
    assert laptop.round() is None
    assert laptop.device.home({})["unsent"] == 0 and laptop.device.list({})["total"] == 0
    assert sorted(held(live, rec)) == ["adjudicate", "applied", "applied"]


def test_a_record_moves_between_two_units_of_one_laptop_with_its_draft(laptop, live, chief):
    with live.app.app_context(), transaction() as session:
        person = session.scalars(select(Membership).where(Membership.unit_code == TEAM)).one().person_id
        from server.models import Person

        add_membership(session, session.get_one(Person, person), "team_member", OTHER, now(), live.server.today())
    rec = laptop.fill_in()
    assert laptop.round() is None
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "person": {**COMMON["person"], "birth_year": 1960}}})
    move(live, chief, rec)
    assert laptop.round() is None
    opened = laptop.device.open({"rec": rec})
    assert opened["scope"].startswith(OTHER) and opened["draft"]["answers"]["person"]["birth_year"] == 1960
    assert laptop.device.finalise({"rec": rec}) and laptop.round() is None
    assert laptop.device.open({"rec": rec})["answers"]["person"]["birth_year"] == 1960


def test_of_an_erased_record_nothing_stays_not_even_sealed(laptop, live, chief):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    photo = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 300).decode()
    laptop.device.attach({"rec": rec, "name": "a.png", "type": "image/png", "data": photo})
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    laptop.device.finalise({"rec": rec})
    other = laptop.fill_in()
    assert laptop.round() is None
    with live.app.app_context():
        erase(live.server, chief, "commune_officer", rec, "Quyết định 12")
    assert laptop.round() is None
    assert [row["rec"] for row in laptop.device.list({})["rows"]] == [other]
    assert rec not in dumped(laptop)
    assert len(laptop.device.session.store.sealed.waiting("another epoch")) == 1


def test_what_is_sent_for_an_erased_record_is_let_go_on_the_servers_word(laptop, live, chief):
    rec = laptop.fill_in()
    assert laptop.round() is None
    with live.app.app_context():
        erase(live.server, chief, "commune_officer", rec, "Quyết định 12")
    laptop.device.comment({"rec": rec, "text": "Đã gọi"})
    assert laptop.round() is None and laptop.round() is None
    assert rec not in dumped(laptop) and laptop.device.home({})["unsent"] == 0
    assert laptop.device.session.store.sealed.waiting("another epoch") == []


def test_a_person_moved_to_another_village_loses_nothing_and_keeps_nothing_of_the_old_one(laptop, live):
    old = laptop.fill_in()
    assert laptop.round() is None
    late = laptop.fill_in()  # not sent yet
    draft = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": draft, "answers": COMMON})
    with live.app.app_context(), transaction() as session:
        held_one = session.scalars(select(Membership).where(Membership.unit_code == TEAM)).one()
        held_one.unit_code = OTHER
    assert laptop.round() is None
    assert held(live, late) == ["adjudicate"] and held(live, old) == ["applied"]
    assert [row["rec"] for row in laptop.device.list({})["rows"]] == [draft]
    fresh = laptop.fill_in()
    assert laptop.round() is None
    assert laptop.device.open({"rec": fresh})["scope"].startswith(OTHER) and held(live, fresh) == ["applied"]
    laptop.device.finalise({"rec": draft})
    assert laptop.round() is None
    assert held(live, draft) == ["adjudicate"]
