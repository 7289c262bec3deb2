"""Strangers and broken devices talk to the server: coded refusals or signed answers, and what was stored stays, once."""

from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.models import Op
from server.problems import REGISTER
from server.verify import differences
from sync.canonical import b64
from sync.messages import SIGNATURE_HEADER, verify_response
from sync.ops import wire_bytes
from sync.seal import seal
from tests.fuzz.mangling import mangled
from tests.server.district import FIELD_HOST, TEAM

KINDS = {"hello": "challenge", "push": "receipt", "bundles": "receipt", "pull": "page", "digest": "page", "repair": "page",
         "bundles/down": "bundle", "blobs/ask": "blob", "enrol": "enrol", "enrol/peek": "enrol"}  # fmt: skip
REQ = "0" * 16
SCOPE = f"{TEAM}/support_case"
seeds = st.integers(0, 2**32)
FUZZ = settings(suppress_health_check=list(HealthCheck), max_examples=settings().max_examples // 3)


@pytest.fixture
def spoken(district):
    """A device that has said everything once, and what it says: {call: content}. Its stored ops are in .stored."""
    device = district.device()
    first = device.submit()
    device.push(first)
    device.stored = {first.h}
    op = device.edit(first, household_size=6)
    sealed = b64(seal(device.server_seal, "outbox/1", wire_bytes(op.wire)))
    grant = {"gen": 1, "cursor": 0}
    device.says = {
        "hello": {"device": device.device_id, "cert": device.certificate, "last_receipt": device.last_receipt},
        "push": {"ops": [first.wire, op.wire]},
        "bundles": {"device": device.device_id, "cert": device.certificate, "sealed": [sealed]},
        "pull": {"cursors": {SCOPE: grant}, "limit": 5},
        "digest": {"scopes": {SCOPE: {**grant, "root": "0" * 32}}},
        "repair": {"scope": SCOPE, "gen": 1, "buckets": [0, 7, 255], "held": {first.rec: "0" * 64}},
        "bundles/down": {"device": device.device_id, "cursors": {SCOPE: grant}, "have": ["0" * 64]},
        "blobs/ask": {"device": device.device_id, "blobs": [{"blob": "0" * 64, "size": 5}]},
        "enrol/peek": {"code": "x"},
        "enrol": {"code": "x", "device": device.device_id, "sign_key": device.sign_key.point, "name": "Máy",
                  "seal_key": device.seal_key.point, "proof": device.sign_key.sign("enrol", b"x")},
    }  # fmt: skip
    return device


def answered(device, call: str, answer) -> str:
    """The code of a refusal, "" of a signed answer; anything else fails."""
    body = answer.get_data()
    if answer.status_code == 200:
        assert verify_response(body, answer.headers.get(SIGNATURE_HEADER), KINDS[call], device.server_sign) is not None
        return ""
    code = json.loads(body)["error"]["code"]
    assert code in REGISTER and REGISTER[code].status == answer.status_code
    assert code not in ("server.failure", "server.busy"), json.loads(body)
    return code


def send(device, call: str, data: bytes, **headers: str) -> str:
    bearer = {"Authorization": f"Bearer {device.token}"}
    return answered(device, call, device.client.post(
        f"/sync/v1/{call}", base_url=FIELD_HOST, data=data, headers={**bearer, **headers}, content_type="application/json"))  # fmt: skip


def whole(district, device) -> None:
    """Everything stored is there once, and every record is what its ops make it."""

    def look(session):
        held = dict(session.execute(select(Op.h, func.count()).group_by(Op.h)).all())
        assert all(held.get(h) == 1 for h in device.stored)
        return [str(each) for each in differences(session, district.server)]

    assert district.ask(look) == []


@FUZZ
@given(call=st.sampled_from(sorted(KINDS)), seed=seeds)
def test_a_request_that_makes_no_sense_is_refused_or_answered(district, spoken, call, seed):
    said = mangled({"req": REQ, **spoken.says[call]}, seed)
    note(json.dumps(said))
    send(spoken, call, json.dumps(said).encode())


@FUZZ
@given(seed=seeds, where=st.sampled_from(["wire", "payload", "header"]))
def test_an_op_that_makes_no_sense_is_judged_or_unreadable(district, spoken, seed, where):
    """Signed by its device, so that all of it reaches the judge: answers, remarks, blobs, reasons of any shape."""
    kind = ["submit", "edit", "correct", "step", "comment", "void", "resolve", "link", "move", "erase"][seed % 10]
    first = spoken.submit()
    payload = {
        "answers": first.payload["answers"], "title": "Dở", "action": "approve", "answers_hash": "0" * 64, "reason": "vì",
        "remarks": [{"path": "/person/full_name", "text": "xem lại"}], "text": "ghi", "values": {"/person/full_name": "Dở"},
        "revision": "0" * 64, "to": SCOPE, "kind": "duplicate", "behalf": {"reporter": "Dở", "at": "2021-12-05T08:00:00+07:00"},
        "volatile": {"today": "2021-12-05", "now": "2021-12-05T08:00:00.000+07:00", "tz_offset_min": 420},
        "settles": ["0" * 64], "author": {"name": "x", "role": "y", "person": "z"}, "place": {"lat": "22.4", "lon": "103.5"},
    }  # fmt: skip
    if where == "payload":
        payload = mangled(payload, seed)
    note(json.dumps(payload))
    try:
        ops = [first, spoken.op(kind, first.rec, payload, base=[None, first.h, "0" * 64][seed % 3])]
    except ValueError:
        return  # no device can write that: it has no canonical text
    wires = [dict(op.wire) for op in ops]
    if where == "wire":
        wires = mangled({"ops": wires}, seed).get("ops", [])
    elif where == "header":
        wires[1]["header"] = json.dumps(mangled(json.loads(wires[1]["header"]), seed))
        wires[1]["sig"] = spoken.sign_key.sign("op", wires[1]["header"].encode())
    body = json.dumps({"req": REQ, "ops": wires}).encode()
    if send(spoken, "push", body) == "" and where != "wire":
        spoken.stored.add(first.h)
        told = spoken.push(*ops)["verdicts"]
        assert all(line["verdict"] in ("duplicate", "unreadable") or line["h"] != first.h for line in told), told
        assert not any(line["verdict"] == "retry" for line in told), "the judge failed over it"
    if seed % 10 == 0:
        whole(district, spoken)


@FUZZ
@given(body=st.binary(max_size=300), squeezed=st.booleans(), call=st.sampled_from(sorted(KINDS)))
def test_any_bytes_get_a_coded_refusal(district, spoken, body, squeezed, call):
    headers = {"Content-Encoding": "gzip"} if squeezed else {}
    assert send(spoken, call, gzip.compress(body) if squeezed and len(body) % 2 else body, **headers)


ODD_HEADERS = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60)


