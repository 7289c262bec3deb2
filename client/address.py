"""Following the server to another address: heard of from itself, or typed by a person; believed from its key alone.

Whoever answers there must sign with the key this device has pinned, and name that very address: so neither a stranger
nor somebody who stands between reads anything. Until then nothing but a random number is sent to it. The twin of
client/web/device/address.js.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from client.errors import DeviceError
from client.session import Session
from client.sync_round import trusted
from client.vault import VaultRow, Vaults
from client.wire import Wire

STRANGER, ELSEWHERE = "server.other", "server.elsewhere"


def read_address(text: str) -> str:
    """The origin in what a person typed or pasted. Raises DeviceError server.address."""
    typed = text.strip()
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError as wrong:
        raise DeviceError("server.address") from wrong
    plain = parts.scheme == "http" and _is_loopback(host)
    if not host or parts.username or not (parts.scheme == "https" or plain):
        raise DeviceError("server.address")
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def follow(vaults: Vaults, session: Session) -> str | None:
    """Change over to the address that was heard of, if the server is there; the code of what speaks against it.

    One that cannot be reached just now is tried again in the next round; one where somebody else answers is forgotten.
    """
    store, row = session.store, session.vault
    told = store.head().get("next_address")
    if not told or told == row.origin:
        return None
    refused = _refusal(session, told)
    if refused is None:
        session.vault = VaultRow(**{**row.__dict__, "origin": told})
        vaults.save(session.vault)
    if refused in (None, STRANGER, ELSEWHERE):
        problem = {"address": told, "code": refused} if refused else None
        store.set_head(next_address=None, address_problem=problem)
    return refused


def _refusal(session: Session, address: str) -> str | None:
    try:
        says = Wire(address).post("address", {}, "address", trusted(session)).body
    except DeviceError as refused:
        return STRANGER if refused.code == "net.unsigned" else refused.code
    return None if says.get("address") == address else ELSEWHERE
