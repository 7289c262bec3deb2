"""A campaign brings its own drawings for tiles and choices: data, and not a line of the app."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from server.campaigns import read_folder
from tests.browser.conftest import PIN
from tests.browser.walk import Walker
from tests.live import CAMPAIGN, LiveDistrict

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 18h20l-3 4H5z"/></svg>'


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDistrict]:
    files = dict(read_folder(CAMPAIGN))
    form = json.loads(files["forms/support_case.json"])
    form["settings"]["icon"] = "forms/boat.svg"
    form["choices"]["consent_how"][0]["icon"] = "choices/oar.svg"
    files["forms/support_case.json"] = json.dumps(form, ensure_ascii=False).encode()
    files |= {"media/forms/boat.svg": DRAWING, "media/choices/oar.svg": DRAWING}
    district = LiveDistrict(tmp_path_factory.mktemp("server"), files)
    yield district
    district.close()


def test_tiles_and_choices_show_the_campaigns_own_drawings(new_phone, live: LiveDistrict):
    page: Page = new_phone().new_page()
    page.set_default_timeout(20_000)
    walker = Walker(page, live, lambda _: None)
    walker.enrol()
    page.reload()  # the drawings came after the first tiles
    walker.type_pin(PIN)
    tile = page.locator(".tile", has_text="Trường hợp hỗ trợ")
    expect(tile.locator(".icon")).to_have_attribute("style", re.compile("blob:"))
    expect(page.locator(".tile .icon").last).to_have_attribute("style", re.compile("/icons/forms/"))
    tile.click()
    expect(page.locator("label.card .icon").first).to_have_attribute("style", re.compile("blob:"))
