"""`make demo ARGS=--script`: one support case's whole way, played without a screen over real HTTP, each step checked.

The volunteer's device is the laptop client itself; the officer's and the district's browser is an HTTP session that
reads the console's pages and sends their forms.
"""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import click
import requests
from flask import Flask
from waitress import create_server

from chungsuc.demo import DemoPerson, demo_settings, prepare
from chungsuc.ports import free_port
from client.device import Device
from client.errors import DeviceError
from client.sync_round import sync_round
from client.wire import Wire
from server import create_app

PIN = "246810"
CASE: dict[str, Any] = {
    "consent": {"consent_how": "spoken", "consent_witness": "Sùng A Chu"},
    "person": {"full_name": "Giàng Thị Dở", "sex": "female", "birth_year": 1958},
    "household": {"commune": "03424", "village": "03424-07", "head_relation": "self", "household_size": 5},
    "need": {"need_type": ["food", "medicine"], "urgency": "24h"},
}
REMARK = "Ghi lại số người trong nhà: sổ hộ nghèo là 6."
SIZE = "/household/household_size"


class Broken(click.ClickException):
    """A step did not hold; the script stops with exit code 1."""


def hold(fact: bool, what: str) -> None:
    if not fact:
        raise Broken(f"did not hold: {what}")


class Browser:
    """A person at the console: keeps cookies, sends a page's own form with its token."""

    def __init__(self, origin: str) -> None:
        self.origin, self.session = origin, requests.Session()
        self.page = ""

    def get(self, path: str, status: int = 200) -> str:
        answer = self.session.get(self.origin + path, timeout=30)
        hold(answer.status_code == status, f"GET {path} answers {answer.status_code}, not {status}")
        self.page = unescape(answer.text)
        return self.page

    def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        fields["csrf_token"] = token[1] if token else ""
        answer = self.session.post(self.origin + path, data=fields, timeout=30)
        hold(answer.status_code == 200, f"POST {path} answers {answer.status_code}")
        self.page = unescape(answer.text)
        return self.page

    def sign_in(self, person: DemoPerson) -> None:
        self.get("/sign-in")
        self.post("/sign-in", username=person.username, password=person.password)
        hold(person.name in self.page, f"{person.username} is signed in")

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]+)"', self.page)
        hold(found is not None, f"the page has the field {name}")
        return found[1] if found else ""


@contextmanager
def serving(app: Flask, ports: tuple[int, int]) -> Iterator[None]:
    running = create_server(app, listen=" ".join(f"127.0.0.1:{port}" for port in ports), threads=4, ident=None)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        running.close()
        thread.join(timeout=5)


def play(folder: Path, say: Callable[[str], object]) -> None:
    """Play it, saying each step. Raises Broken when one does not hold."""
    ports = free_port(), free_port()
    settings = demo_settings(folder / "server", *ports)
    app = create_app(settings)
    people = {person.username: person for person in prepare(app, say)}
    say("DEMONSTRATION DATA: nobody here is real.")
    device = Device(folder / "laptop", secret_store="file", background=False)
    try:
        rec = _volunteer_without_signal(app, ports, device, people["may.phienghoi"], say)
        with serving(app, ports):
            _sync(device)
            hold(device.open({"rec": rec})["phase"] == "received", "the case is received")
            say("4. Signal is back: the device sent the case, verified the receipt and shows 'đã nhận'.")
            _commune(device, rec, settings.console_origin, people, say)
            _district(rec, settings.console_origin, people, say)
    finally:
        device.close()
    say("All of it held.")


