"""Photos, recordings and files of a record: taken in, shown, swept. Sending and fetching are `uploads`' and `downloads`'.

Encrypted and on the disk before anything refers to them (P-20): first the bytes, then the sealed key, then the vault's
own row. A crash in between leaves bytes that nothing names, swept at the next unlock.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Iterable
from typing import Any

from client.errors import DeviceError
from client.session import Session
from sync.blobs import (
    KEY_BYTES,
    MAX_BLOB,
    blob_of,
    chunk_count,
    decrypt_chunk,
    encrypt_blob,
    file_answer,
    key_use,
    media_type_of,
)
from sync.canonical import b64, sha
from sync.seal import SealError, seal


def attach(session: Session, rec: str, name: str, media_type: str, data: str) -> dict[str, Any]:
    """Keep a file for a record; {answer, size}. data: standard base64.

    Raises DeviceError file.unreadable, file.empty, file.too_large, store.full.
    """
    try:
        plain = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as garbled:
        raise DeviceError("file.unreadable") from garbled
    if not plain:
        raise DeviceError("file.empty")
    if len(plain) > MAX_BLOB:
        raise DeviceError("file.too_large", {"max_bytes": MAX_BLOB})
    answer = file_answer(plain, name, media_type)
    keep(session, str(blob_of(answer)), rec, plain, name=name, own=True)
    return {"answer": answer, "size": len(plain)}


def keep(session: Session, blob: str, rec: str, plain: bytes, *, name: str = "", own: bool) -> None:
    """Encrypt and store a blob, unless it can be read here already. own: made on this device, not fetched."""
    store = session.store
    if read(session, blob) is not None:
        if own:
            _make_own(session, blob, rec)
        return
    key, place = os.urandom(KEY_BYTES), f"{blob}.{secrets.token_hex(4)}"
    store.folder.put(place, encrypt_blob(key, plain))
    if own:
        store.files.put(blob, rec, len(plain), place, _sealed(session, blob, key))
    store.run(
        "INSERT INTO file (blob, rec, name, size, place, key, own) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (blob) DO UPDATE SET rec = excluded.rec, place = excluded.place, key = excluded.key",
        blob, rec, name, len(plain), place, key.hex(), own,
    )  # fmt: skip


def _sealed(session: Session, blob: str, key: bytes) -> str:
    """A blob's key for the server alone."""
    return b64(seal(session.store.head()["server"]["seal"], key_use(blob), key))


def _make_own(session: Session, blob: str, rec: str) -> None:
    """A file that is here was attached (again): it belongs to this record now, and to this device's to send."""
    kept = session.store.row("SELECT size, place, key FROM file WHERE blob = ?", blob)
    assert kept is not None
    sealed = _sealed(session, blob, bytes.fromhex(kept["key"]))
    session.store.files.put(blob, rec, kept["size"], kept["place"], sealed)
    session.store.run("UPDATE file SET own = 1, rec = ? WHERE blob = ?", rec, blob)


def read(session: Session, blob: str) -> bytes | None:
    """The bytes of a blob; None where it is not here, or not whole any more."""
    kept = session.store.row("SELECT size, place, key FROM file WHERE blob = ?", blob)
    if not kept or not kept["key"]:
        return None
    key, parts = bytes.fromhex(kept["key"]), []
    for i in range(chunk_count(kept["size"])):
        sealed = session.store.folder.chunk(kept["place"], i)
        if sealed is None:
            return None
        try:
            parts.append(decrypt_chunk(key, i, sealed))
        except SealError:
            return None
    plain = b"".join(parts)
    return plain if sha(plain) == blob else None


def shown(session: Session, answer: str, plain: bytes | None) -> dict[str, Any]:
    """What a screen gets of a file: {data: base64 or None, type, size, name, state}."""
    blob = blob_of(answer)
    kept = session.store.row("SELECT name, size FROM file WHERE blob = ?", blob) or {"name": "", "size": None}
    data = None if plain is None else base64.b64encode(plain).decode()
    state = states(session, [answer])[answer] if plain is not None else "missing"
    size = kept["size"] if plain is None else len(plain)
    return {"data": data, "type": media_type_of(answer), "size": size, "name": kept["name"], "state": state}


def states(session: Session, answers: Iterable[str]) -> dict[str, str]:
    """Of each file answer: "here" (not confirmed by the server yet), "sent" (it has it, too) or "missing" (not here)."""
    epoch = session.store.head().get("epoch")
    here = {row["blob"]: row["own"] for row in session.store.rows("SELECT blob, own FROM file WHERE key IS NOT NULL")}
    confirmed = session.store.files.settled(epoch)
    found = {}
    for answer in answers:
        blob = blob_of(answer)
        sent = blob in confirmed or not here.get(blob, True)  # what was fetched came from the server
        found[answer] = "missing" if blob not in here else "sent" if sent else "here"
    return found


def unsent(session: Session) -> dict[str, int]:
    """How many files of finalised records the server has not confirmed yet, and their bytes."""
    waiting = session.store.files.waiting(session.store.head().get("epoch"))
    return {"count": len(waiting), "bytes": sum(each["size"] for each in waiting)}


def refuse_lost(session: Session, row: dict[str, Any], blobs: Iterable[str]) -> None:
    """A finalised record names only files that are here, or that it had before. Raises DeviceError file.lost."""
    own = session.store.rows("SELECT wire FROM own_op WHERE rec = ?", row["rec"])
    before = f"{row['doc'] or ''} {' '.join(op['wire'] for op in own)}"
    lost = [blob for blob in blobs if blob not in before and read(session, blob) is None]
    if lost:
        raise DeviceError("file.lost", {"blobs": lost})


def forget(session: Session, rec: str) -> None:
    """A record left this device (P-16): its files can no longer be read here; own ones wait in their sealed form (I8)."""
    session.store.run("UPDATE file SET key = NULL WHERE rec = ? AND own", rec)
    session.store.run("DELETE FROM file WHERE rec = ? AND NOT own", rec)


def sweep(session: Session) -> None:
    """Remove files that neither an op nor a draft names: taken back, or cut short by a crash."""
    store = session.store
    store.files.unname_after(store.head()["n"])
    drafts = store.rows("SELECT draft AS text FROM record WHERE draft IS NOT NULL")
    said = " ".join(row["text"] for row in (*drafts, *store.rows("SELECT row AS text FROM discarded")))
    drafted = {row["blob"] for row in store.rows("SELECT blob FROM file") if row["blob"] in said}
    places = store.files.drop_unnamed(drafted)
    for row in store.rows("SELECT blob, place FROM file WHERE own"):
        if row["place"] not in places:
            store.run("DELETE FROM file WHERE blob = ?", row["blob"])
    store.folder.keep_only(places | {row["place"] for row in store.rows("SELECT place FROM file")})
