"""A laptop that carries: bundles of other devices are kept as they came, forwarded when there is a network, and what the
server says to those devices is kept to be taken back to them (P-21). Nothing of theirs can be read here.

A bundle is on the disk, read back, before its slip is shown. A slip is never a receipt.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import segno

from client import hearing
from client.errors import DeviceError
from client.session import Session
from client.wire import Trust, Wire
from sync.blobs import MAX_ASKED
from sync.bundles import Bundle, file_name, read_bundle, write_bundle
from sync.canonical import sha, unb64
from sync.keys import KeyPair
from sync.messages import Signed
from sync.slips import Slip, write_slip

SEALED_AT_ONCE = 50
ERASED = "record.erased"
Tell = Callable[[str, int, int], None]


def take_in(session: Session, bundle: Bundle, data: bytes) -> dict[str, Any]:
    """Keep a bundle; its slip. One that is here already gives the same slip. What is sealed to this device too can be
    read here from now on (hearing). Raises bundle.other_server, store.*."""
    content, store = bundle.content, session.store
    cert = certificate(session, content)
    key = (content["id"], content["part"])
    with store.writing():
        store.run(
            "INSERT OR IGNORE INTO carried (id, part, parts, device, device_name, person_name, made_at, ops, files, taken_at,"
            " content, sha) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *key, content["parts"], content["device"], cert["device_name"], cert["person_name"], content["made_at"],
            len(content["ops"]), len({chunk["blob"] for chunk in content["chunks"]}), session.now(), data, sha(data),
        )  # fmt: skip
        hearing.hear(session, cert, content)
    kept = store.row("SELECT * FROM carried WHERE id = ? AND part = ?", *key)
    if kept is None or (kept["content"] is not None and bytes(kept["content"]) != data):
        raise DeviceError("store.failed" if kept is None else "bundle.other_content")
    return slip(kept)


def certificate(session: Session, content: dict[str, Any]) -> dict[str, Any]:
    """Who made it, on the word of the server that both know. Raises bundle.other_server."""
    head = session.store.head()
    signed = Signed.read(content["cert"])
    cert = signed.content("cert", head["server"]["sign"], *head.get("earlier", [])) if signed else None
    if cert is None or cert.get("device") != content["device"]:
        raise DeviceError("bundle.other_server")
    return cert


def slip(kept: dict[str, Any]) -> dict[str, Any]:
    return {key: kept[key] for key in ("id", "part", "parts", "device", "device_name", "person_name", "made_at", "ops", "files",
                                       "taken_at", "forwarded_at", "problem")}  # fmt: skip


def paper(session: Session, bundle: str) -> dict[str, Any]:
    """A slip to be printed: {parts: [slip], carrier: {person_name, device_name}, text, qr: data URI}. The text is what the
    QR code says, signed by this device; a slip is never a receipt. Raises bundle.nothing."""
    kept = session.store.rows("SELECT * FROM carried WHERE id = ? ORDER BY part", bundle)
    if not kept:
        raise DeviceError("bundle.nothing")
    holder = json.loads(session.store.head()["cert"]["text"])
    first, ops, files = kept[0], sum(row["ops"] for row in kept), sum(row["files"] for row in kept)
    held = Slip(bundle, len(kept), first["parts"], ops, files, sha("".join(row["sha"] for row in kept).encode()),
                first["device"], session.device, first["taken_at"])  # fmt: skip
    text = write_slip(held, KeyPair.from_pkcs8(bytes.fromhex(session.store.head()["sign_private"])))
    return {
        "parts": [slip(row) for row in kept],
        "carrier": {"person_name": session.person_name, "device_name": holder["device_name"]},
        "text": text,
        "qr": segno.make(text, error="m").svg_data_uri(scale=4, border=2),
    }


def carried(session: Session) -> dict[str, Any]:
    """{bundles: [slip], brought: [{device, device_name, person_name, made_at, given_at}]}, the newest first."""
    rows = session.store.rows("SELECT * FROM carried ORDER BY taken_at DESC, part")
    names = {row["device"]: row for row in reversed(rows)}
    brought = session.store.rows("SELECT device, made_at, given_at FROM brought ORDER BY made_at DESC")
    return {
        "bundles": [slip(row) for row in rows],
        "brought": [{**row, **{key: names[row["device"]][key] for key in ("device_name", "person_name")}} for row in brought],
    }  # fmt: skip


def give_back(session: Session, device: str) -> dict[str, str]:
    """The file to take back to a device: {name, text}. Raises bundle.nothing."""
    kept = session.store.row("SELECT * FROM brought WHERE device = ?", device)
    if kept is None:
        raise DeviceError("bundle.nothing")
    named = session.store.row("SELECT device_name FROM carried WHERE device = ? LIMIT 1", device) or {"device_name": ""}
    session.store.run("UPDATE brought SET given_at = ? WHERE device = ?", session.now(), device)
    return {"name": file_name("down", named["device_name"], kept["made_at"]), "text": bytes(kept["content"]).decode()}


def forward(session: Session, wire: Wire, token: str, trust: Trust, tell: Tell) -> None:
    """Send on what is kept, and fetch the answer for each device. Raises DeviceError net.*; a bundle the server refuses
    waits with the reason and delays no other (I10)."""
    store = session.store
    waiting = store.rows("SELECT id, part FROM carried WHERE forwarded_at IS NULL ORDER BY taken_at, part")
    for done, key in enumerate(waiting):
        tell("carry", done, len(waiting))
        row = store.row("SELECT * FROM carried WHERE id = ? AND part = ?", key["id"], key["part"])
        content = read_bundle(bytes(row["content"])).content if row else {}
        try:
            sent = _send(wire, content, trust)
            hearing.arrived(session, sent.stored, str(session.store.head()["epoch"]))
            made = wire.post(
                "bundles/down",
                {"device": content["device"], "cursors": content["cursors"], "have": content["have"]},
                "bundle", trust, token,
            ).body  # fmt: skip
        except DeviceError as refused:
            if refused.code.startswith("net."):
                raise
            store.run("UPDATE carried SET problem = ? WHERE id = ? AND part = ?", refused.code, key["id"], key["part"])
            continue
        made.pop("req")
        with store.writing():
            store.run(
                "INSERT INTO brought (device, content, made_at) VALUES (?, ?, ?) ON CONFLICT (device) DO UPDATE SET"
                " content = excluded.content, made_at = excluded.made_at, given_at = NULL",
                made["device"], write_bundle("down", made), made["made_at"],
            )  # fmt: skip
            if sent.whole:
                store.run(
                    "UPDATE carried SET forwarded_at = ?, problem = ?, content = NULL WHERE id = ? AND part = ?",
                    session.now(), ERASED if sent.erased else None, key["id"], key["part"],
                )  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """whole: the server has said of each op and file that it took it or never will. stored: ops it signed to have stored.
    erased: something in it belongs to a record that was erased by order; its files stay behind for good (P-24)."""

    whole: bool
    stored: list[str]
    erased: bool


def _send(wire: Wire, content: dict[str, Any], trust: Trust) -> Sent:
    """Ops and files of one bundle."""
    device, sealed = content["device"], [op["sealed"] for op in content["ops"]]
    again, erased, stored = False, False, list[str]()
    for at in range(0, len(sealed), SEALED_AT_ONCE):
        asked = {"device": device, "cert": content["cert"], "sealed": sealed[at : at + SEALED_AT_ONCE]}
        receipt = wire.post("bundles", asked, "receipt", trust).body
        again |= any(verdict["verdict"] == "retry" for verdict in receipt["verdicts"])
        erased |= any(verdict.get("reason") == ERASED for verdict in receipt["verdicts"])
        stored += [v["h"] for v in receipt["verdicts"] if v["verdict"] not in ("retry", "unreadable")]
    blobs = {chunk["blob"]: chunk["size"] for chunk in content["chunks"]}
    wanted: dict[str, list[int]] = {}  # blob → chunks the server has of it
    for at in range(0, len(blobs), MAX_ASKED):
        part = [{"blob": blob, "size": size} for blob, size in list(blobs.items())[at : at + MAX_ASKED]]
        for each in wire.post("blobs/ask", {"device": device, "blobs": part}, "blob", trust).body["blobs"]:
            again |= each["state"] == "unknown"  # the op that names it travels in another part
            erased |= each["state"] == "erased"
            if each["state"] == "wanted":
                wanted[each["blob"]] = each["have"]
    for chunk in content["chunks"]:
        if chunk["blob"] in wanted and chunk["i"] not in wanted[chunk["blob"]]:
            asked = {"device": device, "size": str(chunk["size"])}
            wire.put(f"blobs/{chunk['blob']}/{chunk['i']}", asked, unb64(chunk["data"]), chunk["key"], "blob", trust)
    return Sent(not again, stored, erased)
