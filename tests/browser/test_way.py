"""The whole way of one support case in Chromium: a phone without signal, the commune's desk, the district's table."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.accounts import set_password
from server.database import transaction
from server.people import find_person
from tests.browser.walk import COMMUNE, SIZE, Walker
from tests.live import LiveDistrict, now

PASSWORD = "lúa chín vàng đồng"
NAME = "Giàng Thị Dở"


class Desk:
    """Somebody at the console, in a browser of a laptop's size."""

    def __init__(self, page: Page, live: LiveDistrict) -> None:
        self.page, self.live = page, live

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.live.console_origin}/sign-in")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()

    def open_case(self) -> None:
        self.page.goto(f"{self.live.console_origin}/records")
        self.page.get_by_role("link", name=NAME).click()


@pytest.fixture
def desk(chromium: Browser, live: LiveDistrict) -> Iterator[Callable[..., Desk]]:
    """desk(name, role, unit): a person with an account, signed in."""
    contexts: list[BrowserContext] = []

    def make(username: str, role: str, unit: str) -> Desk:
        live.add_person(f"{username} (trình diễn)", role, unit, username=username)
        with live.app.app_context(), transaction() as session:
            set_password(session, find_person(session, username), PASSWORD, now())
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN"))
        found = Desk(contexts[-1].new_page(), live)
        found.sign_in(username)
        return found

    yield make
    for context in contexts:
        context.close()


def test_a_case_goes_from_a_phone_without_signal_to_the_districts_table(
    new_phone: Callable[[], BrowserContext], live: LiveDistrict, desk: Callable[..., Desk]
):
    phone = Walker(new_phone().new_page(), live, lambda _: None)
    phone.page.set_default_timeout(20_000)
    phone.enrol()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # the app is whole on the phone
    phone.page.context.set_offline(True)
    phone.page.reload()
    phone.type_pin("246810")
    phone.fill_in()
    phone.finish()
    phone.synced()

    foreign = desk("sang.binhlu", "commune_officer", "03412")
    foreign.page.goto(f"{live.console_origin}/records")
    expect(foreign.page.get_by_text(NAME)).to_have_count(0)

    officer = desk("lan.banbo", "commune_officer", COMMUNE)
    officer.open_case()
    expect(officer.page.get_by_text("Hộ gia đình").first).to_be_visible()
    case = officer.page.url
    assert foreign.page.goto(case).status == 404
    officer.page.get_by_role("link", name="Trả lại để sửa").click()
    officer.page.get_by_label("Lý do").fill("Số khẩu chưa khớp")
    officer.page.locator(f'[name="remark:{SIZE}"]').fill("Hộ này 6 khẩu")
    officer.page.get_by_role("button", name="Trả lại để sửa").click()

    phone.synced()
    phone.go("#/home")
    phone.page.locator(".banner.attention").click()
    expect(phone.page.locator(".remark")).to_contain_text("Hộ này 6 khẩu")
    phone.page.get_by_role("link", name="Sửa", exact=True).click()
    phone.write(SIZE, "6")
    phone.saved()
    rec = phone.rec
    phone.go(f"#/fill/{rec}/~review")
    phone.page.locator("#fill-send").click()
    phone.title("Máy chủ đã nhận")

    officer.page.goto(case)
    expect(officer.page.locator("ins").first).to_have_text("6")
    officer.page.get_by_role("button", name="Duyệt").click()
    expect(officer.page.get_by_text("Xã đã duyệt").first).to_be_visible()
    phone.synced()
    phone.go(f"#/record/{rec}")
    expect(phone.page.locator(".phase.approved")).to_be_visible()

    office = desk("binh.laodong", "labour_office", "106")
    office.page.goto(f"{live.console_origin}/table?form=support_case")
    row = office.page.get_by_role("row").filter(has_text="Xã Bản Bo")
    expect(row.get_by_role("link").first).to_have_text("1")
    with office.page.expect_download() as download:
        office.page.get_by_role("link", name="Excel").click()
    workbook = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    cells = [cell for row in workbook.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert "Xã Bản Bo" in cells and "03424" in cells
    row.get_by_role("link").first.click()
    expect(office.page.get_by_text(NAME)).to_be_visible()
