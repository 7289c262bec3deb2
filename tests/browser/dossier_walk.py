"""A dossier walked through at the console, page by page: for tests and pictures. `at(name, page)` is called at each stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, expect

import tests.server.district as in_process
from server.accounts import begin_session
from server.console.visitor import COOKIE
from server.database import transaction
from tests.live import LiveDistrict, now
from tests.server.achievements import tell

ACHIEVEMENT = {
    "recipient": {
        "recipient_type": "individual", "full_name": "Tẩn Tả Mẩy", "sex": "female", "birth_year": 1987, "ethnic_code": "09",
        "commune": "03424", "village": "03424-07", "position": "Tổ viên", "unit_name": "Tổ số 1", "is_leader": "no",
        "direct_frontline": "yes",
    },
    "deed": {
        "merit_kind": ["frontline", "tracing"], "period_from": "2021-11-01", "period_to": "2021-11-30",
        "facts": "Trực chốt 35 ca, đưa 120 suất ăn tới nhà F0, F1.", "impact_scope": "commune",
    },
    "consent": {"agreed": "yes"},
}  # fmt: skip


def told_by_a_village(live: LiveDistrict) -> None:
    """The same achievement, from a device in this process: where no phone is to be seen."""
    before, in_process.FIELD_HOST = in_process.FIELD_HOST, live.origin
    tell(in_process.District(live.app, now).device())
    in_process.FIELD_HOST = before


@dataclass
class DossierWalk:
    """The officials around one dossier; each has a page of their own."""

    live: LiveDistrict
    chromium: Browser
    at: Callable[[str, Page], None]
    viewport: dict[str, int]

    def desk(self, name: str, role: str, unit: str, **given: Any) -> Page:
        person = self.live.add_person(name, role, unit)
        with self.live.app.app_context(), transaction() as session:
            token = begin_session(session, person, now(), 12)
        context = self.chromium.new_context(viewport=self.viewport, locale="vi-VN", bypass_csp=True, **given)
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.live.console_origin}])
        return context.new_page()

    def go(self, page: Page, path: str) -> None:
        page.goto(self.live.console_origin + path)

    def commune(self, name: str) -> str:
        """Confirm the record, begin the dossier, hold the meeting, sign and forward; the dossier's address."""
        page = self.desk("Lò Thị Lan", "commune_officer", "03424")
        self.go(page, "/records")
        page.get_by_role("link", name=name).click()
        page.get_by_role("button", name="Xác nhận", exact=True).click()
        self.go(page, "/dossiers")
        self.at("dossiers-empty", page)
        page.get_by_role("link", name="Lập hồ sơ mới").click()
        page.get_by_label("Hình thức khen thưởng").select_option("giay_khen_huyen")
        self.at("dossier-new", page)
        page.get_by_role("button", name="Lập hồ sơ", exact=True).click()
        self.at("dossier-records", page)
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Đưa vào danh sách đề nghị").click()
        page.get_by_label("Người ký tờ trình").fill("Hoàng Văn Hùng")
        page.get_by_role("button", name="Ghi tên").click()
        page.get_by_role("link", name="Ghi biên bản…").click()
        today = f"{self.live.server.today():%d/%m/%Y}"
        for label, text in (
            ("Ngày họp", today), ("Nơi họp", "Trụ sở UBND xã"), ("Chủ trì (", "Hoàng Văn Hùng, Chủ tịch UBND xã"),
            ("Thư ký (", "Lò Thị Lan, công chức"), ("Thành viên có mặt", "Hoàng Văn Hùng\nLò Thị Lan\nVàng Thị Mai"),
            ("Thành viên vắng mặt", "Tao Văn Sáng (trực chốt)"),
        ):  # fmt: skip
            page.get_by_label(label).fill(text)
        page.get_by_label(f"Đồng ý: {name}", exact=True).fill("3")
        page.get_by_label(f"Không đồng ý: {name}").fill("0")
        self.at("dossier-meeting", page)
        page.get_by_role("button", name="Ghi biên bản").click()
        self.at("dossier-prepared", page)
        address = page.url.partition("#")[0]
        chair = self.desk("Hoàng Văn Hùng", "commune_chair", "03424")
        chair.goto(address)
        chair.get_by_role("button", name="Ký, chuyển lên huyện").click()
        expect(chair.get_by_text("Chờ duyệt").first).to_be_visible()
        return address

    def home_affairs(self, address: str) -> Page:
        """Receive, hear the Health Centre, appraise, put forward, open the review."""
        page = self.desk("Nguyễn Thu Hà", "home_affairs", "106")
        page.goto(address)
        page.get_by_role("button", name="Tiếp nhận").click()
        health = self.desk("Lường Thị Nga", "district_health", "106")
        health.goto(address)
        health.get_by_label("Trả lời").select_option("agrees")
        health.get_by_role("button", name="Ghi ý kiến").click()
        page.goto(address)
        page.get_by_role("link", name="Thẩm định…").click()
        for box in page.locator("select[name^='value:']").all():
            box.select_option("yes")
        self.at("dossier-appraisal", page)
        page.get_by_role("button", name="Ghi kết quả thẩm định").click()
        for step in ("Đủ điều kiện", "Trình xét khen thưởng", "Bắt đầu xét"):
            page.get_by_role("button", name=step, exact=True).click()
        expect(page.get_by_text("Đang xét khen thưởng").first).to_be_visible()
        return page

    def chair(self, address: str) -> None:
        page = self.desk("Nguyễn Xuân Trường", "district_chair", "106", java_script_enabled=False)
        page.goto(address)
        page.get_by_role("link", name="Quyết định…").click()
        page.get_by_role("button", name="Ghi quyết định").click()
        expect(page.get_by_text("Đã khen thưởng").first).to_be_visible()

    def signed(self, page: Page, address: str) -> None:
        page.goto(address)
        page.get_by_label("Số, ký hiệu trên bản đã ký").fill("112/QĐ-UBND")
        page.get_by_role("button", name="Ghi số và ngày ký").click()
        expect(page.get_by_text("112/QĐ-UBND")).to_be_visible()
        self.at("dossier-signed", page)
