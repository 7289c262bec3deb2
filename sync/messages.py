"""What the server signs and a device believes (P-19): responses, certificates, kept receipts, new keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.canonical import CanonicalError, canonical
from sync.keys import KeyPair, Kind, key_id, verify

SIGNATURE_HEADER = "Chungsuc-Signature"


@dataclass(frozen=True)
class Signed:
    """A signed text that is kept: a certificate or a receipt. key: the signing key's id."""

    text: str
    sig: str
    key: str

    @classmethod
    def make(cls, keys: KeyPair, kind: Kind, content: Mapping[str, Any]) -> Signed:
        text = canonical(content)
        return cls(text, keys.sign(kind, text.encode()), key_id(keys.point))

    @classmethod
    def read(cls, value: Any) -> Signed | None:
        """From JSON {text, sig, key}; None when it has another shape."""
        if not isinstance(value, Mapping) or not all(isinstance(value.get(k), str) for k in ("text", "sig", "key")):
            return None
        return cls(value["text"], value["sig"], value["key"])

    def json(self) -> dict[str, str]:
        return {"text": self.text, "sig": self.sig, "key": self.key}

    def content(self, kind: Kind, *points: str) -> dict[str, Any] | None:
        """What it says, if one of these keys signed it; else None."""
        try:
            data = self.text.encode()
        except UnicodeEncodeError:
            return None
        if not any(key_id(point) == self.key and verify(point, kind, data, self.sig) for point in points):
            return None
        return _object(self.text)


def signature(keys: KeyPair, kind: Kind, body: bytes) -> str:
    """The value of the signature header of a response: `<key id>.<b64 sig>`."""
    return f"{key_id(keys.point)}.{keys.sign(kind, body)}"


def verify_response(body: bytes, header: str | None, kind: Kind, point: str) -> dict[str, Any] | None:
    """The JSON of a response whose signature by this server key verifies, else None; a captive portal has none."""
    key, _, sig = (header or "").partition(".")
    if key != key_id(point) or not verify(point, kind, body, sig):
        return None
    return _object(body.decode(errors="replace"))


def adopt_keys(pinned: Mapping[str, str], offered: Any) -> dict[str, str] | None:
    """The server's keys after a rotation, if the pinned one vouches for them; None: it does not.

    offered: `server_keys` of a message not believed yet, so anything at all. The caller believes the message, and with
    it the seal key, only when the returned sign key verifies it.
    """
    if not isinstance(offered, Mapping):
        return None
    following = {"sign": offered.get("sign"), "seal": offered.get("seal")}
    if not all(isinstance(point, str) for point in following.values()):
        return None
    keys = {name: str(point) for name, point in following.items()}
    if keys["sign"] == pinned["sign"]:
        return keys
    try:
        vouched = canonical(keys).encode()
    except CanonicalError:
        return None
    previous = offered.get("previous")
    for old in previous if isinstance(previous, list) else ():
        ours = isinstance(old, Mapping) and old.get("sign") == pinned["sign"]
        if ours and verify(pinned["sign"], "keys", vouched, str(old.get("sig"))):
            return keys
    return None


def _object(text: str) -> dict[str, Any] | None:
    """A JSON object; None for all else, and where an escape spells half a character, which no store takes."""
    try:
        value = json.loads(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
