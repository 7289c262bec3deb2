"""A form with every question type and appearance, in a campaign of its own, and a person who fills it in by touch.

For tests and pictures: `at(name)` is called at each page, as in walk.py.
"""

from __future__ import annotations

import base64
import io
import json
import math
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.conftest import PIN
from tests.live import CAMPAIGN, TEAM, LiveDistrict

FORM = "every_question"
VILLAGES = 20_000
PLACE = {"latitude": 22.3812345, "longitude": 103.4612345, "accuracy": 4}
FROM_THE_DEVICE = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
SECRET = b"22.3812N 103.4612E Canon"  # what a camera writes into a photo
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 24 24">'
    '<path fill="#0a5a4c" d="M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z"/></svg>'
)


def tone(seconds: float = 0.4) -> bytes:
    """A short sound, as a WAV file."""
    rate, out = 8000, io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(bytes(int(128 + 60 * math.sin(i / 4)) for i in range(int(rate * seconds))))
    return out.getvalue()


def camera_photo(page: Page) -> bytes:
    """A photo as a camera writes it: 2400 x 1800, lying on its side by its EXIF, which also tells the place."""
    code = """async () => {
      const canvas = new OffscreenCanvas(2400, 1800);
      const paper = canvas.getContext("2d");
      for (let i = 0; i < 60; i++) { paper.fillStyle = `hsl(${i * 31} 60% 55%)`; paper.fillRect(i * 40, (i * 97) % 1500, 300, 300); }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    }"""
    plain = base64.b64decode(page.evaluate(code))
    said = SECRET + b"\0"
    # TIFF, little-endian: 0x010E ImageDescription (text, behind the directory), 0x0112 Orientation 6 (turn right).
    entries = struct.pack("<HHII", 0x010E, 2, len(said), 38) + struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0) + said
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]


def campaign() -> dict[str, bytes]:
    """Tam Đường's units with this one form; its list of villages is as long as a province's."""
    form = json.loads((Path(__file__).parent / "forms" / f"{FORM}.json").read_text("utf-8"))
    form["choices"]["village"] += [
        {"name": f"v{n}", "label": {"vi": f"Bản số {n}", "en": f"Village {n}"}} for n in range(2, VILLAGES + 1)
    ]
    tam_duong = json.loads((CAMPAIGN / "campaign.json").read_text("utf-8"))
    actions = ["read", "submit", "edit", "comment", "void"]
    state = {"label": {"vi": "Đã gửi", "en": "Sent"}, "phase": "received", "open": True}
    documents = {
        "campaign.json": {**tam_duong, "id": "questions", "urgent": [], "question_audio": "", "label": {"vi": "Mọi câu hỏi", "en": "Every question"}},
        "roles.json": {"roles": {"team_member": {"label": {"vi": "Thành viên", "en": "Member"}, "surface": ["field"], "see_pii": True, "forms": {FORM: actions}}}},
        "workflow.json": {"workflows": [{"forms": [FORM], "initial": "submitted", "states": {"submitted": state}, "steps": {}}]},
        f"forms/{FORM}.json": form,
    }  # fmt: skip
    return {
        "org_units.csv": (CAMPAIGN / "org_units.csv").read_bytes(),
        **{name: json.dumps(document, ensure_ascii=False).encode() for name, document in documents.items()},
        **{f"media/{name}": DRAWING.encode() for name in ("portrait.svg", "water.svg")},
        **{f"media/{name}": tone() for name in ("name.wav", "rice.wav")},
    }


