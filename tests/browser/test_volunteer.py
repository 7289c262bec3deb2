"""A volunteer's phone in Chromium: what a person with little schooling and no signal does with the field app."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import EMPTY_PAGE, PHONE, PIN, Tab
from tests.browser.walk import SIZE, Walker
from tests.client.conftest import COMMON
from tests.live import TEAM, LiveDistrict


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


def exchange(page: Page) -> None:
    """With a network for once: one round to its end."""
    page.context.set_offline(False)
    last = Tab(page).sync()
    assert last and last["ok"], last


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
    exchange(page)
    walker.go(f"#/record/{rec}")
    expect(panel).to_contain_text("CHƯA AI XỬ LÝ PHIẾU NÀY")
    walker.step("return", rec=rec, reason="Sai số khẩu")
    exchange(page)
    walker.go(f"#/record/{rec}")
    expect(page.locator(".returned")).to_be_visible()
    expect(panel).to_have_count(0)


def test_what_can_wait_is_not_called_urgent(walker: Walker, page: Page):
    walker.go(f"#/sent/{finalised(page)}")
    walker.title("Đã cất trong máy, chờ gửi")
    expect(page.locator(".urgent")).to_have_count(0)


def test_a_returned_record_is_answered_beside_its_question_and_shows_what_was_changed(walker: Walker, page: Page):
    rec = finalised(page, person=COMMON["person"] | {"full_name": "Sùng Thị Mỷ"})
    exchange(page)
    walker.step("return", rec=rec, reason="Sai số khẩu", remarks=[{"path": SIZE, "text": "Nhà này 6 người?"}])
    exchange(page)
    walker.go("#/home")
    page.locator(".row.attention, .banner.attention", has_text="Sùng Thị Mỷ").first.click()
    page.get_by_role("link", name="Sửa", exact=True).click()
    remark = walker.question(SIZE).locator(".remark")
    expect(remark).to_contain_text("Nhà này 6 người?")
    remark.get_by_role("button", name="Trả lời").click()
    page.get_by_label("Lời nhắn cho người duyệt").fill("Cháu mới sinh hôm qua")
    walker.button("Gửi lời nhắn").click()
    expect(page.locator(".toast")).to_contain_text("Lời nhắn đang chờ gửi")
    walker.write(SIZE, "6")
    walker.saved()
    walker.go(f"#/fill/{rec}/~review")
    expect(page.locator(".changed")).to_have_text(re.compile("Nhà có mấy người.*5 → 6|.*5 → 6"))
    page.locator("#fill-send").click()
    exchange(page)
    walker.go(f"#/record/{rec}")
    timeline = page.locator(".timeline")
    expect(timeline).to_contain_text("Cháu mới sinh hôm qua")
    expect(timeline).to_contain_text("Nhà này 6 người?")
    expect(timeline.locator("li", has_text="Gửi phiếu")).to_contain_text(
        re.compile(r"Ghi [\d/]{10} [\d:]{5} · máy chủ nhận [\d/]{10} [\d:]{5}")
    )


def test_the_next_visit_begins_from_the_last_one(walker: Walker, page: Page):
    rec = finalised(page, person=COMMON["person"] | {"full_name": "Lò Văn Ướt"})
    walker.go(f"#/record/{rec}")
    expect(page.locator(".timeline")).to_contain_text("CHƯA tới máy chủ")
    walker.button("Ghi phiếu mới từ phiếu này").click()
    walker.title("Xin phép")
    assert walker.rec != rec
    draft = Tab(page).call("open", rec=walker.rec)
    assert draft["draft"]["answers"]["person"]["full_name"] == "Lò Văn Ướt"
    assert draft["phase"] == "draft"


def test_my_records_are_narrowed_by_form_and_day(walker: Walker, page: Page):
    finalised(page)
    walker.go("#/records/waiting")
    rows = page.locator(".results .row")
    expect(rows.first).to_be_visible()
    page.get_by_label("Loại phiếu").select_option(label="Thăm hộ, giám sát y tế")
    expect(page.locator(".empty")).to_contain_text("Không có phiếu nào như vậy")
    page.get_by_label("Loại phiếu").select_option(label="Mọi loại")
    page.get_by_label("Ngày").select_option(label="Hôm nay")
    expect(rows.first).to_be_visible()
    device = Tab(page)
    assert device.call("list", since="2021-01-01", until="2021-12-31")["total"] == 0
    assert (
        device.call("list", form_id="household_visit")["total"]
        == 0
        < device.call("list", form_id="support_case")["total"]
    )


def test_practice_is_marked_everywhere_signs_nothing_and_is_erased_by_one_button(walker: Walker, page: Page):
    device = Tab(page)
    before = device.call("home")
    walker.go("#/settings")
    walker.button("Bắt đầu thực hành").click()
    bar = page.locator(".bar-practice")
    expect(bar).to_contain_text("THỰC HÀNH")
    page.locator(".tile", has_text="Trường hợp hỗ trợ").click()
    walker.title("Xin phép")
    walker.pick("/consent/consent_how", "Nói đồng ý")
    walker.write("/consent/consent_witness", "Sùng A Chu")
    walker.next("Người cần hỗ trợ")
    walker.write("/person/full_name", "Bà con Tập")
    walker.pick("/person/sex", "Nữ")
    walker.write("/person/birth_year", "1958")
    walker.next("Hộ gia đình")
    walker.find("/household/commune", "ban bo", "Bản Bo")
    walker.pick("/household/village", "Phiêng Hoi")
    walker.pick("/household/head_relation", "Là chủ hộ")
    walker.write(SIZE, "5")
    walker.next("Cần giúp gì")
    walker.pick("/need/need_type", "Lương thực")
    walker.pick("/need/urgency", "Ngay")
    walker.go(f"#/fill/{walker.rec}/~review")
    expect(page.locator(".good")).to_be_visible()
    expect(bar).to_be_visible()
    page.locator("#fill-send").click()
    walker.title("Đã ghi xong phiếu thực hành")
    urgent = page.locator(".urgent")
    expect(urgent).to_contain_text("THỰC HÀNH: đừng gọi, đừng nhắn")
    expect(urgent.get_by_role("button", name="Gọi").first).to_be_disabled()
    assert urgent.locator("a").count() == 0  # nothing to press calls or writes to anybody
    walker.go("#/records")
    expect(page.locator(".results .row")).to_have_count(1)
    expect(page.locator(".results .row")).to_contain_text("Bà con Tập")
    walker.go("#/sync")
    page.locator("#sync-now").click()
    expect(page.locator(".toast")).to_contain_text("Đang thực hành")
    bar.get_by_role("button").click()
    expect(bar).to_have_count(0)
    walker.go("#/records")
    expect(page.locator(".results")).not_to_contain_text("Bà con Tập")
    after = device.call("home")
    assert (after["counts"], after["unsent"]) == (before["counts"], before["unsent"])


def test_a_sheet_of_paper_is_keyed_in_for_its_reporter(walker: Walker, page: Page):
    rec = Tab(page).fill_in(COMMON)
    walker.go(f"#/fill/{rec}/~review")
    page.get_by_text("Nhập hộ từ phiếu giấy").click()
    page.get_by_label("Người báo").fill("Lò Văn Sơn")
    page.get_by_label("Ghi trên giấy lúc").fill("2021-12-04T16:30")
    page.get_by_label("Ghi trên giấy lúc").blur()
    walker.saved()
    page.locator("#fill-send").click()
    walker.title("Đã cất trong máy, chờ gửi")
    exchange(page)
    walker.go(f"#/record/{rec}")
    expect(page.locator("main")).to_contain_text("Nhập hộ Lò Văn Sơn, ghi lúc 04/12/2021 16:30")


def test_inside_a_chat_app_the_link_leads_out_and_is_not_spent(chromium: Browser, live: LiveDistrict, tmp_path: Path):
    link = live.link(live.add_person("Lò Thị Mới", "team_member", TEAM))
    zalo = "Mozilla/5.0 (Linux; Android 10; SM-A107F; wv) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36 Zalo android/12"
    context = chromium.new_context(**PHONE, user_agent=zalo)
    page = context.new_page()
    page.goto(link)
    out = page.get_by_role("link", name="Mở bằng Chrome")
    host = live.origin.removeprefix("http://")
    expect(out).to_have_attribute(
        "href", f"intent://{host}/app/#{link.partition('#')[2]}#Intent;scheme=http;package=com.android.chrome;end"
    )
    page.get_by_role("button", name="Sao chép liên kết").click()
    expect(page.locator(".toast")).to_contain_text("Đã sao chép")
    assert "Đặt tên cho máy" not in page.locator("main").inner_text()
    context.close()
    # The same link as a file, in a real browser.
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{live.origin}/app/")
    sent = tmp_path / "chung-suc-cai-dat.txt"
    sent.write_text(f"Chào Mới, đây là liên kết: {link}\n", "utf-8")
    page.locator("input[type=file]").set_input_files(sent)
    expect(page.locator(".who")).to_contain_text("Lò Thị Mới")
    expect(page.locator("main")).to_contain_text("Máy này sẽ giữ")
    page.get_by_role("button", name="Đúng là tôi, đi tiếp").click()
    expect(page.get_by_label("Tôi hiểu và đồng ý")).to_be_visible()  # nothing goes on without consent
    context.close()


def test_the_code_is_not_spent_where_the_store_gives_back_something_else(chromium: Browser, live: LiveDistrict):
    link = live.link(live.add_person("Lò Thị Thử", "team_member", TEAM))
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.goto(live.origin + EMPTY_PAGE)
    page.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (value, key) {
            return put.call(this, String(key).includes("proof") ? { ...value, kept: { ...value.kept, ct: new Uint8Array(40) } } : value, key);
          };
        }"""
    )
    tab = Tab(page)
    assert tab.call("enrol", link=link, pin="246810", name="x")["code"] == "store.not_read_back"
    assert tab.call("peek_enrolment", link=link)["person_name"] == "Lò Thị Thử"
    page.reload()
    assert tab.call("enrol", link=link, pin="246810", name="x", agreed=True)["state"] == "open"
    assert tab.call("settings")["agreed_at"]
    context.close()


