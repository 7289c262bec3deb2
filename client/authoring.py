"""Drafts, and finalising them: a draft, a comment or a voiding becomes a signed op (P-04, P-17).

Sign and seal first; then one transaction writes op, row and chain end, if the chain has not moved; then both copies are
read back. A crash before the transaction leaves the draft, one after it the op.
"""

from __future__ import annotations

import json
import os
import secrets
import uuid
from typing import Any

from client import attachments, views
from client.clock import date_suspect
from client.errors import DeviceError
from client.session import Session, unit_of
from forms import files
from sync.blobs import MAX_ASKED, blobs_of
from sync.canonical import b64, sha
from sync.keys import KeyPair
from sync.ops import CONTENT, ChainState, Intent, build_op, wire_bytes
from sync.seal import seal
from sync.text import nfc_deep
from sync.volatile import recorded

Answers = dict[str, Any]


def start(session: Session, form_id: str) -> dict[str, Any]:
    """A new draft of the current form version, in the unit where this person may submit it."""
    program = session.program(form_id)
    memberships = session.memberships(form_id, "submit")
    if not memberships:
        raise DeviceError("form.not_allowed", {"form_id": form_id})
    rec, form = uuid7(session), {"id": form_id, "version": program["version"]}
    now = session.now()
    draft = {"form": form, "answers": {}, "base": None, "started_at": now, "saved_at": now, "position": None}
    session.store.run(
        "INSERT INTO record (rec, form_id, form_version, scope, at, draft) VALUES (?, ?, ?, ?, ?, ?)",
        rec, form_id, form["version"], f"{memberships[0]['unit']}/{form_id}", now, json.dumps(draft),
    )  # fmt: skip
    return {"rec": rec, "form": form, "answers": {}, "draft": True}


def save_draft(
    session: Session, rec: str, answers: Answers, position: Any, base: str | None, **more: Any
) -> dict[str, Any]:
    """Autosave. On a received record it opens an edit draft made from `base`. more: behalf, where it changes: {reporter,
    at} of a report that is keyed in for somebody else, None to take it out."""
    with session.store.writing():
        row = views.row(session, rec)
        before = json.loads(row["draft"]) if row["draft"] else None
        form = before["form"] if before else {"id": row["form_id"], "version": row["form_version"]}
        now = session.now()
        draft = {"form": form, "base": base, "started_at": now, **(before or {}), "answers": answers, "saved_at": now}
        draft |= {"position": position, **more}
        received = row["doc"] or session.store.row("SELECT 1 FROM own_op WHERE rec = ?", rec) or session.carried_ops(rec)
        at = row["at"] if received else now
        title, subtitle = (
            (row["title"], row["subtitle"]) if received else session.describe(form, answers, unit_of(row["scope"]))
        )
        session.store.run(
            "UPDATE record SET draft = ?, at = ?, title = ?, subtitle = ? WHERE rec = ?",
            json.dumps(draft, ensure_ascii=False), at, title, subtitle, rec,
        )  # fmt: skip
    content = {"device": session.device, "rec": rec, "form": form, "answers": answers, "saved_at": now}
    plain = json.dumps(content, ensure_ascii=False).encode()
    session.store.sealed.put_draft(rec, b64(seal(session.store.head()["server"]["seal"], "draft/1", plain)))
    return {"saved_at": now}


def discard_draft(session: Session, rec: str) -> dict[str, str]:
    """Throw a draft away; the undo token takes it back."""
    undo_token = secrets.token_hex(8)
    with session.store.writing():
        row = views.row(session, rec)
        if not row["draft"]:
            raise DeviceError("record.no_draft", {"rec": rec})
        session.store.run(
            "INSERT INTO discarded VALUES (?, ?, ?)", undo_token, rec, json.dumps(row, ensure_ascii=False)
        )
        session.store.run("UPDATE record SET draft = NULL WHERE rec = ?", rec)
        forget_if_empty(session, rec)
    session.store.sealed.drop_draft(rec)
    return {"undo_token": undo_token}


