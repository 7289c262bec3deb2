"""Sealing (P-02). The RFC's own vectors run in tests/web/sync/hpke.test.js: the one-call HPKE here takes no aad, and all of
the RFC's vectors have one. What JavaScript sealed with that code opens here, and the other way round in sync.json."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import unb64
from sync.keys import KeyPair
from sync.seal import SealError, seal, unseal

KEYS = KeyPair.from_pkcs8(
    unb64(
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeiGCNUH0Tto30JI_uGjfNLj74-RWGJcPnA4CRf47i2ehRANCAASjPbHcaEdywj0b"
        "Keqr4K4NxLOOtpV1xeI97svK5xM-fBwswjRQkj2zf6yE6FotRIAvohwSs-PvQKysbj5ZAT84"
    )
)
SEALED_BY_JAVASCRIPT = unb64(
    "BLH2C2NAndyEINfUrzaWKsKXgDHSiS5J-b7C0TcgCebz4DYQOptSnNhkS--FAswUWL6jm-Tz-ouzJ0shFN_jrxV-M_QehZwnKck6k8PJmP6xpyAbpZVr"
    "JYpTPWwssUpR2hpj7_I"
)


def test_what_javascript_sealed_opens():
    assert unseal(KEYS, "outbox/1", SEALED_BY_JAVASCRIPT).decode() == "Lường Thị Đào"


@given(st.integers(0, len(SEALED_BY_JAVASCRIPT) - 1))
def test_a_sealed_text_that_was_cut_does_not_open(size):
    with pytest.raises(SealError):
        unseal(KEYS, "outbox/1", SEALED_BY_JAVASCRIPT[:size])


@given(st.integers(0, len(SEALED_BY_JAVASCRIPT) - 1), st.integers(1, 255))
def test_a_sealed_text_that_was_altered_does_not_open(at, bits):
    altered = bytearray(SEALED_BY_JAVASCRIPT)
    altered[at] ^= bits
    with pytest.raises(SealError):
        unseal(KEYS, "outbox/1", bytes(altered))


@given(st.binary(max_size=300), st.text(st.characters(codec="utf-8"), max_size=10))
def test_what_is_sealed_opens_for_the_same_use(plain, use):
    assert unseal(KEYS, use, seal(KEYS.point, use, plain)) == plain


def test_nothing_is_sealed_to_what_is_no_key():
    for point in ("", "rubbish", KEYS.point[:-1], "!" * 87):
        with pytest.raises(ValueError):
            seal(point, "outbox/1", b"x")
