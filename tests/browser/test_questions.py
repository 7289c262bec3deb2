"""Every question type and appearance, filled in by touch on a phone without a network, and what arrives of it."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, Playwright, expect
from sqlalchemy import select

from server.database import db
from server.models import Revision
from tests.browser.conftest import FLAGS, PHONE
from tests.browser.every_question import FROM_THE_DEVICE, PLACE, SECRET, EveryQuestion, camera_photo, campaign
from tests.browser.test_screens import OVERFLOW, SMALL_TARGETS, TOUCH_PX, watched
from tests.live import LiveDistrict

CUT_OFF = """() => [...document.querySelectorAll("main :is(p, span, label, button, output, legend, dt, dd, h1, h2)")]
  .filter((node) => node.clientWidth > 0 && !node.matches(".sr, .sr *, .fill-name, .icon") && node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120))"""
FOCUSED = "document.activeElement.closest('cs-question')?.dataset.path"
ALLOWED = ["geolocation", "camera", "microphone"]


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium with a camera and a microphone, invented ones."""
    root = ["--no-sandbox"] if os.getuid() == 0 else []
    started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *FROM_THE_DEVICE, *root])
    yield started
    started.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDistrict]:
    district = LiveDistrict(tmp_path_factory.mktemp("server"), campaign())
    yield district
    district.close()


@pytest.fixture
def errors() -> list[str]:
    return []


@pytest.fixture
def person(browser: Browser, live: LiveDistrict, errors: list[str]) -> Iterator[EveryQuestion]:
    """A team member whose phone holds the whole app and form, and may see, hear and know the place."""
    context = browser.new_context(**PHONE, is_mobile=True, has_touch=True, geolocation=PLACE, permissions=ALLOWED)
    found = EveryQuestion(watched(context, errors), live)
    found.enrol()
    yield found
    context.close()


def looker(page: Page, wrong: dict[str, list[str]]) -> Callable[[str], None]:
    """Looks at a page with axe, for targets too small for a thumb, and for what is wider than the screen."""

    def look(name: str) -> None:
        found = [f"{v['id']}: {[n['html'][:120] for n in v['nodes']]}" for v in Axe().run(page).response["violations"]]
        found += [f"small: {target}" for target in page.evaluate(SMALL_TARGETS, TOUCH_PX)]
        if (wide := page.evaluate(OVERFLOW)) > 0:
            found.append(f"wider than the phone by {wide} px")
        if found:
            wrong[name] = found

    return look


def received(live: LiveDistrict) -> dict[str, Any]:
    """The answers of the newest revision the server has."""
    with live.app.app_context():
        answers = db.session.scalars(select(Revision).order_by(Revision.received_at.desc())).first()
        assert answers
        return dict(json.loads(answers.answers))


def stored(live: LiveDistrict, answer: str) -> bytes:
    """The bytes that a file answer names, as the server keeps them."""
    name = answer.split(".")[0]
    file = live.server.blobs.open(name)
    assert file, answer
    with file:
        data = file.read()
    assert hashlib.sha256(data).hexdigest() == name
    return data


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height, from the frame header."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC2):
        at += 2 + int(struct.unpack(">H", jpeg[at + 2 : at + 4])[0])
    height, width = struct.unpack(">HH", jpeg[at + 5 : at + 9])
    return width, height


TYPED: dict[str, Any] = {
    "words": {
        "name": "Giàng Thị Dở", "story": "Nhà neo người,\nhết gạo.", "papers": "045158000123", "account": "1500000",
        "people": 5, "money": 1855000, "kilos": "12.5", "area": "1250.75",
    },
    "scales": {"pain": 8, "fever": "39.5"},
    "times": {
        "born": "1951-02-03", "month": "2021-11-01", "year": "1949-01-01", "plain": "2021-12-05", "hour": "08:30",
        "moment": "2021-12-04T21:05:00.000+07:00",
    },
    "one": {
        "need": "medicine", "likert": "much", "across": "yes", "columns": "half", "compact": "rice", "sheet": "yes",
        "village": "v1", "shuffled": "all", "other_need": "other", "other_need_other": "Chăn ấm",
    },
    "from_file": {"commune": "03424", "teams": ["03424-07"]},
    "quickly": {"quick": "yes"},
    "many": {"needs": ["rice", "water"], "pack": ["no", "half"], "villages": ["v1", "v19999"], "cough": "yes", "tired": "no"},
    "table": {"head_ache": "yes", "sore": "no"},
    "order": {"rank": ["little", "no", "half", "all", "much"], "ack": "OK", "trig": "OK", "each": 371000},
    "where": {"place": "22.3812345 103.4612345 0 4", "typed": "22.38 103.46"},
    "began_at": "22.3812345 103.4612345 0 4",
    "kept": "v1",
}  # fmt: skip
PICTURES = {"photo": ".jpg", "here": ".jpg", "sign": ".png", "sketch": ".png", "marked": ".jpg"}


