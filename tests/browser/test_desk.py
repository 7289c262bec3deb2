"""The officer's day in Chromium: records reviewed by keyboard, one returned, one corrected, a conflict, a judgement."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import tests.server.district as district_module
from server.accounts import begin_session
from server.console.visitor import COOKIE
from server.database import db, transaction
from server.models import Record
from tests.live import LiveDistrict, now
from tests.server.district import District, FieldDevice, answers, verdicts

RECORDS = 60 if os.environ.get("CHUNGSUC_SOAK") else 8
PICTURES = os.environ.get("CHUNGSUC_PICTURES")  # a folder: every page is kept there, in two sizes
NAMES = ("Dở", "Mỷ", "Sua", "Dợ", "Chứ", "Pàng", "Xày", "Vừ")
SIZE = "/household/household_size"


@pytest.fixture
def device(live: LiveDistrict, monkeypatch: pytest.MonkeyPatch) -> FieldDevice:
    """A phone of the team, on the wire of this very server."""
    monkeypatch.setattr(district_module, "FIELD_HOST", live.origin)
    return District(live.app, now).device()  # type: ignore[arg-type]


@pytest.fixture
def officer(live: LiveDistrict, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """officer(role, unit): a page of somebody signed in."""
    contexts = []

    def make(role: str, unit: str) -> Page:
        person = live.add_person(
            f"Lò Thị Lan, {role} (trình diễn)", role, unit, username=f"{role}-{uuid.uuid4().hex[:6]}"
        )
        with live.app.app_context(), transaction() as session:
            token = begin_session(session, person, now(), 12)
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        context.add_cookies([{"name": COOKIE, "value": token, "url": live.console_origin}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def looked_at(page: Page, name: str) -> None:
    """No page has a fault that axe finds, nor scrolls sideways on a phone; pictures where they are wanted."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    for size, width, height in (("laptop", 1366, 768), ("phone", 360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide at {width}"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{size}-{name}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})


def states(live: LiveDistrict) -> dict[str, int]:
    with live.app.app_context():
        found: dict[str, int] = {}
        for (state,) in db.session.query(Record.state):
            found[state] = found.get(state, 0) + 1
        db.session.remove()
        return found


