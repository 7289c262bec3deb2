"""One-time codes that people read from paper or hear over the telephone: 80 bits, no two letters that look alike."""

from __future__ import annotations

import re
import secrets

from sync.canonical import sha

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, IN_GROUP = 4, 4


def new_code() -> str:
    """ "K7QM-2XTR-9BDN-H4WS"."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(IN_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_of(code: str, use: str) -> str:
    """What is kept of a code, however it was typed. use: what for, so that one is no good as another."""
    return sha(f"{use}\n{re.sub(r'[^0-9A-Z]', '', code.upper())}".encode())
