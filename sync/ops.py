"""Ops: the immutable signed changes, built and read (P-01, P-04).

`h`, an op's name everywhere, is the SHA-256 of its header's exact bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sync.canonical import LARGEST, b64, canonical, sha, unb64
from sync.keys import KeyPair, verify
from sync.text import is_kept, nfc_deep

TYPES = ("submit", "edit", "correct", "step", "comment", "void", "resolve", "link", "move", "erase")
CONTENT = frozenset({"submit", "edit", "correct"})
SALT_BYTES = 16
MOST_DIGITS = 17  # of a number below 2^53, its sign included
MAX_HEADER, MAX_PAYLOAD, MAX_DEPTH = 8_192, 262_144, 32  # bytes, bytes, levels
HEX64 = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCOPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}/[A-Za-z_][A-Za-z0-9_]{0,79}")
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
MOMENT = re.compile(r"(19|2\d)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)")
SALTED = '{"salt":"'  # a payload's first characters: nothing stands before the salt
Wire = Mapping[str, str]
SERVER = "server"


@dataclass(frozen=True)
class Op:
    """One op as read: its header and payload parsed, and the exact texts they came from."""

    h: str
    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    wire: Wire

    @property
    def type(self) -> str:
        return str(self.header["type"])

    @property
    def rec(self) -> str:
        return str(self.header["rec"])

    @property
    def unit(self) -> str:
        return str(self.header["scope"]).split("/")[0]

    @property
    def target(self) -> str | None:
        """The scope a `move` names; None where it names none, and for every other op."""
        to = self.payload.get("to") if self.type == "move" else None
        return to if _matches(SCOPE, to) else None

    @property
    def form(self) -> tuple[str, str]:
        """(form id, version)."""
        return str(self.header["form"]["id"]), str(self.header["form"]["version"])


@dataclass(frozen=True)
class Unreadable:
    """What came is no op; nothing of it is kept. h: of the header text, when there was one."""

    where: str
    h: str = ""
    code: str = "op.unreadable"


@dataclass(frozen=True)
class ChainState:
    """The end of a device's chain. n: the last one used, 0 before the first; prev: that op's h."""

    device: str
    n: int
    prev: str | None


@dataclass(frozen=True)
class Intent:
    """What somebody wants to change. payload: without its salt."""

    type: str
    rec: str
    base: str | None
    form: Mapping[str, str]
    scope: str
    payload: Mapping[str, Any]
    blobs: tuple[str, ...] = field(default=())


def build_op(
    state: ChainState, intent: Intent, keys: KeyPair, random: Callable[[int], bytes], clock: Callable[[], str]
) -> tuple[Op, ChainState]:
    """Append one op to a device's chain and sign it; device "server" is the console, which has no chain.

    random(size): that many random bytes. clock(): now, ISO with offset; a claim, never an order (P-05).
    Raises CanonicalError for a payload that is not protocol JSON.
    """
    console = state.device == SERVER
    salt = canonical({"salt": b64(random(SALT_BYTES))})
    rest = canonical(nfc_deep(dict(intent.payload)))
    payload = salt if rest == "{}" else f"{salt[:-1]},{rest[1:]}"  # the salt comes first
    n = None if console else state.n + 1
    header = {
        "v": 1, "type": intent.type, "rec": intent.rec, "base": intent.base, "dev": state.device, "n": n,
        "prev": None if console else state.prev, "form": {"id": intent.form["id"], "version": intent.form["version"]},
        "scope": intent.scope, "at": clock(), "blobs": list(intent.blobs), "payload_sha256": sha(payload.encode()),
    }  # fmt: skip
    text = canonical(header)
    wire = {"header": text, "payload": payload, "sig": keys.sign("op", text.encode())}
    op = Op(sha(text.encode()), header, json.loads(payload), wire)
    return op, state if console else ChainState(state.device, state.n + 1, op.h)


HEADER_SHAPE: dict[str, Callable[[Any], bool]] = {
    "v": lambda value: value == 1 and value is not True,
    "type": lambda value: value in TYPES,
    "rec": lambda value: _matches(UUID, value),
    "base": lambda value: value is None or _matches(HEX64, value),
    "dev": lambda value: value == SERVER or _matches(UUID, value),
    "n": lambda value: value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53),
    "prev": lambda value: value is None or _matches(HEX64, value),
    "form": lambda value: isinstance(value, dict) and all(_matches(NAME, value.get(key)) for key in ("id", "version")),
    "scope": lambda value: _matches(SCOPE, value),
    "at": lambda value: _matches(MOMENT, value) and _is_moment(value),
    "blobs": lambda value: (
        isinstance(value, list) and len(value) <= 100 and all(_matches(HEX64, blob) for blob in value)
    ),
    "payload_sha256": lambda value: _matches(HEX64, value),
}
PAYLOAD_SHAPE: dict[str, dict[str, type]] = {
    "submit": {"answers": dict},
    "edit": {"answers": dict},
    "correct": {"answers": dict},
    "step": {"action": str, "answers_hash": str},
    "comment": {"text": str},
    "void": {"reason": str},
    "resolve": {"values": dict, "revision": str},
    "link": {"to": str, "kind": str},
    "move": {"to": str, "reason": str},
}


def read_op(wire: Any) -> Op | Unreadable:
    """Read an op off the wire; its signature is the caller's to verify (`verify_op`). Never raises.

    Texts inside are taken in NFC; the bytes stay as they came.
    """
    if not isinstance(wire, Mapping) or not all(isinstance(wire.get(key), str) for key in ("header", "payload", "sig")):
        return Unreadable("wire")
    try:
        header_bytes, payload_bytes = wire["header"].encode(), wire["payload"].encode()
        wire["sig"].encode()
    except UnicodeEncodeError:
        return Unreadable("wire")
    h = sha(header_bytes)
    if len(header_bytes) > MAX_HEADER or len(payload_bytes) > MAX_PAYLOAD or len(wire["sig"]) > 100:
        return Unreadable("size", h)
    header = _parsed(wire["header"])
    if header is None:
        return Unreadable("header", h)
    for key, fits in HEADER_SHAPE.items():
        if key not in header or not fits(header[key]):
            return Unreadable(f"header.{key}", h)
    if (header["dev"] == SERVER) != (header["n"] is None) or (header["n"] is None and header["prev"] is not None):
        return Unreadable("header.n", h)
    if sha(payload_bytes) != header["payload_sha256"]:
        return Unreadable("payload_sha256", h)
    payload = _parsed(wire["payload"])
    if payload is None or not wire["payload"].startswith(SALTED) or not _is_salt(payload["salt"]):
        return Unreadable("payload", h)
    for key, kind in PAYLOAD_SHAPE.get(header["type"], {}).items():
        if not isinstance(payload.get(key), kind):
            return Unreadable(f"payload.{key}", h)
    exact = {key: wire[key] for key in ("header", "payload", "sig")}
    return Op(h, header, payload if is_kept(wire["payload"]) else nfc_deep(payload), exact)


def verify_op(op: Op, point: str) -> bool:
    """Whether the key of this point signed exactly this header."""
    return verify(point, "op", op.wire["header"].encode(), op.wire["sig"])


def wire_bytes(wire: Wire) -> bytes:
    """The bytes an op is sealed as for the road outside the PIN (P-17)."""
    return canonical({key: wire[key] for key in ("header", "payload", "sig")}).encode()


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS or abs(number := int(digits)) >= LARGEST:
        raise ValueError("not an integer below 2^53")
    return number


def _no_number(text: str) -> float:
    raise ValueError(f"no number of the protocol: {text}")


# Refuses while it reads what has no canonical text, so that nothing has to be written again to find out.
READER = json.JSONDecoder(parse_int=_whole, parse_float=_no_number, parse_constant=_no_number)


def _parsed(text: str) -> dict[str, Any] | None:
    """A JSON object that has a canonical text and is not nested too deeply, else None."""
    try:
        value = READER.decode(text)
        if not isinstance(value, dict):
            return None
        if text.count("{") + text.count("[") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
            return None
        if "\\u" in text:  # by an escape alone a half of a character can come in
            canonical(value)
    except (ValueError, RecursionError):
        return None
    return value


def _deeper(value: Any, levels: int) -> bool:
    """Whether objects and lists lie in one another more than so many levels deep."""
    if not isinstance(value, (dict, list)):
        return False
    members = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper(member, levels - 1) for member in members)


def _is_salt(salt: Any) -> bool:
    try:
        return isinstance(salt, str) and len(unb64(salt)) == SALT_BYTES
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    """Whether the calendar has this day and the clock this time."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
