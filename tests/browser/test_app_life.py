"""An app over time: a newer version, a second person on the phone, a phone whose date is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from server.settings import Settings
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
