"""The commune's desk walked through on screen: for tests and pictures. `at(name)` is called at each screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

SIZE = "/household/household_size"


@dataclass
class Desk:
    """One officer at one page of the opened app; what the village sent is on the device."""

    page: Page
    at: Callable[[str], None]

    def go(self, address: str, title: str) -> None:
        self.page.evaluate("address => { location.hash = address }", address)
        expect(self.page.locator("h1")).to_have_text(title)

    def line(self, words: str):
        """One answer: its label and what stands under it."""
        return self.page.locator(".answers dl > div", has=self.page.locator("dt", has_text=words)).first

    def look(self, count: int) -> None:
        """The queue, its filters, the villages."""
        self.go("#/home", "Thi đua phòng, chống dịch Covid-19 huyện Tam Đường")
        self.page.locator(".app-nav").get_by_role("link", name="Duyệt").click()
        expect(self.page.locator("h1")).to_have_text("Duyệt phiếu")
        expect(self.page.locator("a.row")).to_have_count(count)
        self.at("queue")
        self.page.get_by_text("Lọc và sắp xếp").click()
        self.page.locator("#queue-state").select_option(index=1)
        expect(self.page.get_by_role("button", name="Bỏ lọc")).to_be_visible()
        self.at("queue-filtered")
        self.page.get_by_role("button", name="Bỏ lọc").click()
        self.page.get_by_role("link", name="Các bản").click()
        expect(self.page.locator("h1")).to_have_text("Các bản")
        expect(self.page.get_by_text("chưa gửi phiếu nào").first).to_be_visible()
        self.at("villages")

    def send_back(self, title: str) -> None:
        """A remark beside a question, out of ready phrases, and the return with its reason."""
        page = self.page
        self.go("#/queue", "Duyệt phiếu")
        page.locator("a.row", has_text=title).click()
        expect(page.locator("h1")).to_contain_text(title)
        self.at("review")
        self.line("Nhà có mấy người?").get_by_role("button", name="Nhắc").click()
        page.locator("dialog").get_by_role("button", name="Xem lại sổ hộ khẩu rồi ghi đúng.").click()
        self.at("review-remark")
        page.locator("dialog").get_by_role("button", name="Nhắc", exact=True).click()
        expect(page.locator(".remark")).to_contain_text("đi cùng khi trả lại")
        page.locator("#step-return").click()
        expect(page.locator("dialog")).to_contain_text("Gửi kèm 1 lời nhắc")
        page.locator("dialog textarea").fill("Số khẩu không khớp sổ")
        self.at("review-return")
        page.locator("dialog").get_by_role("button", name="Trả lại để sửa", exact=True).click()
        expect(page.locator(".toast")).to_contain_text("Đã ghi: Trả lại để sửa")
        expect(page.locator("h1")).not_to_contain_text(title)  # on to the next one

    def approve_together(self, titles: list[str]) -> None:
        page = self.page
        for title in titles:
            self.go("#/queue", "Duyệt phiếu")
            page.locator("a.row", has_text=title).click()
            expect(page.locator("h1")).to_contain_text(title)
        self.go("#/queue", "Duyệt phiếu")
        expect(page.locator(".together .tick")).to_have_count(len(titles))
        self.at("queue-together")
        page.locator("#together-take-commune_check").click()
        page.locator("dialog").get_by_role("button", name="Duyệt", exact=True).click()
        expect(page.locator(".toast")).to_contain_text(f"Đã ghi {len(titles)} phiếu, đang chờ gửi.")

    def decided(self, count: int) -> None:
        self.go("#/queue/decided", "Duyệt phiếu")
        expect(self.page.locator("a.row")).to_have_count(count)
        expect(self.page.get_by_text("quyết định chờ gửi")).to_have_count(count)
        self.at("queue-decided")
