"""Digests at the server: a device that has caught up learns what it holds otherwise, and gets exactly that mended."""

from __future__ import annotations

import json

import pytest

from server.digests import mend
from sync.digests import bucket_digests, bucket_of, differing, in_buckets, root_digest
from tests.server.district import FAR_TEAM, TEAM

SCOPE = f"{TEAM}/support_case"


@pytest.fixture
def device(district):
    return district.device()


@pytest.fixture
def filled(device):
    """A device that has pulled its scope: {rec: hash}, generation and cursor of it."""
    ops = [device.submit() for _ in range(6)]
    device.push(*ops)
    page = next(page for page in device.pull()["pages"] if page["scope"] == SCOPE)
    return {change["rec"]: change["hash"] for change in page["changes"]}, page["gen"], page["next"]


def compare(device, held, gen, cursor):
    root = root_digest(bucket_digests(held))
    return device.post("digest", "page", scopes={SCOPE: {"gen": gen, "cursor": cursor, "root": root}})["scopes"]


def repair(device, held, gen, theirs, **given):
    where = differing(bucket_digests(held), theirs)
    asked = {"scope": SCOPE, "gen": gen, "buckets": where, "held": in_buckets(held, where), **given}
    return device.post("repair", "page", **asked)


def test_a_device_that_holds_the_same_hears_nothing(device, filled):
    assert compare(device, *filled) == {}


SPOILT = {
    "lost one": lambda held: held.pop(min(held)),
    "holds another revision": lambda held: held.update({min(held): "f" * 64}),
    "holds one that is none": lambda held: held.update({"018f0000-0000-7000-8000-000000000001": "f" * 64}),
    "lost everything": lambda held: held.clear(),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_differs_is_found_and_mended_and_nothing_else_is_sent(device, filled, how):
    held, gen, cursor = filled
    right = dict(held)
    SPOILT[how](held)
    theirs = compare(device, held, gen, cursor)[SCOPE]
    answer = repair(device, held, gen, theirs)
    assert (answer["scope"], answer["gen"], answer["at"], answer["more"]) == (SCOPE, gen, cursor, False)
    wrong = {rec for rec in right.keys() | held.keys() if right.get(rec) != held.get(rec)}
    assert {change["rec"] for change in answer["changes"]} == wrong
    for change in answer["changes"]:
        if change["kind"] == "leave":
            del held[change["rec"]]
        else:
            assert change["doc"]["hash"] == change["hash"]
            held[change["rec"]] = change["hash"]
    assert held == right
    assert compare(device, held, gen, cursor) == {}


def test_a_device_that_has_not_caught_up_pulls_instead(device, filled):
    held, gen, cursor = filled
    held.pop(min(held))
    device.push(device.submit())
    assert compare(device, held, gen, cursor) == {}


def test_what_agrees_is_not_sent_although_it_lies_in_a_bucket_asked_for(district, filled):
    held, gen, _ = filled
    lost = min(held)
    part = district.ask(lambda session: mend(session, SCOPE, gen, range(256), {**held, lost: "0" * 64}, 500))
    assert [json.loads(change)["rec"] for change in part.changes] == [lost]


def test_a_large_repair_comes_in_parts(district, filled):
    right, gen, cursor = filled
    held, parts, more = {}, [], True

    def next_part(session):
        return mend(session, SCOPE, gen, range(256), held, 4)

    while more:
        part = district.ask(next_part)
        changes = [json.loads(change) for change in part.changes]
        held |= {change["rec"]: change["hash"] for change in changes}
        parts.append(len(changes))
        more = part.more
    assert (held, parts, part.at) == (right, [4, 2], cursor)


def test_nothing_is_told_of_scopes_that_are_not_held(district, device, filled):
    stranger = district.device("team_lead", FAR_TEAM)
    held, gen, cursor = filled
    assert compare(stranger, {}, gen, cursor) == {}
    asked = {"scope": SCOPE, "gen": gen, "buckets": [bucket_of(rec) for rec in held], "held": {}}
    assert stranger.post("repair", "page", **asked)["error"]["code"] == "pull.refused"
    district.change_device(device, state="revoked")
    assert device.post("digest", "page", scopes={})["error"]["code"] == "pull.refused"
