"""Questions read aloud in Chromium with an invented microphone: recorded by the commune, heard in the village offline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import FLAGS, PHONE
from tests.browser.every_question import FROM_THE_DEVICE
from tests.browser.test_screens import OVERFLOW, SMALL_TARGETS, TOUCH_PX, watched
from tests.browser.walk import COMMUNE, Walker
from tests.live import LiveDistrict

QUESTION = "/consent/consent_how"
ASKED = "Bà con có đồng ý không?"
PICTURES = os.environ.get("CHUNGSUC_PICTURES")  # a folder: every screen is kept there
# What is heard: [seconds of sound, whether it was ended by itself], by the page's own player.
HEARD = """() => {
  globalThis.heard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.addEventListener("ended", () => globalThis.heard.push(this.currentTime));
    return play.call(this);
  };
}"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    root = ["--no-sandbox"] if os.getuid() == 0 else []
    started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *FROM_THE_DEVICE, *root])
    yield started
    started.close()


@pytest.fixture
def errors() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert found == []


def looked(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"voices-{name}.png")
    violations = [f"{v['id']}: {[node['html'][:120] for node in v['nodes']]}" for v in Axe().run(page).response["violations"]]
    small = page.evaluate(SMALL_TARGETS, TOUCH_PX)
    assert (violations, small, page.evaluate(OVERFLOW)) == ([], [], 0), name


def phone(browser: Browser, live: LiveDistrict, errors: list[str]) -> Walker:
    context = browser.new_context(**PHONE, is_mobile=True, has_touch=True, permissions=["microphone"])
    return Walker(watched(context, errors), live, lambda _: None)


def test_an_officer_reads_a_question_aloud_and_a_village_hears_it_without_a_network(browser, live, errors):
    officer, village = phone(browser, live, errors), phone(browser, live, errors)
    officer.member = live.add_person("Lò Thị Lan (trình diễn)", "commune_officer", COMMUNE)
    for person in (officer, village):
        person.enrol()
    # The village chooses its language; nothing was recorded yet, and it is told so.
    village.go("#/settings")
    village.page.get_by_text("Tiếng Mông").click()
    expect(village.page.get_by_text("Chưa có câu nào tải về được bằng tiếng này")).to_be_visible()

    page = officer.page
    page.locator(".tile", has_text="Ghi âm câu hỏi").click()
    officer.title("Ghi âm câu hỏi")
    page.locator("#voices-form").select_option("support_case")
    expect(page.locator("#voices-done")).to_contain_text("Đã ghi 0 trên")
    looked(page, "list")
    line = page.locator(f'.voices li[data-path="{QUESTION}"]')
    line.get_by_role("button", name="Ghi âm").click()
    expect(line.get_by_role("timer")).to_contain_text("0:01 / 1:00")
    looked(page, "recording")
    line.get_by_role("button", name="Bỏ, không giữ").click()
    expect(line).to_contain_text("Chưa ghi")
    line.get_by_role("button", name="Ghi âm").click()
    expect(line.get_by_role("timer")).to_contain_text("0:01 / 1:00")
    line.get_by_role("button", name="Dừng và giữ").click()
    expect(line.locator("audio")).to_be_visible()
    line.get_by_role("button", name="Giữ bản này").click()
    expect(page.locator("#voices-done")).to_contain_text("Đã ghi 1 trên")
    officer.synced()
    officer.go("#/voices/support_case/mong")
    expect(line.get_by_role("button", name="Ghi lại")).to_be_visible()
    page.get_by_text("Tiếng Thái").click()
    expect(page.locator("#voices-done")).to_contain_text("Đã ghi 0 trên")

    village.synced()
    village.go("#/settings")
    expect(village.page.get_by_text("Máy có 1 câu nghe được")).to_be_visible()
    page = village.page
    page.context.set_offline(True)
    page.evaluate(HEARD)
    village.go("#/home")
    page.locator(".tile", has_text="Trường hợp hỗ trợ").click()
    village.title("Xin phép")
    question = village.question(QUESTION)
    play = question.get_by_role("button", name=f"Nghe: {ASKED}", exact=True)
    looked(page, "village")
    assert (play.bounding_box() or {})["height"] >= 56
    play.click()
    again = question.get_by_role("button", name=f"Nghe lại: {ASKED}", exact=True)
    expect(again).to_be_visible()
    page.evaluate("() => { globalThis.heard = []; }")
    again.press("Enter")  # by keyboard, as a screen reader does it
    page.wait_for_function("() => globalThis.heard.length > 0")
    assert 0.8 < page.evaluate("() => globalThis.heard[0]") < 5
    assert village.question("/consent/consent_by").get_by_role("button", name="Nghe").count() == 0  # nobody recorded it
