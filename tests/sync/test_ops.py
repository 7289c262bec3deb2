"""Garbage never becomes an op and never raises; what is read keeps its exact bytes."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import canonical, sha
from sync.keys import KeyPair
from sync.ops import MAX_PAYLOAD, ChainState, Intent, Op, Unreadable, build_op, read_op, verify_op, wire_bytes

KEYS = KeyPair.new()
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def nested(leaves, keys):
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
    )


json_values = nested(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=8), st.text(max_size=8)
)
protocol_values = nested(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text, text)


def submission(answers=None):
    intent = Intent("submit", "018f0000-0000-7000-8000-000000000001", None, {"id": "f", "version": "1"}, "u/f",
                    {"answers": {"name": "Ơn"} if answers is None else answers})  # fmt: skip
    chain = ChainState("018f0000-0000-4000-8000-000000000002", 0, None)
    return build_op(chain, intent, KEYS, lambda size: b"\1" * size, lambda: "2021-12-05T08:00:00.000+07:00")[0]


@given(json_values)
def test_any_json_is_an_op_or_unreadable(value):
    assert isinstance(read_op(value), (Op, Unreadable))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_three_texts_are_unreadable(header, payload, sig):
    assert isinstance(read_op({"header": header, "payload": payload, "sig": sig}), Unreadable)


@given(st.sampled_from(["header", "payload"]), st.data())
def test_one_changed_letter_is_noticed(part, data):
    wire = dict(submission().wire)
    at = data.draw(st.integers(0, len(wire[part]) - 1))
    changed = wire[part][:at] + data.draw(st.characters(codec="utf-8")) + wire[part][at + 1 :]
    read = read_op({**wire, part: changed})
    assert changed == wire[part] or isinstance(read, Unreadable) or not verify_op(read, KEYS.point)


@given(protocol_values)
def test_canonical_texts_read_back(value):
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), text, max_size=4))
def test_what_is_built_is_read_verified_and_in_nfc(answers):
    op = submission(answers)
    read = read_op(op.wire)
    assert read.payload["answers"] == {key: unicodedata.normalize("NFC", each) for key, each in answers.items()}
    assert verify_op(read, KEYS.point)
    assert json.loads(wire_bytes(op.wire)) == op.wire


def test_an_op_larger_than_the_bound_is_unreadable():
    wire = dict(submission().wire)
    assert read_op({**wire, "payload": wire["payload"] + " " * MAX_PAYLOAD}).where == "size"


def test_letters_typed_with_combining_marks_are_taken_in_nfc_and_their_bytes_kept():
    op = submission({"name": "Đào"})
    loose = op.wire["payload"].replace("Đào", unicodedata.normalize("NFD", "Đào"))
    header = json.loads(op.wire["header"]) | {"payload_sha256": sha(loose.encode())}
    read = read_op({"header": canonical(header), "payload": loose, "sig": op.wire["sig"]})
    assert read.payload["answers"]["name"] == "Đào"
    assert read.wire["payload"] == loose
