"""Enrolment: a one-time link becomes a device with keys of its own and a vault (P-15, P-18).

The new vault is kept before the code is spent: when the answer is lost, the same link tried again sends the same keys,
and the server answers the same.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from client.errors import DeviceError
from client.store import Store
from client.vault import VaultRow, Vaults
from client.wire import Wire
from sync.keys import KeyPair, key_id
from sync.messages import Signed

LINK = re.compile(r"(https?://[^/]+)/app/#enrol=([A-Za-z0-9_-]+)\.([0-9a-f]{16})")


@dataclass(frozen=True)
class Link:
    """<origin>/app/#enrol=<code>.<server sign key id>"""

    origin: str
    code: str
    key: str

    def trust(self, body: dict[str, Any]) -> str:
        """The point an answer must be signed by: the one the link names."""
        point = (body.get("server_keys") or {}).get("sign")
        try:
            fits = isinstance(point, str) and key_id(point) == self.key
        except ValueError:
            fits = False
        if not fits:
            raise DeviceError("enrol.server_key")
        return str(point)


def read_link(text: str) -> Link:
    found = LINK.fullmatch(text.strip())
    if not found:
        raise DeviceError("enrol.link")
    return Link(*found.groups())


def peek(link: Link) -> dict[str, Any]:
    """Who the link is for, without spending it."""
    body = Wire(link.origin).post("enrol/peek", {"code": link.code}, "enrol", link.trust).body
    return {key: body[key] for key in ("person_name", "unit_name", "campaign", "demo")}


def enrol(vaults: Vaults, link: Link, pin: str, name: str, agreed_at: str = "") -> tuple[VaultRow, Store]:
    """Spend the code. Returns the new vault, open. agreed_at: when the person agreed to what the device holds."""
    who = peek(link)
    row, key = _begun(vaults, link, pin) or vaults.make(
        pin, device=str(uuid.uuid4()), name=name, person_id="", person_name=who["person_name"], demo=bool(who["demo"]),
        origin=link.origin, server={}, state=f"enrolling:{link.code}",
    )  # fmt: skip
    store = Store(vaults.store_path(row.vault), key)
    head = store.head()
    if not head:
        sign, seal = KeyPair.new(), KeyPair.new()
        head = {"sign_private": sign.pkcs8().hex(), "seal_private": seal.pkcs8().hex()}
        store.set_head(**head)
        vaults.save(row)
    prove(vaults, row, store, pin)
    sign, seal = (KeyPair.from_pkcs8(bytes.fromhex(head[f"{which}_private"])) for which in ("sign", "seal"))
    body = Wire(link.origin).post(
        "enrol",
        {"code": link.code, "device": row.device, "sign_key": sign.point, "seal_key": seal.point, "name": name,
         "proof": sign.sign("enrol", link.code.encode())},
        "enrol",
        link.trust,
    ).body  # fmt: skip
    server = {which: body["server_keys"][which] for which in ("sign", "seal")}
    cert = Signed.read(body["cert"])
    certified = cert and cert.content("cert", server["sign"])
    if not certified or certified["sign_key"] != sign.point or certified["device"] != row.device:
        raise DeviceError("net.unsigned", {"path": "enrol"})
    store.set_head(
        n=0, prev=None, epoch=body["epoch"], server_time=body["server_time"], server=server, person=body["person"],
        grants=[], documents=[], state="active", last_sync=None, cert=body["cert"],
    )  # fmt: skip
    done = VaultRow(**{**row.__dict__, "person_id": body["person"]["id"], "person_name": body["person"]["name"],
                       "server": server, "state": "active", "agreed_at": agreed_at})  # fmt: skip
    for old in vaults.all():
        if old.person_id == done.person_id and old.state == "forgotten":
            vaults.save(VaultRow(**{**old.__dict__, "state": "replaced"}))
    vaults.save(done)
    return done, store


def prove(vaults: Vaults, row: VaultRow, store: Store, pin: str) -> None:
    """What this machine keeps can be opened again with this PIN and read: before the code is spent, because afterwards it
    is too late to find out. Raises store.not_read_back."""
    kept = store.head()
    vaults.save(VaultRow(**{**row.__dict__, "state": "active"}))
    try:
        _, key = vaults.open(row.vault, pin)
    finally:
        vaults.save(row)
    again = Store(vaults.store_path(row.vault), key)
    try:
        if again.head() != kept:
            raise DeviceError("store.not_read_back")
    finally:
        again.close()


def _begun(vaults: Vaults, link: Link, pin: str) -> tuple[VaultRow, bytes] | None:
    """The vault an earlier try with this link left behind, opened with the same PIN."""
    for row in vaults.all():
        if row.state == f"enrolling:{link.code}":
            vaults.save(VaultRow(**{**row.__dict__, "state": "active"}))
            try:
                return vaults.open(row.vault, pin)
            finally:
                vaults.save(row)
    return None
