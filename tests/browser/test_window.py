"""The pywebview window, offscreen, over its own encrypted store: one case from enrolment to "đã nhận"."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from chungsuc.ports import free_port
from tests.browser.walk import SIZE, Walker
from tests.live import LiveDistrict

ROOT = Path(__file__).parents[2]
START_S = 60


@pytest.fixture
def window(playwright: Playwright, live: LiveDistrict, tmp_path: Path) -> Iterator[Page]:
    """The page inside `chungsuc client`, driven over the debugging port that tests alone may open."""
    port = free_port()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CHUNGSUC_TEST_DEBUG_PORT": str(port)}
    command = [sys.executable, "-m", "chungsuc", "client", "--data", str(tmp_path / "laptop"), "--secret-store", "file"]
    log = (tmp_path / "window.log").open("wb")
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield _page(playwright, port, running)
    finally:
        running.terminate()
        running.wait(timeout=20)
        log.close()


def _page(playwright, port: int, running: subprocess.Popen) -> Page:
    """The window's page, as soon as the window is there."""
    pause, last = threading.Event(), ""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert running.poll() is None, "the window closed by itself"
        try:
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}", no_defaults=True)
            page = browser.contexts[0].pages[0]
            page.wait_for_url("**/app/**", timeout=5000)
            page.set_default_timeout(20_000)
            return page
        except Exception as not_yet:
            last = str(not_yet)
            pause.wait(0.2)
    raise AssertionError(last)


def test_a_case_in_the_window_waits_without_a_network_and_is_received_with_one(window: Page, live: LiveDistrict):
    walker = Walker(window, live, lambda _: None)
    walker.title("Chào mừng đến với Chung Sức")
    window.get_by_role("textbox").fill(live.link(walker.member))
    walker.button("Mở liên kết").click()
    walker.title("Cài máy này cho")
    walker.page.get_by_label("Tôi hiểu và đồng ý").check()
    walker.button("Đúng là tôi, đi tiếp").click()
    walker.type_pin("246810")
    walker.title("Nhập lại mã PIN")
    walker.type_pin("246810")
    expect(window.locator(".tile").first).to_be_visible(timeout=30_000)
    live.stop()
    walker.fill_in()
    window.locator(".problems button").first.click()
    window.locator("cs-repeat cs-number input").first.fill("12,5")
    window.locator("cs-repeat .card", has_text="kg").click()
    walker.button("Xong dòng này").click()
    walker.next("Xem lại và gửi")
    walker.saved()
    window.locator("#fill-send").click()
    walker.title("Đã cất trong máy, chờ gửi")
    rec = walker.rec
    live.start()
    walker.synced()
    expect(window.locator(".receipts")).to_contain_text("Giàng Thị Dở")
    remark = {"path": SIZE, "text": "Hộ này 6 khẩu"}
    walker.step("return", reason="Sai số khẩu", remarks=[remark])
    walker.synced()
    walker.go(f"#/record/{rec}")
    expect(window.locator(".remark")).to_contain_text("Hộ này 6 khẩu")
    assert window.evaluate("typeof pywebview") == "object"
    walker.go("#/home")
    window.locator(".tile", has_text="Trường hợp hỗ trợ").click()
    walker.title("Xin phép")
    walker.pick("/consent/consent_how", "Nói đồng ý")
    walker.write("/consent/consent_witness", "Sùng A Chu")
    walker.next("Người cần hỗ trợ")
    expect(window.locator("img.picture:visible").first).to_have_js_property("complete", True)
    drawn = window.locator("img.picture:visible").first.evaluate("picture => picture.naturalWidth")
    assert drawn > 0, "a question's picture, out of the laptop's store"
