"""Two people answered one question otherwise: the phone shows both values with their authors, and what moved or was erased
leaves it (P-08, P-16, P-24)."""

from __future__ import annotations

import copy
import json

import pytest
from playwright.sync_api import expect

from server import intake
from server.database import db
from server.erasure import erase
from server.models import Record
from sync.ops import Intent
from tests.browser.conftest import PIN
from tests.browser.test_device import ANSWERS, DUMP

OTHER = "03424-07-T2"


@pytest.fixture
def officer(live):
    return live.add_person("Lò Thị Lan", "commune_officer", "03424")


def act(live, person, kind, rec, payload):
    with live.app.app_context():
        record = db.session.get(Record, rec)
        form = {"id": record.form_id, "version": record.form_version}
        intent = Intent(kind, rec, record.hash, form, record.scope, payload)
        db.session.remove()
        return intake.act(live.server, person, "commune_officer", intent).verdict


def changed(**household):
    answers = copy.deepcopy(ANSWERS)
    answers["household"] |= household
    return answers


def received(tab):
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    return rec


def test_both_values_are_shown_with_who_gave_them(phone, tab, live, officer):
    rec = received(tab)
    assert act(live, officer, "correct", rec, {"answers": changed(household_size=7)}) == "applied"
    tab.call("save_draft", rec=rec, answers=changed(household_size=6))
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["conflicts"][0]["other"] == 6
    tab.page.close()
    page = phone.context.new_page()
    page.goto(f"{live.origin}/app/#/record/{rec}")
    for digit in PIN:
        page.locator(".keys").get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Xong", exact=True).click()
    section = page.locator(".conflicts")
    lines = section.locator("dd p")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("7")
    expect(lines.nth(0)).to_contain_text("Lò Thị Lan")
    expect(lines.nth(1)).to_contain_text("6")
    expect(lines.nth(1)).to_contain_text("Lò Văn Ơn")


def listed(tab):
    """The team's other records are there, too."""
    return {row["rec"] for row in tab.call("list")["rows"]}


def test_a_record_that_moves_away_leaves_the_phone_and_its_op_stays_sealed(tab, live, officer):
    rec = received(tab)
    assert act(live, officer, "move", rec, {"to": f"{OTHER}/support_case", "reason": "Chuyển bản"}) == "applied"
    tab.call("save_draft", rec=rec, answers=changed(household_size=9))
    assert tab.sync()["ok"]
    assert rec not in listed(tab)
    assert tab.call("open", rec=rec)["code"] == "record.unknown"
    stores = {row[0] for row in tab.page.evaluate(DUMP) if rec in json.dumps(row[1]) or f'"{rec}"' in row[2]}
    assert stores <= {"sealed_drafts"}
    assert [row for row in tab.page.evaluate(DUMP) if row[0] == "sealed"]


def test_of_an_erased_record_the_phone_keeps_nothing(tab, live, officer):
    rec = received(tab)
    other = received(tab)
    with live.app.app_context():
        erase(live.server, officer, "commune_officer", rec, "Quyết định 12")
    tab.call("comment", rec=rec, text="Đã gọi")
    assert tab.sync()["ok"] and tab.sync()["ok"]
    assert rec not in listed(tab) and other in listed(tab)
    rows = tab.page.evaluate(DUMP)
    assert len([row for row in rows if row[0] == "sealed"]) == len([row for row in rows if row[0] == "ops"]) == 1
    assert not [row for row in rows if rec in json.dumps(row[1])]
    assert tab.call("home")["unsent"] == 0
