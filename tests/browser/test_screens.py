"""The field app's screens in Chromium at phone size, on the real device: each looked at, and their habits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, PIN
from tests.browser.walk import SIZE, Walker
from tests.live import LiveDistrict

TOUCH_PX = 48
SMALL_TARGETS = """limit => [...document.querySelectorAll("button, a, input, textarea, select, summary, label.card")]
  .filter((node) => node.checkVisibility?.() !== false && !node.closest("[hidden]"))
  .filter((node) => !["radio", "checkbox"].includes(node.type) && !node.matches(".calendar"))
  .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < limit - 0.5 || box.width < limit - 0.5))
  .map(([html, box]) => `${html} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def errors() -> list[str]:
    """Mistakes of ours and refusals of the content security policy, of all the module's pages."""
    return []


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDistrict]:
    running = LiveDistrict(tmp_path_factory.mktemp("district"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def page(chromium: Browser, errors: list[str]) -> Iterator[Page]:
    context = chromium.new_context(**PHONE, is_mobile=True, has_touch=True)
    yield watched(context, errors)
    context.close()


def watched(context: BrowserContext, errors: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    return page


def test_every_screen_can_be_read_touched_and_heard(
    live: LiveDistrict, new_phone: Callable[[], BrowserContext], errors: list[str]
):
    page = watched(new_phone(), errors)
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        violations = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        found = [f"{v['id']}: {[node['html'][:120] for node in v['nodes']]}" for v in violations]
        found += [f"small: {target}" for target in page.evaluate(SMALL_TARGETS, TOUCH_PX)]
        if (wide := page.evaluate(OVERFLOW)) > 0:
            found.append(f"wider than the phone by {wide} px")
        if found:
            wrong[name] = found

    Walker(page, live, look).all()
    assert wrong == {}
    assert errors == []


@pytest.fixture(scope="module")
def enrolled(chromium: Browser, page: Page, district: LiveDistrict) -> Walker:
    found = Walker(page, district, lambda _: None)
    found.enrol()
    return found


@pytest.fixture
def walker(enrolled: Walker) -> Walker:
    """A person who has just begun a support case."""
    enrolled.go("#/home")
    enrolled.page.locator(".tile", has_text="Trường hợp hỗ trợ").click()
    enrolled.title("Xin phép")
    return enrolled


# A phone so slow that keeping an answer, which waits for its painting, has not begun when the form is left.
HOLD_KEEPING = """() => {
  const real = setTimeout;
  const held = new Promise((done) => { globalThis.let_go = done; });
  globalThis.setTimeout = (work, ms) => (ms === 30 ? held.then(work) : real(work, ms));
}"""
A_CHANGE_IS_SHOWN = """async () => {
  const { device } = await import("/app/device/browser.js");
  device.dispatchEvent(new Event("change"));
  for (const method of ["status", "home", "list", "settings", "home"]) await device[method]({});
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""


def test_leaving_a_form_in_the_middle_of_a_word_loses_nothing(walker: Walker, page: Page):
    walker.pick("/consent/consent_how", "Nói đồng ý")
    walker.question("/consent/consent_witness").locator("input").press_sequentially("Sùng A Ch")
    page.evaluate(HOLD_KEEPING)
    page.go_back()
    page.evaluate(A_CHANGE_IS_SHOWN)
    assert page.locator(".tile").count() == 0  # home would say that all is kept
    page.evaluate("globalThis.let_go()")
    expect(page.locator(".tile").first).to_be_visible()
    page.reload()
    walker.type_pin(PIN)
    page.locator(".row").first.click()
    expect(walker.question("/consent/consent_witness").locator("input")).to_have_value("Sùng A Ch")


def test_an_answer_that_looks_like_markup_stays_text(walker: Walker, page: Page, errors: list[str]):
    mark = '<img src=x onerror="document.title=1"><b>Sùng</b>'
    walker.pick("/consent/consent_how", "Nói đồng ý")
    walker.write("/consent/consent_witness", mark)
    walker.go(f"#/fill/{walker.rec}/~review")
    expect(page.locator(".answers").first).to_contain_text(mark)
    assert page.locator(".answers img, .answers b").count() == 0
    assert errors == []


def test_a_form_is_filled_in_by_keyboard_alone(walker: Walker, page: Page):
    page.locator("#fill-next").focus()
    page.keyboard.press("Enter")
    focused = "document.activeElement.closest('cs-question')?.dataset.path"
    page.wait_for_function(f"() => {focused} === '/consent/consent_how'")
    page.keyboard.press("Space")
    expect(walker.question("/consent/consent_how").locator("input").first).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(walker.question("/consent/consent_how").locator("input").nth(1)).to_be_checked()
    assert page.evaluate(focused) == "/consent/consent_how"


def test_a_removed_row_comes_back_with_its_answers_and_place(walker: Walker, page: Page):
    walker.go(f"#/fill/{walker.rec}/items")
    walker.title("Hiện vật")
    for item in ("Gạo", "Mì tôm"):
        walker.button("Thêm một dòng").click()
        page.locator("cs-repeat cs-text input").fill(item)
        walker.button("Xong dòng này").click()
    walker.button("Xóa dòng 1").click()
    expect(page.locator(".row-card")).to_have_count(1)
    walker.button("Lấy lại").click()
    expect(page.locator(".told")).to_contain_text(["Gạo", "Mì tôm"])


def test_the_phone_s_back_button_closes_a_list_and_keeps_the_page(walker: Walker, page: Page):
    walker.go(f"#/fill/{walker.rec}/household")
    walker.question("/household/commune").locator(".opener").click()
    expect(page.locator("dialog")).to_be_visible()
    page.go_back()
    expect(page.locator("dialog")).to_have_count(0)
    walker.title("Hộ gia đình")
    assert walker.question(SIZE).is_visible()
