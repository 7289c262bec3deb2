"""The desk's pages in a real browser, at a phone's and a laptop's width: nothing overflows, axe finds nothing."""

import os
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe

import tests.server.district as in_process
from server.accounts import begin_session
from server.console.visitor import COOKIE
from tests.live import now
from tests.server.district import OTHER_TEAM, District
from tests.server.officer import COMMUNE

WIDTHS = (360, 1366)
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
    one.push(ops[0], ops[2])
    other.push(ops[1])
    yield SimpleNamespace(live=live, district=district, recs=[op.rec for op in ops], device=one)
    in_process.FIELD_HOST = in_process_host


def visit(desk, chromium, width, role="commune_officer", unit=COMMUNE, **given):
    """A page of somebody signed in."""
    person = desk.district.person(role, unit)
    token = desk.district.ask(lambda s: begin_session(s, person.person_id, now(), 12))
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="vi-VN", bypass_csp=True, **given)
    context.add_cookies([{"name": COOKIE, "value": token, "url": desk.live.console_origin}])
    return context.new_page()


def look_at(page, desk, path):
    """Open a page; it fits the screen and axe has nothing to say."""
    answer = page.goto(desk.live.console_origin + path)
    assert answer.status == 200, (path, answer.status)
    if SHOTS:
        name = path.strip("/").split("?")[0].replace("/", "-")[:40]
        page.screenshot(path=f"{SHOTS}/{name}-{page.viewport_size['width']}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
    found = Axe().run(page)
    assert found.violations_count == 0, f"{path}: {found.generate_report()}"


def pages(desk):
    """(role, unit, path) of every page of the desk."""
    first, second = sorted(desk.recs[:2])
    return [
        ("commune_officer", COMMUNE, "/duplicates"),
        ("commune_officer", COMMUNE, f"/duplicates/{first}/{second}"),
        ("commune_officer", COMMUNE, f"/records/{desk.recs[0]}"),
        ("commune_officer", COMMUNE, "/support"),
        ("commune_officer", COMMUNE, "/support/claims"),
        ("commune_officer", COMMUNE, "/support/lists/payouts"),
        ("commune_officer", COMMUNE, "/requests"),
        ("commune_officer", COMMUNE, f"/requests/new/{desk.recs[0]}"),
        ("auditor", "106", "/logs/acts?check=1"),
        ("auditor", "106", "/logs/accesses"),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_is_accessible(desk, chromium, width):
    opened = {}
    for role, unit, path in pages(desk):
        page = opened.get(role) or opened.setdefault(role, visit(desk, chromium, width, role, unit))
        look_at(page, desk, path)
    for page in opened.values():
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
