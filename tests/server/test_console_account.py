"""One's account: the second step of signing in, codes for a new password, where one is signed in, and who ends that."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from server import accounts, two_steps
from server.codes import LETTERS, hash_of, new_code
from server.database import db
from server.delegations import delegate
from server.keys import rotate_keys
from server.models import AuditEntry, ConsoleSession, Membership, Person, RecoveryCode, ResetCode, Role, SecondStep
from server.problems import Refusal
from tests.server.officer import COMMUNE, Browser, Officer, words

PASSWORD = "nước chảy đá mòn"
NEW = "kiến tha lâu đầy tổ"
SECRET = re.compile(r'<code class="link">([A-Z2-7]+)</code>')
CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}\b")


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """The real argon2id, but quick."""
    monkeypatch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.decoy.cache_clear()
    yield
    accounts.decoy.cache_clear()


@pytest.fixture
def lan(district):
    person = district.person("commune_officer", COMMUNE, username="lan.banbo")
    district.ask(lambda s: accounts.set_password(s, s.get_one(Person, person.person_id), PASSWORD, district.clock()))
    return person


def shown(secret, clock, steps=0):
    """What the app shows now, or some half minutes later."""
    at = int(clock().timestamp()) + 30 * steps
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(at).decode()


def signed_in(district, **environ):
    browser = Browser(district, **environ)
    assert browser.sign_in("lan.banbo", PASSWORD).status_code == 302
    return browser


def turned_on(district, clock, browser):
    """Set the second step up as its owner does; (the secret, the recovery codes)."""
    secret = SECRET.search(browser.post("/account/two-steps", present=PASSWORD).text)[1]
    page = browser.post("/account/two-steps/confirm", code=shown(secret, clock))
    assert page.status_code == 200
    clock.pass_(seconds=30)  # the code that confirmed is used up
    return secret, CODE.findall(page.text)


def test_a_password_alone_opens_nothing_once_the_second_step_is_on(district, lan, clock):
    secret, codes = turned_on(district, clock, signed_in(district))
    assert len(codes) == 10
    browser = Browser(district)
    answer = browser.sign_in("lan.banbo", PASSWORD, next="/records?tab=all")
    assert answer.location == "/sign-in/second?next=/records?tab%3Dall"
    assert browser.get("/records").location.startswith("/sign-in"), "half signed in is not signed in"
    assert browser.post("/sign-in/second", code="000000").status_code == 422
    answer = browser.post("/sign-in/second", code=shown(secret, clock), next="/records?tab=all")
    assert answer.location == "/records?tab=all"
    assert browser.get("/records").status_code == 200


def test_a_code_is_taken_once_and_none_of_before_it(district, lan, clock):
    secret, _ = turned_on(district, clock, signed_in(district))

    def tried(code):
        browser = Browser(district)
        browser.sign_in("lan.banbo", PASSWORD)
        return browser.post("/sign-in/second", code=code).status_code

    code = shown(secret, clock)
    assert [tried(f"{code[:3]} {code[3:]}"), tried(code)] == [302, 422]
    assert tried(shown(secret, clock, -1)) == 422, "an earlier one, although its clock would still do"
    assert tried(shown(secret, clock, 1)) == 302, "a clock half a minute fast"
    assert tried(shown(secret, clock, 2)) == 422, "and no faster"


def test_a_recovery_code_stands_in_once(district, lan, clock):
    _, codes = turned_on(district, clock, signed_in(district))
    for typed, status in ((codes[0].lower().replace("-", " "), 302), (codes[0], 422), (codes[1], 302)):
        browser = Browser(district)
        browser.sign_in("lan.banbo", PASSWORD)
        assert browser.post("/sign-in/second", code=typed).status_code == status
    assert "8 mã dự phòng" in words(browser.get("/account"))
    fresh = CODE.findall(browser.post("/account/two-steps/codes", present=PASSWORD).text)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    other = Browser(district)
    other.sign_in("lan.banbo", PASSWORD)
    assert other.post("/sign-in/second", code=codes[2]).status_code == 422


def test_neither_secret_nor_codes_stand_in_the_database_and_a_rotation_of_keys_keeps_them_good(district, lan, clock):
    secret, codes = turned_on(district, clock, signed_in(district))
    kept = district.ask(lambda s: s.scalar(select(SecondStep.sealed_secret)))
    assert secret not in kept and two_steps.unb64(kept).find(secret.encode()) < 0
    hashes = set(district.ask(lambda s: list(s.scalars(select(RecoveryCode.code_hash)))))
    assert len(hashes) == 10 and not hashes & set(codes)
    path = district.server.settings.key_path
    rotate_keys(path)
    district.server.__dict__.pop("keys", None)
    browser = Browser(district)
    browser.sign_in("lan.banbo", PASSWORD)
    assert browser.post("/sign-in/second", code=shown(secret, clock)).status_code == 302


def test_guessing_the_second_step_waits_and_locks_nobody_out_of_her_own_browser(district, lan, clock):
    usual = signed_in(district, REMOTE_ADDR="10.1.1.1")
    secret, _ = turned_on(district, clock, usual)
    thief = Browser(district, REMOTE_ADDR="10.2.2.2")
    thief.sign_in("lan.banbo", PASSWORD)
    answers = [thief.post("/sign-in/second", code="000000").status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    elsewhere = Browser(district, REMOTE_ADDR="10.3.3.3")
    elsewhere.sign_in("lan.banbo", PASSWORD)
    assert elsewhere.post("/sign-in/second", code=shown(secret, clock)).status_code == 429
    usual.post("/sign-out")
    usual.sign_in("lan.banbo", PASSWORD)
    assert usual.post("/sign-in/second", code=shown(secret, clock)).status_code == 302


def test_half_a_sign_in_ends_after_ten_minutes_and_with_a_new_password(district, lan, clock):
    secret, _ = turned_on(district, clock, signed_in(district))
    late, changed = Browser(district), Browser(district)
    late.sign_in("lan.banbo", PASSWORD)
    clock.pass_(seconds=601)
    assert late.post("/sign-in/second", code=shown(secret, clock)).location == "/sign-in"
    changed.sign_in("lan.banbo", PASSWORD)
    district.ask(lambda s: accounts.set_password(s, s.get_one(Person, lan.person_id), NEW, clock()))
    assert changed.post("/sign-in/second", code=shown(secret, clock)).location == "/sign-in"


def test_turning_it_on_or_off_asks_for_the_password_and_signs_other_browsers_out(district, lan, clock):
    here, there = signed_in(district), signed_in(district)
    assert here.post("/account/two-steps", present="sai mật khẩu").status_code == 422
    turned_on(district, clock, here)
    assert here.get("/account").status_code == 200
    assert there.get("/account").location.startswith("/sign-in")
    assert here.post("/account/two-steps/off", present="sai").status_code == 422
    assert here.post("/account/two-steps/off", present=PASSWORD).status_code == 302
    assert signed_in(district).get("/account").status_code == 200
    acts = district.ask(lambda s: list(s.scalars(select(AuditEntry.act))))
    assert {"two_steps.on", "two_steps.off", "session.revoke"} <= set(acts)


def test_a_role_that_wants_a_second_step_lets_nothing_else_be_done_before_it_is_set_up(district, lan, clock):
    district.ask(lambda s: setattr(s.scalar(select(Role).where(Role.role == "commune_officer")), "two_steps", True))
    browser = signed_in(district)
    assert browser.get("/records").location == "/account/two-steps"
    assert browser.post("/records/filters", name="x", query="").status_code == 403
    assert "bắt buộc" in words(browser.get("/account/two-steps"))
    turned_on(district, clock, browser)
    assert browser.get("/records").status_code == 200
    assert browser.post("/account/two-steps/off", present=PASSWORD).status_code == 403


@given(
    now=st.integers(10**9, 2 * 10**9), apart=st.integers(-4, 4), after=st.integers(-4, 4), secret=st.binary(min_size=20, max_size=20)
)  # fmt: skip
def test_a_code_is_good_for_its_half_minute_and_its_neighbours_and_only_after_the_last_one_taken(
    now, apart, after, secret
):
    step = now // 30
    code = TOTP(secret, 6, SHA1(), 30).generate((step + apart) * 30).decode()
    found = two_steps.step_of(secret, code, datetime.fromtimestamp(now, UTC), step + after)
    if abs(apart) <= 1 and apart > after:
        assert found is not None
    assert found is None or (abs(found - step) <= 1 and found > step + after)


def test_codes_are_read_however_they_were_typed_and_for_one_use_alone():
    code = new_code()
    assert len(code) == 19 and set(code) <= {*LETTERS, "-"}
    assert (
        hash_of(code, "reset") == hash_of(f" {code.lower().replace('-', '')} ", "reset") != hash_of(code, "recovery/x")
    )


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngắn", "password.weak"),
        ("x" * 201, "password.weak"),
        ("với lan.banbo ở trong", "password.weak"),
        ("aaaaaaaaaaaaa", "password.common"),
        ("1234567890", "password.common"),
        ("0912345678", "password.common"),
        ("abcdefghijklm", "password.common"),
        ("mật khẩu 2021", "password.common"),
        ("Password123!", "password.common"),
        ("GiàngAPáo1990", "password.common"),
        ("nước chảy đá mòn", None),
        ("ba con cá vàng 3", None),
    ],
)
def test_a_password_is_long_and_not_what_anybody_would_try_first(password, code):
    person = Person(name="Giàng A Páo", username="lan.banbo")
    if code is None:
        assert accounts.check_strength(accounts.normal(password), person) is None
    else:
        with pytest.raises(Refusal) as refused:
            accounts.check_strength(accounts.normal(password), person)
        assert refused.value.code == code


@pytest.fixture
def admin(district):
    return Officer(district, "admin", "106")


def reset(browser, code, new=NEW, again=None, username="lan.banbo"):
    return browser.post(
        "/sign-in/forgotten", username=username, code=code, new=new, again=new if again is None else again
    )


def test_an_administrator_gives_a_code_and_its_owner_sets_the_password(district, lan, admin, clock, lines):
    here = signed_in(district)
    page = admin.post(f"/people/{lan.person_id}/password-code")
    code = CODE.search(page.text)[0]
    assert page.headers["Cache-Control"] == "no-store" and "https" not in code
    assert here.get("/records").status_code == 200, "nothing changes until the code is used"
    assert reset(Browser(district), code, again="khác").status_code == 422
    assert reset(Browser(district), code, new="1234567890").status_code == 422, "refused, and the code is not spent"
    assert reset(Browser(district), code).location == "/sign-in"
    assert here.get("/records").location.startswith("/sign-in")
    assert Browser(district).sign_in("lan.banbo", NEW).status_code == 302
    assert reset(Browser(district), code).status_code == 422, "once"
    entries = district.ask(lambda s: [(e.act, e.actor, e.subject, e.detail) for e in s.scalars(select(AuditEntry))])
    assert ("password.code", admin.person.person_id, lan.person_id, {}) in entries
    assert code not in "".join(lines) + str(entries)
    assert district.ask(lambda s: list(s.scalars(select(ResetCode)))) == []


def test_a_code_ends_after_a_day_and_with_the_next_one(district, lan, admin, clock):
    first, second = (CODE.search(admin.post(f"/people/{lan.person_id}/password-code").text)[0] for _ in range(2))
    assert reset(Browser(district), first).status_code == 422
    clock.pass_(hours=25)
    assert reset(Browser(district), second).status_code == 422


def test_a_wrong_code_an_unknown_name_and_a_person_without_a_code_are_told_apart_by_nothing(district, lan, admin):
    admin.post(f"/people/{lan.person_id}/password-code")
    district.person("commune_officer", COMMUNE, username="co.ten")
    pages = [reset(Browser(district), new_code(), username=name) for name in ("lan.banbo", "co.ten", "khong.ai")]
    assert {page.status_code for page in pages} == {422}
    assert len({re.sub(r'value="[^"]*"', "", page.text) for page in pages}) == 1


def test_codes_for_a_password_cannot_be_guessed_at_any_speed(district, lan, admin):
    admin.post(f"/people/{lan.person_id}/password-code")
    assert [reset(Browser(district), new_code()).status_code for _ in range(6)] == [422] * 5 + [429]
    assert signed_in(district).get("/account").status_code == 200, "nor do they hold up signing in"


def test_who_looks_after_a_commune_gives_no_codes_to_the_desk_nor_to_a_deputy_of_it(district, lan, clock):
    keeper, chair = Officer(district), district.person("commune_chair", COMMUNE)
    for act in ("password-code", "sessions/end", "second-step/off"):
        assert keeper.post(f"/people/{lan.person_id}/{act}").status_code == 404
        assert keeper.post(f"/people/{chair.person_id}/{act}").status_code == 404
    below = district.person("unit_head", f"{COMMUNE}-07", username="below")
    assert keeper.post(f"/people/{below.person_id}/password-code").status_code == 200

    def lend(session):
        membership = session.scalar(select(Membership).where(Membership.person_id == chair.person_id))
        today = district.server.today()
        last = today + timedelta(days=3)
        delegate(session, membership, below.person_id, today, last, clock(), today, by=chair.person_id)

    district.ask(lend)
    assert keeper.post(f"/people/{below.person_id}/password-code").status_code == 404, "who signs in as the chair"


def test_a_person_without_a_user_name_gets_one_with_the_first_code(district, admin):
    person = district.person("commune_officer", COMMUNE)
    assert admin.post(f"/people/{person.person_id}/password-code").status_code == 422
    page = admin.post(f"/people/{person.person_id}/password-code", username="Mai.BanBo")
    assert "mai.banbo" in page.text
    assert reset(Browser(district), CODE.search(page.text)[0], username="mai.banbo").status_code == 302


def test_one_sees_where_one_is_signed_in_and_ends_it_there(district, lan, clock):
    here = signed_in(district, REMOTE_ADDR="10.1.1.1", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/130.0")
    clock.pass_(minutes=30)
    there = signed_in(district, REMOTE_ADDR="10.2.2.2", HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 8) Chrome/96.0")
    third = signed_in(district)
    page = here.get("/account")
    said = words(page)
    assert "Firefox, Windows máy này 10.1.1.1" in said and "Chrome, Android 10.2.2.2" in said
    assert page.text.count("/sessions/") == 3  # two others, and all of them
    other = district.ask(
        lambda s: s.scalar(select(ConsoleSession.session_id).where(ConsoleSession.address == "10.2.2.2"))
    )
    assert here.post(f"/account/sessions/{other}/end").status_code == 302
    assert there.get("/account").location.startswith("/sign-in")
    assert here.post("/account/sessions/end").status_code == 302
    assert third.get("/account").location.startswith("/sign-in")
    assert here.get("/account").status_code == 200
    clock.pass_(minutes=20)
    here.get("/account")
    assert district.ask(lambda s: s.scalar(select(ConsoleSession.seen_at))) == clock(), "its last use is known"


def test_nobody_ends_the_session_of_another_but_who_looks_after_them(district, lan, admin):
    here, stranger = signed_in(district), Officer(district)
    mine = district.ask(
        lambda s: s.scalar(select(ConsoleSession.session_id).where(ConsoleSession.person_id == lan.person_id))
    )
    assert stranger.post(f"/account/sessions/{mine}/end").status_code == 404
    assert here.get("/account").status_code == 200
    assert "Không đăng nhập ở đâu" not in words(admin.get(f"/people/{lan.person_id}"))
    assert admin.post(f"/people/{lan.person_id}/sessions/end").status_code == 302
    assert here.get("/account").location.startswith("/sign-in")
    assert admin.acts()[-1] == "session.revoke"


def test_an_administrator_takes_a_lost_second_step_away(district, lan, admin, clock):
    here = signed_in(district)
    turned_on(district, clock, here)
    assert admin.post(f"/people/{lan.person_id}/second-step/off").status_code == 302
    assert here.get("/account").location.startswith("/sign-in")
    assert Browser(district).sign_in("lan.banbo", PASSWORD).location == "/home"
    assert admin.acts()[-2:] == ["two_steps.off", "session.revoke"]


def test_refusing_costs_the_same_work_whoever_is_named(district, lan, monkeypatch):
    """Not a clock, which lies on a busy machine: one verification of a hash of the same cost, and the same statements."""
    district.person("commune_officer", COMMUNE, username="no.password")
    closed = district.person("commune_officer", COMMUNE, username="closed")

    def close(session):
        person = session.get_one(Person, closed.person_id)
        accounts.set_password(session, person, PASSWORD, district.clock())
        person.active = False

    district.ask(close)
    done = []

    class Counted:
        hash = accounts.HASHER.hash

        def verify(self, stored, password):
            done.append("$".join(stored.split("$")[:4]))  # its kind and cost
            return real.verify(stored, password)

    real = accounts.HASHER
    monkeypatch.setattr(accounts, "HASHER", Counted())
    work = {}
    with district.app.app_context():
        engine = db.engine

    def statement(_connection, _cursor, text, *_):
        done.append(text.split("WHERE")[0])

    event.listen(engine, "before_cursor_execute", statement)
    try:
        accounts.decoy()
        for place, name in enumerate(("lan.banbo", "no.password", "closed", "khong.ai.ca")):
            browser = Browser(district, REMOTE_ADDR=f"10.4.0.{place}")
            token = browser.token()
            done.clear()
            assert browser.post("/sign-in", token=token, username=name, password="sai mật khẩu").status_code == 401
            work[name] = tuple(done)
    finally:
        event.remove(engine, "before_cursor_execute", statement)
    assert len(set(work.values())) == 1, work
    assert sum(each.startswith("$argon2id$") for each in work["khong.ai.ca"]) == 1
