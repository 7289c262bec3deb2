"""The way down by hand (P-21): what the server has to say to a device, signed, then sealed to that device alone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sync.canonical import b64, canonical
from sync.seal import seal

from .blob_store import BlobStore
from .blobs import states_of
from .context import Server
from .devices import welcome
from .epoch import current_epoch
from .feed import pull
from .fold import Stored, verdict_of
from .models import BlobRef, Device, Op
from .recordings import read_recording
from .references import read_document

USE = "down/1"
BYTES = ("media", "audio")  # documents that are no JSON
MOST_CHANGES, MOST_VERDICTS = 500, 1000
OPS_PER_QUERY = 400  # bound variables of one statement
MAX_DOCUMENT_BYTES = 4_000_000  # all of them together; what is left out comes with the next, or over a network


def down(
    session: Session, server: Server, device: Device, cursors: Mapping[str, Mapping[str, int]], have: Sequence[str]
) -> dict[str, Any]:
    """The content of a bundle for a device: what hello, documents, pull and receipts would tell it.

    cursors: where it stood when it made its own. have: hashes of documents it has.
    """
    now = server.clock()
    known = welcome(session, device, now, server.today())
    epoch = current_epoch(session)
    grants = {grant["scope"]: grant["gen"] for grant in known["grants"]}
    pulled = pull(session, epoch, grants, cursors, MOST_CHANGES)
    said = verdicts(session, device)
    says = {
        "v": 1,
        "device": device.device_id,
        "epoch": epoch,
        "server_time": now.isoformat(),
        "server_keys": server.keys.public(),
        "address": server.settings.devices_origin,
        **known,
        "texts": texts(session, server.blobs, known["documents"], have),
        "verdicts": said,
        "blobs": arrived(session, device, [line["h"] for line in said]),
        "pages": [json.loads(page) for page in pulled.pages],
        "drop": pulled.drop,
    }
    signed = server.keys.signed("down", says).json()
    sealed = seal(device.seal_key, USE, gzip.compress(canonical(signed).encode(), 6, mtime=0))
    return {
        "device": device.device_id,
        "server": server.keys.key_id,
        "made_at": now.isoformat(),
        "sealed": b64(sealed),
    }


def texts(session: Session, store: BlobStore, documents: Sequence[Mapping[str, Any]], have: Sequence[str]) -> dict[str, str]:
    """The documents a device lacks by hash: JSON as it is, media and recordings as b64. These come
    last."""
    found: dict[str, str] = {}
    room = MAX_DOCUMENT_BYTES
    for named in sorted(documents, key=lambda each: each["kind"] in BYTES):
        if named["hash"] in have or named["hash"] in found:
            continue
        content = read_recording(session, store, named["hash"]) if named["kind"] == "audio" else None
        if content is None:
            content = read_document(session, named["hash"])
        room -= len(content)
        if room < 0:
            break
        found[named["hash"]] = b64(content) if named["kind"] in BYTES else content.decode()
    return found


def verdicts(session: Session, device: Device) -> list[dict[str, Any]]:
    """What became of the device's newest ops, as a receipt would say it of ops that come again."""
    newest = select(Op).where(Op.device_id == device.device_id).order_by(Op.n.desc()).limit(MOST_VERDICTS)
    return [verdict_of(op, Stored(op.verdict, op.reason, op.rev), duplicate=True) for op in session.scalars(newest)]


def arrived(session: Session, device: Device, hs: Sequence[str]) -> list[dict[str, Any]]:
    """Of the files that these ops name, those that are here whole: as an answer to `blobs/ask` says it."""
    named: list[str] = []
    for at in range(0, len(hs), OPS_PER_QUERY):
        asked = select(BlobRef.blob).where(BlobRef.op_h.in_(hs[at : at + OPS_PER_QUERY])).distinct()
        named += session.scalars(asked)
    states = states_of(session, device.device_id, sorted(set(named)))
    return [{"blob": blob, "state": state, "have": []} for blob, state in states.items() if state == "stored"]
