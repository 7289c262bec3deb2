#!/usr/bin/env python3
"""Take the pictures of the field app again: a real district, a real device, Chromium at phone and laptop size.

`make screenshots` keeps the few that the docs show, in docs/pictures/.
`make screenshots ARGS="--all FOLDER"` keeps every screen, the whole page, for looking at.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from client.device import Device  # noqa: E402
from client.sync_round import sync_round  # noqa: E402
from client.wire import Wire  # noqa: E402
from tests.browser.desk import Desk  # noqa: E402
from tests.browser.dossier_walk import DossierWalk, told_by_a_village  # noqa: E402
from tests.browser.walk import COMMUNE, PIN, Walker  # noqa: E402
from tests.client.conftest import COMMON  # noqa: E402
from tests.live import TEAM, LiveDistrict  # noqa: E402

SIZES = {
    "phone": {
        "viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    },
    "laptop": {"viewport": {"width": 1280, "height": 800}},
}  # fmt: skip
KEPT = {
    "phone": {
        "enrol", "home-returned", "fill-constraint", "fill-need", "sent-waiting", "record-returned", "records", "settings",
    },
    "laptop": {"record-returned", "queue", "review", "villages"},
}
DOSSIER = {"dossier-records", "dossier-meeting", "dossier-prepared", "dossier-appraisal", "dossier-signed"}


@dataclass
class Camera:
    """Pictures of one walk. folder: every screen goes there; None: the kept ones go to docs/pictures/."""

    page: Page
    size: str
    folder: Path | None
    seen: list[str] = field(default_factory=list)

    def take(self, name: str) -> None:
        self.seen.append(name)
        if self.folder:
            path = self.folder / self.size / f"{len(self.seen):02d}-{name}.png"
        elif name in KEPT[self.size]:
            path = ROOT / "docs" / "pictures" / f"{self.size}-{name}.png"
        else:
            return
        self.page.screenshot(path=path, full_page=bool(self.folder), animations="disabled")
        print(path)


def walk(chromium: Browser, size: str, folder: Path | None, colours: str) -> None:
    with tempfile.TemporaryDirectory(prefix="chungsuc-pictures-") as data:
        live = LiveDistrict(Path(data))
        context = chromium.new_context(
            **SIZES[size], locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", color_scheme=colours
        )
        page = context.new_page()
        Walker(page, live, Camera(page, size, folder).take).all()
        context.close()
        live.close()


def desk(chromium: Browser, size: str, folder: Path | None) -> None:
    """The commune's desk, with three cases of a village on it."""
    with tempfile.TemporaryDirectory(prefix="chungsuc-pictures-") as data:
        live = LiveDistrict(Path(data) / "server")
        village = Device(Path(data) / "village", secret_store="file", background=False)
        member = live.add_person("Lò Văn Ơn (trình diễn)", "team_member", TEAM)
        village.enrol({"link": live.link(member), "pin": PIN, "name": "Máy của tổ"})
        sync_round(village.session, Wire(live.origin), lambda *_: None)
        for name, urgency in (("Lò Thị Một", "week"), ("Tẩn Tả Hai", "now"), ("Sùng A Ba", "24h")):
            rec = village.start({"form_id": "support_case"})["rec"]
            said = {"person": {**COMMON["person"], "full_name": name}, "need": {**COMMON["need"], "urgency": urgency}}
            village.save_draft({"rec": rec, "answers": {**COMMON, **said}})
            village.finalise({"rec": rec})
        sync_round(village.session, Wire(live.origin), lambda *_: None)
        village.close()
        context = chromium.new_context(**SIZES[size], locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        page = context.new_page()
        page.goto(live.link(live.add_person("Lò Thị Lan (trình diễn)", "commune_officer", COMMUNE)))
        walker = Walker(page, live, lambda _: None)
        page.get_by_label("Tôi hiểu và đồng ý").check()
        walker.button("Đúng là tôi, đi tiếp").click()
        for title in ("Đặt mã PIN", "Nhập lại mã PIN"):
            walker.title(title)
            walker.type_pin(PIN)
        page.locator(".tile").first.wait_for(timeout=30_000)
        walker.synced()
        officer = Desk(page, Camera(page, size, folder).take)
        officer.look(3)
        officer.send_back("Tẩn Tả Hai")
        officer.approve_together(["Lò Thị Một", "Sùng A Ba"])
        context.close()
        live.close()


def walk_dossier(chromium: Browser, folder: Path | None) -> None:
    """The pages of docs/guide-district.md, at a laptop's size."""

    def take(name: str, page: Page) -> None:
        if folder or name in DOSSIER:
            path = (folder / "laptop" if folder else ROOT / "docs" / "pictures") / f"{name}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
            print(path)

    with tempfile.TemporaryDirectory(prefix="chungsuc-pictures-") as data:
        live = LiveDistrict(Path(data))
        told_by_a_village(live)
        walk = DossierWalk(live, chromium, take, {"width": 1100, "height": 760})
        address = walk.commune("Tẩn Tả Mẩy")
        home = walk.home_affairs(address)
        walk.chair(address)
        walk.signed(home, address)
        live.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every screen, the whole page, into FOLDER")
    parser.add_argument("--dark", action="store_true", help="as on a device set to dark")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.getuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for size in SIZES:
            walk(chromium, size, given.all, "dark" if given.dark else "light")
            desk(chromium, size, given.all)
        walk_dossier(chromium, given.all)


if __name__ == "__main__":
    main()
