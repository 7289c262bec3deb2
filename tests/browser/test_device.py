"""The browser's device in a real Chromium against a real server: nothing lost, nothing doubled, nothing readable."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from server import Settings, intake
from server.database import db, transaction
from server.models import Device, Membership, Op, Record
from server.people import revoke_device
from server.serving import begin
from sync.ops import Intent
from tests.browser.conftest import PIN, Tab
from tests.live import LiveDistrict, now

MARKER = "Lường Thị Đánh Dấu"
ANSWERS = {
    "consent": {"consent_how": "spoken", "consent_witness": "Sùng A Chu"},
    "person": {"full_name": MARKER, "sex": "female", "birth_year": 1958},
    "household": {"commune": "03424", "village": "03424-07", "head_relation": "self", "household_size": 5},
    "need": {"need_type": ["food", "medicine"], "urgency": "24h"},
}
DUMP = """async () => {
  const database = await new Promise((done) => {
    indexedDB.open("chungsuc").onsuccess = ({ target }) => done(target.result);
  });
  const rows = [];
  for (const name of database.objectStoreNames) {
    await new Promise((done) => {
      database.transaction(name).objectStore(name).openCursor().onsuccess = ({ target: { result } }) => {
        if (!result) return done();
        rows.push([name, result.key, JSON.stringify(result.value, (_, value) => !ArrayBuffer.isView(value) ? value :
          new TextDecoder().decode(value) + new TextDecoder("utf-16").decode(value))]);
        result.continue();
      };
    });
  }
  database.close();
  return rows;
}"""


def ops_of(live, device_id) -> list[Op]:
    """What the server holds of a device, in its order."""
    with live.app.app_context():
        return list(db.session.scalars(select(Op).where(Op.device_id == device_id).order_by(Op.n)))


def person_of(live, device_id) -> str:
    with live.app.app_context():
        return db.session.get(Device, device_id).person_id


def act(live, person_id, role, rec, kind, **payload):
    """Somebody in the console does something with a record's present content."""
    with live.app.app_context():
        record = db.session.get(Record, rec)
        form = {"id": record.form_id, "version": record.form_version}
        payload = {"answers_hash": record.answers_hash, **payload}
        intent = Intent(kind, rec, record.hash, form, f"{record.unit_code}/{record.form_id}", payload)
        return intake.act(live.server, person_id, role, intent).verdict


@pytest.fixture
def device_id(tab) -> str:
    return tab.call("status")["device_id"]


def test_a_peek_names_the_person_and_spends_nothing(phone, link):
    tab = phone.tab()
    assert tab.call("peek_enrolment", link=link)["person_name"] == "Lò Văn Ơn"
    assert tab.call("status")["state"] == "new"
    assert tab.call("enrol", link=link, pin=PIN, name="Máy")["state"] == "open"
    assert tab.call("peek_enrolment", link=link)["code"] == "enrol.used"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"), "enrol.server_key"),
        (lambda link: link.replace("127.0.0.1", "127.0.0.2"), "enrol.other_server"),
        (lambda link: link.split("#")[0], "enrol.link"),
        (lambda link: link.replace("#enrol=", "#enrol=x"), "enrol.unknown"),
    ],
)
def test_a_wrong_link_enrols_nothing(phone, link, spoil, code):
    tab = phone.tab()
    assert tab.call("enrol", link=spoil(link), pin=PIN, name="Máy")["code"] == code
    assert tab.call("status")["state"] == "new"


def test_an_enrolment_whose_answer_was_lost_succeeds_with_the_same_link(phone, link):
    tab = phone.tab()

    def lose(route):
        route.fetch()
        route.abort()

    tab.page.route("**/sync/v1/enrol", lose, times=1)
    assert tab.call("enrol", link=link, pin=PIN, name="Máy")["code"] == "net.offline"
    tab.page.reload()
    assert tab.call("enrol", link=link, pin=PIN, name="Máy")["state"] == "open"


def test_a_weak_pin_is_refused_before_the_link_is_spent(phone, link):
    tab = phone.tab()
    assert tab.call("enrol", link=link, pin="1234", name="Máy")["code"] == "vault.pin_weak"
    assert tab.call("enrol", link=link, pin=PIN, name="Máy")["state"] == "open"


