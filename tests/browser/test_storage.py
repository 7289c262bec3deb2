"""A browser that refuses to store: said in words before anybody types anything, with what to do; and one that may forget."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from server.database import db
from server.models import Device
from tests.browser.conftest import EMPTY_PAGE, PIN, Tab
from tests.browser.test_device import ANSWERS
from tests.browser.test_screens import OVERFLOW, watched
from tests.browser.walk import Walker
from tests.live import LiveDistrict

PICTURES = os.environ.get("CHUNGSUC_PICTURES")
# As private windows, full disks and blocked sites do it.
REFUSALS = {
    "the database does not open": """IDBFactory.prototype.open = function () {
      const request = new EventTarget();
      request.error = new DOMException("", "InvalidStateError");
      setTimeout(() => request.dispatchEvent(new Event("error")));
      return request;
    }""",
    "there is no database": 'Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("", "SecurityError"); } })',
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_browser_that_refuses_to_store_is_told_of_and_tried_again(
    live: LiveDistrict, new_phone: Callable[[], BrowserContext], refusal: str
):
    context = new_phone()
    page = watched(context, [])
    page.add_init_script(f"if (!location.hash.includes('freed')) {{ {refusal} }}")
    page.goto(f"{live.origin}/app/")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Trình duyệt không cho lưu dữ liệu", timeout=20_000)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "storage-refused.png")
    assert page.get_by_role("link").count() == 0  # there is no home to go to
    assert (Axe().run(page).response["violations"], page.evaluate(OVERFLOW)) == ([], 0)
    page.evaluate("location.hash = 'freed'")
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator("h1")).to_have_text("Chào mừng đến với Chung Sức")


def test_a_browser_that_may_forget_says_so_and_is_asked_again(
    live: LiveDistrict, new_phone: Callable[[], BrowserContext]
):
    context = new_phone()
    page = watched(context, [])
    page.add_init_script(
        "globalThis.asked = 0; StorageManager.prototype.persist = async () => (globalThis.asked++, false);"
        "StorageManager.prototype.persisted = async () => false;"
    )
    walker = Walker(page, live, lambda _: None)
    walker.enrol()
    assert page.evaluate("() => globalThis.asked") == 1
    expect(page.locator(".notice").last).to_contain_text("có thể xóa")
    walker.go("#/settings")
    expect(page.get_by_text("Trình duyệt có thể xóa khi máy đầy")).to_be_visible()
    walker.button("Xin trình duyệt giữ dữ liệu").click()
    page.wait_for_function("() => globalThis.asked === 2")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "storage-may-go.png", full_page=True)


EVICT = """() => new Promise((done, failed) => {
  const request = indexedDB.deleteDatabase("chungsuc");
  request.onsuccess = () => done(true);
  request.onerror = request.onblocked = () => failed(new Error("still open"));
})"""


def test_a_phone_whose_browser_forgot_everything_begins_anew_and_gets_back_what_was_received(live, phone, tab):
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    device = tab.call("status")["device_id"]
    with live.app.app_context():
        person = db.session.get(Device, device).person_id
        db.session.remove()
    tab.page.close()
    page = phone.context.new_page()
    page.goto(live.origin + EMPTY_PAGE)
    page.evaluate(EVICT)
    again = Tab(page)
    assert again.call("status")["state"] == "new"
    assert again.call("enrol", link=live.link(person), pin=PIN, name="Điện thoại của tổ")["state"] == "open"
    assert again.call("status")["device_id"] != device, "keys that are gone are never made again"
    assert again.sync()["ok"]
    assert again.call("open", rec=rec)["phase"] == "received"