def restore_draft(session: Session, undo_token: str) -> dict[str, str]:
    with session.store.writing():
        kept = session.store.row("SELECT rec, row FROM discarded WHERE undo_token = ?", undo_token)
        if not kept:
            raise DeviceError("undo.expired")
        row = json.loads(kept["row"])
        session.store.run(
            "INSERT INTO record (rec, form_id, form_version, scope, title, subtitle, at, doc, draft)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rec) DO UPDATE SET draft = excluded.draft",
            *(
                row[key]
                for key in ("rec", "form_id", "form_version", "scope", "title", "subtitle", "at", "doc", "draft")
            ),
        )
        session.store.run("DELETE FROM discarded WHERE undo_token = ?", undo_token)
    return {"rec": str(kept["rec"])}


def finalise(session: Session, rec: str, claimed_date: Any = None) -> dict[str, Any]:
    """Raises record.no_draft, date.unconfirmed, form.invalid with every problem, record.locked, file.lost, file.too_many."""
    row = views.row(session, rec)
    draft = json.loads(row["draft"]) if row["draft"] else None
    if draft is None:
        raise DeviceError("record.no_draft", {"rec": rec})
    if date_suspect(session.clock(), session.store.head().get("server_time")) and not claimed_date:
        raise DeviceError("date.unconfirmed", {"rec": rec})
    doc = json.loads(row["doc"]) if row["doc"] else None
    unit = unit_of(row["scope"])
    heard = session.carried_ops(rec)
    state = doc["state"] if doc else session.workflow(row["form_id"]).initial if heard else "draft"
    instance = session.instance(
        draft["form"], draft["answers"], unit, state, rec=rec, start=draft["started_at"], ends=True
    )
    if problems := instance.problems():
        raise DeviceError("form.invalid", {"problems": problems})
    payload: dict[str, Any] = {
        "answers": instance.snapshot(), "volatile": recorded(instance.env), "title": instance.title("vi"),
    }  # fmt: skip
    if claimed_date:
        payload["claimed_date"] = claimed_date
    if draft.get("behalf"):
        payload["behalf"] = draft["behalf"]
    known = doc or heard or session.store.row("SELECT 1 FROM own_op WHERE rec = ?", rec)
    kind = _writing_kind(session, row, doc) if known else "submit"
    named = files(instance.form.program, payload["answers"])
    blobs = blobs_of(answer for _, answer in named)
    if len(blobs) > MAX_ASKED:
        raise DeviceError("file.too_many", {"max": MAX_ASKED})
    attachments.refuse_lost(session, row, blobs)
    intent = Intent(kind, rec, draft["base"], draft["form"], row["scope"], payload, blobs)
    return append(session, intent, title=instance.title("vi"), subtitle=instance.subtitle("vi"), ends_draft=True)


def comment(session: Session, rec: str, text: str, path: str | None = None) -> dict[str, Any]:
    said = nfc_deep(text).strip()
    if not said:
        raise DeviceError("record.reason_missing")
    return _about(session, "comment", rec, {"text": said, **({"path": path} if path else {})})


def void(session: Session, rec: str, reason: str) -> dict[str, Any]:
    said = nfc_deep(reason or "").strip()
    if not said:
        raise DeviceError("record.reason_missing")
    return _about(session, "void", rec, {"reason": said})


def _about(session: Session, kind: str, rec: str, payload: dict[str, Any]) -> dict[str, Any]:
    row = views.row(session, rec)
    form = {"id": row["form_id"], "version": row["form_version"]}
    return append(session, Intent(kind, rec, seen(session, row), form, row["scope"], payload))


