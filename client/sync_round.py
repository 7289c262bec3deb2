"""One round with the server: hello, push what waits, fetch documents, pull what changed, compare, send files.

Each step is stored before the next begins, so a round cut anywhere is finished by the next one. The twin of
client/web/device/sync_round.js.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from client import attachments, hearing, repair, rows
from client.authoring import forget_if_empty
from client.carrier import forward
from client.errors import DeviceError
from client.securing import free_secured, seal_again
from client.session import Session, unit_of
from client.uploads import Upload
from client.wire import Trust, Wire
from sync.canonical import b64
from sync.keys import KeyPair
from sync.messages import adopt_keys
from sync.outbox import PUSH_LIMITS, make_push
from sync.pages import CursorState, apply_page, next_limit
from sync.receipts import effective, take_receipt

BYTES = ("media", "audio")  # documents that are no JSON: kept in b64
SEALED_AT_ONCE = 50
ERASED = "record.erased"
# What waits for a person is no part of a record: its author reads on why (P-06).
IN_THE_RECORD = "SELECT 1 FROM own_op WHERE own_op.rec = record.rec AND verdict IN ('applied', 'merged', 'conflict', 'duplicate')"
Tell = Callable[[str, int, int], None]  # phase, done, total


def sync_round(session: Session, wire: Wire, tell: Tell) -> None:
    """Raises DeviceError net.*, device.revoked, or the server's own code."""
    tell("hello", 0, 1)
    token = greet(session, wire)
    _push(session, wire, token, tell)
    _push_sealed(session, wire)
    if (state := session.store.head()["state"]) != "active":
        drop_scopes(session, lost_scopes(session))  # it holds no grant any more: nothing readable stays (I4)
        if state == "revoked":
            wipe(session)
        _send_files(session, wire, token, tell)
        raise DeviceError(f"device.{state}")
    drop_scopes(session, lost_scopes(session))
    missing = session.missing_documents()
    for done, named in enumerate(missing):
        tell("documents", done, len(missing))
        content = wire.document(named["hash"], token)
        # A medium is any bytes; everything else is JSON, and kept as the text it is.
        session.keep_document(named["hash"], b64(content) if named["kind"] in BYTES else content.decode())
    stored = hearing.at_the_server(session)
    _pull(session, wire, token, tell)
    hearing.give_way(session, stored)
    _compare(session, wire, token)
    _send_files(session, wire, token, tell)
    forward(session, wire, token, trusted(session), tell)


def trusted(session: Session) -> Trust:
    """The point that must have signed: the pinned one, or the one it vouches for after a rotation."""

    def trust(body: dict[str, Any]) -> str:
        pinned = session.store.head()["server"]
        return (adopt_keys(pinned, body.get("server_keys") or {}) or pinned)["sign"]

    return trust


def greet(session: Session, wire: Wire) -> str:
    """Hello: what the server says of itself and of this device is kept; a token for the calls that follow."""
    store = session.store
    head = store.head()
    asked = wire.post("hello", {"device": session.device}, "challenge", trusted(session)).body
    keys = KeyPair.from_pkcs8(bytes.fromhex(head["sign_private"]))
    answer = {
        "device": session.device,
        "challenge": asked["challenge"],
        "sig": keys.sign("hello", asked["challenge"].encode()),
        "cert": head["cert"],
    }
    if "audio_language" in head:
        answer["audio_language"] = head["audio_language"]
    if last := store.row("SELECT value FROM receipt"):
        answer["last_receipt"] = json.loads(last["value"])
    body = wire.post("hello", answer, "hello", trusted(session)).body
    keep_word(session, body)
    free_secured(session, body)
    return str(body["token"])


