"""Sealing (P-02): HPKE of RFC 9180, base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.keys import KeyPair, public_key

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealError(ValueError):
    """The text was sealed to another key or for another use, or was altered."""


def seal(point: str, use: str, plain: bytes) -> bytes:
    """Seal to the owner of a public key: enc (65 bytes) ‖ ciphertext. use: what for, as "outbox/1"."""
    return SUITE.encrypt(plain, public_key(point), info=_info(use))


def unseal(keys: KeyPair, use: str, sealed: bytes) -> bytes:
    """Open what was sealed to this key for this use. Raises SealError."""
    try:
        return SUITE.decrypt(sealed, keys.private, info=_info(use))
    except (InvalidTag, ValueError) as refused:
        raise SealError("not sealed to this key for this use") from refused


def _info(use: str) -> bytes:
    return f"chungsuc/seal/1/{use}".encode()