def test_the_officers_day(live: LiveDistrict, device: FieldDevice, officer: Callable[..., Page]) -> None:
    ops = [device.submit(full_name=f"Giàng Thị {NAMES[n % len(NAMES)]}") for n in range(RECORDS)]
    taken = device.push(*ops)
    assert set(verdicts(taken)) == {"applied"}, taken["verdicts"][0]
    desk = officer("commune_officer", "03424")
    desk.goto(f"{live.console_origin}/records")
    looked_at(desk, "inbox")

    # By keyboard: the first row, then each next one approved, but for the last two.
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Duyệt", exact=True)).to_be_visible()
    looked_at(desk, "record")
    for _ in range(RECORDS - 2):
        here = desk.url
        desk.keyboard.press("a")
        desk.wait_for_url(lambda url, was=here: url != was)
    assert states(live) == {"commune_checked": RECORDS - 2, "submitted": 2}

    # One goes back, with a ready phrase and a remark beside its question.
    desk.keyboard.press("r")
    expect(desk.get_by_role("heading", name="Trả lại để sửa")).to_be_visible()
    looked_at(desk, "return")
    desk.locator('[name="phrase"]').first.check()
    desk.locator(f'[name="remark:{SIZE}"]').fill("Sổ ghi 7 người")
    desk.get_by_role("button", name="Trả lại để sửa").click()
    expect(desk.get_by_text("Đã ghi: Trả lại để sửa.")).to_be_visible()
    held = device.pull_all()
    returned = next(doc for doc in held.values() if doc["state"] == "returned")
    assert returned["remarks"][0]["text"] == "Sổ ghi 7 người"

    # The last one is corrected by the officer, in her own name.
    desk.keyboard.press("e")
    desk.get_by_label("Nhà có mấy người?").fill("8")
    desk.get_by_role("button", name="Ghi", exact=True).click()
    expect(desk.locator("ins", has_text="8").first).to_be_visible()
    looked_at(desk, "record-corrected")
    desk.get_by_role("link", name="So sánh các lần sửa").click()
    looked_at(desk, "compare")

    # Two of the team answered one question otherwise: she chooses.
    colleague = District(live.app, now).device("team_member")  # type: ignore[arg-type]
    for who, size in ((device, 6), (colleague, 9)):
        who.push(who.op("edit", returned["rec"], {"answers": answers(household_size=size)}, base=returned["hash"]))
    desk.goto(f"{live.console_origin}/records/{returned['rec']}")
    expect(desk.get_by_role("heading", name="Hai bên sửa khác nhau")).to_be_visible()
    looked_at(desk, "conflict")
    desk.locator(f'[name="choose:{SIZE}"][value="other"]').check()
    desk.get_by_role("button", name="Lưu lựa chọn").click()
    expect(desk.get_by_text("Đã chọn giá trị đúng.")).to_be_visible()

    # What could not be applied: she mends the wrong answer and takes it over.
    wrong = device.submit(full_name="Sùng A Chu", household_size=99)
    device.push(wrong)
    desk.goto(f"{live.console_origin}/waiting")
    looked_at(desk, "judgements")
    desk.get_by_role("link", name="Có câu trả lời còn thiếu").click()
    looked_at(desk, "judgement")
    desk.locator(f'[name="answer:{SIZE}"]').fill("9")
    desk.get_by_role("button", name="Nhận", exact=True).click()
    expect(desk.get_by_text("Đã quyết định: Đã nhận vào hồ sơ.")).to_be_visible()
    assert wrong.h in device.pull_all()[wrong.rec]["ops"]

    # Many at once, after a look at the sample.
    device.push(*[device.submit() for _ in range(4)])
    desk.goto(f"{live.console_origin}/bulk?form=support_case&tab=mine")
    looked_at(desk, "bulk-offer")
    desk.get_by_role("button", name="Chốt danh sách").first.click()
    listed = desk.url
    looked_at(desk, "bulk")
    for link in [each.get_attribute("href") for each in desk.locator(".sample a").all()]:
        desk.goto(f"{live.console_origin}{link}")
    desk.goto(listed)
    desk.get_by_role("button", name="Duyệt", exact=True).click()
    expect(desk.get_by_text("đã làm").first).to_be_visible()
    looked_at(desk, "bulk-done")


def test_people_devices_and_leave_at_the_desk(
    live: LiveDistrict, device: FieldDevice, officer: Callable[..., Page]
) -> None:
    admin = officer("admin", "106")
    live.add_person("Chủ tịch (trình diễn)", "commune_chair", "03424", username="chair")
    officer("commune_officer", "03424")
    for name, path in (("people", "/people"), ("person-new", "/people/new"), ("leave-none", "/leave")):
        admin.goto(f"{live.console_origin}{path}")
        looked_at(admin, name)
    admin.goto(f"{live.console_origin}/people?unit=03424-07-T1")
    admin.get_by_role("link", name="In phiếu cấp máy").click()
    looked_at(admin, "sheet-choose")
    admin.locator('[name="person"]').first.check()
    admin.get_by_role("button", name="Tạo phiếu để in").click()
    expect(admin.locator(".pass")).to_have_count(1)
    looked_at(admin, "sheet")
    admin.goto(f"{live.console_origin}/people/devices/{device.device_id}")
    looked_at(admin, "device")
    admin.goto(f"{live.console_origin}/people")
    admin.get_by_role("link", name="commune_officer").first.click()
    looked_at(admin, "person")
    admin.get_by_role("link", name="Ủy quyền thay người này").click()
    admin.get_by_label("Ủy quyền cho").select_option(index=1)
    admin.get_by_label("Đến hết ngày").fill(f"{live.server.today() + timedelta(days=2):%d/%m/%Y}")
    admin.get_by_role("button", name="Ủy quyền", exact=True).click()
    expect(admin.get_by_text("đang có hiệu lực")).to_be_visible()
    looked_at(admin, "leave")