@pytest.mark.parametrize("theme", ["auto", "sun"])
def test_nothing_is_lost_at_double_text_on_the_narrowest_phone(walker: Walker, page: Page, theme: str):
    rec = finalised(page, need=COMMON["need"] | {"urgency": "now"})
    draft = Tab(page).fill_in(COMMON)
    page.set_viewport_size({"width": 320, "height": 640})
    walker.go("#/settings")
    page.locator('input[name="text_size"][value="double"]').check(force=True)
    page.locator(f'input[name="theme"][value="{theme}"]').check(force=True)
    wrong = []
    try:
        for address in ("home", "records", f"record/{rec}", f"sent/{rec}", "sync", "settings", "hand_over",
                        f"fill/{draft}/person", f"fill/{draft}/~review"):  # fmt: skip
            walker.go(f"#/{address}")
            expect(page.locator("h1")).to_be_visible()
            page.wait_for_function("!document.querySelector('main .waiting[role=status]')")
            if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                wrong.append(f"{address}: wider by {wide} px")
            if page.evaluate("getComputedStyle(document.documentElement).fontSize") != "32px":
                wrong.append(f"{address}: not doubled")
            found = Axe().run(page).response["violations"]
            wrong += [f"{address}: {each['id']} {[node['html'][:90] for node in each['nodes']][:2]}" for each in found]
    finally:
        Tab(page).call("set_settings", text_size="normal", theme="auto")
        page.set_viewport_size(PHONE["viewport"])
        walker.go("#/home")
        page.reload()
        walker.type_pin(PIN)
        expect(page.locator(".tile").first).to_be_visible()
    assert wrong == []


