"""The same nonsense to both cores: neither raises, and both make the same of it (I14)."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from sync.blobs import take_blobs
from sync.canonical import canonical, sha
from sync.digests import differing, repair_applies
from sync.keys import KeyPair
from sync.messages import adopt_keys
from sync.ops import ChainState, Intent, Unreadable, build_op, read_op
from sync.pages import CursorState, apply_page
from sync.receipts import take_receipt
from sync.shapes import answers
from tests.fuzz.mangling import mangled

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
REC = "01940000-0000-7000-8000-000000000001"
WAITING = [{"h": "a" * 64, "n": 1}, {"h": "b" * 64, "n": 2}]
FILES = [{"blob": "c" * 64, "size": 700_000}]
STATE = CursorState("C-1-A/note", 1, 4, "e")
BUCKETS = ["0" * 16] * 256
DOC = {
    "rec": REC, "form": {"id": "note", "version": "1"}, "scope": STATE.scope, "state": "submitted", "phase": "received",
    "rev": 1, "hash": "d" * 64, "answers_hash": "e" * 64, "answers": {"who": "Đỗ"}, "author": {"name": "Mẩy", "role": "member"},
    "received_at": "2026-12-01T01:00:00+00:00", "created_at": "2026-12-01T08:00:00.000+07:00", "title": "Đỗ", "subtitle": None,
    "open": True, "remarks": [], "history": [{"rev": 1}], "conflicts": [{"path": "/who"}], "ops": ["a" * 64],
}  # fmt: skip
CHANGES = [
    {"rec": REC, "rev": 1, "hash": "d" * 64, "seq": 5, "kind": "doc", "doc": DOC},
    {"rec": REC, "rev": 1, "hash": "d" * 64, "seq": 6, "kind": "leave", "to": None, "erased": True},
]
PAGE = {"scope": STATE.scope, "gen": 1, "epoch": "e", "from": 4, "next": 6, "more": False, "changes": CHANGES}
VERDICTS = [
    {"h": "a" * 64, "rec": REC, "verdict": "duplicate", "was": "applied", "rev": 1, "wanted": []},
    {"h": "b" * 64, "rec": REC, "verdict": "retry", "reason": "op.retry", "message": {"vi": "Gửi lại", "en": "Again"}},
]
BLOBS = [{"blob": "c" * 64, "state": "wanted", "have": [0, 2]}]
KEYS = KeyPair.new()
SERVER_KEYS = {"sign": KEYS.point, "seal": KeyPair.new().point, "previous": [{"sign": KEYS.point, "sig": "x"}]}
HELLO = {
    "token": "t", "epoch": "e", "server_time": "2026-12-01T01:00:00+00:00", "safe_seq": 3, "counter": 4, "state": "active", "person": {"id": "p"},
    "grants": [{"scope": STATE.scope, "gen": 1}], "chain": {"n": 1, "h": "a" * 64}, "server_keys": SERVER_KEYS,
    "documents": [{"kind": "form", "id": "note", "version": "1", "hash": "f" * 64, "current": True}],
    "decisions": [{"h": "a" * 64, "rec": REC, "verdict": "accepted", "message": {"vi": "Được", "en": "Yes"}}],
    "reviewers": [{"device": "d", "name": "Máy", "seal_key": KEYS.point, "scopes": [STATE.scope]}],
}  # fmt: skip
# What a server says: (kind of its signature, call).
MESSAGES = {
    ("hello", "hello"): HELLO,
    ("receipt", "push"): {"v": 1, "epoch": "e", "device": "d", "server_time": "s", "counter": 3, "verdicts": VERDICTS},
    ("blob", "blobs/ask"): {"epoch": "e", "device": "d", "server_time": "s", "blobs": BLOBS},
    ("page", "pull"): {"epoch": "e", "server_time": "s", "pages": [PAGE], "drop": ["C-1-B/note"], "more": False},
    ("page", "digest"): {"epoch": "e", "scopes": {STATE.scope: BUCKETS}},
    ("page", "repair"): {"epoch": "e", "scope": STATE.scope, "gen": 1, "at": 4, "changes": CHANGES, "more": False},
    ("down", ""): {**HELLO, "device": "d", "texts": {"f" * 64: "{}"}, "verdicts": VERDICTS, "blobs": BLOBS, "pages": [PAGE]},
    ("enrol", "enrol"): {"cert": {"text": "t", "sig": "s", "key": "k"}, "server_keys": SERVER_KEYS, "epoch": "e",
                         "server_time": "s", "person": {"id": "p", "name": "Mẩy"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def javascript():
    """javascript(call, **given): what the JavaScript core makes of it, {"raised"} for an exception."""
    with subprocess.Popen(
        [NODE, HERE / "cores.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:

        def call(name, **given):
            running.stdin.write(json.dumps({"call": name, "given": given}).replace("Infinity", "1e400") + "\n")
            running.stdin.flush()
            return json.loads(running.stdout.readline())

        yield call
        running.stdin.close()


def plain(value):
    """As JSON says it in both languages: numbers that are none of the protocol's are read differently, and used by neither."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return None if isinstance(value, (int, float)) and abs(value) >= 2**53 else value


