"""One person's vault on this machine (P-18): what is needed to turn a PIN into the store's key.

    PIN ─Argon2id─┐
                  ├─HKDF─► wrapping key ─AES-GCM─► data key = SQLCipher's raw key
    device secret ┘

The device secret lies in the system's key ring, or, where there is none, in a file only this user may read.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keyring
import keyring.errors
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.errors import DeviceError

PIN = re.compile(r"[0-9]{6,12}")
WAITS_S = (0, 0, 0, 5, 15, 30, 60, 120, 300)  # after so many wrong PINs in a row; the last holds for all beyond
ARGON2 = {"time_cost": 3, "memory_cost": 65_536, "parallelism": 1}
SERVICE = "chungsuc"


@dataclass(frozen=True)
class VaultRow:
    """What is readable before the PIN. state: active, forgotten (waits for a new enrolment) or replaced."""

    vault: str
    device: str
    name: str
    person_id: str
    person_name: str
    demo: bool
    origin: str
    server: dict[str, str]
    salt: str
    wrapped: str
    state: str = "active"
    wrong: int = 0
    wrong_at: float = 0.0
    agreed_at: str = ""  # when this person agreed to what the device holds


class Vaults:
    """The list of vaults of this machine, in vaults.json beside the stores. clock(): seconds, wall time."""

    def __init__(self, folder: Path, clock: Callable[[], float], secret_store: str = "keyring") -> None:
        self.folder, self.clock = folder, clock
        self.secret_store = secret_store  # "keyring" or "file"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def all(self) -> list[VaultRow]:
        path = self.folder / "vaults.json"
        return [VaultRow(**row) for row in json.loads(path.read_text("utf-8"))] if path.exists() else []

    def one(self, vault: str | None) -> VaultRow:
        """The vault of this name, or the only active one. Raises vault.unknown."""
        rows = [row for row in self.all() if (row.vault == vault if vault else row.state != "replaced")]
        if len(rows) != 1:
            raise DeviceError("vault.unknown")
        return rows[0]

    def save(self, row: VaultRow) -> None:
        rows = [*(each for each in self.all() if each.vault != row.vault), row]
        replace_file(self.folder / "vaults.json", json.dumps([asdict(each) for each in rows], ensure_ascii=False))

    def store_path(self, vault: str) -> Path:
        return self.folder / f"{vault}.db"

    def make(self, pin: str, **named: Any) -> tuple[VaultRow, bytes]:
        """A new vault behind a PIN. Returns its row, not saved yet, and the store's raw key of 32 bytes."""
        if not PIN.fullmatch(pin):
            raise DeviceError("vault.pin_weak")
        vault, salt, data_key = secrets.token_hex(8), secrets.token_bytes(16), secrets.token_bytes(32)
        self._keep_secret(vault, secrets.token_hex(32))
        nonce = secrets.token_bytes(12)
        wrapped = nonce + AESGCM(self._wrapping_key(vault, pin, salt)).encrypt(nonce, data_key, vault.encode())
        return VaultRow(vault=vault, salt=salt.hex(), wrapped=wrapped.hex(), **named), data_key

    def open(self, vault: str | None, pin: str) -> tuple[VaultRow, bytes]:
        """The store's key for this PIN. Raises vault.wait, vault.wrong_pin or vault.needs_reset."""
        row = self.one(vault)
        if row.state != "active":
            raise DeviceError("vault.needs_reset")
        if (wait_s := self.wait_s(row)) > 0:
            raise DeviceError("vault.wait", {"wait_s": wait_s})
        wrapped = bytes.fromhex(row.wrapped)
        try:
            key = self._wrapping_key(row.vault, pin, bytes.fromhex(row.salt))
            data_key = AESGCM(key).decrypt(wrapped[:12], wrapped[12:], row.vault.encode())
        except InvalidTag:
            # Counted before it is told: a killed app does not give the try back.
            row = replace(row, wrong=row.wrong + 1, wrong_at=self.clock())
            self.save(row)
            raise DeviceError("vault.wrong_pin", {"wait_s": self.wait_s(row)}) from None
        if row.wrong:
            row = replace(row, wrong=0)
            self.save(row)
        return row, data_key

    def wait_s(self, row: VaultRow) -> int:
        """Seconds until the next try; a clock set back makes the whole wait begin again."""
        wanted = WAITS_S[min(row.wrong, len(WAITS_S) - 1)]
        passed = self.clock() - row.wrong_at
        return max(0, int(wanted - passed + 0.999)) if passed >= 0 else wanted

    def _wrapping_key(self, vault: str, pin: str, salt: bytes) -> bytes:
        stretched = hash_secret_raw(pin.encode(), salt, hash_len=32, type=Type.ID, **ARGON2)
        secret = bytes.fromhex(self._secret(vault))
        return HKDF(SHA256(), 32, salt=secret, info=b"chungsuc/vault/1").derive(stretched)

    def _keep_secret(self, vault: str, secret: str) -> None:
        if self.secret_store == "keyring":
            try:
                keyring.set_password(SERVICE, vault, secret)
                return
            except keyring.errors.KeyringError:
                self.secret_store = "file"
        replace_file(self.folder / f"{vault}.secret", secret)

    def _secret(self, vault: str) -> str:
        path = self.folder / f"{vault}.secret"
        if path.exists():
            return path.read_text()
        try:
            found = keyring.get_password(SERVICE, vault)
        except keyring.errors.KeyringError:
            found = None
        if not found:
            raise DeviceError("vault.unknown")
        return found


def replace_file(path: Path, text: str) -> None:
    """Write a small file of this user's so that a crash leaves the old or the new one, whole."""
    new = path.with_suffix(f"{path.suffix}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
