"""Signing and sealing keys on P-256, and signatures over exact bytes (P-01, docs/protocol.md)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sync.canonical import b64, sha, unb64

Kind = Literal["op", "receipt", "cert", "hello", "page", "challenge", "keys", "enrol", "blob", "down", "bundle",
               "address", "slip"]  # fmt: skip
SIZE = 32  # bytes of r, of s, of a coordinate
POINT_BYTES = 1 + 2 * SIZE


@dataclass(frozen=True)
class KeyPair:
    """A private key on P-256, to sign with (ECDSA) or to open what was sealed for it (ECDH)."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> KeyPair:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_pkcs8(cls, der: bytes) -> KeyPair:
        """Raises ValueError when this is no P-256 key."""
        key = serialization.load_der_private_key(der, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("not a P-256 key")
        return cls(key)

    def pkcs8(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def point(self) -> str:
        """The public key: b64 of the uncompressed point, 65 bytes."""
        encoding, kind = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        return b64(self.private.public_key().public_bytes(encoding, kind))

    def sign(self, kind: Kind, data: bytes) -> str:
        """b64 of raw r‖s over "chungsuc/<kind>/1" NUL SHA-256(data)."""
        r, s = decode_dss_signature(self.private.sign(_signed_bytes(kind, data), ec.ECDSA(hashes.SHA256())))
        return b64(r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big"))


@lru_cache(maxsize=4096)
def public_key(point: str) -> ec.EllipticCurvePublicKey:
    """The public key of a b64 point, parsed once. Raises ValueError when it is not an uncompressed point on the curve."""
    raw = unb64(point)
    if len(raw) != POINT_BYTES:  # a compressed point would give one key two ids
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)


def verify(point: str, kind: Kind, data: bytes, sig: str) -> bool:
    """Whether the key of this point signed exactly these bytes as this kind. False for anything malformed."""
    try:
        raw = unb64(sig)
        if len(raw) != 2 * SIZE:
            return False
        encoded = encode_dss_signature(int.from_bytes(raw[:SIZE], "big"), int.from_bytes(raw[SIZE:], "big"))
        public_key(point).verify(encoded, _signed_bytes(kind, data), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def key_id(point: str) -> str:
    """The first 16 hex characters of the point's SHA-256."""
    return sha(unb64(point))[:16]


def _signed_bytes(kind: Kind, data: bytes) -> bytes:
    return b"chungsuc/" + kind.encode() + b"/1\0" + hashlib.sha256(data).digest()