def keep_word(session: Session, body: dict[str, Any]) -> None:
    """What the server said of itself and of this device, in a hello or in a bundle. Believed by the caller already."""
    store = session.store
    with store.writing():
        head = store.head()
        if body["epoch"] != head["epoch"]:
            # A new epoch is a restored server: begin its feed anew, and keep what we have (P-12). The rows stay: they say
            # which scopes were held, so that one lost in the same breath is dropped (I4).
            store.run("UPDATE cursor SET cursor = 0, epoch = ?", body["epoch"])
            seal_again(session)
            session.compared.clear()
        kept = {key: body[key] for key in ("epoch", "server_time", "state", "person", "grants")}
        kept["chain"] = body.get("chain", {})
        if body["state"] == "active":
            kept["documents"] = body["documents"]
        if body.get("address", session.vault.origin) != session.vault.origin:
            kept["next_address"] = body["address"]  # client/address.py follows it
        if "reviewers" in body:
            kept["reviewers"] = body["reviewers"]
        # What it signed before a rotation stays its own: certificates in bundles that are carried here.
        earlier = [previous["sign"] for previous in body["server_keys"].get("previous", [])]
        for each in body.get("decisions", ()):  # about own ops that could not be applied (P-06)
            store.run(
                "UPDATE own_op SET verdict = ?, reason = NULL, message = ? WHERE h = ?",
                each["verdict"], json.dumps(each["message"]), each["h"],
            )  # fmt: skip
        store.set_head(
            server=adopt_keys(head["server"], body["server_keys"]) or head["server"], earlier=earlier, **kept
        )


def _push(session: Session, wire: Wire, token: str, tell: Tell) -> None:
    """Send what has no receipt of this epoch, oldest first, until nothing waits or the server keeps none of a push."""
    limits, stuck = PUSH_LIMITS, set[str]()
    outbox = waiting(session)
    total = len(outbox)
    while outbox:
        tell("push", total - len(outbox), total)
        ops = make_push(outbox, limits)
        try:
            answer = wire.post("push", {"ops": ops}, "receipt", trusted(session), token)
        except DeviceError as refused:
            if refused.details.get("status") != 413 or len(ops) == 1:
                raise
            limits = limits.halved()
            continue
        epoch = session.store.head()["epoch"]
        taken = take_receipt(outbox, answer.body, epoch=epoch, device=session.device)
        if not taken.settled and not taken.stuck:
            raise DeviceError("net.server")  # an epoch began between hello and push
        keep_verdicts(session, answer.body, taken.settled, taken.stuck, answer.signed)
        stuck |= {verdict["h"] for verdict in taken.stuck}  # tried again in the next round, not in this one
        outbox = [op for op in taken.outbox if op["h"] not in stuck]


def _push_sealed(session: Session, wire: Wire) -> None:
    """Send, as a carrier would, what is here in its sealed form alone: own ops of scopes this device lost, which a
    restored server may not have any more (P-16, I8)."""
    store, head = session.store, session.store.head()
    open_ones = {row["h"] for row in store.rows("SELECT h FROM own_op WHERE wire <> ''")}
    left = [(h, sealed) for h, sealed in store.sealed.waiting(head["epoch"]) if h not in open_ones]
    for at in range(0, len(left), SEALED_AT_ONCE):
        part = left[at : at + SEALED_AT_ONCE]
        content = {"device": session.device, "cert": head["cert"], "sealed": [sealed for _, sealed in part]}
        receipt = wire.post("bundles", content, "receipt", trusted(session)).body
        taken = take_receipt([{"h": h} for h, _ in part], receipt, epoch=head["epoch"], device=session.device)
        with store.writing():
            for verdict in taken.settled:
                store.run("DELETE FROM own_op WHERE h = ? AND wire = ''", verdict["h"])
                forget_if_empty(session, verdict["rec"])
                if verdict.get("reason") == ERASED:
                    erase(session, verdict["rec"], verdict["h"])
        store.sealed.settle([verdict["h"] for verdict in taken.settled], head["epoch"])


def waiting(session: Session) -> list[dict[str, Any]]:
    """[{h, n, rec, at, wire}] of own ops that can be read here without a receipt of the current epoch, oldest first."""
    asked = "SELECT h, n, rec, at, wire FROM own_op WHERE epoch IS NULL OR epoch IS NOT ? ORDER BY n"
    found = session.store.rows(asked, session.store.head().get("epoch"))
    return [{**op, "wire": json.loads(op["wire"])} for op in found if op["wire"]]


