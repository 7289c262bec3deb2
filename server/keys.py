"""The server's keys: one file in data_dir, 0600, made once. Losing it means enrolling every device again.

`sign` signs everything a device believes (P-19), `seal` opens what devices seal (P-02), `secret` makes tokens and
cookies. Keys of before a rotation stay in the file, so that old bundles open and old certificates verify (P-15).
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.canonical import b64, canonical, unb64
from sync.keys import KeyPair, Kind, key_id
from sync.messages import Signed

from .files import written
from .problems import Refusal


@dataclass(frozen=True)
class ServerKeys:
    sign: KeyPair
    seal: KeyPair
    secret: bytes
    previous: tuple[tuple[KeyPair, KeyPair], ...] = ()  # (sign, seal)

    @property
    def key_id(self) -> str:
        return key_id(self.sign.point)

    def public(self) -> dict[str, Any]:
        """The server_keys of the wire: the points and, for each earlier pair, its vote for the present one."""
        now = {"sign": self.sign.point, "seal": self.seal.point}
        vouched = [{"sign": sign.point, "sig": sign.sign("keys", canonical(now).encode())} for sign, _ in self.previous]
        return {**now, "previous": vouched} if vouched else now

    def vouched(self) -> dict[str, Any]:
        """What an answer takes along after a rotation, for devices that know the old keys alone."""
        return {"server_keys": self.public()} if self.previous else {}

    def signed(self, kind: Kind, content: Mapping[str, Any]) -> Signed:
        return Signed.make(self.sign, kind, content)

    def read_own(self, kind: Kind, signed: Mapping[str, str]) -> dict[str, Any] | None:
        """The content of a text this server signed once, now or before a rotation; None if it did not."""
        read = Signed.read(signed)
        return read.content(kind, self.sign.point, *(sign.point for sign, _ in self.previous)) if read else None


def make_keys(path: Path) -> ServerKeys:
    """New keys, written and synced to disk before anyone sees them."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_fresh(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return read_keys(path)


def rotate_keys(path: Path) -> ServerKeys:
    """New keys in the place of the old ones, which stay in the file behind them (P-15); the file changes as a whole.

    Every token and console session made before ends: their secret is new, too. Raises Refusal keys.*.
    """
    read_keys(path)
    old = json.loads(path.read_text("utf-8"))
    pair = {"sign": old["sign"], "seal": old["seal"]}
    with written(path) as file:
        file.write(json.dumps({**_fresh(), "previous": [pair, *old["previous"]]}, indent=1).encode())
    return read_keys(path)


def _fresh() -> dict[str, Any]:
    sign, seal = KeyPair.new(), KeyPair.new()
    return {"sign": b64(sign.pkcs8()), "seal": b64(seal.pkcs8()), "secret": secrets.token_hex(32), "previous": []}


def read_keys(path: Path) -> ServerKeys:
    """Raises Refusal keys.missing, keys.unreadable."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return ServerKeys(
            read_pair(content["sign"]),
            read_pair(content["seal"]),
            bytes.fromhex(content["secret"]),
            tuple((read_pair(pair["sign"]), read_pair(pair["seal"])) for pair in content["previous"]),
        )
    except FileNotFoundError as error:
        raise Refusal("keys.missing", details={"path": str(path)}) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("keys.unreadable", details={"path": str(path)}) from error


def read_pair(text: str) -> KeyPair:
    return KeyPair.from_pkcs8(unb64(text))
