"""A real Chromium against a real district on the loopback: phones of 360 x 740 that can go offline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.live import TEAM, LiveDistrict

PIN = "246810"
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
EMPTY_PAGE = "/app/i18n/vi.json"  # of the app's origin, without the app: the device alone


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all: a second one in the same thread does not start."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    root = ["--no-sandbox"] if os.getuid() == 0 else []
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS + root)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDistrict]:
    """One server for a file of tests; each test brings its own people and phones."""
    district = LiveDistrict(tmp_path_factory.mktemp("server"))
    yield district
    district.close()


@pytest.fixture
def new_phone(chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """A browser with storage of its own, as often as it is called."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        contexts.append(chromium.new_context(**PHONE, is_mobile=True, has_touch=True))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@dataclass
class Tab:
    """The device interface of one page; a rejected call comes back as {"code", "details", "message_vi"}."""

    page: Page

    def call(self, method: str, **asked: Any) -> Any:
        return self.page.evaluate(
            """async ([method, asked]) => {
                 const { device } = await import("/app/device/browser.js");
                 try { return await device[method](asked); }
                 catch ({ code, details, message_vi }) { return { code, details, message_vi }; }
               }""",
            [method, asked],
        )

    def sync(self) -> dict[str, Any] | None:
        """One round to its end; what home then says of the last one."""
        return self.page.evaluate(
            """async () => {
                 const { device } = await import("/app/device/browser.js");
                 const rest = async () => {
                   for (;;) {
                     const changed = new Promise((next) => device.addEventListener("change", next, { once: true }));
                     if (!(await device.home()).sync.running) return;
                     await changed;
                   }
                 };
                 await rest();
                 await device.sync();
                 await rest();
                 return (await device.home()).last_sync;
               }"""
        )

    def fill_in(self, answers: dict[str, Any]) -> str:
        """A support case as a draft; its record."""
        rec: str = self.call("start", form_id="support_case")["rec"]
        self.call("save_draft", rec=rec, answers=answers)
        return rec


@dataclass
class Phone:
    """One browser with one person's device."""

    live: LiveDistrict
    context: BrowserContext

    def tab(self) -> Tab:
        page = self.context.new_page()
        page.goto(self.live.origin + EMPTY_PAGE)
        return Tab(page)

    def cut(self) -> None:
        """No road to the server, although pages can be opened."""
        self.context.route("**/sync/v1/**", lambda route: route.abort())

    def mend(self) -> None:
        self.context.unroute("**/sync/v1/**")


@pytest.fixture
def phone(live: LiveDistrict, new_phone: Callable[[], BrowserContext]) -> Phone:
    return Phone(live, new_phone())


@pytest.fixture
def link(live: LiveDistrict) -> str:
    """The enrolment link of a volunteer."""
    return live.link(live.add_person("Lò Văn Ơn", "team_member", TEAM))


@pytest.fixture
def tab(phone: Phone, link: str) -> Tab:
    """The page of a volunteer's phone, enrolled, with forms."""
    opened = phone.tab()
    assert opened.call("enrol", link=link, pin=PIN, name="Điện thoại của tổ")["state"] == "open"
    last = opened.sync()
    assert last and last["ok"], last
    return opened
