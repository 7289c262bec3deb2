"""A phone whose server moved: the app stays where it was installed, and speaks with the new address (P-28)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_device import ANSWERS
from tests.browser.walk import PIN, Walker
from tests.live import LiveDistrict
from tests.moving import moved


@pytest.fixture
def live(tmp_path):
    district = LiveDistrict(tmp_path / "server")
    yield district
    district.close()


def installed(live, page):
    """A person's app, its worker waiting for nothing more. A first visit squeezes the whole app, which takes its time."""
    page.goto(f"{live.origin}/app/")
    expect(page.locator("h1")).to_have_text("Chào mừng đến với Chung Sức", timeout=60_000)
    walker = Walker(page, live, lambda _: None)
    walker.enrol()
    page.evaluate("navigator.serviceWorker.ready")
    return walker


def reopened(walker):
    walker.page.reload()
    unlocked(walker)


def unlocked(walker):
    walker.type_pin(PIN)
    expect(walker.page.locator(".keys")).to_have_count(0, timeout=30_000)


def type_address(walker, address):
    walker.go("#/settings")
    walker.page.locator("summary", has_text="Máy chủ đã đổi địa chỉ?").click()
    walker.page.locator("#server-address").fill(address)
    walker.page.locator("#server-try").click()


def test_the_old_address_is_gone_and_the_app_that_was_installed_there_goes_on_with_the_new_one(live, new_phone, tmp_path):
    page = new_phone().new_page()
    walker, tab = installed(live, page), Tab(page)
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    live_again = moved(live, tmp_path / "moved")
    try:
        reopened(walker)  # out of the phone alone: nobody answers at its own address any more
        type_address(walker, live_again.origin)
        expect(page.locator("#server-reload")).to_be_visible()
        asked = []
        page.on("request", lambda request: asked.append(request) if "/sync/v1/" in request.url else None)
        page.locator("#server-reload").click()
        unlocked(walker)
        walker.synced()
        assert tab.call("open", rec=rec)["phase"] == "received"
        assert tab.call("settings")["server_url"] == live_again.origin
        assert page.evaluate("location.origin") == live.origin
        assert not any("cookie" in request.headers for request in asked)
        policy = page.evaluate("fetch('/app/').then((page) => page.headers.get('Content-Security-Policy'))")
        assert f"connect-src 'self' {live_again.origin};" in policy
    finally:
        live_again.close()


def test_a_stranger_is_refused_and_the_phone_says_so(live, new_phone, tmp_path):
    page = new_phone().new_page()
    walker = installed(live, page)
    stranger = LiveDistrict(tmp_path / "stranger", former_origins=live.origin)
    try:
        type_address(walker, stranger.origin)
        expect(page.locator("#server-reload")).to_be_visible()
        reopened(walker)
        walker.synced()
        walker.go("#/settings")
        expect(page.locator("details .problem")).to_contain_text("Ở địa chỉ này là một máy chủ khác")
        assert Tab(page).call("settings")["server_url"] == live.origin
    finally:
        stranger.close()
