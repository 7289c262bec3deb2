"""Photos on the phone, in a real Chromium: a real picture, kept encrypted, sent over a bad road, seen by the office."""

from __future__ import annotations

import base64
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from server.accounts import set_password
from server.database import db, transaction
from server.models import Blob, Membership
from server.people import find_person
from server.serving import begin
from sync.blobs import CHUNK, blob_of
from tests.browser.conftest import PIN, Phone, Tab
from tests.browser.test_device import ANSWERS, DUMP
from tests.browser.test_way import PASSWORD, Desk
from tests.browser.walk import Walker
from tests.live import TEAM, LiveDistrict, now
from tests.photo_campaign import photo_campaign

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "phone-home-returned.png"
ATTACH = """async ([rec, base64, name, type]) => {
  const { device } = await import("/app/device/browser.js");
  const data = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
  try { return await device.attach({ rec, path: "/house", name, type, data }); }
  catch ({ code }) { return { code }; }
}"""
SHOW = """async ([rec, answer]) => {
  const { device } = await import("/app/device/browser.js");
  const { data, ...shown } = await device.file({ rec, answer });
  if (!data) return shown;
  const image = new Image();
  const url = URL.createObjectURL(data);
  const width = await new Promise((done) => { image.onload = () => done(image.naturalWidth); image.onerror = () => done(0); image.src = url; });
  URL.revokeObjectURL(url);
  const bytes = new Uint8Array(await data.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { ...shown, width, base64: btoa(text) };
}"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDistrict]:
    district = LiveDistrict(tmp_path_factory.mktemp("server"), photo_campaign())
    yield district
    district.close()


def attach(tab: Tab, rec: str, data: bytes, name: str = "IMG_1.png", media_type: str = "image/png") -> Any:
    return tab.page.evaluate(ATTACH, [rec, base64.b64encode(data).decode(), name, media_type])


def show(tab: Tab, rec: str, answer: str) -> dict[str, Any]:
    return tab.page.evaluate(SHOW, [rec, answer])


def with_house(tab: Tab, data: bytes) -> tuple[str, str]:
    rec = tab.call("start", form_id="support_case")["rec"]
    answer = attach(tab, rec, data)["answer"]
    tab.call("save_draft", rec=rec, answers={**ANSWERS, "house": answer})
    assert tab.call("finalise", rec=rec)["waiting"]
    return rec, answer


def unsent(tab: Tab) -> int:
    return tab.call("home")["unsent_files"]["count"]


def state(tab: Tab, rec: str, answer: str) -> str:
    return tab.call("open", rec=rec)["files"][answer]


def on_the_server(live: LiveDistrict, answer: str) -> bytes | None:
    with live.app.app_context():
        stored = db.session.scalar(select(Blob).where(Blob.blob == blob_of(answer)))
        db.session.remove()
    if not stored:
        return None
    with live.server.blobs.open(blob_of(answer)) as file:
        return file.read()


def noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


def test_a_real_picture_is_kept_without_signal_shown_and_sent_later(phone, tab, live):
    picture = PICTURE.read_bytes()
    phone.cut()
    rec, answer = with_house(tab, picture)
    shown = show(tab, rec, answer)
    assert (shown["state"], shown["type"], shown["name"]) == ("here", "image/png", "IMG_1.png")
    assert shown["width"] > 100
    assert (state(tab, rec, answer), unsent(tab)) == ("here", 1)
    tab.page.close()
    phone.mend()
    again = phone.tab()
    again.call("unlock", pin=PIN)
    assert again.sync()["ok"]
    assert (state(again, rec, answer), unsent(again)) == ("sent", 0)
    assert on_the_server(live, answer) == picture


def test_nothing_of_a_picture_is_readable_in_the_storage(phone, tab):
    data = ("Ảnh nhà của Lường Thị Đánh Dấu " * 50).encode()
    phone.cut()
    with_house(tab, data)
    rows = tab.page.evaluate(DUMP)
    assert [key for name, key, _ in rows if name == "chunks"]
    assert not [key for _, key, value in rows if "Đánh Dấu" in value]


@pytest.mark.parametrize("seed", range(2))
def test_over_a_road_that_loses_a_third_of_everything_the_picture_arrives_whole(phone, tab, live, seed):
    data = noise(3 * CHUNK + 9, seed)
    rec, answer = with_house(tab, data)
    chance = random.Random(seed)

    def lossy(route):
        lot = chance.random()
        if lot < 0.15:
            return route.abort()
        if lot < 0.33:
            route.fetch()  # it arrives; the answer does not
            return route.abort()
        return route.continue_()

    phone.context.route("**/sync/v1/**", lossy)
    for _ in range(60):
        tab.sync()
        if unsent(tab) == 0:
            break
    phone.context.unroute("**/sync/v1/**")
    assert (state(tab, rec, answer), unsent(tab)) == ("sent", 0)
    assert on_the_server(live, answer) == data


def test_a_page_killed_while_a_picture_is_on_its_way_goes_on_where_it_was(phone, tab, live):
    data = noise(4 * CHUNK, 7)
    sent = []

    def third_never_ends(route):
        sent.append(route.request.url)
        return route.continue_() if len(sent) < 3 else None

    phone.context.route("**/blobs/*/*", third_never_ends)
    with tab.page.expect_request(lambda request: "/blobs/" in request.url and "/2?" in request.url):
        rec, answer = with_house(tab, data)
    tab.page.close()
    phone.context.unroute("**/blobs/*/*")
    again = phone.tab()
    numbers = []
    again.page.on("request", lambda request: numbers.append(request.url) if request.method == "PUT" else None)
    again.call("unlock", pin=PIN)
    assert again.sync()["ok"]
    assert [url.split("/")[-1].split("?")[0] for url in numbers] in (["2", "3"], ["3"])  # 2 may have come through
    assert (state(again, rec, answer), on_the_server(live, answer)) == ("sent", data)


def test_a_server_put_back_from_yesterday_gets_the_picture_again(tab, live):
    data = noise(1000, 3)
    rec, answer = with_house(tab, data)
    assert tab.sync()["ok"]
    assert unsent(tab) == 0
    with live.app.app_context():
        with transaction() as session:
            session.delete(session.get(Blob, (blob_of(answer), rec)))
        begin(live.server, "restore")
    shutil.rmtree(live.settings.blob_path)
    assert tab.sync()["ok"]
    assert (state(tab, rec, answer), unsent(tab), on_the_server(live, answer)) == ("sent", 0, data)


def test_a_picture_named_by_a_second_record_is_sent_for_that_one_too(tab, live):
    data = noise(1000, 9)
    first, answer = with_house(tab, data)
    assert tab.sync()["ok"]
    second, _ = with_house(tab, data)
    assert tab.sync()["ok"]
    assert unsent(tab) == 0
    with live.app.app_context():
        recs = set(db.session.scalars(select(Blob.rec).where(Blob.blob == blob_of(answer))))
        db.session.remove()
    assert recs == {first, second}


FINALISE_WHILE_SENDING = """async ([rec]) => {
  const { device } = await import("/app/device/browser.js");
  const real = globalThis.fetch;
  globalThis.calls = [];
  globalThis.fetch = async (url, request) => {
    const call = url.split("/sync/v1/")[1].split("?")[0].split("/")[0];
    const first = request?.method === "PUT" && !globalThis.calls.includes("blobs");
    globalThis.calls.push(url.endsWith("/ask") ? "ask" : call);
    if (first) await device.finalise({ rec }); // somebody ends another form while the picture is on its way
    return real(url, request);
  };
}"""


def test_text_goes_before_pictures_and_what_is_finalised_meanwhile_before_the_next_chunk(tab):
    waiting = tab.fill_in(ANSWERS)
    tab.page.evaluate(FINALISE_WHILE_SENDING, [waiting])
    with_house(tab, noise(3 * CHUNK, 10))
    assert tab.sync()["ok"]
    calls = tab.page.evaluate("globalThis.calls")
    start = calls.index("push")
    assert [call for call in calls[start:] if call in ("push", "ask", "blobs")][:6] == [
        "push", "ask", "blobs", "push", "blobs", "blobs",
    ]  # fmt: skip


def test_a_forgotten_pin_loses_no_picture(phone, tab, live):
    data = noise(CHUNK + 1, 4)
    phone.cut()
    _, answer = with_house(tab, data)
    tab.call("lock")
    phone.mend()
    assert tab.call("forgot_pin")["sent"] == 1
    assert on_the_server(live, answer) == data


def test_a_picture_somebody_else_took_is_fetched_when_it_is_looked_at(tab, live, new_phone):
    rec, answer = with_house(tab, PICTURE.read_bytes())
    assert tab.sync()["ok"]
    other = Phone(live, new_phone())
    second = other.tab()
    second.call("enrol", link=live.link(live.add_person("Lò Thị Hoa", "team_lead", TEAM)), pin=PIN, name="Máy 2")
    assert second.sync()["ok"]
    assert state(second, rec, answer) == "missing"
    other.cut()
    assert show(second, rec, answer)["error_code"] == "net.offline"
    other.mend()
    shown = show(second, rec, answer)
    assert (shown["state"], base64.b64decode(shown["base64"])) == ("sent", PICTURE.read_bytes())
    other.cut()
    assert show(second, rec, answer)["width"] == shown["width"]


def test_a_record_lost_to_this_phone_takes_its_pictures_along_and_unsent_ones_still_go(phone, tab, live):
    device_id = tab.call("status")["device_id"]
    sent_rec, sent = with_house(tab, noise(1000, 5))
    assert tab.sync()["ok"]
    phone.cut()
    _, late = with_house(tab, noise(1000, 6))
    from server.models import Device

    with live.app.app_context(), transaction() as session:
        person = session.get(Device, device_id).person_id
        session.delete(session.scalar(select(Membership).where(Membership.person_id == person)))
    phone.mend()
    tab.sync()
    assert on_the_server(live, late) == noise(1000, 6)
    rows = {key[1]: value for name, key, value in tab.page.evaluate(DUMP) if name == "blobs"}
    assert rows.keys() == {blob_of(sent), blob_of(late)}
    assert all('"ct"' not in value for value in rows.values())
    assert show(tab, sent_rec, sent)["state"] == "missing"


@pytest.mark.parametrize(("size", "code"), [(0, "file.empty"), (32 * 1024 * 1024 + 1, "file.too_large")])
def test_what_cannot_be_taken_in_says_why(tab, size, code):
    rec = tab.call("start", form_id="support_case")["rec"]
    got = tab.page.evaluate(
        """async ([rec, size]) => {
             const { device } = await import("/app/device/browser.js");
             return device.attach({ rec, data: new Blob([new Uint8Array(size)]) }).catch(({ code }) => code);
           }""",
        [rec, size],
    )
    assert got == code


FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  // As the browser does it: the transaction is aborted, and its error says why.
  IDBObjectStore.prototype.put = function (...given) {
    const { transaction } = this;
    if (this.name === "chunks") {
      Object.defineProperty(transaction, "error", { value: new DOMException("", "QuotaExceededError") });
      queueMicrotask(() => transaction.abort());
    }
    return put.apply(this, given);
  };
  globalThis.freed = () => { IDBObjectStore.prototype.put = put; };
}"""