def test_a_finalised_record_waits_then_is_received(tab, device_id, live):
    rec = tab.fill_in(ANSWERS)
    assert tab.call("open", rec=rec)["phase"] == "draft"
    tab.page.context.set_offline(True)
    done = tab.call("finalise", rec=rec)
    assert (done["n"], done["waiting"]) == (1, True)
    assert tab.call("open", rec=rec)["phase"] == "waiting"
    assert tab.call("home")["unsent"] == 1
    assert [row["rec"] for row in tab.call("outbox")["waiting"]] == [rec]
    tab.page.context.set_offline(False)
    assert tab.sync()["ok"]
    seen = tab.call("open", rec=rec)
    assert (seen["phase"], seen["pending"], seen["answers"]["person"]["full_name"]) == ("received", [], MARKER)
    assert seen["receipt"]["received_at"]
    assert [op.h for op in ops_of(live, device_id)] == [done["h"]]


def test_a_draft_is_listed_by_its_name_as_soon_as_its_form_is_left(tab):
    rec = tab.fill_in(ANSWERS)
    found = tab.call("list", query="luong danh dau", phase="draft")["rows"]
    assert [(row["rec"], MARKER in row["title"]) for row in found] == [(rec, True)]


def test_what_is_not_valid_stays_a_draft_and_says_where(tab):
    rec = tab.fill_in({**ANSWERS, "person": {"full_name": MARKER}})
    refused = tab.call("finalise", rec=rec)
    assert refused["code"] == "form.invalid"
    assert "/person/sex" in {problem["path"] for problem in refused["details"]["problems"]}
    assert tab.call("open", rec=rec)["draft"]["answers"]["person"] == {"full_name": MARKER}


def test_drafts_and_waiting_records_survive_the_death_of_the_page(phone, tab):
    phone.context.set_offline(True)
    draft, waiting = tab.fill_in({"person": {"full_name": "Nháp"}}), tab.fill_in(ANSWERS)
    tab.call("finalise", rec=waiting)
    tab.page.close()
    phone.context.set_offline(False)
    again = phone.tab()
    assert again.call("status")["state"] == "locked"
    assert again.call("home")["code"] == "vault.locked"
    assert again.call("unlock", pin=PIN)["state"] == "open"
    assert again.call("open", rec=draft)["draft"]["answers"] == {"person": {"full_name": "Nháp"}}
    assert again.call("list", query="luong thi danh dau")["rows"][0]["rec"] == waiting
    assert again.sync()["ok"]
    assert again.call("open", rec=waiting)["phase"] == "received"


def test_a_page_killed_while_finalising_leaves_the_draft_or_the_op_and_never_both_or_none(phone, tab):
    phone.cut()
    recs = [tab.fill_in(ANSWERS) for _ in range(4)]
    for pause_ms, rec in zip((0, 3, 8, 20), recs, strict=True):
        tab.page.evaluate(
            """async ([rec, pause_ms]) => {
                 const { device } = await import("/app/device/browser.js");
                 void device.finalise({ rec }).catch(() => {});
                 await new Promise((done) => setTimeout(done, pause_ms));
               }""",
            [rec, pause_ms],
        )
        tab.page.close()
        tab = phone.tab()
        tab.call("unlock", pin=PIN)
    views = [tab.call("open", rec=rec) for rec in recs]
    assert all((view["phase"] == "waiting") != ("draft" in view) for view in views)
    waiting = tab.call("outbox")["waiting"]
    assert [op["n"] for op in waiting] == list(range(1, len(waiting) + 1))


def test_two_tabs_finalising_at_once_give_one_unbroken_chain(phone, tab, device_id, live):
    other = phone.tab()
    other.call("unlock", pin=PIN)
    recs = [tab.fill_in(ANSWERS) for _ in range(6)]
    for page, mine in ((tab.page, recs[:3]), (other.page, recs[3:])):
        page.evaluate(
            """async (recs) => {
                 const { device } = await import("/app/device/browser.js");
                 window.finalising = Promise.all(recs.map((rec) => device.finalise({ rec })));
               }""",
            mine,
        )
    done = [each for page in (tab.page, other.page) for each in page.evaluate("window.finalising")]
    assert sorted(each["n"] for each in done) == [1, 2, 3, 4, 5, 6]
    assert tab.sync()["ok"]
    ops = ops_of(live, device_id)
    assert [op.n for op in ops] == [1, 2, 3, 4, 5, 6]
    assert [json.loads(op.header)["prev"] for op in ops] == [None, *(op.h for op in ops[:-1])]


