"""A walk through every screen of the field app, on the real device against a real district: for tests and pictures.

The walker taps what a person taps and calls `at(name)` at each screen; the caller looks, with axe or with a camera.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, true

from server import intake
from server.database import db
from server.models import Record
from sync.ops import Intent
from tests.live import TEAM, LiveDistrict

PIN = "246810"
COMMUNE = "03424"
SIZE = "/household/household_size"
STORY = "Nhà neo người, chồng đi cách ly, hai con nhỏ, hết gạo từ hôm kia. Trưởng bản đã đến thăm và xác nhận."


@dataclass
class Walker:
    """One person at one page, with an officer at the other end."""

    page: Page
    live: LiveDistrict
    at: Callable[[str], None]

    def __post_init__(self) -> None:
        self.member = self.live.add_person("Tẩn Tả Mẩy (trình diễn)", "team_member", TEAM)
        self.officer = self.live.add_person("Lò Thị Lan (trình diễn)", "commune_officer", COMMUNE)

    # What a finger does.
    def go(self, address: str) -> None:
        self.page.evaluate("address => { location.hash = address }", address)

    def title(self, text: str) -> None:
        expect(self.page.locator("h1")).to_have_text(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def question(self, path: str) -> Locator:
        return self.page.locator(f'cs-question[data-path="{path}"]')

    def write(self, path: str, text: str) -> None:
        field = self.question(path).locator("input, textarea")
        field.fill(text)
        field.blur()

    def pick(self, path: str, *labels: str) -> None:
        for label in labels:
            self.question(path).locator(".card", has_text=label).first.click()

    def find(self, path: str, typed: str, label: str) -> None:
        self.question(path).locator(".opener").click()
        self.page.locator("dialog").get_by_role("searchbox").fill(typed)
        self.page.locator("dialog .card:visible", has_text=label).click()
        expect(self.page.locator("dialog")).to_have_count(0)

    def type_pin(self, pin: str) -> None:
        for digit in pin:
            self.page.locator(".keys").get_by_role("button", name=digit, exact=True).click()
        self.button("Xong").click()

    def next(self, title: str) -> None:
        self.page.locator("#fill-next").click()
        self.title(title)

    def saved(self) -> None:
        expect(self.page.locator(".saved")).to_have_text("Đã lưu")

    def synced(self) -> None:
        self.go("#/sync")
        self.title("Gửi, nhận")
        self.page.locator("#sync-now:enabled").click()
        expect(self.page.locator("#sync-now:enabled")).to_be_visible()

    @property
    def rec(self) -> str:
        found = re.search(r"#/\w+/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]

    # What the commune does.
    def step(self, action: str, rec: str | None = None, **given: Any) -> None:
        """rec: which record; None: the only one."""
        with self.live.app.app_context():
            record = db.session.scalars(select(Record).where(Record.rec == rec if rec else true())).one()
            payload = {"action": action, "answers_hash": record.answers_hash, **given}
            form = {"id": "support_case", "version": record.form_version}
            intent = Intent("step", record.rec, record.hash, form, f"{TEAM}/support_case", payload)
            db.session.remove()
            stored = intake.act(self.live.server, self.officer, "commune_officer", intent)
            assert stored.verdict == "applied", stored.reason
            db.session.remove()

    # The way.
    def enrol(self) -> None:
        page = self.page
        page.goto(f"{self.live.origin}/app/")
        self.title("Chào mừng đến với Chung Sức")
        self.at("welcome")
        page.goto("about:blank")
        page.goto(self.live.link(self.member))
        self.title("Cài máy này cho")
        self.at("enrol")
        page.get_by_label("Tôi hiểu và đồng ý").check()
        self.button("Đúng là tôi, đi tiếp").click()
        self.title("Đặt mã PIN")
        self.at("enrol-pin")
        self.type_pin(PIN)
        self.title("Nhập lại mã PIN")
        self.type_pin(PIN)
        expect(page.locator(".tile").first).to_be_visible(timeout=30_000)
        expect(page.locator("#home-sync:enabled")).to_be_visible()
        self.at("home-empty")
        self.go("#/records")
        self.title("Phiếu của tôi")
        self.at("records-empty")
        self.go("#/home")

    def fill_in(self) -> None:
        self.page.locator(".tile", has_text="Trường hợp hỗ trợ").click()
        self.title("Xin phép")
        self.pick("/consent/consent_how", "Nói đồng ý")
        self.at("fill-consent")
        self.write("/consent/consent_witness", "Sùng A Chu")
        self.next("Người cần hỗ trợ")
        self.page.locator("#fill-next").click()
        expect(self.button("Để sau, đi tiếp")).to_be_visible()
        self.at("fill-problems")
        self.write("/person/full_name", "Giàng Thị Dở")
        self.pick("/person/sex", "Nữ")
        self.write("/person/birth_year", "1958")
        self.question("/person/ethnic_code").locator(".opener").click()
        self.page.locator("dialog").get_by_role("searchbox").fill("mong")
        self.at("fill-search")
        self.page.locator("dialog .card:visible", has_text="Mông").first.click()
        self.next("Hộ gia đình")
        self.find("/household/commune", "ban bo", "Bản Bo")
        self.pick("/household/village", "Phiêng Hoi")
        self.pick("/household/head_relation", "Là chủ hộ")
        self.write(SIZE, "55")
        expect(self.question(SIZE)).to_contain_text("Từ 1 đến 30")
        self.at("fill-constraint")
        self.write(SIZE, "5")
        self.next("Cần giúp gì")
        self.pick("/need/need_type", "Lương thực", "Thuốc")
        self.pick("/need/urgency", "Trong 24 giờ")
        self.write("/need/description", STORY)
        self.at("fill-need")
        self.next("Hiện vật")
        self.button("Thêm một dòng").click()
        self.page.locator("cs-repeat cs-text input").fill("Gạo")
        self.at("fill-row")
        self.button("Xong dòng này").click()
        self.at("fill-rows")
        self.page.locator("#fill-next").click()
        expect(self.button("Để sau, đi tiếp")).to_be_visible()
        self.next("Xem lại và gửi")
        self.at("fill-missing")

    def finish(self) -> None:
        """To the first problem, mend it, and finish without a network."""
        self.page.locator(".problems button").first.click()
        quantity = self.page.locator("cs-repeat cs-number input").first
        expect(quantity).to_be_focused()
        quantity.fill("12,5")
        self.page.locator("cs-repeat .card", has_text="kg").click()
        self.button("Xong dòng này").click()
        self.next("Xem lại và gửi")
        self.saved()
        self.at("fill-review")
        self.page.context.set_offline(True)
        self.page.locator("#fill-send").click()
        self.title("Đã cất trong máy, chờ gửi")
        self.at("sent-waiting")
        rec = self.rec
        self.go("#/home")
        expect(self.page.locator(".honest")).to_contain_text("1 chưa gửi")
        self.at("home-waiting")
        self.go("#/sync")
        expect(self.page.locator(".problem")).to_contain_text("Chưa có mạng")
        self.at("sync-offline")
        self.go(f"#/record/{rec}")
        self.title("Giàng Thị Dở · 1958")
        expect(self.page.locator(".lead .phase")).to_have_text("Chờ gửi")
        self.at("record-waiting")
        self.page.context.set_offline(False)
        self.synced()
        expect(self.page.locator(".receipts")).to_contain_text("Giàng Thị Dở")
        self.at("sync-received")

    def correct(self) -> None:
        """Returned with a remark: it opens there, is mended, sent and approved."""
        remark = {"path": SIZE, "text": "Hộ này 6 khẩu, xem lại sổ hộ khẩu"}
        self.step("return", reason="Sai số khẩu", remarks=[remark])
        self.synced()
        self.go("#/home")
        banner = self.page.locator(".banner.attention")
        expect(banner).to_contain_text("Cần sửa")
        expect(self.page.locator("#home-sync:enabled")).to_be_visible()
        self.at("home-returned")
        banner.click()
        expect(self.page.locator(".remark")).to_contain_text(remark["text"])
        self.at("record-returned")
        self.page.get_by_role("link", name="Sửa", exact=True).click()
        self.title("Hộ gia đình")
        expect(self.question(SIZE).locator("input")).to_be_focused()
        self.at("fill-remark")
        self.write(SIZE, "6")
        self.saved()
        rec = self.rec
        self.go(f"#/fill/{rec}/~review")
        self.page.locator("#fill-send").click()
        self.title("Máy chủ đã nhận")
        self.at("sent-received")
        self.step("commune_check")
        self.synced()
        self.go(f"#/record/{rec}")
        expect(self.page.locator(".phase.approved")).to_be_visible()
        self.at("record-approved")

    def look_around(self) -> None:
        """Lists, settings, errors, and the locked door."""
        self.go("#/records")
        self.title("Phiếu của tôi")
        self.page.get_by_role("searchbox").fill("giang do")
        expect(self.page.locator(".row")).to_have_count(1)
        self.at("records")
        self.page.get_by_role("searchbox").fill("ai đó khác")
        expect(self.page.locator(".empty")).to_be_visible()
        self.at("records-not-found")
        self.go("#/record/0190a1b2-0000-7000-8000-000000000000")
        expect(self.page.locator(".failure")).to_be_visible()
        self.at("failure")
        self.go("#/settings")
        self.title("Cài đặt")
        self.at("settings")
        self.page.locator(".card", has_text="Rất to").click()
        self.at("settings-huge")
        self.go("#/home")
        expect(self.page.locator(".tile").first).to_be_visible()
        self.at("home-huge")
        self.go("#/settings")
        self.page.locator(".card", has_text="Vừa").click()
        self.page.locator(".card", has_text="English").click()
        self.title("Settings")
        self.at("settings-english")
        self.page.locator(".card", has_text="Tiếng Việt").click()
        self.button("Khóa ngay").click()
        self.title("Chào Tẩn Tả Mẩy (trình diễn)")
        expect(self.page.locator(".bar-demo")).to_be_visible()
        self.at("unlock")
        self.type_pin("111111")
        expect(self.page.locator(".problem")).to_have_text("Mã PIN không đúng.")
        self.at("unlock-wrong")
        self.button("Quên mã PIN").click()
        self.at("forgot")
        self.button("Không").click()
        expect(self.page.locator("dialog")).to_have_count(0)

    def all(self) -> None:
        self.enrol()
        self.fill_in()
        self.finish()
        self.correct()
        self.look_around()
