"""What a stranger may try at the console: markup in every free text, foreign hosts, paths, and finding out who exists."""

import json
import re

import pytest

from server.console.visitor import COOKIE
from server.people import add_person
from tests.server.district import TEAM
from tests.server.officer import CONSOLE_HOST, Browser, Officer, field

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
LOOSE = re.compile(r"<img src=x|<script>alert|onerror=alert\(1\)>\"")


@pytest.fixture
def tainted(district):
    """A record with markup in each free text: answers, title, reporter, remarks, reasons, names of people and devices."""
    device = district.device()
    district.change_device(device, name=EVIL[:80])
    op = device.submit(description=EVIL)
    device.push(op)
    officer = Officer(district)
    district.ask(lambda s: setattr(s.get_one(type(officer.person), officer.person.person_id), "name", EVIL))
    page = officer.get(f"/records/{op.rec}/steps/return")
    officer.post(
        f"/records/{op.rec}/steps/return",
        answers_hash=field(page, "answers_hash"),
        reason=EVIL,
        **{"remark:/need/description": EVIL},
    )
    officer.post(f"/records/{op.rec}/comments", text=EVIL)
    wrong = device.op("edit", op.rec, {"answers": {"need": {"description": EVIL}}, "title": EVIL}, base=op.h)
    device.push(wrong)
    officer.post("/records/filters", name=EVIL[:60], query="q=" + EVIL)
    return officer, device, op.rec, wrong.h


def test_markup_in_a_free_text_is_only_text_on_every_page(district, tainted):
    officer, device, rec, h = tainted
    paths = [
        "/records?tab=all", f"/records/{rec}", f"/records/{rec}/revisions", f"/records/{rec}/correction",
        "/waiting", f"/waiting/{h}", "/people", f"/people/devices/{device.device_id}", f"/people?q={EVIL}",
        f"/records?q={EVIL}&author={EVIL}&unit={EVIL}&state={EVIL}", f"/people/sheet?unit={TEAM}", "/leave",
        f"/records/{rec}?list={EVIL}", f"/sign-in?next={EVIL}",
    ]  # fmt: skip
    seen = 0
    for path in paths:
        answer = officer.get(path)
        assert answer.status_code in (200, 302), path
        assert not LOOSE.search(answer.text), path
        seen += "&lt;img src=x" in answer.text
    assert seen >= 6, "the texts were shown, as texts"
    for path, sent in (("/people/new", {"name": EVIL, "username": EVIL}), (f"/waiting/{h}/reject", {"note": ""})):
        assert not LOOSE.search(officer.post(path, **sent).text), path


def test_a_forms_own_label_with_markup_is_only_text(district, tainted, monkeypatch):
    officer, _, rec, _ = tainted
    from server import programs

    taint = {}
    for key, form in programs.MADE_FORMS.items():
        text = json.dumps(form.program).replace("Nhà có mấy người?", json.dumps(EVIL)[1:-1])
        taint[key] = type(form)(json.loads(text), form.lists)
    monkeypatch.setattr(programs, "MADE_FORMS", taint)
    page = officer.get(f"/records/{rec}")
    assert "&lt;script&gt;alert(2)" in page.text and not LOOSE.search(page.text)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "\\\\evil.test",
        "/%0d%0aX: y",
        "http:evil.test",
    ],
)
def test_no_page_leads_to_another_site(district, wanted):
    officer = Officer(district)
    for answer in (
        officer.post("/language", language="en", next=wanted),
        officer.get("/records", query_string={"list": wanted}),
        officer.post("/records/filters", name="x", query=wanted),
    ):
        assert "evil.test" not in (answer.location or "") and "X" not in answer.headers
    signing = Browser(district).get("/sign-in", query_string={"next": wanted})
    assert 'name="next" value=""' in signing.text or 'value="/%0d%0aX: y"' in signing.text


def test_another_host_gets_nothing_and_is_never_written_into_a_link(district):
    client = district.app.test_client()
    for host in ("evil.test", "console.test.evil.test", "console.test:1"):
        answer = client.get("/sign-in", base_url=f"https://{host}")
        assert answer.status_code == 421 and host not in answer.text, host
    # A host that a proxy was not told to pass on is not believed.
    answer = client.get("/records", base_url=CONSOLE_HOST, headers={"X-Forwarded-Host": "evil.test"})
    assert "evil.test" not in (answer.location or "") and "evil.test" not in answer.text


@pytest.mark.parametrize(
    "path", ["../server-keys.json", "..%2f..%2fserver-keys.json", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd"]
)
def test_no_path_leads_out_of_the_files_meant(district, path):
    officer, rec = Officer(district), "0190a1b2-0000-7000-8000-00000000000a"
    for address in (f"/static/{path}", f"/records/{rec}/files/{path}", f"/waiting/{path}"):
        answer = officer.get(address)
        assert answer.status_code in (301, 308, 404, 405), address
        assert "root:" not in answer.text and "private" not in answer.text


def test_nobody_learns_who_has_an_account(district):
    """The same words, status and cookies for a name nobody has, a person without a password, and a closed account."""
    district.ask(lambda s: add_person(s, "Có tên", district.clock(), username="co.ten"))
    answers = [Browser(district).sign_in(name, "sai mật khẩu rồi") for name in ("khong.ai", "co.ten")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert (
        len({tuple(sorted(cookie.split("=")[0] for cookie in a.headers.getlist("Set-Cookie"))) for a in answers}) == 1
    )


def test_a_session_planted_before_signing_in_is_worth_nothing(district):
    victim = Officer(district)
    victim.client.set_cookie(COOKIE, "x" * 43, domain="console.test", secure=True)
    assert victim.get("/records").status_code == 302