def test_no_letter_is_lost_on_a_narrow_phone_with_letters_twice_as_large(person: EveryQuestion):
    page = person.page
    page.set_viewport_size({"width": 320, "height": 640})
    wide: dict[str, Any] = {}

    def look(name: str) -> None:
        if (over := page.evaluate(OVERFLOW)) > 0 or (cut := page.evaluate(CUT_OFF)):
            wide[name] = over or cut

    person.begin()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for name in (
        "words",
        "scales",
        "times",
        "one",
        "from_file",
        "quickly",
        "many",
        "table",
        "order",
        "where",
        "files",
        "members",
        "~review",
    ):
        page.evaluate("name => { location.hash = location.hash.split('/').slice(0, 3).join('/') + '/' + name }", name)
        page.wait_for_function("name => location.hash.endsWith(name)", arg=name)
        expect(page.locator(".page, .review")).to_be_visible()
        look(name)
    assert wide == {}


def test_every_question_is_answered_offline_by_touch_and_arrives_as_it_was_given(
    person: EveryQuestion, live: LiveDistrict, errors: list[str]
):
    wrong: dict[str, list[str]] = {}
    person.at = looker(person.page, wrong)
    photo = camera_photo(person.page)
    assert SECRET in photo
    person.context.set_offline(True)
    person.all(photo)
    person.context.set_offline(False)
    person.page.evaluate("location.hash = '#/sync'")
    expect(person.page.locator(".receipts")).to_contain_text("Giàng Thị Dở", timeout=20_000)
    person.page.locator("#sync-now:enabled").click()
    expect(person.page.locator("#sync-now:enabled")).to_be_visible(timeout=20_000)
    answers = received(live)
    assert {key: answers[key] for key in TYPED} == TYPED
    [member] = answers["members"]
    assert (member["member"], member["ill"]) == ("Sùng A Chu", "no")
    assert [(shot["on"], shot["dose"]) for shot in member["shots"]] == [("2021-08-12", 1)]
    files = answers["files"]
    for name, ending in {**PICTURES, "voice": ".webm", "paper": ".pdf"}.items():
        assert files[name].endswith(ending), name
    assert files["code"] == "8934563138165"
    with live.app.app_context():
        kept = {
            name: stored(live, answer) for name, answer in {**files, "log": answers["log"]}.items() if name != "code"
        }
    assert size_of(kept["photo"]) == (600, 800), "turned as its EXIF says, and shrunk to what the form asks"
    assert not any(SECRET in data or b"Exif" in data for data in kept.values()), "nothing of the camera's own words"
    log = kept["log"].decode().splitlines()
    assert (
        log[0] == "event,node,start,end" and log[1].startswith("form start,,") and log[-1].startswith("form finalize,,")
    )
    assert any(line.startswith("question,/words/name,") for line in log)
    assert {answers["who"], answers["day"] != ""} == {"Tẩn Tả Mẩy", True}
    assert wrong == {}
    assert errors == []


