"""Reviewing on a phone and on a laptop: both devices tell the same, and each decision reaches the server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from chungsuc.ports import free_port
from client.device import Device
from client.shell import Loopback
from client.sync_round import sync_round
from client.wire import Wire
from sync.bundles import read_bundle
from tests.browser.conftest import PIN, Phone, Tab
from tests.browser.desk import SIZE, Desk
from tests.browser.test_device import ANSWERS
from tests.browser.test_screens import OVERFLOW, SMALL_TARGETS, TOUCH_PX
from tests.browser.walk import COMMUNE, Walker
from tests.live import TEAM, LiveDistrict


def go_online(laptop: Device) -> None:
    sync_round(laptop.session, Wire(laptop.session.vault.origin), lambda *_: None)


@pytest.fixture
def district(tmp_path: Path) -> Iterator[LiveDistrict]:
    """One of its own: the queue shows all that anybody sent."""
    running = LiveDistrict(tmp_path / "server")
    yield running
    running.close()


@pytest.fixture
def volunteer(tmp_path: Path, district: LiveDistrict) -> Iterator[Device]:
    device = Device(tmp_path / "village", secret_store="file", background=False)
    device.enrol(
        {"link": district.link(district.add_person("Lò Văn Ơn", "team_member", TEAM)), "pin": PIN, "name": "Máy tổ"}
    )
    go_online(device)
    yield device
    device.close()


@pytest.fixture
def laptop(tmp_path: Path, district: LiveDistrict) -> Iterator[Device]:
    """The commune officer's laptop."""
    device = Device(tmp_path / "laptop", secret_store="file", background=False)
    officer = district.add_person("Lò Thị Lan", "commune_officer", COMMUNE)
    device.enrol({"link": district.link(officer), "pin": PIN, "name": "Máy của xã"})
    go_online(device)
    yield device
    device.close()


@pytest.fixture
def tab(district: LiveDistrict, new_phone: Callable[[], BrowserContext]) -> Tab:
    """The officer's phone."""
    opened = Phone(district, new_phone()).tab()
    officer = district.add_person("Hoàng Văn Páo", "commune_officer", COMMUNE)
    assert opened.call("enrol", link=district.link(officer), pin=PIN, name="Điện thoại xã")["state"] == "open"
    assert opened.sync()["ok"]
    return opened


def case(device: Device, name: str, urgency: str = "24h") -> str:
    answers = {
        **ANSWERS,
        "person": {**ANSWERS["person"], "full_name": name},
        "need": {**ANSWERS["need"], "urgency": urgency},
    }
    rec: str = device.start({"form_id": "support_case"})["rec"]
    device.save_draft({"rec": rec, "answers": answers})
    device.finalise({"rec": rec})
    return rec


def without_due(found: Any) -> Any:
    """A time with the zone of the machine that tells it: compared apart."""
    return {**found, "rows": [{**row, "due": bool(row["due"])} for row in found["rows"]]}


def test_phone_and_laptop_show_the_same_queue_and_villages(volunteer: Device, laptop: Device, tab: Tab):
    for name, urgency in (("Lò Thị Một", "week"), ("Tẩn Tả Hai", "now"), ("Sùng A Ba", "24h")):
        case(volunteer, name, urgency)
    go_online(volunteer)
    go_online(laptop)
    assert tab.sync()["ok"]
    for asked in (
        {},
        {"tab": "all", "order": "oldest"},
        {"query": "tan ta"},
        {"state": "closed"},
        {"days": 3},
        {"limit": 1, "order": "due"},
    ):
        here, there = laptop.call("queue", asked), tab.call("queue", **asked)
        assert without_due(here) == without_due(there), asked
    ours, theirs = laptop.call("overview", {}), tab.call("overview")
    assert ours["places"] == theirs["places"] and ours["places"]


