"""The console's pages in a real browser, from a phone's width to a wide screen's: nothing overflows, axe finds nothing.

Every page without an id in its address is looked at, whoever wrote it; those with one are listed here.
"""

import os
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe

import tests.server.district as in_process
from server.accounts import begin_session
from server.console.visitor import COOKIE
from tests.conftest import SOAK
from tests.live import now
from tests.server.district import OTHER_TEAM, TEAM, District
from tests.server.officer import COMMUNE

WIDTHS = (360, 768, 1366, 1920) if SOAK else (360,)
READERS = [("commune_officer", COMMUNE), ("labour_office", "106"), ("admin", "106"), ("auditor", "106")]
SHOTS = os.environ.get("CHUNGSUC_SHOTS")  # a folder: pictures of every page looked at


@pytest.fixture(scope="module")
def desk(live):
    """A commune with two cases of one person, and somebody signed in for each role."""
    in_process_host, in_process.FIELD_HOST = in_process.FIELD_HOST, live.origin
    district = District(live.app, now)
    one, other = district.device(), district.device(unit=OTHER_TEAM)
    ops = (
        one.submit(full_name="Giàng Thị Dở", id_type="cccd", id_number="012158001234", phone="0912345678"),
        other.submit(full_name="Giang Thi Do", unit=OTHER_TEAM, household_size=6),
        one.submit(full_name="Lò Văn Phương", birth_year=1990),
    )
    wrong = one.submit(full_name="Tẩn Mí Sai", household_size=99)
    one.push(ops[0], ops[2], wrong)
    other.push(ops[1])
    yield SimpleNamespace(
        live=live,
        district=district,
        recs=[op.rec for op in ops],
        device=one,
        waiting=wrong.h,
        person=district.person("commune_chair", COMMUNE, username="chair").person_id,
    )
    in_process.FIELD_HOST = in_process_host


def visit(desk, chromium, width, role="commune_officer", unit=COMMUNE, **given):
    """A page of somebody signed in."""
    person = desk.district.person(role, unit)
    token = desk.district.ask(lambda s: begin_session(s, person.person_id, now(), 12))
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="vi-VN", bypass_csp=True, **given)
    context.add_cookies([{"name": COOKIE, "value": token, "url": desk.live.console_origin}])
    return context.new_page()


def look_at(page, path):
    """The page that is open fits the screen, and axe has nothing to say."""
    if SHOTS:
        name = path.strip("/").split("?")[0].replace("/", "-")[:40]
        page.screenshot(path=f"{SHOTS}/{name}-{page.viewport_size['width']}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
    found = Axe().run(page)
    assert found.violations_count == 0, f"{path}: {found.generate_report()}"


def with_ids(desk):
    """Pages whose address names something; what stands in the others' lists."""
    first, second = sorted(desk.recs[:2])
    rec = f"/records/{desk.recs[0]}"
    return [
        *(rec + what for what in ("", "/steps/return", "/correction", "/revisions")),
        f"/duplicates/{first}/{second}",
        f"/requests/new/{desk.recs[0]}",
        f"/waiting/{desk.waiting}",
        f"/people/{desk.person}",
        f"/people/devices/{desk.device.device_id}",
        f"/people/sheet?unit={TEAM}",
        "/bulk?form=support_case",
        "/support/lists/payouts",
        "/logs/acts?check=1",
    ]


def without_ids(desk):
    """Every address of the console that names nothing."""
    for rule in desk.live.app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and "GET" in rule.methods and not rule.arguments:
            yield rule.rule


def open_page(desk, readers, path):
    """The page of the first reader who may see it; None: it is no page, or wants to be told more."""
    for page in readers:
        answer = page.request.get(desk.live.console_origin + path)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            page.goto(desk.live.console_origin + path)
            return page
    return None


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_is_accessible(desk, chromium, width):
    readers = [visit(desk, chromium, width, *reader) for reader in READERS]
    looked = 0
    for path in (*with_ids(desk), *without_ids(desk)):
        page = open_page(desk, readers, path)
        assert page or path not in with_ids(desk), f"{path}: none of {READERS} may see it"
        if page:
            look_at(page, path)
            looked += 1
    assert looked >= 40
    for page in readers:
        page.context.close()


def test_a_pair_is_decided_and_undone_without_javascript(desk, chromium):
    page = visit(desk, chromium, 360, java_script_enabled=False)
    page.goto(desk.live.console_origin + "/duplicates")
    page.get_by_role("link", name="Giàng Thị Dở").click()
    page.get_by_role("button", name="Cùng một người, giữ cả hai").click()
    assert page.get_by_text("Đã ghi: cùng một người").is_visible()
    page.get_by_role("button", name="Làm lại").click()
    assert page.get_by_role("button", name="Không trùng").is_visible()
    page.context.close()
