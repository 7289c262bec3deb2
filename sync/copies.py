"""An op as reviewers may read it on its way (P-21): beside the copy sealed to the server, one for the named devices that
review where there is no network. One content key, wrapped for each of them (P-02); a carrier who is none of them, and
the server's own copy, are as before.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.canonical import b64, unb64
from sync.keys import KeyPair
from sync.ops import MAX_HEADER, MAX_PAYLOAD, Op, Wire, read_op, wire_bytes
from sync.seal import SealError, seal, unseal

USE = "copy/1"
KEY_BYTES = 32
NONCE = bytes(12)  # the key serves one copy alone
MAX_PLAIN = MAX_HEADER + 2 * MAX_PAYLOAD  # of an op as JSON in JSON, with room for what is escaped


def make_copy(
    h: str, wire: Wire, recipients: Mapping[str, str], random: Callable[[int], bytes]
) -> dict[str, Any] | None:
    """{"sealed": b64, "keys": {device: b64}} of one op; recipients: device → its seal key. None where there are none."""
    if not recipients:
        return None
    key = random(KEY_BYTES)
    packed = gzip.compress(wire_bytes(wire), 6, mtime=0)
    sealed = AESGCM(key).encrypt(NONCE, packed, h.encode())
    return {"sealed": b64(sealed), "keys": {device: b64(seal(point, USE, key)) for device, point in recipients.items()}}


def open_copy(copy: Any, h: str, device: str, keys: KeyPair) -> Op | None:
    """The op this copy holds, if it was made for this device and is the one named h; its signature is the caller's to
    verify. None for anything else: a copy is a kindness, and what cannot be read travels on all the same."""
    if not isinstance(copy, Mapping) or not isinstance(copy.get("keys"), Mapping):
        return None
    wrapped, sealed = copy["keys"].get(device), copy.get("sealed")
    if not isinstance(wrapped, str) or not isinstance(sealed, str):
        return None
    try:
        key = unseal(keys, USE, unb64(wrapped))
        packed = AESGCM(key).decrypt(NONCE, unb64(sealed), h.encode())
        plain = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(MAX_PLAIN + 1)
        op = read_op(json.loads(plain)) if len(plain) <= MAX_PLAIN else None
    except (SealError, InvalidTag, ValueError, OSError, EOFError):
        return None
    return op if isinstance(op, Op) and op.h == h else None