def steps(call: tuple[str, str], value):
    """The protocol steps that read such a message: (name for JavaScript, what it is given besides, Python's answer)."""
    state = {"state": asdict(STATE)}
    match call:
        case ("receipt", _):
            taken = take_receipt(WAITING, value, epoch="e", device="d")
            yield "receipt", value, {"waiting": WAITING}, asdict(taken)
        case ("blob", _):
            yield "blob", value, {"waiting": FILES}, asdict(take_blobs(FILES, value, epoch="e", device="d"))
        case ("page", "pull"):
            for page in value["pages"]:
                yield "page", page, state, asdict(apply_page(STATE, page, epoch="e"))
        case ("page", "repair"):
            yield "repair", value, state, repair_applies(STATE, value, epoch="e")
        case ("page", "digest"):
            theirs = value["scopes"].get(STATE.scope)
            yield "digest", theirs, {"ours": BUCKETS}, differing(BUCKETS, theirs)


def test_what_a_server_says_has_the_shape_its_readers_count_on(javascript):
    for (kind, call), value in MESSAGES.items():
        assert answers(kind, call, value), (kind, call)
        assert javascript("fits", kind=kind, call=call, value=value) is True, (kind, call)


@given(call=st.sampled_from(list(MESSAGES)), seed=st.integers(0, 2**32))
def test_both_cores_take_or_refuse_a_message_alike(javascript, call, seed):
    kind, path = call
    value = mangled(MESSAGES[call], seed)
    note(json.dumps(value))
    taken = answers(kind, path, value)
    assert javascript("fits", kind=kind, call=path, value=value) is taken
    for name, part, given_besides, ours in steps(call, value) if taken else ():
        assert plain(javascript(name, value=part, **given_besides)) == plain(ours)


@given(seed=st.integers(0, 2**32))
def test_both_cores_adopt_or_refuse_offered_keys_alike(javascript, seed):
    pinned = {"sign": KEYS.point, "seal": "old"}
    other = KeyPair.new()
    following = {"sign": other.point, "seal": SERVER_KEYS["seal"]}
    vouched = {"sign": KEYS.point, "sig": KEYS.sign("keys", canonical(following).encode())}
    value = mangled({"keys": {**following, "previous": [vouched]}}, seed).get("keys")
    note(json.dumps(value))
    assert javascript("keys", value=value, pinned=pinned) == adopt_keys(pinned, value)


PAYLOAD = {
    "answers": {"who": "Đỗ", "people": [{"__id": REC, "age": 3}]},
    "title": "Đỗ",
    "volatile": {"today": "2026-12-01"},
}
OP, _ = build_op(
    ChainState(REC, 0, None), Intent("submit", REC, None, {"id": "note", "version": "1"}, STATE.scope, PAYLOAD),
    KEYS, lambda size: bytes(size), lambda: "2026-12-01T08:00:00.000+07:00",
)  # fmt: skip


@given(seed=st.integers(0, 2**32), where=st.sampled_from(["wire", "header", "payload", "text"]))
def test_both_cores_read_or_refuse_an_op_alike(javascript, seed, where):
    """Damage to the wire, to a header's or a payload's content (its hash made to fit), or to the header's text."""
    header, payload = dict(OP.header), dict(OP.payload)
    value: object = dict(OP.wire)
    if where == "wire":
        value = mangled({"op": value}, seed).get("op")
    elif where == "text":
        text, cut = OP.wire["header"], seed % len(OP.wire["header"])
        value = {**OP.wire, "header": text[:cut] + '\\{"\u0000e'[seed % 5] + text[cut + seed % 7 :]}
    else:
        if where == "payload":
            payload = mangled(payload, seed, keep=("salt",))
        text = json.dumps({"salt": payload.pop("salt"), **payload}, ensure_ascii=False, separators=(",", ":"))
        text = text.replace("Infinity", "1e400").encode(errors="replace").decode()
        header["payload_sha256"] = sha(text.encode())
        if where == "header":
            header = mangled(header, seed)
        value = {"header": json.dumps(header).replace("Infinity", "1e400"), "payload": text, "sig": "s"}
    note(json.dumps(value))
    ours = read_op(value)
    theirs = javascript("op", value=value)
    assert "raised" not in theirs, theirs
    said = {"refused": ours.where} if isinstance(ours, Unreadable) else {"h": ours.h, "header": ours.header, "payload": ours.payload}  # fmt: skip
    assert theirs == said
