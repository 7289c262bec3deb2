"""What a carrier brought sealed to this reviewer's own device: ops she may read and decide about before the server has
seen them (P-21). Shown as what they are, not at the server; its word takes their place as soon as it is here.
"""

from __future__ import annotations

import json
from typing import Any

from client.authoring import forget_if_empty
from client.session import Session, unit_of
from sync.copies import open_copy
from sync.keys import KeyPair
from sync.ops import CONTENT, Op, verify_op


def hear(session: Session, cert: dict[str, Any], content: dict[str, Any]) -> int:
    """Keep the ops of a bundle that are sealed to this device and lie in what it may hold; how many can be read here.

    cert: of the device that made them, on the server's word. Whoever calls has the transaction.
    """
    head = session.store.head()
    keys = KeyPair.from_pkcs8(bytes.fromhex(head["seal_private"]))
    granted = {grant["scope"] for grant in head["grants"]}
    read = [op for each in content["ops"] if (op := open_copy(each.get("copy"), each["h"], session.device, keys))]
    heard = [
        op
        for op in read
        if op.header["dev"] == cert["device"] and op.header["scope"] in granted and verify_op(op, cert["sign_key"])
    ]
    for op in heard:
        _keep(session, op, str(cert["person_name"]))
    return len(heard)


def _keep(session: Session, op: Op, person_name: str) -> None:
    store, scope = session.store, op.header["scope"]
    kept = store.row("SELECT doc FROM record WHERE rec = ?", op.rec)
    doc = json.loads(kept["doc"]) if kept and kept["doc"] else None
    if doc and op.h in doc["ops"]:
        return  # the server's word is here already
    form_id, version = op.form
    store.run(
        "INSERT OR IGNORE INTO record (rec, form_id, form_version, scope, at) VALUES (?, ?, ?, ?, ?)",
        op.rec, form_id, version, scope, op.header["at"],
    )  # fmt: skip
    store.run(
        "INSERT OR IGNORE INTO carried_op (h, rec, scope, type, at, device, n, person_name, wire) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        op.h, op.rec, scope, op.type, op.header["at"], op.header["dev"], op.header["n"], person_name,
        json.dumps(dict(op.wire), ensure_ascii=False),
    )  # fmt: skip
    if op.type in CONTENT and doc is None:
        title, subtitle = session.describe({"id": form_id, "version": version}, op.payload["answers"], unit_of(scope))
        store.run("UPDATE record SET title = ?, subtitle = ? WHERE rec = ?", title, subtitle, op.rec)


def arrived(session: Session, hs: list[str], epoch: str) -> None:
    """The server has signed that it stored these."""
    with session.store.writing():
        for h in hs:
            session.store.run("UPDATE carried_op SET epoch = ? WHERE h = ?", epoch, h)


def at_the_server(session: Session) -> list[str]:
    """What was carried and is stored at the server: what is pulled from now on is its word about them."""
    epoch = session.store.head().get("epoch")
    return [row["h"] for row in session.store.rows("SELECT h FROM carried_op WHERE epoch = ?", epoch)]


def give_way(session: Session, hs: list[str]) -> None:
    """Forget carried ops: the server's word about them is here."""
    with session.store.writing():
        for h in hs:
            found = session.store.row("SELECT rec FROM carried_op WHERE h = ?", h)
            if found:
                session.store.run("DELETE FROM carried_op WHERE h = ?", h)
                forget_if_empty(session, found["rec"])