def keep_verdicts(
    session: Session, receipt: dict[str, Any], settled: Any, stuck: Any, signed: dict[str, str] | None
) -> None:
    store, epoch, server_time = session.store, receipt["epoch"], receipt["server_time"]
    with store.writing():
        for verdict in [*settled, *stuck]:
            stored = verdict in settled
            store.run(
                "UPDATE own_op SET epoch = ?, verdict = ?, reason = ?, message = ?, received_at = COALESCE(received_at, ?)"
                " WHERE h = ?",
                epoch if stored else None, effective(verdict) if stored else verdict["verdict"], verdict.get("reason"),
                json.dumps(verdict.get("message")), server_time if stored else None, verdict["h"],
            )  # fmt: skip
            if verdict.get("reason") == ERASED:
                erase(session, verdict["rec"], verdict["h"])
        if signed:
            value = json.dumps(signed)
            store.run(
                "INSERT INTO receipt (one, value) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET value = ?", value, value
            )
        store.set_head(server_time=max(server_time, store.head().get("server_time") or ""))
    store.sealed.settle([verdict["h"] for verdict in settled], epoch)


def _send_files(session: Session, wire: Wire, token: str, tell: Tell) -> None:
    """Files go last, and give way to what is finalised while they do: text before photos (P-20)."""
    store = session.store
    pushed = store.head()["n"]

    def push_newer() -> None:
        nonlocal pushed
        if (n := store.head()["n"]) > pushed:
            _push(session, wire, token, tell)
            pushed = n

    upload = Upload(wire, session.device, store.head()["epoch"], trusted(session), token, store.files, store.folder)
    upload.send(push_newer, lambda done, total: tell("files", done, total))


def lost_scopes(session: Session) -> list[str]:
    gens = {grant["scope"]: grant["gen"] for grant in session.store.head()["grants"]}
    return [
        row["scope"]
        for row in session.store.rows("SELECT scope, gen FROM cursor")
        if gens.get(row["scope"]) != row["gen"]
    ]


def let_go(session: Session, rec: str) -> None:
    """A record is no longer this device's to read (P-16, I4). Of its own ops and files the sealed form stays; what had no
    receipt yet is sent in it, as a carrier would."""
    store = session.store
    attachments.forget(session, rec)
    store.run("DELETE FROM own_op WHERE rec = ? AND epoch = ?", rec, store.head()["epoch"])
    store.run("DELETE FROM carried_op WHERE rec = ?", rec)
    store.run("UPDATE own_op SET wire = '' WHERE rec = ?", rec)  # these keep their place among what waits
    store.run("UPDATE record SET doc = NULL, draft = NULL, title = '', subtitle = '' WHERE rec = ?", rec)
    forget_if_empty(session, rec)


def erase(session: Session, rec: str, h: str | None = None) -> None:
    """A record was erased by order (P-24): nothing of it stays, sealed or not. h: an own op it may have here sealed alone."""
    store = session.store
    own = store.rows("SELECT h, n FROM own_op WHERE rec = ?", rec)
    store.run("DELETE FROM own_op WHERE rec = ?", rec)
    store.run("DELETE FROM carried_op WHERE rec = ?", rec)
    store.run("DELETE FROM record WHERE rec = ?", rec)
    store.run("DELETE FROM discarded WHERE rec = ?", rec)
    store.run("DELETE FROM file WHERE rec = ?", rec)
    store.sealed.drop([*(op["h"] for op in own), *([h] if h else [])])
    store.sealed.drop_draft(rec)
    store.files.drop_of(rec, [op["n"] for op in own])


def wipe(session: Session) -> None:
    """A device that was revoked, lost perhaps, holds nothing readable any more: no record, no draft, no photo (I4). What is
    sealed to the server stays until that is received, drafts too."""
    store = session.store
    with store.writing():
        for row in store.rows("SELECT rec FROM record"):
            let_go(session, row["rec"])
        store.run("DELETE FROM discarded")
        store.run("DELETE FROM cursor")


def drop_scopes(session: Session, scopes: list[str]) -> None:
    """Forget the records of scopes this device may no longer hold (P-16, I4). A new draft is nobody's yet, and stays."""
    store = session.store
    with store.writing():
        received = (
            "doc IS NOT NULL OR EXISTS (SELECT 1 FROM own_op WHERE own_op.rec = record.rec)"
            " OR EXISTS (SELECT 1 FROM carried_op WHERE carried_op.rec = record.rec)"
        )
        for scope in scopes:
            for row in store.rows(f"SELECT rec FROM record WHERE scope = ? AND ({received})", scope):
                let_go(session, row["rec"])
            store.run("DELETE FROM cursor WHERE scope = ?", scope)
        # Also where no page ever came: a scope that was granted, written for and lost before its first pull.
        granted = {grant["scope"] for grant in store.head()["grants"]}
        for row in store.rows(f"SELECT rec, scope FROM record WHERE doc IS NOT NULL OR EXISTS ({IN_THE_RECORD})"):
            if row["scope"] not in granted:
                let_go(session, row["rec"])