def test_both_show_one_record_alike_and_decide_alike(
    volunteer: Device, laptop: Device, tab: Tab, district: LiveDistrict
):
    recs = [case(volunteer, name) for name in ("Lò Thị Một", "Tẩn Tả Hai", "Sùng A Ba")]
    go_online(volunteer)
    go_online(laptop)
    assert tab.sync()["ok"]
    here, there = laptop.call("review", {"rec": recs[0]}), tab.call("review", rec=recs[0])
    known = ("state", "state_label", "base", "answers", "answers_hash", "carried", "author", "before", "urgency", "steps",
             "may_correct", "phrases", "remarks", "conflicts", "phase")  # fmt: skip
    assert {key: here[key] for key in known} == {key: there[key] for key in known}
    # The phone decides without a road: one, then two together, of which one was not opened.
    tab.page.context.set_offline(True)
    seen = there["answers_hash"]
    assert tab.call("step", rec=recs[0], action="fly", answers_hash=seen)["code"] == "step.forbidden"
    assert tab.call("step", rec=recs[0], action="return", answers_hash=seen)["code"] == "record.reason_missing"
    assert (
        tab.call("step", rec=recs[0], action="commune_check", answers_hash="0" * 64)["code"] == "step.content_changed"
    )
    said = {"reason": "Sai số khẩu", "remarks": [{"path": "/household/household_size", "text": "Xem lại sổ"}]}
    assert tab.call("step", rec=recs[0], action="return", answers_hash=seen, **said)["waiting"]
    assert tab.call("review", rec=recs[0])["state"] == "returned"
    assert tab.call("queue", tab="decided")["counts"] == {"mine": 2, "decided": 1, "all": 3}
    tab.call("review", rec=recs[1])
    given = tab.call("step_all", action="commune_check", recs=recs[1:])
    assert given == {"done": [recs[1]], "refused": [{"rec": recs[2], "code": "review.unopened"}]}
    tab.page.context.set_offline(False)
    assert tab.sync()["ok"] and tab.call("outbox")["stuck"] == []
    go_online(laptop)
    states = {row["rec"]: row["state"] for row in laptop.call("queue", {"tab": "all"})["rows"]}
    assert [states[rec] for rec in recs] == ["returned", "commune_checked", "submitted"]
    # The village mends it; the phone marks what changed, and her own correction goes with the approval.
    go_online(volunteer)
    mended = {**here["answers"], "household": {**here["answers"]["household"], "household_size": 6}}
    volunteer.save_draft({"rec": recs[0], "answers": mended})
    volunteer.finalise({"rec": recs[0]})
    go_online(volunteer)
    assert tab.sync()["ok"]
    again = tab.call("review", rec=recs[0])
    assert (again["before"]["answers"]["household"]["household_size"], again["state"]) == (5, "submitted")
    tab.call("save_draft", rec=recs[0], answers={**mended, "household": {**mended["household"], "household_size": 7}})
    assert tab.call("finalise", rec=recs[0])["waiting"]
    hers = tab.call("review", rec=recs[0])
    assert tab.call("step", rec=recs[0], action="commune_check", answers_hash=hers["answers_hash"])["waiting"]
    assert tab.call("review", rec=recs[0])["before"] is None
    assert tab.sync()["ok"] and tab.call("outbox")["stuck"] == []
    last = tab.call("review", rec=recs[0])
    assert (last["state"], last["answers"]["household"]["household_size"]) == ("commune_checked", 7)
    assert [entry["type"] for entry in last["history"]][-2:] == ["correct", "step"]


def test_what_a_phone_hands_over_is_read_on_the_officers_laptop_and_by_no_other(
    laptop: Device, district: LiveDistrict, new_phone: Callable[[], BrowserContext], tmp_path: Path
):
    road = Phone(district, new_phone())
    phone = road.tab()
    member = district.add_person("Tẩn Tả Mẩy", "team_member", TEAM)
    assert phone.call("enrol", link=district.link(member), pin=PIN, name="Điện thoại của tổ")["state"] == "open"
    assert phone.sync()["ok"]
    road.cut()
    rec = phone.fill_in(ANSWERS)
    phone.call("finalise", rec=rec)
    (file,) = phone.call("make_bundle")["files"]
    assert ANSWERS["person"]["full_name"] not in json.dumps(
        read_bundle(file["text"].encode()).content, ensure_ascii=False
    )
    laptop.call("take_bundle", {"text": file["text"]})
    (row,) = laptop.call("queue", {})["rows"]
    assert (row["rec"], row["carried"], row["author"]) == (rec, True, "Tẩn Tả Mẩy")
    seen = laptop.call("review", {"rec": rec})
    assert ANSWERS["person"].items() <= seen["answers"]["person"].items()
    laptop.call("step", {"rec": rec, "action": "commune_check", "answers_hash": seen["answers_hash"]})
    go_online(laptop)
    go_online(laptop)
    assert laptop.call("review", {"rec": rec})["phase"] == "approved"
    assert laptop.call("outbox", {})["stuck"] == []