def test_a_push_whose_receipt_was_lost_is_stored_once_and_believed_only_when_receipted(tab, device_id, live):
    tab.page.context.set_offline(True)
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    tab.page.context.set_offline(False)

    def lose(route):
        route.fetch()
        route.abort()

    tab.page.route("**/sync/v1/push", lose)
    assert tab.sync()["error_code"] == "net.offline"
    assert tab.call("open", rec=rec)["phase"] == "waiting"
    tab.page.unroute("**/sync/v1/push")
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["phase"] == "received"
    assert len(ops_of(live, device_id)) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status": 200, "content_type": "text/html", "body": "<h1>Đăng nhập Wi-Fi</h1>"}, "net.captive"),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}}, "net.captive"),
        ({"status": 200, "content_type": "application/json", "body": '{"req":"1","verdicts":[]}'}, "net.unsigned"),
        ({"status": 502, "content_type": "text/html", "body": "bad gateway"}, "net.server"),
    ],
)
def test_only_the_servers_signature_counts_as_success(tab, answer, code):
    tab.page.context.set_offline(True)
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    tab.page.context.set_offline(False)
    tab.page.route("**/sync/v1/**", lambda route: route.fulfill(**answer))
    assert tab.sync()["error_code"] == code
    assert tab.call("open", rec=rec)["phase"] == "waiting"


def test_wrong_pins_make_the_wait_grow_and_a_reload_does_not_shorten_it(tab):
    tab.call("lock")
    clock = tab.page.clock
    clock.install()
    tab.page.reload()
    clock.pause_at(tab.page.evaluate("Date.now()") + 3_600_000)
    waits = [tab.call("unlock", pin="000000")["details"]["wait_s"] for _ in range(3)]
    assert waits == [0, 0, 5]
    assert tab.call("unlock", pin=PIN)["code"] == "vault.wait"
    tab.page.reload()
    refused = tab.call("unlock", pin=PIN)
    assert (refused["code"], refused["details"]) == ("vault.wait", {"wait_s": 5})
    clock.fast_forward(4_000)
    assert tab.call("status")["wait_s"] == 1
    clock.fast_forward(2_000)
    assert tab.call("unlock", pin="000000")["details"]["wait_s"] == 15
    clock.fast_forward(16_000)
    assert tab.call("unlock", pin=PIN)["state"] == "open"


def test_nothing_of_an_answer_can_be_read_in_the_browsers_store(phone, tab):
    other = tab.fill_in({"person": {"full_name": MARKER}})  # stays a draft
    sent = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=sent)
    tab.sync()
    waiting = tab.fill_in(ANSWERS)
    tab.page.context.set_offline(True)
    tab.call("finalise", rec=waiting)
    tab.call("lock")  # seals the draft
    rows = tab.page.evaluate(DUMP)
    assert {"ops", "sealed", "records", "drafts", "sealed_drafts", "index"} <= {name for name, _, _ in rows}
    assert any(other in key for name, key, _ in rows if name == "sealed_drafts")
    assert [name for name, _, text in rows if MARKER in text] == []
    assert any("Tam Đường" in text for name, _, text in rows if name == "documents")  # the search can find


def test_a_forgotten_pin_loses_nothing_that_was_finalised(phone, tab, device_id, live):
    phone.context.set_offline(True)
    rec = tab.fill_in(ANSWERS)
    done = tab.call("finalise", rec=rec)
    tab.call("lock")
    assert tab.call("forgot_pin") == {"sent": 0, "waiting": 1, "error_code": "net.offline"}
    assert tab.call("status")["state"] == "needs_pin_reset"
    assert tab.call("unlock", pin=PIN)["code"] == "vault.needs_reset"
    phone.context.set_offline(False)
    assert tab.call("forgot_pin") == {"sent": 1, "waiting": 0}
    assert [op.h for op in ops_of(live, device_id)] == [done["h"]]
    assert tab.call("forgot_pin") == {"sent": 0, "waiting": 0}
    tab.call("enrol", link=live.link(person_of(live, device_id)), pin="135791", name="Điện thoại của tổ")
    assert [each["needs_reset"] for each in tab.call("status")["vaults"]] == [False]  # the new one replaced the old
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["phase"] == "received"


