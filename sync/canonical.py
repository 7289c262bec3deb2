"""The one JSON text of a value, and the hashes made over it (docs/protocol.md, "Bytes, signatures, hashes")."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

LARGEST = 2**53
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class CanonicalError(ValueError):
    """A value has no canonical text: a float, an integer beyond 2^53, a lone surrogate, an unknown type."""


def canonical(value: Any) -> str:
    """JSON with keys sorted by code point, no white space, non-ASCII as is, integers only. Raises CanonicalError."""
    _check(value)
    text = ENCODER.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("lone surrogate in a text") from None
    return text


def _check(value: Any) -> None:
    ahead = [value]
    for each in ahead:  # grows as it is walked
        kind = type(each)
        if kind is str or kind is bool or each is None:
            continue
        if isinstance(each, int):
            if abs(each) >= LARGEST:
                raise CanonicalError(f"not an integer below 2^53: {each}")
        elif isinstance(each, (dict, Mapping)):  # dict first: an abstract class is slow to ask
            for key in each:
                if not isinstance(key, str):
                    raise CanonicalError(f"a key is not a text: {key!r}")
            ahead += each.values()
        elif isinstance(each, (list, tuple)):
            ahead += each
        elif not isinstance(each, str):
            raise CanonicalError(f"not a JSON value: {kind.__name__}")


def sha(data: bytes) -> str:
    """SHA-256 as 64 lower hex characters."""
    return hashlib.sha256(data).hexdigest()


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Back from b64. Raises ValueError for anything else, padding and other letters included."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if b64(data) != text:
        raise ValueError("not base64url without padding")
    return data


def answers_hash(answers: Any, form: Mapping[str, str], blobs: Iterable[str]) -> str:
    """Hash of what a submission says: its answers, form version and attachments (sha256 of each, any order)."""
    named = {"answers": answers, "form": {"id": form["id"], "version": form["version"]}, "blobs": sorted(blobs)}
    return sha(canonical(named).encode())


def revision_hash(revision: Mapping[str, Any]) -> str:
    """Hash of {rec, rev, prev, op, answers_hash, state, scope}; other keys do not count."""
    keys = ("rec", "rev", "prev", "op", "answers_hash", "state", "scope")
    return sha(canonical({key: revision[key] for key in keys}).encode())