@dataclass
class EveryQuestion:
    """One person with a phone at the form."""

    page: Page
    live: LiveDistrict
    at: Callable[[str], None] = lambda _: None

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def question(self, path: str) -> Locator:
        return self.page.locator(f'cs-question[data-path="{path}"]')

    def button(self, path: str, name: str) -> Locator:
        return self.question(path).get_by_role("button", name=name, exact=True)

    def write(self, path: str, *texts: str) -> None:
        """One text, or one for each box."""
        for i, text in enumerate(texts):
            field = self.question(path).locator(".control :is(input:not(.calendar), textarea)").nth(i)
            field.click()
            field.press("Control+a")
            field.press_sequentially(text)
        self.page.keyboard.press("Tab")

    def pick(self, path: str, *labels: str) -> None:
        for label in labels:
            self.question(path).locator(".card").filter(has_text=label).first.click()

    def find(self, path: str, typed: str, label: str) -> None:
        self.question(path).locator(".opener").click()
        sheet = self.page.locator("dialog")
        if typed:
            sheet.get_by_role("searchbox").fill(typed)
        sheet.locator(".card").filter(has_text=label).first.click()

    def give(self, path: str, button: str, name: str, media_type: str, data: bytes) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.button(path, button).click()
        chooser.value.set_files(FilePayload(name=name, mimeType=media_type, buffer=data))

    def draw(self) -> None:
        """A stroke on the open sheet."""
        box = self.page.locator("dialog canvas").bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.5)
        self.page.mouse.down()
        for part in (0.3, 0.5, 0.8):
            self.page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * (0.3 + part / 3))
        self.page.mouse.up()

    def next(self, title: str) -> None:
        self.page.locator("#fill-next").click()
        expect(self.page.locator("h1")).to_have_text(title)

    def saved(self) -> None:
        expect(self.page.locator(".saved")).to_have_text("Đã lưu")

    def unlock(self) -> None:
        for digit in PIN:
            self.page.locator(".keys").get_by_role("button", name=digit, exact=True).click()
        self.page.get_by_role("button", name="Xong", exact=True).click()

    # The way.
    def enrol(self) -> None:
        self.page.goto(self.live.link(self.live.add_person("Tẩn Tả Mẩy", "team_member", TEAM)))
        self.page.get_by_label("Tôi hiểu và đồng ý").check()
        self.page.get_by_role("button", name="Đúng là tôi, đi tiếp").click()
        self.unlock()
        expect(self.page.locator("h1")).to_have_text("Nhập lại mã PIN")
        self.unlock()
        expect(self.page.locator(".tile")).to_be_visible(timeout=30_000)
        self.page.evaluate("navigator.serviceWorker.ready")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=30_000)

    def begin(self) -> None:
        self.page.locator(".tile").first.click()
        expect(self.page.locator("h1")).to_have_text("Chữ và số")

    def words(self) -> None:
        self.page.get_by_role("button", name="Cho phép", exact=True).click()
        expect(self.page.locator(".panel")).to_contain_text("Đã ghi nơi bắt đầu")
        self.page.locator("#fill-next").click()  # nothing is filled in: the first problem is shown and reached
        expect(self.question("/words/name").locator("input")).to_be_focused()
        expect(self.question("/words/name").locator(".problem")).not_to_be_empty()
        self.at("words-problems")
        name = self.question("/words/name")
        expect(name.locator("img.picture")).to_be_visible()
        self.button("/words/name", "Nghe: Họ và tên").click()
        expect(self.button("/words/name", "Dừng nghe: Họ và tên")).to_be_visible()
        expect(self.button("/words/name", "Nghe lại: Họ và tên")).to_be_visible()  # it came to its end
        self.write("/words/name", "Giàng Thị Dở")
        self.write("/words/story", "Nhà neo người,\nhết gạo.")
        self.write("/words/papers", "045158000123")
        self.write("/words/account", "1500000")
        expect(self.question("/words/account").locator("input")).to_have_value("1.500.000")
        self.write("/words/people", "55")
        expect(self.question("/words/people").locator(".problem")).to_have_text("Từ 1 đến 30")
        self.write("/words/people", "5")
        self.write("/words/money", "1855000")
        expect(self.question("/words/money").locator("input")).to_have_value("1.855.000")
        self.write("/words/kilos", "12,5")
        self.write("/words/area", "1250.75")
        expect(self.question("/words/area").locator("input")).to_have_value("1.250,75")
        self.at("words")

    def scales(self) -> None:
        self.next("Thang đo")
        self.at("scales-blank")
        slider = self.question("/scales/pain").locator("input")
        slider.focus()
        for _ in range(3):
            slider.press("ArrowRight")
        for _ in range(4):
            self.button("/scales/fever", "Thêm").click()
        expect(self.question("/scales/fever").locator("output")).to_have_text("40")
        self.button("/scales/fever", "Bớt").click()
        expect(self.question("/scales/fever").locator("output")).to_have_text("39,5")
        self.at("scales")

    def times(self) -> None:
        self.next("Ngày giờ")
        self.write("/times/born", "3", "2", "1951")
        self.write("/times/month", "11", "2021")
        self.write("/times/year", "1949")
        self.write("/times/plain", "5/12/2021")
        self.write("/times/hour", "8", "30")
        self.write("/times/moment", "04", "12", "2021", "21", "05")
        self.at("times")

    def one(self) -> None:
        self.next("Chọn một")
        self.at("one-blank")
        self.pick("/one/need", "Thuốc")
        self.pick("/one/likert", "Nhiều")
        self.pick("/one/across", "Có")
        self.pick("/one/columns", "Vừa")
        self.pick("/one/compact", "Gạo")
        self.find("/one/sheet", "", "Có")
        self.question("/one/village").locator(".opener").click()
        self.page.locator("dialog").get_by_role("searchbox").fill("phieng hoi")
        expect(self.page.locator("dialog .card")).to_have_count(1)
        self.at("one-search")
        self.page.locator("dialog .card").click()
        expect(self.question("/one/village").locator(".opener")).to_contain_text("Phiêng Hoi")
        self.pick("/one/shuffled", "Rất nhiều")
        self.pick("/one/other_need", "Khác")
        self.write("/one/other_need_other", "Chăn ấm")
        self.at("one")

    def from_file(self) -> None:
        self.next("Chọn từ tệp")
        commune = self.question("/from_file/commune").locator(".opener")
        expect(commune).to_contain_text("Bản Bo")  # the author's own
        self.find("/from_file/commune", "xa ho thau", "Hồ Thầu")
        expect(commune).to_contain_text("Hồ Thầu")
        self.find("/from_file/commune", "ban bo", "Bản Bo")
        expect(commune).to_contain_text("Bản Bo")
        villages = self.question("/from_file/teams")
        if villages.locator(".opener").count():
            self.find("/from_file/teams", "phieng hoi", "Phiêng Hoi")
            self.page.get_by_role("button", name="Chọn xong").click()
        else:
            self.pick("/from_file/teams", "Phiêng Hoi")
        self.at("from-file")

    def many(self) -> None:
        self.next("Chọn nhanh")
        self.pick("/quickly/quick", "Có")  # goes on by itself
        expect(self.page.locator("h1")).to_have_text("Chọn nhiều")
        self.pick("/many/needs", "Nước sạch", "Gạo")
        self.pick("/many/pack", "Không", "Vừa")
        self.find("/many/villages", "ban so 19999", "Bản số 19999")
        self.page.locator("dialog").get_by_role("searchbox").fill("phieng")
        self.page.locator("dialog .card").first.click()
        self.page.get_by_role("button", name="Chọn xong").click()
        expect(self.question("/many/villages").locator(".opener")).to_contain_text("Bản số 19999")
        self.pick("/many/cough", "Có")
        self.pick("/many/tired", "Không")
        self.at("many")
        self.next("Triệu chứng")
        self.pick("/table/head_ache", "Có")
        self.pick("/table/sore", "Không")
        self.at("table")

    def order(self) -> None:
        self.next("Thứ tự và xác nhận")
        self.at("order-blank")
        self.button("/order/rank", "Đưa xuống: Không").click()
        self.button("/order/rank", "Đưa lên: Rất nhiều").click()
        self.pick("/order/ack", "Xác nhận")
        self.pick("/order/trig", "Xác nhận")
        expect(self.question("/order/each")).to_contain_text("371000")
        self.at("order")

    def where(self) -> None:
        self.next("Nơi chốn")
        self.at("where-blank")
        self.button("/where/place", "Lấy vị trí").click()
        expect(self.question("/where/place").locator("output")).to_contain_text("± 4 m")
        self.question("/where/typed").get_by_text("Nhập tay").click()
        self.question("/where/typed").get_by_label("Vĩ độ").fill("22,38")
        self.question("/where/typed").get_by_label("Kinh độ").fill("103,46")
        self.button("/where/typed", "Dùng số vừa nhập").click()
        expect(self.question("/where/typed").locator("output")).to_have_text("22.38; 103.46")
        self.at("where")

    def files(self, photo: bytes) -> None:
        self.next("Ảnh, tiếng, tệp")
        self.at("files-blank")
        shown = "cs-file-view .file"
        self.give("/files/photo", "Chọn ảnh có sẵn", "IMG_1.jpg", "image/jpeg", photo)
        expect(self.question("/files/photo").locator(f"{shown} img")).to_be_visible()
        self.button("/files/here", "Chụp ngay tại đây").click()
        self.page.get_by_role("button", name="Chụp", exact=True).click()
        expect(self.question("/files/here").locator(f"{shown} img")).to_be_visible()
        self.button("/files/sign", "Ký tên").click()
        self.draw()
        self.at("files-sign")
        self.page.get_by_role("button", name="Xong", exact=True).click()
        expect(self.question("/files/sign").locator(f"{shown} img")).to_be_visible()
        self.button("/files/sketch", "Vẽ").click()
        self.page.get_by_role("radio", name="Mực đỏ").check(force=True)
        self.draw()
        self.draw()
        self.page.get_by_role("button", name="Bỏ nét cuối").click()
        self.page.get_by_role("button", name="Xong", exact=True).click()
        self.give("/files/marked", "Chọn ảnh có sẵn", "IMG_2.jpg", "image/jpeg", photo)
        self.draw()
        self.at("files-annotate")
        self.page.get_by_role("button", name="Xong", exact=True).click()
        expect(self.question("/files/marked").locator(f"{shown} img")).to_be_visible()
        self.button("/files/voice", "Ghi âm").click()
        expect(self.question("/files/voice").locator("[role=timer]")).to_contain_text("0:01")
        self.at("files-recording")
        self.button("/files/voice", "Dừng và giữ").click()
        expect(self.question("/files/voice").locator(f"{shown} audio")).to_be_visible()
        self.give("/files/paper", "Chọn tệp", "giấy xác nhận.pdf", "application/pdf", b"%PDF-1.4 xac nhan")
        expect(self.question("/files/paper").locator(shown)).to_contain_text("giấy xác nhận.pdf")
        self.write("/files/code", "8934563138165")
        self.at("files")

    def members(self) -> None:
        self.next("Người trong nhà")
        self.page.get_by_role("button", name="Thêm một dòng").click()
        field = self.page.locator("cs-question[data-path$='/member'] input")
        field.press_sequentially("Sùng A Chu")
        self.page.locator("cs-question[data-path$='/ill'] .card").filter(has_text="Không").click()
        inner = self.page.locator("cs-repeat cs-repeat")
        inner.get_by_role("button", name="Thêm một dòng").click()
        for i, part in enumerate(("12", "08", "2021")):
            inner.locator("cs-question[data-path$='/on'] input[type=text]").nth(i).fill(part)
        inner.locator("cs-question[data-path$='/dose'] input").fill("1")
        self.at("members-open")
        inner.get_by_role("button", name="Xong dòng này").click()
        self.page.get_by_role("button", name="Xong dòng này").click()
        self.at("members")

    def finish(self) -> None:
        self.next("Xem lại và gửi")
        self.saved()
        self.at("review")
        self.page.locator("#fill-send").click()
        expect(self.page.locator("h1")).to_have_text("Đã cất trong máy, chờ gửi", timeout=15_000)

    def all(self, photo: bytes) -> None:
        self.begin()
        self.words()
        self.scales()
        self.times()
        self.one()
        self.from_file()
        self.many()
        self.order()
        self.where()
        self.files(photo)
        self.members()
        self.finish()
