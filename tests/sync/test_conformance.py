"""The cases both sync cores run; tests/web/sync/conformance.test.js runs the same. Made by tests/conformance/sync_cases.py."""

import json
from pathlib import Path

import pytest

from sync.canonical import CanonicalError, answers_hash, canonical, revision_hash, unb64
from sync.keys import KeyPair, key_id
from sync.messages import Signed, adopt_keys, verify_response
from sync.ops import ChainState, Intent, Op, Unreadable, build_op, read_op, verify_op
from sync.outbox import Limits, make_push
from sync.overlay import overlay
from sync.pages import PULL_LIMIT, CursorState, apply_page, next_limit
from sync.receipts import effective, take_receipt
from sync.seal import SealError, unseal

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "sync.json").read_text("utf-8"))
DEVICE = KeyPair.from_pkcs8(unb64(CASES["device"]["pkcs8"]))


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.get("name", ""))


@named(CASES["canonical"])
def test_canonical(case):
    assert canonical(case["value"]) == case["text"]
    assert canonical(json.loads(case["text"])) == case["text"]


@pytest.mark.parametrize("value", [*CASES["not_canonical"], "\ud800", {1: 2}, b"x"])
def test_what_has_no_canonical_text(value):
    with pytest.raises(CanonicalError):
        canonical(value)


def test_hashes():
    for case in CASES["answers_hash"]:
        assert answers_hash(case["answers"], case["form"], case["blobs"]) == case["hash"]
    for case in CASES["revision_hash"]:
        assert revision_hash(case["revision"]) == case["hash"]


def test_a_key_has_its_id():
    assert DEVICE.point == CASES["device"]["point"]
    assert key_id(DEVICE.point) == CASES["device"]["key_id"]


@named(CASES["ops"])
def test_an_op_is_built_byte_for_byte_and_read_again(case):
    intent = Intent(**case["intent"])
    op, after = build_op(
        ChainState(**case["state"]), intent, DEVICE, lambda size: bytes(range(size)), lambda: case["at"]
    )
    assert (op.wire["header"], op.wire["payload"]) == (case["wire"]["header"], case["wire"]["payload"])
    assert (after.n, after.prev) == (case["after"]["n"], case["after"]["prev"])
    read = read_op(case["wire"])
    assert isinstance(read, Op)
    assert read.h == case["h"]
    assert verify_op(read, DEVICE.point)
    assert not verify_op(read, CASES["other"]["point"])


@pytest.mark.parametrize("wire", CASES["bad_wires"].values(), ids=CASES["bad_wires"])
def test_what_is_no_op(wire):
    assert isinstance(read_op(wire), Unreadable)


@pytest.mark.parametrize("case", CASES["odd_wires"].values(), ids=CASES["odd_wires"])
def test_what_is_an_op_although_written_otherwise(case):
    read = read_op(case["wire"])
    assert read.payload["answers"] == case["answers"]
    assert read.wire == case["wire"]


def test_what_is_sealed_opens_with_its_key_for_its_use_alone():
    sealed = unb64(CASES["sealed"]["sealed"])
    assert unseal(DEVICE, CASES["sealed"]["use"], sealed).decode() == CASES["sealed"]["plain"]
    with pytest.raises(SealError):
        unseal(DEVICE, "draft/1", sealed)
    with pytest.raises(SealError):
        unseal(KeyPair.new(), CASES["sealed"]["use"], sealed)
    for at in (0, 1, 64, 65, len(sealed) - 1):
        with pytest.raises(SealError):
            unseal(DEVICE, CASES["sealed"]["use"], sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])


def test_only_the_servers_signature_is_believed():
    body, header = CASES["response"]["body"].encode(), CASES["response"]["header"]
    server = CASES["server"]["point"]
    assert verify_response(body, header, "receipt", server)["epoch"] == "e1"
    for wrong in ((body + b" ", header, "receipt", server), (body, header, "page", server), (body, None, "receipt", server),
                  (body, header[:-1], "receipt", server), (body, header, "receipt", CASES["other"]["point"])):  # fmt: skip
        assert verify_response(*wrong) is None
    cert = Signed.read(CASES["cert"])
    assert cert.content("cert", server)["kind"] == "cert"
    assert cert.content("receipt", server) is None
    assert cert.content("cert", CASES["other"]["point"]) is None


def test_new_keys_are_adopted_when_the_pinned_one_vouches_for_them():
    case = CASES["rotation"]
    assert adopt_keys(case["pinned"], case["offered"]) == case["adopted"]
    assert adopt_keys(case["pinned"], {**case["offered"], "previous": []}) is None
    assert adopt_keys(case["pinned"], {**case["offered"], "seal": case["pinned"]["seal"]}) is None


@named(CASES["receipts"])
def test_a_receipt(case):
    taken = take_receipt(case["outbox"], case["receipt"], epoch=case["epoch"], device=case["device"])
    assert [op["h"] for op in taken.outbox] == case["left"]
    assert [verdict["h"] for verdict in taken.settled] == case["settled"]
    assert [verdict["h"] for verdict in taken.stuck] == case["stuck"]
    again = take_receipt(taken.outbox, case["receipt"], epoch=case["epoch"], device=case["device"])
    assert (again.outbox, again.settled) == (taken.outbox, [])


@named(CASES["effective"])
def test_what_became_of_a_duplicate(case):
    assert effective(case["verdict"]) == case["is"]


@named(CASES["pages"])
def test_a_page(case):
    applied = apply_page(CursorState(**case["state"]), case["page"], epoch=case["epoch"])
    assert (applied.applies, [row["seq"] for row in applied.rows]) == (case["applies"], case["seqs"])
    assert applied.cursor_state.cursor == case["cursor"]


@named(CASES["limits"])
def test_how_much_is_asked_for(case):
    limit, asked = PULL_LIMIT, []
    for arrived in case["arrived"]:
        limit = next_limit(limit, arrived=arrived)
        asked.append(limit)
    assert asked == case["limits"]


@named(CASES["push"])
def test_a_push(case):
    assert len(make_push(case["outbox"], Limits(**case["limits"]))) == case["takes"]


@named(CASES["overlay"])
def test_an_overlay(case):
    assert overlay(case["doc"], case["ops"]) == case["seen"]