def test_a_full_storage_says_so_and_keeps_the_draft(tab):
    rec = tab.fill_in(ANSWERS)
    tab.page.evaluate(FULL)
    assert attach(tab, rec, noise(1000, 8)) == {"code": "store.full"}
    assert tab.call("open", rec=rec)["draft"]["answers"] == ANSWERS
    tab.page.evaluate("freed()")
    assert not [name for name, _, _ in tab.page.evaluate(DUMP) if name in ("blobs", "chunks")]
    answer = attach(tab, rec, noise(1000, 8))["answer"]
    assert show(tab, rec, answer)["state"] == "here"


def test_the_screens_say_how_many_pictures_have_not_been_sent_until_the_server_confirms_them(live, new_phone):
    phone = Phone(live, new_phone())
    page = phone.context.new_page()
    walker = Walker(page, live, lambda _: None)
    page.goto(f"{live.origin}/app/")
    walker.enrol()
    tab = Tab(page)  # the page's own device
    phone.context.route("**/blobs/**", lambda route: route.abort())  # text comes through, pictures do not
    rec, answer = with_house(tab, PICTURE.read_bytes())
    walker.go("#/home")
    expect(page.locator(".honest strong")).to_have_text("1 ảnh, tệp chưa gửi")
    walker.go("#/sync")
    line = page.locator("a.row", has_text="1 ảnh, tệp, ")
    expect(line).to_contain_text("Lường Thị Đánh Dấu")
    walker.go(f"#/record/{rec}")
    expect(page.locator(".where").first).to_contain_text("1 ảnh, tệp chưa gửi")
    phone.context.unroute("**/blobs/**")
    assert tab.sync()["ok"]
    expect(page.locator(".where").first).not_to_contain_text("chưa gửi")
    walker.go("#/home")
    expect(page.locator(".honest strong")).to_have_text("Không còn gì chờ gửi")
    assert on_the_server(live, answer) == PICTURE.read_bytes()


