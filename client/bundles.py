"""A device's own bundles: what waits, as files that anybody may carry to the server; and the server's word brought back.

Making one changes nothing about what waits: only the server's signed word does (P-06). The twin of
client/web/device/bundles.js.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import secrets
from typing import Any

from client.errors import DeviceError
from client.session import Session
from client.sync_round import BYTES, drop_scopes, keep_verdicts, keep_word, lost_scopes, take_page, waiting
from sync.blobs import chunk_count, take_blobs
from sync.bundles import Bundle, BundleError, file_name, read_bundle, split_up, write_bundle
from sync.canonical import b64, sha, unb64
from sync.copies import make_copy
from sync.keys import KeyPair, key_id
from sync.messages import Signed, adopt_keys
from sync.ops import wire_bytes
from sync.receipts import take_receipt
from sync.seal import SealError, seal, unseal
from sync.shapes import answers

USE, DOWN = "outbox/1", "down/1"
MAX_PLAIN_BYTES = 24_000_000


def make(session: Session) -> dict[str, Any]:
    """Files with all that has no receipt: {files: [{name, text}], ops, attachments, id}. Raises bundle.nothing."""
    store, head = session.store, session.store.head()
    outbox = waiting(session)
    ops = [{"h": op["h"], "n": op["n"], "sealed": sealed_op(session, op), **_copied(session, op)} for op in outbox]
    open_ones = {op["h"] for op in ops}
    # Own ops of scopes this device lost are here in their sealed form alone.
    ops += [
        {"h": h, "n": 0, "sealed": sealed} for h, sealed in store.sealed.waiting(head["epoch"]) if h not in open_ones
    ]
    files = store.files.waiting(head["epoch"])
    if not ops and not files:
        raise DeviceError("bundle.nothing")
    made_at, bundle = session.now(), secrets.token_hex(8)
    common = {
        "id": bundle, "device": session.device, "server": key_id(head["server"]["sign"]), "made_at": made_at,
        "cert": head["cert"], "cursors": cursors(session),
        "have": [row["hash"] for row in store.rows("SELECT hash FROM document ORDER BY hash")],
    }  # fmt: skip
    parts = split_up(common, ops, chunks(session, files))
    who = str(json.loads(head["cert"]["text"])["device_name"])
    last = max((op["n"] for op in ops), default=0)
    store.run(
        "INSERT INTO handed (id, at, ops, files, last_n) VALUES (?, ?, ?, ?, ?)",
        bundle,
        made_at,
        len(ops),
        len(files),
        last,
    )
    return {
        "id": bundle,
        "ops": len(ops),
        "attachments": len(files),
        "files": [
            {"name": file_name("up", who, made_at, part["part"], part["parts"]), "text": write_bundle("up", part).decode()}
            for part in parts
        ],
    }  # fmt: skip


def sealed_op(session: Session, op: dict[str, Any]) -> str:
    return b64(seal(session.store.head()["server"]["seal"], USE, wire_bytes(op["wire"])))


def _copied(session: Session, op: dict[str, Any]) -> dict[str, Any]:
    """The copy of an op for the reviewers' devices that the server named for its scope."""
    scope = json.loads(op["wire"]["header"])["scope"]
    named = session.store.head().get("reviewers", ())
    recipients = {each["device"]: each["seal_key"] for each in named if scope in each["scopes"]}
    copy = make_copy(op["h"], op["wire"], recipients, os.urandom)
    return {"copy": copy} if copy else {}


def cursors(session: Session) -> dict[str, Any]:
    """Where this device stands in the feeds of the current epoch."""
    epoch = session.store.head()["epoch"]
    rows = session.store.rows("SELECT scope, gen, cursor FROM cursor WHERE epoch = ?", epoch)
    return {row["scope"]: {"gen": row["gen"], "cursor": row["cursor"]} for row in rows}


def chunks(session: Session, files: list[dict[str, Any]]) -> Any:
    for each in files:
        for i in range(chunk_count(each["size"])):
            chunk = session.store.folder.chunk(each["place"], i)
            if chunk is None:
                session.store.files.refuse(each["blob"], "file.lost")
                break
            yield {"blob": each["blob"], "size": each["size"], "i": i, "key": each["key"], "data": b64(chunk)}


def read(data: bytes) -> Bundle:
    """Raises DeviceError bundle.*."""
    try:
        return read_bundle(data)
    except BundleError as refused:
        raise DeviceError(refused.code) from refused


def open_down(session: Session, bundle: Bundle) -> dict[str, Any]:
    """Take the server's word out of a bundle as if a network had brought it: {settled, changed, documents, made_at, late}.

    Raises DeviceError bundle.other_device, bundle.other_server, bundle.damaged.
    """
    content = bundle.content
    if content["device"] != session.device:
        raise DeviceError("bundle.other_device")
    says = believed(session, content["sealed"])
    store, head = session.store, session.store.head()
    late = says["server_time"] < (head.get("server_time") or "")
    if late and says["epoch"] != head["epoch"]:  # of a life of the server that has ended
        return {"settled": 0, "changed": 0, "documents": 0, "made_at": says["server_time"], "late": True}
    with store.writing():
        if not late:  # what a network said since is newer
            keep_word(session, says)
            drop_scopes(session, lost_scopes(session))
        fresh = [digest for digest, text in says["texts"].items() if _is_document(digest, text, says["documents"])]
        for digest in fresh:
            session.keep_document(digest, says["texts"][digest])
        changed = sum(take_page(session, page) for page in says["pages"])
        epoch = store.head()["epoch"]
        taken = take_receipt(waiting(session), says, epoch=epoch, device=session.device)
        if taken.settled:
            keep_verdicts(session, says, taken.settled, [], None)
    for blob in take_blobs(store.files.waiting(epoch), says, epoch=epoch, device=session.device).stored:
        store.files.settle(blob, epoch)
    return {
        "settled": len(taken.settled), "changed": changed, "documents": len(fresh), "made_at": says["server_time"],
        "late": late,
    }  # fmt: skip


def _is_document(digest: str, text: str, named: list[dict[str, Any]]) -> bool:
    kinds = {each["hash"]: each["kind"] for each in named}
    try:
        return digest in kinds and sha(unb64(text) if kinds[digest] in BYTES else text.encode()) == digest
    except ValueError:
        return False


def believed(session: Session, sealed: str) -> dict[str, Any]:
    """What the server said, if it is sealed to this device and signed by the server it knows."""
    head = session.store.head()
    keys = KeyPair.from_pkcs8(bytes.fromhex(head["seal_private"]))
    try:
        packed = unseal(keys, DOWN, unb64(sealed))
        plain = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(MAX_PLAIN_BYTES + 1)
        signed = Signed.read(json.loads(plain)) if len(plain) <= MAX_PLAIN_BYTES else None
    except (SealError, ValueError, OSError, EOFError) as broken:
        raise DeviceError("bundle.damaged") from broken
    if signed is None:
        raise DeviceError("bundle.damaged")
    try:
        offered = json.loads(signed.text).get("server_keys")
    except (ValueError, AttributeError) as broken:
        raise DeviceError("bundle.damaged") from broken
    adopted = adopt_keys(head["server"], offered) or head["server"]
    says = signed.content("down", adopted["sign"])
    if says is None or says.get("device") != session.device:
        raise DeviceError("bundle.other_server")
    if not answers("down", "", says):
        raise DeviceError("bundle.damaged")  # signed, and not what a bundle says
    return says
