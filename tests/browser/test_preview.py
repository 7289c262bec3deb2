"""`chungsuc forms preview`: an author writes a form and sees it on the real screens, a look behind them beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from chungsuc.ports import free_port
from chungsuc.preview.app import Preview

FORM = {
    "settings": {"form_id": "visit", "version": "1", "title": {"vi": "Thăm hộ", "en": "Visit"}, "default_language": "vi"},
    "survey": [
        {"type": "text", "name": "full_name", "label": {"vi": "Họ và tên", "en": "Full name"}, "required": True},
        {"type": "integer", "name": "members", "label": {"vi": "Số nhân khẩu", "en": "Members"}},
        {"type": "note", "name": "many", "label": {"vi": "Nhà đông người", "en": "Many people"}, "relevant": "${members} > 8"},
        {"type": "text", "name": "decision", "label": {"vi": "Ý kiến của xã", "en": "The commune says"},
         "writable_by": [{"roles": ["commune_officer"], "states": ["submitted"]}]},
    ],
}  # fmt: skip


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "visit.json"
    path.write_text(json.dumps(FORM, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def preview(form: Path) -> Iterator[Preview]:
    shown = Preview(form, free_port())
    thread = shown.start()
    yield shown
    shown.close()
    thread.join(timeout=5)
    assert not thread.is_alive()


@pytest.fixture
def page(preview: Preview, new_phone: Callable[[], object]) -> Page:
    page: Page = new_phone().new_page()  # type: ignore[attr-defined]
    page.set_viewport_size({"width": 1280, "height": 860})
    page.goto(preview.url)
    return page


def screens(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def field(page: Page, path: str) -> object:
    return screens(page).locator(f'cs-question[data-path="{path}"] input')


def write(form: Path, old: str, new: str) -> None:
    text = form.read_text("utf-8")
    assert old in text
    form.write_text(text.replace(old, new), "utf-8")


def row(page: Page, path: str) -> object:
    return page.locator("#values tr", has=page.locator("td:first-child", has_text=path))


def test_an_author_fills_in_and_sees_behind_the_screens(page: Page):
    expect(page.locator("h1")).to_have_text("Xem trước · Thăm hộ")
    expect(page.locator("#none")).to_have_text("Biểu mẫu không có lỗi.")
    expect(row(page, "/many")).to_contain_text("không")
    expect(row(page, "/many").locator(".expression")).to_have_text('relevant: ${members} > 8 → "false"')
    field(page, "/members").fill("9")
    field(page, "/members").blur()
    expect(screens(page).get_by_text("Nhà đông người")).to_be_visible()
    expect(row(page, "/many")).to_contain_text("có")
    expect(row(page, "/many").locator(".expression")).to_have_text('relevant: ${members} > 8 → "true"')
    expect(page.locator("#agree")).to_have_text("✓ Hai bộ máy khớp nhau")


def test_the_page_follows_the_file_and_answers_stay(page: Page, form: Path):
    field(page, "/full_name").fill("Tẩn Tả Mẩy")
    field(page, "/full_name").blur()
    expect(row(page, "/full_name")).to_contain_text("Tẩn Tả Mẩy")
    write(form, "Số nhân khẩu", "Số người trong nhà")
    expect(screens(page).get_by_text("Số người trong nhà")).to_be_visible()
    expect(field(page, "/full_name")).to_have_value("Tẩn Tả Mẩy")


def test_what_is_wrong_stands_beside_the_version_before_it(page: Page, form: Path):
    write(form, "${members} > 8", "${membres} > 8")
    expect(page.locator("#problems li.error")).to_contain_text("${membres}")
    expect(page.locator("#problems li.error")).to_contain_text("expression.unknown_name")
    expect(page.locator("#none")).to_have_text("Màn hình đang hiện bản trước khi có lỗi.")
    expect(field(page, "/members")).to_be_visible()
    form.write_text("{", "utf-8")
    expect(page.locator("#problems li")).to_contain_text("json.broken")
    form.write_text(json.dumps(FORM), "utf-8")
    expect(page.locator("#none")).to_have_text("Biểu mẫu không có lỗi.")


def test_language_role_and_state_are_the_authors_to_choose(page: Page):
    page.get_by_label("Ngôn ngữ").select_option("en")
    expect(page.locator("h1")).to_have_text("Preview · Visit")
    expect(screens(page).get_by_text("Full name")).to_be_visible()
    expect(field(page, "/decision")).to_have_count(0)
    page.get_by_label("Role").select_option("commune_officer")
    page.get_by_label("State").select_option("submitted")
    expect(field(page, "/decision")).to_be_editable()


def test_finishing_shows_the_record_and_sends_nothing(page: Page):
    frame = screens(page)
    field(page, "/full_name").fill("Tẩn Tả Mẩy")
    frame.get_by_role("button", name="Tiếp").click()
    frame.get_by_role("button", name="Hoàn tất, chờ gửi").click()
    expect(page.locator("#record")).to_contain_text('"full_name": "Tẩn Tả Mẩy"')
    page.get_by_role("button", name="Làm lại từ đầu").click()
    expect(field(page, "/full_name")).to_have_value("")
    expect(page.locator("#record")).to_be_hidden()


@pytest.mark.parametrize("size", [(360, 740), (1280, 860)])
def test_the_page_can_be_read_and_heard(page: Page, form: Path, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    write(form, "${members} > 8", "${membres} > 8")
    expect(page.locator("#problems li.error")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_stranger_on_the_machine_is_not_let_in(preview: Preview, new_phone: Callable[[], object]):
    page: Page = new_phone().new_page()  # type: ignore[attr-defined]
    assert page.goto(preview.url.split("/boot")[0] + "/preview/behind").status == 403  # type: ignore[union-attr]