def test_a_picture_chosen_on_the_form_is_seen_by_the_officer_at_the_console(live, new_phone):
    phone = Phone(live, new_phone())
    page = phone.context.new_page()
    walker = Walker(page, live, lambda _: None)
    walker.enrol()
    tab = Tab(page)
    rec = tab.fill_in(ANSWERS)
    walker.go(f"#/fill/{rec}/house")
    with page.expect_file_chooser() as chooser:
        walker.question("/house").get_by_role("button", name="Chọn ảnh có sẵn").click()
    chooser.value.set_files(PICTURE)
    expect(walker.question("/house").locator("cs-file-view img")).to_be_visible()
    walker.saved()
    assert tab.call("finalise", rec=rec)["waiting"]
    assert tab.sync()["ok"]
    assert list(tab.call("open", rec=rec)["files"].values()) == ["sent"]
    office = new_phone().new_page()
    live.add_person("Lò Thị Lan", "commune_officer", "03424", username="lan-photo")
    with live.app.app_context(), transaction() as session:
        set_password(session, find_person(session, "lan-photo"), PASSWORD, now())
    Desk(office, live).sign_in("lan-photo")
    office.goto(f"{live.console_origin}/records/{rec}")
    image = office.get_by_role("img", name="Ảnh nhà")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 100
