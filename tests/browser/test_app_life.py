"""An app over time: a newer version, a second person on the phone, a phone whose date is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from server.settings import Settings
from server.shorten import short_style
from tests.browser.walk import PIN, Walker
from tests.live import TEAM, LiveDistrict


@pytest.fixture
def page(new_phone: Callable[[], BrowserContext]) -> Page:
    return new_phone().new_page()


def reopen(page: Page, live: LiveDistrict) -> None:
    page.goto("about:blank")
    page.goto(f"{live.origin}/app/")


def test_a_newer_version_waits_until_its_person_takes_it(tmp_path: Path, page: Page):
    web = tmp_path / "web"
    shutil.copytree(Settings.web_dir, web)
    live = LiveDistrict(tmp_path / "server", web_dir=web)
    try:
        page.goto(f"{live.origin}/app/")
        page.evaluate("navigator.serviceWorker.ready")
        page.reload()
        words = web / "i18n" / "vi.json"
        words.write_text(words.read_text("utf-8").replace("Chào mừng đến với Chung Sức", "Bản mới đây"), "utf-8")
        page.reload()
        update = page.get_by_role("button", name="Cập nhật ngay")
        expect(update).to_be_visible(timeout=15_000)
        expect(page.locator("h1")).to_have_text("Chào mừng đến với Chung Sức")
        update.click()
        expect(page.locator("h1")).to_have_text("Bản mới đây", timeout=15_000)
    finally:
        live.close()


def test_what_has_not_arrived_yet_says_so_and_comes_with_the_network(tmp_path: Path, page: Page):
    live = LiveDistrict(tmp_path / "server")
    serve, refused = live.app.wsgi_app, ["/app/more.pack"]

    def road(environ, start):
        """A network that ends once the first part of the app is here."""
        if environ["PATH_INFO"] in refused:
            start("503 Service Unavailable", [])
            return [b""]
        return serve(environ, start)

    live.app.wsgi_app = road
    try:
        walker = Walker(page, live, lambda _: None)
        walker.enrol()
        page.context.set_offline(True)
        reopen(page, live)
        walker.type_pin(PIN)
        page.locator(".tile", has_text="Trường hợp hỗ trợ").click()
        walker.title("Xin phép")
        walker.go("#/hand_over")
        walker.title("Phần này chưa tải về máy")
        expect(page.locator(".failure")).to_contain_text("Phiếu vẫn ghi được")
        walker.go("#/settings")
        page.locator(".card", has_text="English").click()
        expect(page.locator(".toast")).to_contain_text("chưa tải về máy")
        walker.title("Cài đặt")
        walker.go("#/hand_over")
        walker.title("Phần này chưa tải về máy")
        refused.clear()
        page.context.set_offline(False)
        walker.button("Thử lại").click()
        walker.title("Chuyển giao bằng tệp")
        page.context.set_offline(True)
        reopen(page, live)
        walker.type_pin(PIN)
        walker.go("#/settings")
        page.locator(".card", has_text="English").click()
        walker.title("Settings")
    finally:
        live.close()


def test_styles_mean_the_same_as_they_travel(page: Page):
    """Compared as Chromium reads them; it repeats what `var()` was given as it was written, blanks too."""
    rules = "text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text); return [...sheet.cssRules].map((rule) => rule.cssText.replace(/, +/g, ',')); }"
    for path in (Settings.web_dir / "styles").glob("*.css"):
        written = path.read_text("utf-8")
        assert page.evaluate(rules, short_style(written)) == page.evaluate(rules, written)


def test_two_people_share_a_phone_and_see_only_their_own(live: LiveDistrict, page: Page):
    first = Walker(page, live, lambda _: None)
    first.enrol()
    page.locator(".tile", has_text="Trường hợp hỗ trợ").click()
    first.title("Xin phép")
    first.pick("/consent/consent_how", "Nói đồng ý")
    first.saved()
    second = live.link(live.add_person("Sùng A Chu (trình diễn)", "team_member", TEAM))
    page.goto("about:blank")
    page.goto(second)
    first.page.get_by_label("Tôi hiểu và đồng ý").check()
    first.button("Đúng là tôi, đi tiếp").click()
    for pin in ("135790", "135790"):
        first.type_pin(pin)
    expect(page.locator(".tile").first).to_be_visible(timeout=30_000)
    expect(page.locator(".row")).to_have_count(0)
    reopen(page, live)
    first.title("Ai dùng máy?")
    page.locator(".row", has_text="Tẩn Tả Mẩy").click()
    first.type_pin(PIN)
    expect(page.locator(".row")).to_have_count(1)


def test_a_phone_whose_date_cannot_be_right_asks_for_today_before_sending(live: LiveDistrict, page: Page):
    walker = Walker(page, live, lambda _: None)
    walker.enrol()
    page.clock.set_fixed_time("2015-03-02T08:00:00+07:00")
    walker.fill_in()
    page.locator(".problems button").first.click()
    page.locator("cs-repeat cs-number input").first.fill("1")
    page.locator("cs-repeat .card", has_text="kg").click()
    walker.button("Xong dòng này").click()
    walker.next("Xem lại và gửi")
    page.locator("#fill-send").click()
    asked = page.get_by_role("dialog", name="Hôm nay là ngày nào?")
    expect(asked).to_contain_text("02/03/2015")
    for box, typed in zip(asked.locator("input[type=text]").all(), ("24", "11", "2026"), strict=True):
        box.fill(typed)
    asked.get_by_role("button", name="Đúng ngày này").click()
    expect(page.locator("h1")).to_have_text(re.compile("chờ gửi|đã nhận"), timeout=10_000)