def _volunteer_without_signal(app: Flask, ports: tuple[int, int], device: Device, person: DemoPerson, say: Any) -> str:
    with serving(app, ports):
        device.enrol({"link": person.link, "pin": PIN, "name": "Máy trình diễn"})
        try:
            device.peek_enrolment({"link": person.link})
        except DeviceError as refused:
            hold(refused.code.startswith("enrol"), "a used link is refused")
        _sync(device)
    say(f"1. {person.name} enrolled a device with a one-time link; forms and campaign are on it.")
    rec = str(device.start({"form_id": "support_case"})["rec"])
    device.save_draft({"rec": rec, "answers": CASE})
    device.lock({})
    device.unlock({"pin": PIN})
    hold(device.open({"rec": rec})["draft"]["answers"] == CASE, "the draft is there after locking and opening")
    say("2. Without signal she filled in a support case; the app was closed and opened, the draft is there.")
    device.finalise({"rec": rec})
    try:
        _sync(device)
        raise Broken("a device without signal synced")
    except DeviceError as refused:
        hold(refused.code == "net.offline", f"without signal the device says net.offline, not {refused.code}")
    hold(device.open({"rec": rec})["phase"] == "waiting", "it waits")
    say("3. She finalised it: 'chờ gửi', signed and sealed on the device; nothing pretends it was received.")
    return rec


def _sync(device: Device) -> None:
    sync_round(device.session, Wire(device.session.vault.origin), lambda *_: None)


def _commune(device: Device, rec: str, origin: str, people: dict[str, DemoPerson], say: Any) -> None:
    stranger = Browser(origin)
    stranger.sign_in(people["sang.binhlu"])
    stranger.get(f"/records/{rec}", status=404)
    officer = Browser(origin)
    officer.sign_in(people["lan.banbo"])
    hold("Giàng Thị Dở" in officer.get("/records"), "the officer of Bản Bo sees the case in her inbox")
    say("5. The officer of Bản Bo sees the case; the officer of Bình Lư gets 404 for its address.")
    officer.get(f"/records/{rec}/steps/return")
    fields = {
        "answers_hash": officer.field("answers_hash"),
        "reason": "Số người chưa khớp sổ.",
        f"remark:{SIZE}": REMARK,
    }
    officer.post(f"/records/{rec}/steps/return", **fields)
    _sync(device)
    opened = device.open({"rec": rec})
    hold(opened["phase"] == "has_issues", "the device shows 'cần sửa'")
    hold([(r["path"], r["text"]) for r in opened["remarks"]] == [(SIZE, REMARK)], "with the remark at its question")
    say("6. She returned it with a remark on one question; the device shows 'cần sửa' with the remark beside it.")
    corrected = {**CASE, "household": {**CASE["household"], "household_size": 6}}
    device.save_draft({"rec": rec, "answers": corrected})
    device.finalise({"rec": rec})
    _sync(device)
    say("7. The volunteer corrected the answer and sent it again.")
    officer.get(f"/records/{rec}")
    officer.post(f"/records/{rec}/steps/commune_check", answers_hash=officer.field("answers_hash"))
    _sync(device)
    opened = device.open({"rec": rec})
    hold(
        opened["phase"] == "approved" and opened["answers"]["household"]["household_size"] == 6,
        "it is approved as corrected",
    )
    say(f"8. The officer approved it; the device shows '{opened['state_label']['vi']}'.")


def _district(rec: str, origin: str, people: dict[str, DemoPerson], say: Any) -> None:
    office = Browser(origin)
    office.sign_in(people["binh.laodong"])
    page = office.get("/table?form=support_case")
    rows = table_rows(page)
    hold(any("Bản Bo" in row[0] and "1" in row for row in rows if row), "the district's table counts the case")
    say("9. The district's table, by commune and week:")
    for row in rows:
        say("   " + " | ".join(row))
    workbook = office.session.get(f"{origin}/table/workbook?form=support_case", timeout=30)
    hold(workbook.status_code == 200, "the workbook downloads")
    with zipfile.ZipFile(io.BytesIO(workbook.content)) as parts:
        texts = parts.read("xl/sharedStrings.xml").decode()
    hold("Xã Bản Bo" in texts, "Vietnamese text is whole in the workbook")
    say(f"10. The XLSX download holds it too ({len(workbook.content)} bytes).")


def table_rows(page: str) -> list[list[str]]:
    """The text of each row of the page's tables, cell by cell."""
    rows = []
    for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
        cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        rows.append([re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in cells])
    return rows