@FUZZ
@given(name=st.sampled_from(["Authorization", "Content-Encoding", "Content-Type", "Accept-Encoding", "Chungsuc-Key", "Host"]), value=ODD_HEADERS)  # fmt: skip
def test_any_headers_get_an_answer_or_a_coded_refusal(district, spoken, name, value):
    body = json.dumps({"req": REQ, **spoken.says["push"]}).encode()
    given_headers = {"Content-Type": "application/json", "Authorization": f"Bearer {spoken.token}", name: value}
    host = (
        FIELD_HOST
        if name != "Host"
        else "https://" + (value.encode("ascii", "ignore").decode().strip("/?#@: []\\") or "x")
    )
    given_headers.pop("Host", None)
    answered(spoken, "push", spoken.client.post("/sync/v1/push", base_url=host, data=body, headers=given_headers))


def test_nothing_a_stranger_sends_costs_more_than_its_bound(district, spoken):
    """Bombs, nests and crowds: 64 MB of memory at most, and a refusal each."""
    bombs = {
        "gzip of nothing": (gzip.compress(b" " * 40_000_000, 9), {"Content-Encoding": "gzip"}),
        "nested": (b"[" * 400_000, {}),
        "nested objects": (b'{"a":' * 150_000, {}),
        "digits": (b'{"req":' + b"9" * 900_000 + b"}", {}),
        "ops": (json.dumps({"req": REQ, "ops": [{}] * 100_000}).encode(), {}),
    }
    for name, (data, headers) in bombs.items():
        tracemalloc.start()
        code = send(spoken, "push", data, **headers)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert code, name
        assert peak < 64_000_000, f"{name}: {peak} bytes"
    whole(district, spoken)