# On screen.
@pytest.fixture(params=["phone", "laptop"])
def desk(request: pytest.FixtureRequest, district: LiveDistrict, volunteer: Device) -> Iterator[Desk]:
    """The officer's app with three cases of the village, at phone size in a browser, at laptop size over the loopback."""
    new_phone: Callable[[], BrowserContext] = request.getfixturevalue("new_phone")
    for name, urgency in (("Lò Thị Một", "week"), ("Tẩn Tả Hai", "now"), ("Sùng A Ba", "24h")):
        case(volunteer, name, urgency)
    go_online(volunteer)
    page = new_phone().new_page()
    page.set_default_timeout(15_000)
    wrong: dict[str, Any] = {}

    def look(name: str) -> None:
        found = [
            f"{v['id']}: {[node['html'][:120] for node in v['nodes']]}" for v in Axe().run(page).response["violations"]
        ]
        found += [f"small: {target}" for target in page.evaluate(SMALL_TARGETS, TOUCH_PX)]
        found += ["wider than the screen"] if page.evaluate(OVERFLOW) > 0 else []
        wrong.update({name: found} if found else {})

    if request.param == "phone":
        page.goto(district.link(district.add_person("Hoàng Văn Páo", "commune_officer", COMMUNE)))
        walker = Walker(page, district, look)
        page.get_by_label("Tôi hiểu và đồng ý").check()
        walker.button("Đúng là tôi, đi tiếp").click()
        for _ in range(2):
            expect(page.locator(".keys")).to_be_visible()
            walker.type_pin(PIN)
        expect(page.locator(".tile").first).to_be_visible(timeout=30_000)
        walker.synced()
        yield Desk(page, look)
    else:
        laptop: Device = request.getfixturevalue("laptop")
        go_online(laptop)
        loopback = Loopback(laptop, free_port())
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(loopback.boot_url)
        yield Desk(page, look)
        page.close()
        loopback.close()
    assert wrong == {}


def test_the_desk_on_screen_without_a_road(desk: Desk, volunteer: Device, district: LiveDistrict):
    district.stop()
    try:
        desk.look(3)
        desk.send_back("Tẩn Tả Hai")
        desk.approve_together(["Lò Thị Một", "Sùng A Ba"])
        desk.decided(3)
    finally:
        district.start()
    desk.page.evaluate("location.hash = '#/sync'")
    if desk.page.url.startswith(district.origin):
        desk.page.locator("#sync-now:enabled").click()
        expect(desk.page.get_by_text("Không còn gì chờ gửi").first).to_be_visible(timeout=20_000)
        go_online(volunteer)
        states = sorted(row["state"] for row in volunteer.list({})["rows"])
        assert states == ["commune_checked", "commune_checked", "returned"]
        rec = next(row["rec"] for row in volunteer.list({})["rows"] if row["state"] == "returned")
        seen = volunteer.open({"rec": rec})
        assert [(each["path"], each["text"]) for each in seen["remarks"]] == [
            (SIZE, "Xem lại sổ hộ khẩu rồi ghi đúng.")
        ]
        # The village mends it: the desk marks what changed, and she corrects one more answer herself.
        answers = {**seen["answers"], "household": {**seen["answers"]["household"], "household_size": 6}}
        volunteer.save_draft({"rec": rec, "answers": answers})
        volunteer.finalise({"rec": rec})
        go_online(volunteer)
        desk.page.locator("#sync-now:enabled").click()
        desk.go("#/queue", "Duyệt phiếu")
        desk.page.locator("a.row", has_text="Tẩn Tả Hai").click()
        expect(desk.page.locator(".changed-count")).to_contain_text("1 câu đã thay đổi")
        expect(desk.line("Nhà có mấy người?").locator(".was")).to_contain_text("Trước: 5")
        desk.at("review-changed")
        desk.page.get_by_role("link", name="Sửa hộ").click()
        expect(desk.page.locator("cs-question").first).to_be_visible()
