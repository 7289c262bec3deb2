"""Signing in: one answer to whoever is wrong, waits that end, sessions nobody plants, forms nobody forges."""

import re
import unicodedata

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from server import accounts
from server.console.visitor import COOKIE
from server.models import AuditEntry, ConsoleSession, Person, SignInTry
from tests.server.officer import COMMUNE, TOKEN, Browser, Officer, words

REAL_HASHER = accounts.HASHER
PASSWORD = "nước chảy đá mòn"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """The real argon2id, but quick: these tests sign in some two hundred times."""
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.decoy.cache_clear()
    yield
    accounts.decoy.cache_clear()


def test_passwords_are_hashed_as_dearly_as_the_rfc_asks():
    assert REAL_HASHER.memory_cost >= 64 * 1024 and REAL_HASHER.type.name == "ID"


@pytest.fixture
def lan(district):
    """A commune officer with a password."""
    person = district.person("commune_officer", COMMUNE, username="lan.banbo")
    district.ask(lambda s: accounts.set_password(s, s.get_one(Person, person.person_id), PASSWORD, district.clock()))
    return person


def acts(district):
    return district.ask(lambda s: list(s.scalars(select(AuditEntry.act).order_by(AuditEntry.seq))))


def test_the_right_password_opens_the_inbox_and_is_noted(district, lan):
    browser = Browser(district)
    answer = browser.sign_in("Lan.BanBo ", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/home")
    assert "Hồ sơ chờ duyệt" in words(browser.get("/home", follow_redirects=True))
    assert acts(district)[-1] == "session.begin"


def test_the_session_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(district, lan):
    set_cookies = Browser(district).sign_in("lan.banbo", PASSWORD).headers.getlist("Set-Cookie")
    kept = next(cookie for cookie in set_cookies if cookie.startswith(f"{COOKIE}="))
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(kept.split("; "))


def test_only_a_hash_of_the_session_is_stored(district, lan):
    browser = Browser(district)
    browser.sign_in("lan.banbo", PASSWORD)
    token = browser.client.get_cookie(COOKIE, domain="console.test").value
    assert token not in district.ask(lambda s: list(s.scalars(select(ConsoleSession.token_hash))))


def test_a_password_typed_with_composed_or_decomposed_letters_is_the_same(district, lan):
    assert Browser(district).sign_in("lan.banbo", unicodedata.normalize("NFD", PASSWORD)).status_code == 302


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(district, lan):
    def answer(username, password):
        page = Browser(district).sign_in(username, password)
        return page.status_code, TOKEN.sub("", page.text).replace(username, "…")

    assert answer("lan.banbo", "sai mật khẩu") == answer("khong.ai.ca", "sai mật khẩu")
    assert answer("lan.banbo", "sai mật khẩu")[0] == 401
    assert acts(district)[-1] == "session.refused"


def test_nobodys_password_is_checked_against_a_real_hash_too(district, lan):
    assert accounts.decoy().startswith("$argon2id$")
    assert not accounts.fits(None, PASSWORD)


def test_a_session_planted_before_signing_in_does_not_become_the_signed_in_one(district, lan):
    browser = Browser(district)
    browser.client.set_cookie(COOKIE, "planted", domain="console.test")
    token_before = browser.token()
    browser.sign_in("lan.banbo", PASSWORD)
    assert browser.client.get_cookie(COOKIE, domain="console.test").value != "planted"
    assert browser.post("/records/x/none", token=token_before).status_code in (400, 404)
    assert browser.post("/sign-out", token=token_before).status_code == 400
    planted = Browser(district)
    planted.client.set_cookie(COOKIE, "planted", domain="console.test")
    assert planted.get("/records").location.startswith("/sign-in")


def test_no_page_opens_without_signing_in_but_the_sign_in_page(district):
    browser = Browser(district)
    for rule in district.app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and "GET" in rule.methods and not rule.arguments:
            if rule.endpoint == "console.sign_in.second":  # without the first step, it leads back there
                assert browser.get(rule.rule).location == "/sign-in"
            elif rule.endpoint in ("console.sign_in.page", "console.sign_in.forgotten", "console.proofs.ask"):
                assert browser.get(rule.rule).status_code == 200
            else:
                assert browser.get(rule.rule).location.startswith("/sign-in"), rule.rule


def test_no_form_of_the_console_is_taken_without_its_token(district):
    officer = Officer(district)
    example = "00000000-0000-4000-8000-000000000000"
    posts = [
        rule
        for rule in district.app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "POST" in rule.methods
    ]
    assert len(posts) >= 10
    for rule in posts:
        path = re.sub(r"<uuid:\w+>", example, rule.rule).replace("<action>", "return")
        assert officer.post(path, token="").status_code == 400, path
        assert officer.post(path, token="forged").status_code == 400, path


def test_signing_in_leads_on_to_the_page_wanted_but_never_to_another_site(district, lan):
    assert Browser(district).sign_in("lan.banbo", PASSWORD, next="/table?by=unit").location == "/table?by=unit"
    for elsewhere in ("https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"):
        assert Browser(district).sign_in("lan.banbo", PASSWORD, next=elsewhere).location == "/home"


def test_wrong_tries_from_one_place_wait_longer_and_longer_and_the_wait_ends(district, lan, clock):
    browser = Browser(district)
    for _ in range(5):
        assert browser.sign_in("lan.banbo", "sai").status_code == 401
    page = browser.sign_in("lan.banbo", PASSWORD)
    assert page.status_code == 429
    assert "Chờ 30 giây" in words(page)
    clock.pass_(seconds=31)
    assert browser.sign_in("lan.banbo", "sai").status_code == 401
    clock.pass_(seconds=31)
    assert browser.sign_in("lan.banbo", PASSWORD).status_code == 429
    clock.pass_(seconds=30)
    assert browser.sign_in("lan.banbo", PASSWORD).status_code == 302
    assert district.ask(lambda s: s.scalar(select(func.count()).select_from(SignInTry))) <= 1  # the address's


def test_an_unknown_name_is_slowed_down_like_a_known_one(district, lan):
    for name in ("lan.banbo", "khong.ai.ca"):
        browser = Browser(district, REMOTE_ADDR=f"10.0.0.{len(name)}")
        assert [browser.sign_in(name, "sai").status_code for _ in range(6)] == [401] * 5 + [429]


def test_guessing_from_many_places_never_locks_the_owner_out_for_more_than_a_minute(district, lan, clock):
    usual = Browser(district, REMOTE_ADDR="10.1.1.1")
    assert usual.sign_in("lan.banbo", PASSWORD).status_code == 302
    for place in range(40):
        Browser(district, REMOTE_ADDR=f"10.2.0.{place}").sign_in("lan.banbo", "sai")
        clock.pass_(seconds=61 if place < 39 else 0)
    elsewhere = Browser(district, REMOTE_ADDR="10.3.3.3")
    assert elsewhere.sign_in("lan.banbo", PASSWORD).status_code == 429
    assert usual.sign_in("lan.banbo", PASSWORD).status_code == 302  # a browser that was here before is let in at once
    clock.pass_(seconds=61)
    assert elsewhere.sign_in("lan.banbo", PASSWORD).status_code == 302


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(district):
    officer = Officer(district)
    copy = Browser(district)
    copy.client.set_cookie(COOKIE, officer.token_text, domain="console.test")
    assert copy.get("/records").status_code == 200
    assert officer.post("/sign-out").status_code == 302
    assert copy.get("/records").location.startswith("/sign-in")
    assert officer.acts()[-1] == "session.end"


def test_a_session_ends_by_itself(district, clock):
    officer = Officer(district)
    clock.pass_(hours=13)
    assert officer.get("/records").location.startswith("/sign-in")


def test_a_person_no_longer_active_is_out_at_once(district):
    officer = Officer(district)
    district.ask(lambda s: setattr(s.get_one(Person, officer.person.person_id), "active", False))
    assert officer.get("/records").location.startswith("/sign-in")


def test_changing_the_password_signs_all_other_browsers_out(district, lan):
    here, there = Browser(district), Browser(district)
    here.sign_in("lan.banbo", PASSWORD)
    there.sign_in("lan.banbo", PASSWORD)
    new = "kiến tha lâu đầy tổ"
    for wrong, status in (
        ({"present": "sai", "new": new, "again": new}, 422),
        ({"present": PASSWORD, "new": new, "again": "khác"}, 422),
        ({"present": PASSWORD, "new": "ngắn", "again": "ngắn"}, 422),
        ({"present": PASSWORD, "new": "xlan.banbox", "again": "xlan.banbox"}, 422),
        ({"present": PASSWORD, "new": new, "again": new}, 302),
    ):
        assert here.post("/password", **wrong).status_code == status
    assert here.get("/records").status_code == 200
    assert there.get("/records").location.startswith("/sign-in")
    assert Browser(district).sign_in("lan.banbo", PASSWORD).status_code == 401
    assert Browser(district).sign_in("lan.banbo", new).status_code == 302


def test_someone_without_a_role_in_the_console_is_told_where_to_go(district):
    person = district.person("team_lead", username="pao")
    district.ask(lambda s: accounts.set_password(s, s.get_one(Person, person.person_id), PASSWORD, district.clock()))
    page = Browser(district).sign_in("pao", PASSWORD)
    assert page.status_code == 403
    assert "phiếu ghi trên điện thoại" in words(page)


def test_over_plain_http_no_password_is_even_asked_for(district):
    answer = district.app.test_client().get("/sign-in", base_url="http://console.test", headers={"Accept": "text/html"})
    assert answer.status_code == 421
    assert "https://" in answer.text
    assert "password" not in answer.text


def test_every_answer_of_the_console_forbids_foreign_content_and_keeping(district):
    officer = Officer(district)
    for path in ("/records", "/sign-in", "/nowhere", "/table/workbook"):
        answer = officer.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
    page = officer.get("/records").text
    assert (
        "style=" not in page
        and "onclick" not in page
        and page.count("<script") == page.count('<script type="module" src=') == 1
    )
    sheet = re.search(r'href="(/static/console.css\?v=\w+)"', page)[1]
    with officer.get(sheet) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/css")
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_reader_may_choose_english_and_it_stays(district):
    officer = Officer(district)
    answer = officer.post("/language", language="en", next="/records?tab=all")
    assert answer.location == "/records?tab=all"
    page = officer.get("/records")
    assert 'lang="en"' in page.text
    assert "Records to review" in words(page)


def test_an_address_that_is_not_there_is_said_to_whoever_asks(district):
    for role, unit in (("commune_officer", "03424"), ("team_lead", "03424-07-T1")):
        page = Officer(district, role, unit).get("/nowhere-at-all")
        assert page.status_code == 404 and "Không có gì ở địa chỉ này" in page.text