def test_a_restored_server_gets_again_what_it_has_not_receipted(tab, device_id, live):
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    with live.app.app_context():
        begin(live.server, "restore")
    tab.page.route("**/sync/v1/push", lambda route: route.abort())
    assert not tab.sync()["ok"]
    assert tab.call("open", rec=rec)["phase"] == "waiting"  # a receipt of another epoch is none (P-12)
    tab.page.unroute("**/sync/v1/push")
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["phase"] == "received"
    assert len(ops_of(live, device_id)) == 1


def test_two_people_on_one_phone_see_only_their_own(phone, tab, live):
    tab.fill_in(ANSWERS)
    tab.call("lock")
    second = live.link(live.add_person("Vàng Thị Mỷ", "team_member", "03412-01-T1"))
    assert tab.call("enrol", link=second, pin="135791", name="Máy chung")["person"]["name"] == "Vàng Thị Mỷ"
    tab.sync()
    assert tab.call("list")["total"] == 0
    tab.call("lock")
    vaults = {each["person_name"]: each["vault"] for each in tab.call("status")["vaults"]}
    assert tab.call("unlock", pin=PIN)["code"] == "vault.unknown"  # which of the two?
    assert tab.call("unlock", vault=vaults["Lò Văn Ơn"], pin="135791")["code"] == "vault.wrong_pin"
    tab.call("unlock", vault=vaults["Lò Văn Ơn"], pin=PIN)
    assert tab.call("list", phase="draft")["total"] == 1


def test_a_discarded_draft_can_be_taken_back_until_the_app_is_locked(tab):
    rec = tab.fill_in(ANSWERS)
    token = tab.call("discard_draft", rec=rec)["undo_token"]
    assert tab.call("open", rec=rec)["code"] == "record.unknown"
    assert tab.call("restore_draft", undo_token=token) == {"rec": rec}
    assert tab.call("open", rec=rec)["draft"]["answers"] == ANSWERS
    assert tab.call("restore_draft", undo_token=token)["code"] == "undo.expired"


def test_a_returned_record_shows_its_remark_and_the_correction_is_approved(tab, live):
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    officer = live.add_person("Hoàng Văn Xã", "commune_officer", "03424")
    remark = {"path": "/household/household_size", "text": "Hộ này 6 khẩu, xem lại"}
    returning = {"action": "return", "reason": "Sai số khẩu", "remarks": [remark]}
    assert act(live, officer, "commune_officer", rec, "step", **returning) == "applied"
    assert tab.sync()["ok"]
    seen = tab.call("open", rec=rec)
    assert (seen["phase"], seen["editable"]) == ("has_issues", True)
    assert [(each["path"], each["text"]) for each in seen["remarks"]] == [tuple(remark.values())]
    assert seen["history"][-1]["label"]["vi"] == "Trả lại để sửa"
    assert tab.call("list", phase="has_issues")["rows"][0]["attention"]
    answers = {**seen["answers"], "household": {**seen["answers"]["household"], "household_size": 6}}
    tab.call("save_draft", rec=rec, answers=answers)
    assert tab.call("finalise", rec=rec)["waiting"]
    assert tab.call("open", rec=rec)["answers"]["household"]["household_size"] == 6  # its own, laid over the server's
    assert tab.sync()["ok"]
    assert act(live, officer, "commune_officer", rec, "step", action="commune_check") == "applied"
    assert tab.sync()["ok"]
    seen = tab.call("open", rec=rec)
    assert (seen["phase"], seen["editable"], seen.get("draft")) == ("approved", False, None)
    assert seen["answers"]["household"]["household_size"] == 6


def test_a_revoked_device_hands_over_what_it_has_says_so_and_is_wiped(tab, device_id, live):
    tab.page.context.set_offline(True)
    rec, draft = tab.fill_in(ANSWERS), tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.call("list")["total"] >= 2  # who looks at the list has left the form: the draft is sealed, too
    with live.app.app_context(), transaction() as session:
        revoke_device(session, device_id, now())
    tab.page.context.set_offline(False)
    assert tab.sync()["error_code"] == "device.revoked"
    assert [op.rec for op in ops_of(live, device_id)] == [rec]
    assert [(op.verdict, op.reason) for op in ops_of(live, device_id)] == [("adjudicate", "device.revoked")]
    assert tab.call("home")["notices"][0]["code"] == "device.revoked"
    assert tab.call("list")["rows"] == [] and tab.call("open", rec=draft)["code"] == "record.unknown"
    kept = {row[0] for row in tab.page.evaluate(DUMP)}
    assert not kept & {"ops", "records", "drafts"} and kept >= {"sealed", "sealed_drafts"}


