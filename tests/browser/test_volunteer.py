"""A volunteer's phone in Chromium: what a person with little schooling and no signal does with the field app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Tab
from tests.browser.walk import Walker
from tests.client.conftest import COMMON
from tests.live import LiveDistrict


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(**PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture(scope="module")
def enrolled(page: Page, live: LiveDistrict) -> Walker:
    walker = Walker(page, live, lambda _: None)
    walker.enrol()
    return walker


@pytest.fixture
def walker(enrolled: Walker, page: Page) -> Walker:
    """At home, without a network: nothing moves by itself."""
    page.context.set_offline(True)
    enrolled.go("#/home")
    enrolled.title("Thi đua phòng, chống dịch Covid-19 huyện Tam Đường")
    return enrolled


def finalised(page: Page, **changes: Any) -> str:
    """A support case in the outbox of the page's own device; its record."""
    device = Tab(page)
    rec = device.fill_in(COMMON | changes)
    given = device.call("finalise", rec=rec)
    assert given.get("waiting"), given
    return rec


def test_what_cannot_wait_says_that_nobody_has_seen_it_and_whom_to_call(walker: Walker, page: Page):
    rec = finalised(page, need=COMMON["need"] | {"urgency": "now"})
    walker.go(f"#/sent/{rec}")
    panel = page.locator(".urgent")
    expect(panel).to_contain_text("CHƯA AI THẤY PHIẾU NÀY")
    expect(panel.get_by_role("link", name="Gọi 115")).to_have_attribute("href", "tel:115")
    message = panel.get_by_role("link", name="Nhắn tin")  # the ambulance answers calls alone
    expect(message).to_have_count(1)
    said = unquote(message.get_attribute("href") or "")
    assert re.fullmatch(
        r"sms:19009095[?]body=KHẨN: Trường hợp hỗ trợ, .+, ghi lúc [\d/]{10} \d\d:\d\d, mã \w{6}\..+", said
    )
    assert "Giàng Thị Dở" not in said
    page.context.set_offline(False)
    walker.synced()
    walker.go(f"#/record/{rec}")
    expect(panel).to_contain_text("CHƯA AI XỬ LÝ PHIẾU NÀY")
    walker.step("return", reason="Sai số khẩu")
    walker.synced()
    walker.go(f"#/record/{rec}")
    expect(page.locator(".returned")).to_be_visible()
    expect(panel).to_have_count(0)


def test_what_can_wait_is_not_called_urgent(walker: Walker, page: Page):
    walker.go(f"#/sent/{finalised(page)}")
    walker.title("Đã cất trong máy, chờ gửi")
    expect(page.locator(".urgent")).to_have_count(0)