def _pull(session: Session, wire: Wire, token: str, tell: Tell) -> None:
    done, more = 0, True
    while more:
        tell("pull", done, 0)
        kept = {row["scope"]: row for row in session.store.rows("SELECT * FROM cursor")}
        cursors = {}
        for grant in session.store.head()["grants"]:
            row = kept.get(grant["scope"])
            known = row["cursor"] if row and row["gen"] == grant["gen"] else 0
            cursors[grant["scope"]] = {"gen": grant["gen"], "cursor": known}
        limit = session.pull_limit
        session.pull_limit = next_limit(limit, arrived=False)  # until it came
        body = wire.post("pull", {"cursors": cursors, "limit": limit}, "page", trusted(session), token).body
        session.pull_limit = next_limit(limit, arrived=True)
        drop_scopes(session, body["drop"])
        applied = sum(take_page(session, page) for page in body["pages"])
        done += applied
        more = body["more"] and applied > 0  # a page that does not apply would be asked for again for ever


def _compare(session: Session, wire: Wire, token: str) -> None:
    epoch = session.store.head()["epoch"]
    repair.compare(
        session, wire, token, trusted(session), lambda scope, change: _take_change(session, scope, dict(change), epoch)
    )


def take_page(session: Session, page: dict[str, Any]) -> int:
    """Rows and cursor of a page in one transaction (P-11). Returns how many changes were taken."""
    store = session.store
    with store.writing():
        head = store.head()
        gens = {grant["scope"]: grant["gen"] for grant in head["grants"]}
        gen = gens.get(page["scope"], -1)
        kept = store.row("SELECT cursor FROM cursor WHERE scope = ? AND gen = ?", page["scope"], gen)
        state = CursorState(page["scope"], gen, kept["cursor"] if kept else 0, head["epoch"])
        applied = apply_page(state, page, epoch=head["epoch"])
        if not applied.applies:
            return 0
        for change in applied.rows:
            _take_change(session, page["scope"], dict(change), head["epoch"])
        after = applied.cursor_state
        store.run(
            "INSERT INTO cursor (scope, gen, cursor, epoch) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (scope) DO UPDATE SET gen = excluded.gen, cursor = excluded.cursor, epoch = excluded.epoch",
            after.scope, after.gen, after.cursor, after.epoch,
        )  # fmt: skip
        return len(applied.rows)


def _take_change(session: Session, scope: str, change: dict[str, Any], epoch: str) -> None:
    store, rec = session.store, change["rec"]
    if change.get("erased"):
        erase(session, rec)
        return
    if change["kind"] == "leave":
        if store.row("SELECT 1 FROM record WHERE rec = ? AND scope = ?", rec, scope) is None:
            return  # it is in another scope that this device holds
        if change.get("to"):  # it goes to one: what is here, drafts too, goes along
            store.run("UPDATE record SET scope = ? WHERE rec = ?", change["to"], rec)
            return
        let_go(session, rec)
        return
    doc = change["doc"]
    title, subtitle = doc.get("title") or "", session.describe(doc["form"], doc["answers"], unit_of(doc["scope"]))[1]
    kept = store.row("SELECT title, subtitle, doc FROM record WHERE rec = ?", rec)
    if kept and rows.unsent(store.rows("SELECT epoch FROM own_op WHERE rec = ?", rec), epoch):
        title, subtitle = kept["title"], kept["subtitle"]
    if before := rows.before(json.loads(kept["doc"]) if kept and kept["doc"] else None, doc):
        doc = {**doc, "before": before}
    store.run(
        "INSERT INTO record (rec, form_id, form_version, scope, title, subtitle, at, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (rec) DO UPDATE SET scope = excluded.scope, title = excluded.title, subtitle = excluded.subtitle,"
        " at = excluded.at, doc = excluded.doc",
        rec, doc["form"]["id"], doc["form"]["version"], doc["scope"], title, subtitle, doc["received_at"],
        json.dumps(doc, ensure_ascii=False),
    )  # fmt: skip
    for h in doc["ops"]:
        store.run("DELETE FROM carried_op WHERE h = ?", h)  # the server's word takes its place