def test_of_a_lost_grant_nothing_readable_stays_and_nothing_waiting_is_lost(tab, device_id, live):
    rec, draft = tab.fill_in(ANSWERS), tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    with live.app.app_context(), transaction() as session:
        for membership in session.scalars(select(Membership).where(Membership.person_id == person_of(live, device_id))):
            session.delete(membership)
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["code"] == "record.unknown"
    rows = tab.page.evaluate(DUMP)
    assert not [key for name, key, _ in rows if rec in key and name in ("records", "drafts", "ops")]
    assert [name for name, _, _ in rows].count("sealed") == 1
    assert tab.call("open", rec=draft)["phase"] == "draft"  # nobody's record yet


def test_an_op_kept_in_its_sealed_form_alone_still_reaches_the_server(tab, device_id, live):
    tab.page.context.set_offline(True)
    rec = tab.fill_in(ANSWERS)
    done = tab.call("finalise", rec=rec)
    tab.page.evaluate("""async () => {
      const database = await new Promise((done) => {
        indexedDB.open("chungsuc").onsuccess = ({ target }) => done(target.result);
      });
      const transaction = database.transaction("ops", "readwrite");
      transaction.objectStore("ops").clear();
      await new Promise((done) => { transaction.oncomplete = done; });
      database.close();
    }""")
    tab.page.context.set_offline(False)
    assert tab.sync()["ok"]
    assert [op.h for op in ops_of(live, device_id)] == [done["h"]]
    assert tab.call("open", rec=rec)["phase"] == "received"


def test_a_date_that_cannot_be_is_asked_for_once_and_both_travel(tab, device_id, live):
    tab.page.clock.set_fixed_time("2015-01-01T08:00:00+07:00")
    suspect = tab.call("status")["date_suspect"]
    assert suspect["device_date"] == "2015-01-01"
    rec = tab.fill_in(ANSWERS)
    assert tab.call("finalise", rec=rec)["code"] == "date.unconfirmed"
    assert tab.call("finalise", rec=rec, confirmed_date=suspect["server_date"])["waiting"]
    assert tab.sync()["ok"]
    claimed = json.loads(ops_of(live, device_id)[0].payload)["claimed_date"]
    assert (claimed["device"][:10], claimed["corrected"]) == ("2015-01-01", suspect["server_date"])


def test_a_record_is_read_as_of_when_it_was_finalised(tab, device_id, live):
    tab.page.clock.set_fixed_time("2015-01-01T08:00:00+07:00")
    rec = tab.fill_in(ANSWERS)
    assert tab.call("finalise", rec=rec, confirmed_date="2026-11-23")["waiting"]
    assert tab.sync()["ok"]
    recorded = json.loads(ops_of(live, device_id)[0].payload)["volatile"]
    assert (recorded["today"], recorded["start"], recorded["deviceid"]) == ("2015-01-01", recorded["now"], device_id)
    tab.page.clock.set_fixed_time("2030-01-01T08:00:00+07:00")
    reading, editing = (tab.call("env", rec=rec, reading=reading) for reading in (True, False))
    assert (reading["today"], editing["today"]) == ("2015-01-01", "2030-01-01")
    following = tab.call("start", form_id="support_case")["rec"]
    env = tab.call("env", rec=following)
    assert (env["seed"], env["last_saved"]["person"]["full_name"]) == (following, MARKER)


def test_a_step_planned_before_another_tab_wrote_writes_nothing(phone):
    result = phone.tab().page.evaluate(
        """async () => {
             const { open_store } = await import("/app/device/store.js");
             const store = await open_store("contract");
             const head = (step) => [["heads", ["v", "head"], { step }]];
             const expect = { vault: "v", step: 0 };
             const first = await store.commit({ expect, put: [...head(1), ["ops", ["v", "a"], 1]] });
             const stale = await store.commit({ expect, put: [...head(9), ["ops", ["v", "b"], 2]] });
             await store.commit({ put: [["ops", ["w", "a"], 3], ["ops", ["v", "z"], 4]], drop: [["ops", ["v", "a"]]] });
             return [first, stale, await store.get("heads", ["v", "head"]), await store.list("ops", "v")];
           }"""
    )
    assert result == [True, False, {"step": 1}, [{"id": "z", "value": 4}]]