def seen(session: Session, row: dict[str, Any]) -> str | None:
    """The content its holder has before them: their newest own content op not in the document yet, else the document."""
    doc = json.loads(row["doc"]) if row["doc"] else None
    folded = set((doc or {}).get("ops", ()))
    own = session.store.rows("SELECT h, type FROM own_op WHERE rec = ? ORDER BY n DESC", row["rec"])
    heard = list(reversed(session.carried_ops(row["rec"])))
    newest = next((op["h"] for op in (*own, *heard) if op["type"] in CONTENT and op["h"] not in folded), None)
    if newest is None and doc is None:
        raise DeviceError("record.unknown", {"rec": row["rec"]})  # a draft is nobody's yet
    return str(newest or (doc or {})["hash"])


def _writing_kind(session: Session, row: dict[str, Any], doc: dict[str, Any] | None) -> str:
    """A change the state locks still goes, as a proposed amendment; one by a role that may never write does not begin."""
    form_id, unit = row["form_id"], unit_of(row["scope"])
    state = doc["state"] if doc else session.workflow(form_id).initial
    author = doc["author"]["name"] if doc else next((op["person_name"] for op in session.carried_ops(row["rec"])), None)
    own = author in (None, session.person_name)
    if kind := session.writing_kind(form_id, unit, state, own=own):
        return kind
    if session.memberships(form_id, "edit", unit):
        return "edit"
    raise DeviceError("record.locked", {"rec": row["rec"]})


def append(
    session: Session, intent: Intent, *, title: str | None = None, subtitle: str = "", ends_draft: bool = False,
    judged: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Sign an op and keep it; {h, n, waiting}. judged: whoever acts has seen what changed before."""
    store = session.store
    head = store.head()
    keys = KeyPair.from_pkcs8(bytes.fromhex(head["sign_private"]))
    chain = ChainState(session.device, head["n"], head["prev"])
    op, after = build_op(chain, intent, keys, os.urandom, session.now)
    sealed = b64(seal(head["server"]["seal"], "outbox/1", wire_bytes(op.wire)))
    with store.writing():
        now = store.head()
        if (now["n"], now["prev"]) != (head["n"], head["prev"]):
            raise DeviceError("store.contended")
        # Only now, under the lock: another window's op of this number may have its copy there already.
        store.sealed.put(after.n, op.h, sealed)
        store.files.name(after.n, intent.blobs)
        store.run(
            "INSERT INTO own_op (h, n, rec, type, at, wire) VALUES (?, ?, ?, ?, ?, ?)",
            op.h, after.n, intent.rec, intent.type, op.header["at"], json.dumps(dict(op.wire), ensure_ascii=False),
        )  # fmt: skip
        store.run("UPDATE record SET at = ? WHERE rec = ?", op.header["at"], intent.rec)
        if ends_draft:
            store.run(
                "UPDATE record SET draft = NULL, title = ?, subtitle = ? WHERE rec = ?", title, subtitle, intent.rec
            )
        if judged:
            store.run("UPDATE record SET doc = json_remove(doc, '$.before') WHERE rec = ?", intent.rec)
        store.set_head(n=after.n, prev=after.prev)
    kept = store.row("SELECT wire FROM own_op WHERE h = ?", op.h)
    if not kept or sha(json.loads(kept["wire"])["header"].encode()) != op.h or not store.sealed.has(op.h):
        raise DeviceError("store.not_read_back", {"h": op.h})
    if ends_draft:
        store.sealed.drop_draft(intent.rec)
    return {"h": op.h, "n": after.n, "waiting": True}


def forget_if_empty(session: Session, rec: str) -> None:
    """A record of which nothing is left on this device leaves the list."""
    session.store.run(
        "DELETE FROM record WHERE rec = ? AND doc IS NULL AND draft IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM own_op WHERE own_op.rec = record.rec)"
        " AND NOT EXISTS (SELECT 1 FROM carried_op WHERE carried_op.rec = record.rec)",
        rec,
    )


def uuid7(session: Session) -> str:
    """A time-ordered id (RFC 9562, version 7): they insert faster, and mean nothing more."""
    milliseconds = int(session.clock().timestamp() * 1000)
    bits = (milliseconds << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=bits))
