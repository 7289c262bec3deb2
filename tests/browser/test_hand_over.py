"""By hand, from screen to screen: a phone without a signal, the commune's laptop, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from chungsuc.ports import free_port
from client.device import Device
from client.drives import Drive
from client.shell import Loopback
from client.sync_round import sync_round
from client.wire import Wire
from tests.browser.walk import COMMUNE, PIN, Walker
from tests.client.conftest import COMMON
from tests.live import LiveDistrict

FINALISE = """async (answers) => {
  const { device } = await import("/app/device/browser.js");
  const { rec, form } = await device.start({ form_id: "support_case" });
  await device.save_draft({ rec, form, answers });
  await device.finalise({ rec });
}"""


@pytest.fixture
def phone(new_phone: Callable[[], BrowserContext], live: LiveDistrict) -> Walker:
    """A volunteer's phone, enrolled and then out of reach, with one finalised case."""
    walker = Walker(new_phone().new_page(), live, lambda _: None)
    walker.enrol()
    walker.page.context.set_offline(True)
    walker.page.evaluate(FINALISE, COMMON)
    return walker


@pytest.fixture
def laptop(tmp_path: Path, live: LiveDistrict) -> Iterator[Device]:
    device = Device(tmp_path / "laptop", secret_store="file", background=False)
    officer = live.add_person("Lò Thị Lan", "commune_officer", COMMUNE)
    device.enrol({"link": live.link(officer), "pin": PIN, "name": "Máy của xã"})
    go_online(device)
    yield device
    device.close()


@pytest.fixture
def window(laptop: Device, new_phone: Callable[[], BrowserContext]) -> Iterator[Page]:
    """The laptop's screens, as its window shows them."""
    loopback = Loopback(laptop, free_port())
    page = new_phone().new_page()
    page.set_viewport_size({"width": 1100, "height": 780})
    page.goto(loopback.boot_url)
    page.goto(f"http://127.0.0.1:{loopback.port}/app/#/hand_over")
    yield page
    page.close()
    loopback.close()


def go_online(laptop: Device) -> None:
    sync_round(laptop.session, Wire(laptop.session.vault.origin), lambda *_: None)


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def fits_and_is_heard(page: Page) -> None:
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_case_goes_by_file_and_the_receipt_comes_back(phone: Walker, laptop: Device, window: Page, tmp_path: Path):
    page = phone.page
    phone.go("#/sync")
    page.get_by_role("link", name="Chuyển giao bằng tệp").click()
    phone.title("Chuyển giao bằng tệp")
    page.get_by_role("button", name="Tạo gói").click()
    up = saved(page, "Lưu tệp", tmp_path)
    expect(page.get_by_text("Chưa phải là đã nhận")).to_be_visible()
    fits_and_is_heard(page)

    window.locator("#hand-open").set_input_files(up)
    expect(window.get_by_text("Máy chủ chưa nhận; máy sẽ chuyển khi có mạng.")).to_be_visible()
    expect(window.get_by_text("Đang giữ, chưa chuyển, từ")).to_be_visible()
    fits_and_is_heard(window)
    window.get_by_role("link", name="Phiếu giữ hộ").click()
    expect(window.locator("h1")).to_have_text("Phiếu giữ hộ")
    expect(window.locator("img.qr")).to_have_js_property("complete", True)
    assert window.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    fits_and_is_heard(window)
    window.go_back()
    go_online(laptop)
    window.reload()
    expect(window.get_by_text("Máy chủ đã nhận,")).to_be_visible()
    back = saved(window, "Lưu tệp", tmp_path)
    assert back.name.startswith("chung-suc-ve-")

    page.locator("#hand-open").set_input_files(back)
    expect(page.get_by_text("máy chủ ký nhận 1 phiếu")).to_be_visible()
    expect(page.get_by_text("Không có gì để chuyển giao.")).to_be_visible()
    fits_and_is_heard(page)
    phone.go("#/records/received")
    expect(page.locator("a.row")).to_have_count(1)


def test_a_stick_with_a_good_and_a_spoilt_file_is_taken_in_file_by_file(
    phone: Walker, window: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page, stick = phone.page, tmp_path / "USB"
    phone.go("#/hand_over")
    page.get_by_role("button", name="Tạo gói").click()
    up = saved(page, "Lưu tệp", tmp_path)
    stick.mkdir()
    (stick / up.name).write_text(up.read_text("utf-8"), "utf-8")
    (stick / "chung-suc-hong-2021-12-05-0815.txt").write_text(up.read_text("utf-8")[:-50], "utf-8")
    expect(window.get_by_text("Chưa thấy USB nào")).to_be_visible()
    monkeypatch.setattr("client.drives.drives", lambda: [Drive(str(stick), "USB")])
    window.get_by_role("button", name="Tìm lại").click()
    expect(window.get_by_text("2 tệp của Chung Sức")).to_be_visible()
    fits_and_is_heard(window)
    window.get_by_role("button", name="Nhận tất cả").click()
    expect(window.get_by_text("Gói bị hỏng hoặc thiếu một phần")).to_be_visible()
    expect(window.get_by_text("Máy chủ chưa nhận; máy sẽ chuyển khi có mạng.")).to_be_visible()


def test_a_phone_says_what_is_wrong_with_a_file(phone: Walker, window: Page, tmp_path: Path):
    page = phone.page
    phone.go("#/hand_over")
    page.get_by_role("button", name="Tạo gói").click()
    up = saved(page, "Lưu tệp", tmp_path)
    letter = tmp_path / "thu.txt"
    letter.write_text("Kính gửi Ban chỉ đạo xã", "utf-8")
    cut = tmp_path / "cut.txt"
    cut.write_text(up.read_text("utf-8")[:-50], "utf-8")
    page.locator("#hand-open").set_input_files([letter, cut, up])
    for words in (
        "Đây không phải gói của Chung Sức",
        "Gói bị hỏng hoặc thiếu một phần",
        "Hãy mở nó bằng máy tính của xã",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    fits_and_is_heard(page)


def test_what_waits_for_long_is_to_be_handed_over(phone: Walker):
    page = phone.page
    phone.go("#/records")
    phone.go("#/home")
    expect(page.locator(".honest")).to_contain_text("1 chưa gửi")
    expect(page.locator(".overdue")).to_have_count(0)
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=4))
    phone.go("#/records")
    phone.go("#/home")
    page.locator(".overdue").get_by_role("link", name="Chuyển giao bằng tệp").click()
    phone.title("Chuyển giao bằng tệp")
