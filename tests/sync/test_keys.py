"""Keys and signatures (P-01), and what a device believes of its server (P-19)."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import b64, canonical, unb64
from sync.keys import KeyPair, public_key, verify
from sync.messages import Signed, adopt_keys, signature, verify_response

KEYS, OTHER = KeyPair.new(), KeyPair.new()
SIG = KEYS.sign("op", b"Ban Hon")
PINNED = {"sign": KEYS.point, "seal": KEYS.point}
json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sign", "seal", "previous", "sig"]), inner),
    max_leaves=8,
)  # fmt: skip


def test_a_signature_holds_for_its_key_its_kind_and_its_bytes_alone():
    assert len(unb64(SIG)) == 64
    assert verify(KEYS.point, "op", b"Ban Hon", SIG)
    assert not verify(OTHER.point, "op", b"Ban Hon", SIG)
    assert not verify(KEYS.point, "receipt", b"Ban Hon", SIG)
    assert not verify(KEYS.point, "op", b"Ban hon", SIG)


@given(st.text(max_size=90), st.text(max_size=90))
def test_garbage_verifies_as_false(point, sig):
    assert not verify(point, "op", b"x", sig)
    assert not verify(KEYS.point, "op", b"x", sig)


def test_a_key_comes_back_from_its_export_and_no_other_curve_is_taken():
    assert KeyPair.from_pkcs8(KEYS.pkcs8()).point == KEYS.point
    foreign = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(ValueError, match="P-256"):
        KeyPair.from_pkcs8(foreign)


def test_a_compressed_point_is_no_public_key():
    raw = unb64(KEYS.point)
    with pytest.raises(ValueError, match="uncompressed"):
        public_key(b64(bytes([2 + raw[64] % 2]) + raw[1:33]))


@given(json_values)
def test_offered_keys_of_any_shape_are_refused_without_raising(offered):
    assert adopt_keys(PINNED, offered) is None


def test_keys_that_another_server_vouches_for_are_not_adopted():
    following = {"sign": OTHER.point, "seal": OTHER.point}
    vouched = OTHER.sign("keys", canonical(following).encode())
    assert adopt_keys(PINNED, {**following, "previous": [{"sign": KEYS.point, "sig": vouched}]}) is None
    assert adopt_keys(PINNED, {**following, "previous": [{"sign": OTHER.point, "sig": vouched}]}) is None


@given(st.none() | st.text(max_size=120))
def test_an_answer_without_our_servers_signature_says_nothing(header):
    assert verify_response(b"{}", header, "receipt", KEYS.point) is None


def test_a_signed_answer_that_is_no_object_says_nothing():
    assert verify_response(b"{}", signature(KEYS, "receipt", b"{}"), "receipt", KEYS.point) == {}
    assert verify_response(b"[]", signature(KEYS, "receipt", b"[]"), "receipt", KEYS.point) is None


def test_a_kept_text_is_believed_only_whole():
    made = Signed.make(KEYS, "cert", {"device": "d"})
    assert Signed.read(made.json()) == made
    assert made.content("cert", OTHER.point, KEYS.point) == {"device": "d"}
    for spoiled in (
        {**made.json(), "text": made.text + " "},
        {**made.json(), "sig": SIG},
        {**made.json(), "text": "\ud800"},
    ):
        assert Signed.read(spoiled).content("cert", KEYS.point) is None
    for shapeless in (None, [], {"text": made.text}, {**made.json(), "key": 1}):
        assert Signed.read(shapeless) is None