def test_the_app_opens_and_works_without_a_network(phone, link):
    page = phone.context.new_page()
    page.goto(f"{phone.live.origin}/app/")
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate("""async () => {
      const { active } = await navigator.serviceWorker.ready;
      if (active.state !== "activated") await new Promise((done) => active.addEventListener("statechange", done));
    }""")
    tab = Tab(page)
    assert tab.call("enrol", link=link, pin=PIN, name="Máy")["state"] == "open"
    assert tab.sync()["ok"]
    phone.context.set_offline(True)
    page.reload()
    assert tab.call("unlock", pin=PIN)["state"] == "open"
    rec = tab.fill_in(ANSWERS)
    assert tab.call("finalise", rec=rec)["waiting"]
    assert page.evaluate("document.styleSheets.length") > 0
    cached = page.evaluate("""async () => {
      const [name, ...others] = await caches.keys();
      const addresses = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
      return [others.length, addresses];
    }""")
    assert cached[0] == 0
    assert {"/app/", "/app/main.js", "/app/device/browser.js", "/app/i18n/vi.json"} <= set(cached[1])
    assert not [address for address in cached[1] if address.startswith("/sync/")]


def test_a_new_release_waits_until_its_person_says_so(new_phone, tmp_path):
    web = tmp_path / "web"
    shutil.copytree(Settings().web_dir, web)
    live = LiveDistrict(tmp_path / "server", web_dir=web)
    page = new_phone().new_page()
    page.goto(f"{live.origin}/app/")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()  # from now on the worker answers
    title = "async () => (await (await fetch('/app/')).text()).match(/<title>(.*)<.title>/)[1]"
    assert page.evaluate(title) == "Chung Sức"
    (web / "index.html").write_text((web / "index.html").read_text("utf-8").replace("<title>", "<title>Mới "), "utf-8")
    page.evaluate("""async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      while (!registration.waiting) {
        await new Promise((done) => registration.installing.addEventListener("statechange", done, { once: true }));
      }
    }""")
    assert page.evaluate(title) == "Chung Sức"
    page.evaluate("""async () => {
      const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
      (await navigator.serviceWorker.ready).waiting.postMessage({ type: "activate" });
      await changed;
      const { controller } = navigator.serviceWorker;
      while (controller.state !== "activated") {
        await new Promise((done) => controller.addEventListener("statechange", done, { once: true }));
      }
    }""")
    assert page.evaluate(title) == "Mới Chung Sức"
    assert page.evaluate("async () => (await caches.keys()).length") == 1
    live.close()


def test_a_phone_offline_finds_the_record_that_looks_like_this_one(phone, tab):
    person = {**ANSWERS["person"], "full_name": "Vừ Thị Khuyên", "birth_year": 1961}
    received = tab.fill_in({**ANSWERS, "person": person})
    tab.call("finalise", rec=received)
    assert tab.sync()["ok"]
    phone.cut()
    unmarked = {**ANSWERS, "person": {**person, "full_name": unicodedata.normalize("NFD", person["full_name"])}}
    same, other = tab.fill_in(unmarked), tab.fill_in({**ANSWERS, "person": {**ANSWERS["person"], "full_name": "Lò Văn Phương", "birth_year": 1975}})
    for rec in (same, other):
        tab.call("finalise", rec=rec)
    assert [row["rec"] for row in tab.call("alike", rec=same)["rows"]] == [received]
    assert tab.call("alike", rec=other) == {"rows": []}
    page = phone.context.new_page()
    page.goto(f"{phone.live.origin}/app/#/record/{same}")
    for digit in PIN:
        page.locator(".keys").get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Xong", exact=True).click()
    page.goto(f"{phone.live.origin}/app/#/record/{same}")
    expect(page.get_by_text("Có hồ sơ giống hồ sơ này")).to_be_visible()
    if folder := os.environ.get("CHUNGSUC_SHOTS"):
        page.screenshot(path=f"{folder}/record-alike-360.png", full_page=True)
    page.get_by_role("link", name="1961").first.click()
    expect(page).to_have_url(re.compile(received))
