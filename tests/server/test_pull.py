"""Pull: a device gets what its grants hold, all of it and nothing else, and loses it with the grant (P-09 to P-16)."""

import gzip
from datetime import timedelta

import brotli
import pytest
from sqlalchemy import select, update

from server.models import Membership, Person
from server.scope import refresh_grants
from sync.messages import verify_response
from tests.server.district import FAR_TEAM, OTHER_TEAM, TEAM

CASES, DEEDS = f"{TEAM}/support_case", f"{TEAM}/achievement"


def end_membership(district, day):
    district.ask(lambda s: s.execute(update(Membership).values(valid_to=day)))


def test_two_teams_of_one_village_do_not_see_each_others_cases(district):
    one, other = district.device(unit=TEAM), district.device(unit=OTHER_TEAM)
    mine, theirs = one.submit(unit=TEAM), other.submit(unit=OTHER_TEAM)
    one.push(mine)
    other.push(theirs)
    assert set(one.pull_all()) == {mine.rec}
    assert set(other.pull_all()) == {theirs.rec}


def test_a_commune_officers_device_holds_all_teams_of_the_commune_and_no_other_commune(district):
    officer = district.device("commune_officer", "03424")
    here, there, far = (district.device(unit=unit) for unit in (TEAM, OTHER_TEAM, FAR_TEAM))
    ops = [device.submit(unit=unit) for device, unit in ((here, TEAM), (there, OTHER_TEAM), (far, FAR_TEAM))]
    for device, op in zip((here, there, far), ops, strict=True):
        device.push(op)
    assert set(officer.pull_all()) == {ops[0].rec, ops[1].rec}


def test_a_role_without_a_field_surface_holds_nothing_on_a_device(district):
    assert district.device("commune_chair", "03424").hello()["grants"] == []


def test_a_pull_resumes_from_its_cursor_and_a_changed_record_comes_again(district):
    device = district.device()
    first, second = device.submit(), device.submit()
    device.push(first, second)
    answer = device.pull()
    cursors = {page["scope"]: {"gen": page["gen"], "cursor": page["next"]} for page in answer["pages"]}
    assert device.pull(cursors)["pages"] == []
    device.push(device.edit(first, household_size=7))
    (page,) = device.pull(cursors)["pages"]
    assert [(change["rec"], change["rev"]) for change in page["changes"]] == [(first.rec, 2)]
    assert page["from"] == cursors[CASES]["cursor"] < page["next"] == page["changes"][0]["seq"]


def test_the_feed_is_no_longer_than_the_records(district):
    device = district.device()
    first = device.submit()
    device.push(first, *(device.edit(first, household_size=size) for size in range(6, 12)))
    (page,) = device.pull()["pages"]
    assert len(page["changes"]) == 1


def test_pages_keep_to_the_limit_and_say_that_there_is_more(district):
    device = district.device()
    ops = [device.submit() for _ in range(5)]
    device.push(*ops)
    answer = device.pull(limit=2)
    assert ([len(page["changes"]) for page in answer["pages"]], answer["more"]) == ([2], True)
    assert answer["pages"][0]["more"]
    assert set(device.pull_all()) == {op.rec for op in ops}


def test_a_voided_case_travels_as_void(district):
    device = district.device()
    op = device.submit()
    device.push(op, device.op("void", op.rec, {"reason": "Ghi nhầm hộ"}, base=op.h))
    (page,) = device.pull()["pages"]
    assert [(change["kind"], change["doc"]["state"]) for change in page["changes"]] == [("void", "void")]


def test_a_scope_that_is_taken_away_must_be_dropped_and_brings_nothing_more(district):
    device = district.device()
    device.push(device.submit())
    cursors = {page["scope"]: {"gen": page["gen"], "cursor": page["next"]} for page in device.pull()["pages"]}
    end_membership(district, district.server.today())
    district.clock.pass_(days=1)
    device.hello()
    answer = device.pull(cursors)
    assert (answer["pages"], answer["drop"]) == ([], [CASES])
    assert device.pull()["pages"] == []


def test_a_person_put_out_loses_the_scope_at_the_next_pull_although_the_token_still_holds(district):
    device = district.device()
    device.push(device.submit())
    district.ask(lambda s: s.execute(update(Person).values(active=False)))
    answer = device.pull({CASES: {"gen": 1, "cursor": 0}})
    assert (answer["pages"], answer["drop"]) == ([], [CASES])


def test_a_scope_given_again_has_the_next_generation_and_starts_anew(district):
    device = district.device()
    op = device.submit()
    device.push(op)
    first = {grant["scope"]: grant["gen"] for grant in device.hello()["grants"]}
    cursors = {CASES: {"gen": first[CASES], "cursor": 999}}
    end_membership(district, district.server.today())
    tomorrow = district.server.today() + timedelta(days=1)
    person = district.ask(lambda s: s.scalars(select(Membership.person_id)).first())
    assert district.ask(lambda s: refresh_grants(s, person, tomorrow)) == {}
    end_membership(district, None)
    answer = device.pull(cursors)
    assert answer["drop"] == [CASES]
    assert [(page["scope"], page["gen"], page["from"]) for page in answer["pages"]] == [(CASES, first[CASES] + 1, 0)]


def test_a_cursor_for_a_scope_never_granted_reveals_nothing(district):
    stranger, author = district.device(unit=FAR_TEAM), district.device()
    author.push(author.submit())
    answer = stranger.pull({CASES: {"gen": 1, "cursor": 0}})
    assert (answer["pages"], answer["drop"]) == ([], [CASES])


@pytest.mark.parametrize(
    "accepted, encoding, unpack",
    [("gzip", "gzip", gzip.decompress), ("gzip, deflate, br", "br", brotli.decompress)],
)
def test_answers_come_compressed_and_their_signature_holds_for_the_bytes_inside(district, accepted, encoding, unpack):
    device = district.device()
    device.push(*(device.submit() for _ in range(3)))
    answer = device.client.post(
        "/sync/v1/pull",
        base_url="https://field.test",
        json={"req": "0123456789abcdef", "cursors": {}},
        headers={"Authorization": f"Bearer {device.token}", "Accept-Encoding": accepted},
    )
    assert answer.headers["Content-Encoding"] == encoding
    assert answer.headers["Cache-Control"] == "no-store"
    body = unpack(answer.get_data())
    assert verify_response(body, answer.headers["Chungsuc-Signature"], "page", device.server_sign)
