"""From a village's phone to the signed decision, through the four roles, in a real browser; every stop fits and axe is content."""

from __future__ import annotations

import io
import os
import zipfile

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PIN, Tab
from tests.browser.dossier_walk import ACHIEVEMENT, DossierWalk
from tests.live import TEAM

SHOTS = os.environ.get("CHUNGSUC_SHOTS")  # a folder: pictures of every page looked at


def looked_at(name: str, page: Page) -> None:
    """At a phone's and a laptop's width: nothing overflows, axe finds nothing."""
    for width in (360, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_a_village_achievement_becomes_a_signed_decision(live, chromium, phone):
    tab: Tab = phone.tab()
    link = live.link(live.add_person("Giàng A Páo", "team_lead", TEAM))
    assert tab.call("enrol", link=link, pin=PIN, name="Điện thoại của tổ")["state"] == "open"
    assert tab.sync()["ok"]
    rec = tab.call("start", form_id="achievement")["rec"]
    tab.call("save_draft", rec=rec, answers=ACHIEVEMENT)
    assert tab.call("finalise", rec=rec)["waiting"]
    assert tab.sync()["ok"]

    walk = DossierWalk(live, chromium, looked_at, {"width": 1366, "height": 900})
    address = walk.commune("Tẩn Tả Mẩy")
    home = walk.home_affairs(address)
    walk.chair(address)
    walk.signed(home, address)
    with home.expect_download() as download:
        home.get_by_role("link", name="Tải cả hồ sơ (.zip)").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert {"01-to-trinh.docx", "04-bien-ban-hop-xet.docx", "09-quyet-dinh.docx", "10-noi-dung-giay-khen.docx"} <= set(archive.namelist())
    walk.go(home, "/awards")
    expect(home.get_by_role("link", name="Tẩn Tả Mẩy")).to_be_visible()
    looked_at("register", home)
    for name, path in (("templates", "/papers"), ("dossiers", "/dossiers"), ("check", "/check")):
        walk.go(home, path)
        looked_at(name, home)
    assert tab.sync()["ok"]
    assert tab.call("open", rec=rec)["state"] == "used_in_dossier"  # the village sees where its record went
    home.get_by_role("button", name="English").click()
    walk.go(home, "/dossiers")
    expect(home.get_by_role("heading", level=1)).to_have_text("Dossiers")
