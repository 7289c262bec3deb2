"""Letting go of sealed copies that a proven backup of the server has (I8); and making them anew where it was restored.

The twin of client/web/device/securing.js. Once a day of the server's is often enough.
"""

from __future__ import annotations

import json
from typing import Any

from client.session import Session
from sync.canonical import b64
from sync.ops import wire_bytes
from sync.seal import seal
from sync.securing import secure


def free_secured(session: Session, hello: dict[str, Any]) -> None:
    """Note and free what this hello allows. A file that can be read here stays, with its key: it is the record's own.

    Under the vault's lock: a second process may have heard of another epoch since.
    """
    store, day = session.store, str(hello["server_time"])[:10]
    with store.writing():
        head = store.head()
        if "counter" not in hello or head["epoch"] != hello["epoch"] or head.get("secured_on") == day:
            return
        held = json.dumps({"epoch": hello["epoch"], "counter": hello["counter"], "at": hello["server_time"]})
        read_here = {row["blob"] for row in store.rows("SELECT blob FROM file WHERE key IS NOT NULL")}
        ops = secure(store.sealed.stored(hello["epoch"]), hello)
        store.sealed.note(ops.noted, held)
        store.sealed.free(ops.free, hello["epoch"])
        files = secure([copy for copy in store.files.stored(hello["epoch"]) if copy["id"] not in read_here], hello)
        store.files.note(files.noted, held)
        store.files.free(files.free, hello["epoch"])
        store.set_head(secured_on=day)


def seal_again(session: Session) -> None:
    """A restored server may lack anything: every own op that can be read here lies sealed beside the vault once more (P-17)."""
    store = session.store
    key = store.head()["server"]["seal"]
    for op in store.rows("SELECT h, n, wire FROM own_op WHERE wire <> ''"):
        if not store.sealed.has(op["h"]):
            store.sealed.put(op["n"], op["h"], b64(seal(key, "outbox/1", wire_bytes(json.loads(op["wire"])))))