def test_the_summary_for_the_chat_group_names_nobody(walker: Walker, page: Page):
    finalised(page)
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })"
    )
    walker.go("#/records")
    walker.button("Chép tóm tắt cho nhóm chat").click()
    expect(page.locator(".toast")).to_contain_text("không có tên ai")
    said = page.evaluate("window.copied")
    assert "Trường hợp hỗ trợ: " in said and "Chờ gửi " in said and "bản Phiêng Hoi" in said
    assert "Giàng" not in said and "Tẩn" not in said


def test_a_whole_day_without_a_network_arrives_whole_although_the_tab_is_killed_at_noon(walker: Walker, page: Page):
    day = 200 if os.environ.get("CHUNGSUC_SOAK") else 20
    before = Tab(page).call("home")["counts"]
    names = ["Vàng A " + "".join("abcdefghij"[int(digit)] for digit in f"{n:03d}") for n in range(day)]
    for name in names[: day // 2]:
        finalised(page, person=COMMON["person"] | {"full_name": name})
    draft = Tab(page).fill_in(COMMON | {"person": COMMON["person"] | {"full_name": "Ghi dở lúc trưa"}})
    page.reload()  # the service worker gives the app, and memory is gone
    walker.type_pin(PIN)
    expect(page.locator(".tile").first).to_be_visible()
    assert Tab(page).call("open", rec=draft)["draft"]["answers"]["person"]["full_name"] == "Ghi dở lúc trưa"
    for name in names[day // 2 :]:
        finalised(page, person=COMMON["person"] | {"full_name": name})
    assert Tab(page).call("home")["counts"]["waiting"] == before["waiting"] + day
    exchange(page)
    home = Tab(page).call("home")
    assert home["unsent"] == 0 == home["counts"]["waiting"]
    found = Tab(page).call("list", query="vang a", limit=500)["rows"]
    assert sorted(row["title"].split(" · ")[0] for row in found) == names
    assert {row["phase"] for row in found} == {"received"}