def test_a_page_that_dies_while_the_camera_is_open_comes_back_to_its_question(person: EveryQuestion):
    page = person.page
    person.begin()
    person.write("/words/name", "Sùng A Chu")
    page.evaluate("location.hash += '/files'")
    expect(page.locator("h1")).to_have_text("Ảnh, tiếng, tệp")
    with page.expect_file_chooser():
        person.button("/files/marked", "Chọn ảnh có sẵn").click()
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    page.close()
    again = EveryQuestion(watched(person.context, []), person.live)
    again.page.goto(f"{person.live.origin}/app/")
    again.unlock()
    again.page.locator(".row").first.click()
    expect(again.page.locator("h1")).to_have_text("Ảnh, tiếng, tệp")
    again.page.wait_for_function(f"{FOCUSED} === '/files/marked'")
    again.page.evaluate("location.hash = location.hash.split('/').slice(0, 3).join('/') + '/words'")
    expect(again.question("/words/name").locator("input")).to_have_value("Sùng A Chu")


def test_choices_ranks_scales_and_dates_are_answered_by_keyboard_alone(person: EveryQuestion):
    page, press = person.page, person.page.keyboard.press
    person.begin()
    page.evaluate("location.hash += '/times'")
    person.question("/times/born").locator("input").first.focus()
    page.keyboard.type("03021951")
    expect(person.question("/times/born").locator(".y input")).to_have_value("1951")
    page.evaluate("location.hash = location.hash.replace('times', 'one')")
    person.question("/one/sheet").locator(".opener").focus()
    press("Enter")
    expect(page.locator("dialog")).to_be_visible()
    page.locator("dialog input").first.focus()
    press("Space")
    press("Enter")
    expect(person.question("/one/sheet").locator(".opener")).to_contain_text("Có")
    page.evaluate("location.hash = location.hash.replace('one', 'quickly')")
    person.question("/quickly/quick").locator("input").first.focus()
    press("ArrowDown")
    expect(person.question("/quickly/quick").locator("input").nth(1)).to_be_checked()
    expect(page.locator("h1")).to_have_text("Chọn nhanh")  # arrows choose on their way: they do not go on
    page.evaluate("location.hash = location.hash.replace('quickly', 'order')")
    person.button("/order/rank", "Đưa xuống: Không").focus()
    press("Enter")
    press("Enter")
    expect(person.question("/order/rank").locator("li .rank-label").nth(2)).to_have_text("Không")
    page.evaluate("location.hash = location.hash.replace('order', 'scales')")
    person.question("/scales/pain").locator("input").focus()
    press("Home")
    expect(person.question("/scales/pain").locator("output")).to_have_text("0")


def test_a_photo_is_replaced_only_when_there_is_another_and_removed_only_when_sure(person: EveryQuestion):
    page = person.page
    photo = camera_photo(page)
    person.begin()
    page.evaluate("location.hash += '/files'")
    person.give("/files/photo", "Chọn ảnh có sẵn", "IMG_1.jpg", "image/jpeg", photo)
    image = person.question("/files/photo").locator("cs-file-view img")
    expect(image).to_be_visible()
    person.button("/files/photo", "Thay").click()
    person.give("/files/photo", "Chọn ảnh có sẵn", "IMG_2.jpg", "image/jpeg", b"no picture at all")
    expect(person.question("/files/photo").get_by_role("alert")).to_contain_text("không đọc được ảnh")
    person.button("/files/photo", "Thôi").click()
    expect(image).to_be_visible()
    person.button("/files/photo", "Xóa").click()
    page.locator("dialog").get_by_role("button", name="Không").click()
    expect(image).to_be_visible()
    person.button("/files/photo", "Xóa").click()
    page.locator("dialog").get_by_role("button", name="Xóa").click()
    expect(person.button("/files/photo", "Chụp ảnh")).to_be_visible()


def test_a_place_that_cannot_be_had_is_told_in_words_and_typed_by_hand(person: EveryQuestion):
    person.context.clear_permissions()
    person.begin()
    person.page.evaluate("location.hash += '/where'")
    person.button("/where/place", "Lấy vị trí").click()
    expect(person.question("/where/place").get_by_role("alert")).to_contain_text("nhập tay")
    person.question("/where/place").get_by_text("Nhập tay", exact=True).click()
    person.question("/where/place").get_by_label("Vĩ độ").fill("95")
    person.button("/where/place", "Dùng số vừa nhập").click()
    expect(person.question("/where/place").get_by_role("alert").last).to_contain_text("22,38")
