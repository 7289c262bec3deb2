"""Shapes of what comes over the wire: what a message must hold so that its reader finds what it reads (docs/protocol.md).

A signature says who spoke, not that it makes sense: a server of another version, or one that errs, signs too. Keys that
are not named here are left alone (P-26). The twin of client/web/sync/shapes.js.
"""

from __future__ import annotations

import re
from typing import Any

from sync.canonical import LARGEST

SIGNED = {"text": str, "sig": str, "key": str}
TEXTS = {"*": str}
REC = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)"
)
DOC = {
    "rec": REC, "form": {"id": str, "version": str}, "scope": str, "state": str, "phase": str, "rev": int, "hash": str,
    "answers_hash": str, "answers": dict, "author": dict, "received_at": str, "created_at": str, "title?": str, "subtitle?": str,
    "open": bool, "remarks": [dict], "history": [dict], "conflicts": [{"path": str}], "ops": [str],
}  # fmt: skip
# One of these: what leaves brings no document.
CHANGE = (
    {"rec": REC, "seq": int, "kind": "leave", "to?": str, "erased?": bool},
    {"rec": REC, "seq": int, "kind": "doc", "doc": DOC},
    {"rec": REC, "seq": int, "kind": "void", "doc": DOC},
)
PAGE = {"scope": str, "gen": int, "epoch": str, "from": int, "next": int, "changes": [CHANGE]}
VERDICT = {"h": str, "rec": REC, "verdict": str, "was?": str, "reason?": str, "message?": TEXTS, "rev?": int}
BLOB = {"blob": str, "state": str, "have": [int]}
SERVER_KEYS = {"sign": str, "seal": str, "previous?": [{"sign": str, "sig": str}]}
WORD = {
    "epoch": str, "server_time": MOMENT, "safe_seq": int, "counter?": int, "address?": str, "state": str, "person": dict, "grants": [{"scope": str, "gen": int}],
    "documents": [{"kind": str, "hash": str, "id": str, "version": str, "current?": bool}], "server_keys": SERVER_KEYS,
    "chain?": dict, "decisions?": [{"h": str, "rec": REC, "verdict": str, "message": TEXTS}],
    "reviewers?": [{"device": str, "name": str, "seal_key": str, "scopes": [str]}],
}  # fmt: skip
PEEKED = {"person_name": str, "unit_name": str, "campaign": dict, "demo": bool}
# By the kind of the signature; of the kinds that sign several answers, by the call.
ANSWERS: dict[str, Any] = {
    "challenge": {"challenge": str},
    "hello": {**WORD, "token": str},
    "receipt": {"epoch": str, "device": str, "server_time": str, "verdicts": [VERDICT]},
    "blob": {"epoch": str, "device": str, "blobs": [BLOB]},
    "bundle": {"device": str, "server": str, "made_at": str, "sealed": str},
    "down": {**WORD, "device": str, "texts": TEXTS, "verdicts": [VERDICT], "blobs": [BLOB], "pages": [PAGE]},
    "pull": {"pages": [PAGE], "drop": [str], "more": bool},
    "digest": {"scopes": {"*": [str]}},
    "repair": {"epoch": str, "scope": str, "gen": int, "at": int, "changes": [CHANGE], "more": bool},
    "address": {"address": str, "server_keys": SERVER_KEYS},
    "enrol/peek": PEEKED,
    "enrol": {"cert": SIGNED, "server_keys": SERVER_KEYS, "epoch": str, "server_time": str, "person": {"id": str, "name": str}},
}  # fmt: skip

SIGN_SEVERAL = ("page", "enrol")


def fits(shape: Any, value: Any) -> bool:
    """Whether a value has a shape: a type (int: none below 0), a pattern, a text, a list of one shape, one of a tuple of
    shapes, or an object with these keys; "key?" may be absent or null, "*" stands for every key."""
    if shape is int:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST
    if isinstance(shape, type):
        return isinstance(value, shape)
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if isinstance(shape, str):
        return bool(value == shape)
    if isinstance(shape, tuple):
        return any(fits(each, value) for each in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(shape[0], each) for each in value)
    if not isinstance(value, dict):
        return False
    if "*" in shape:
        return all(fits(shape["*"], each) for each in value.values())
    return all(
        (key.endswith("?") and value.get(key[:-1]) is None) or fits(inner, value.get(key.rstrip("?")))
        for key, inner in shape.items()
    )


def answers(kind: str, call: str, value: Any) -> bool:
    """Whether a believed answer to a call, signed as this kind, holds what its reader needs."""
    return fits(ANSWERS[call if kind in SIGN_SEVERAL else kind], value)
