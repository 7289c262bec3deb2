"""The device interface on a laptop (ARCHITECTURE.md): one method a row of its table, plain dicts in and out.

Decides which vault is open and hands on; drafts and ops are authoring's, the network is sync_round's, lists are views'.
"""

from __future__ import annotations

import json
import platform
import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from client import address, attachments, authoring, bundles, carrier, drives, enrolment, review, views
from client.agent import Agent
from client.blob_folder import BlobFolder
from client.clock import BUILT, date_suspect, local_iso
from client.errors import DeviceError
from client.sealed_files import SealedFiles
from client.session import Session, unit_of
from client.store import SealedCopies, Store
from client.sync_round import greet, sync_round
from client.uploads import Upload, fetch
from client.vault import VaultRow, Vaults, replace_file
from client.wire import Wire
from sync.blobs import blob_of
from sync.messages import adopt_keys

LOCK_AFTER_S = 15 * 60
KEPT_SETTINGS = ("language", "text_size", "theme")
SHOWN_OF_CAMPAIGN = ("id", "label", "urgent", "hotlines", "question_audio")
Asked = dict[str, Any]


class Device:
    """folder: where this machine keeps its vaults. clock(): now, aware. secret_store: "keyring" or "file".
    background: whether an agent syncs by itself; without one, rounds are the caller's to make.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        secret_store: str = "keyring",
        *,
        background: bool = True,
    ) -> None:
        self.clock = clock
        self.vaults = Vaults(folder, lambda: clock().timestamp(), secret_store)
        self.changes = 0
        self._changed = threading.Condition()
        self._ended = False
        self._session: Session | None = None
        self._touched = time.monotonic()
        self.agent = Agent(self._round, self.changed)
        if background:
            self.agent.start()

    def call(self, method: str, asked: Asked) -> Any:
        """A method of the interface by name. Raises DeviceError; KeyError for a name that is none."""
        if method not in METHODS:
            raise KeyError(method)
        if method not in PASSIVE:
            self._touched = time.monotonic()
        elif time.monotonic() - self._touched > LOCK_AFTER_S and self._session:
            self.lock({})
        given = getattr(self, method)(asked)
        if method not in READING:
            self.changed()
        return given

    def changed(self) -> None:
        with self._changed:
            self.changes += 1
            self._changed.notify_all()

    def wait_for_change(self, since: int, timeout_s: float) -> int:
        """The number of changes so far, once it is past `since` or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self.changes > since or self._ended, timeout_s)
            return self.changes

    def end(self) -> None:
        """Nobody waits for changes any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        self.agent.stop()
        self.lock({})

    # Vaults.
    def status(self, asked: Asked) -> Asked:
        rows = [row for row in self.vaults.all() if row.state in ("active", "forgotten")]
        shown = {
            "vaults": [{"vault": row.vault, "person_name": row.person_name, "demo": row.demo,
                        "needs_reset": row.state == "forgotten"} for row in rows],
            "server_url": rows[0].origin if rows else "", "demo": any(row.demo for row in rows), "app_version": BUILT,
            "storage_persisted": True, "insecure": False,
        }  # fmt: skip
        session = self._session
        if session is None:
            waits = [row for row in rows if row.state == "active"]
            state = "new" if not rows else "locked" if waits else "needs_pin_reset"
            return {**shown, "state": state, **({"wait_s": self.vaults.wait_s(waits[0])} if len(waits) == 1 else {})}
        head, campaign = session.store.head(), session.campaign()
        suspect = date_suspect(self.clock(), head.get("server_time"))
        return {
            **shown, "state": "open", "vault": session.vault.vault, "device_id": session.device,
            "server_url": session.vault.origin, "demo": session.vault.demo,
            "person": {key: head["person"][key] for key in ("name", "roles")}, "reviews": bool(review.desks(session)),
            **({"campaign": {key: campaign[key] for key in SHOWN_OF_CAMPAIGN if key in campaign}} if campaign else {}),
            **({"date_suspect": suspect} if suspect else {}),
        }  # fmt: skip

    def peek_enrolment(self, asked: Asked) -> Asked:
        return enrolment.peek(enrolment.read_link(asked["link"]))

    def enrol(self, asked: Asked) -> Asked:
        row, store = enrolment.enrol(
            self.vaults,
            enrolment.read_link(asked["link"]),
            asked["pin"],
            asked.get("name") or platform.node() or "laptop",
            local_iso(self.clock()) if asked.get("agreed") else "",
        )
        self._open(row, store)
        return self.status({})

    def unlock(self, asked: Asked) -> Asked:
        row, key = self.vaults.open(asked.get("vault"), asked["pin"])
        self._open(row, Store(self.vaults.store_path(row.vault), key))
        return self.status({})

    def _open(self, row: VaultRow, store: Store) -> None:
        self.lock({})
        self._session = Session(row, store, self.clock)
        attachments.sweep(self._session)
        self._touched = time.monotonic()
        self.agent.open()

    def lock(self, asked: Asked) -> Asked:
        session, self._session = self._session, None
        if session:
            self.agent.rest()
            session.store.close()
        return self.status({})

    def forgot_pin(self, asked: Asked) -> Asked:
        """Send the copies sealed outside the PIN; the vault then waits for a new enrolment (P-17)."""
        row = self.vaults.one(asked.get("vault"))
        path = self.vaults.store_path(row.vault)
        copies, files = SealedCopies(path.with_suffix(".sealed")), SealedFiles(path.with_suffix(".sealed"))
        waiting = copies.waiting(None)

        def trust(body: Asked) -> str:
            return str((adopt_keys(row.server, body.get("server_keys") or {}) or row.server)["sign"])

        sent = 0
        try:
            for at in range(0, len(waiting), 50):
                part = waiting[at : at + 50]
                content = {"device": row.device, "sealed": [sealed for _, sealed in part]}
                receipt = Wire(row.origin).post("bundles", content, "receipt", trust).body
                sent += len(receipt["verdicts"])
            folder = BlobFolder(path.with_suffix(".files"))
            upload = Upload(Wire(row.origin), row.device, None, trust, "", files, folder)
            upload.send(lambda: None, lambda *_: None)
        finally:
            copies.close()
            files.close()
        self.lock({})
        self.vaults.save(VaultRow(**{**row.__dict__, "state": "forgotten"}))
        return {"sent": sent, "waiting": max(0, len(waiting) - sent)}

    @property
    def session(self) -> Session:
        if self._session is None:
            raise DeviceError("vault.locked")
        return self._session

    # Screens.
    def home(self, asked: Asked) -> Asked:
        return views.home(self.session, self.agent.progress)

    def list(self, asked: Asked) -> Asked:
        return views.listing(self.session, asked)

    def outbox(self, asked: Asked) -> Asked:
        return views.outbox(self.session)

    def program(self, asked: Asked) -> Asked:
        return self.session.program(asked["form_id"], asked.get("version"))

    def media(self, asked: Asked) -> Asked:
        """{name} → {data: b64 (sync/canonical.py) or None}: a picture or sound of the forms."""
        return {"data": self.session.medium(asked["name"])}

    def env(self, asked: Asked) -> Asked:
        """form_id: as for a new record of it. rec: the record whose unit and state decide what its author may write. reading: its answers are only looked
        at, so it is evaluated at the moment it was finalised."""
        if "form_id" in asked:
            held = self.session.memberships(asked["form_id"], "submit")
            values = self.session.env_values(asked["form_id"], held[0]["unit"] if held else "")
            return values | self.session.voices(asked["form_id"], None)
        if "rec" not in asked:
            return self.session.env_values()
        kept = self._record(asked["rec"])
        doc, draft = (json.loads(kept[key]) if kept[key] else {} for key in ("doc", "draft"))
        values = self.session.env_values(
            kept["form_id"], unit_of(kept["scope"]), doc.get("state", "draft"),
            version=kept["form_version"], rec=asked["rec"], start=draft.get("started_at", ""),
        )  # fmt: skip
        values |= self.session.voices(kept["form_id"], kept["form_version"])
        return values | (doc.get("volatile", {}) if asked.get("reading") else {})

    def open(self, asked: Asked) -> Asked:
        return views.record(self.session, self._record(asked["rec"]))

    def alike(self, asked: Asked) -> Asked:
        return views.alike(self.session, self._record(asked["rec"]))

    def _record(self, rec: str) -> Asked:
        return views.row(self.session, rec)

    # Writing.
    def start(self, asked: Asked) -> Asked:
        return authoring.start(self.session, asked["form_id"])

    def save_draft(self, asked: Asked) -> Asked:
        view = views.record(self.session, self._record(asked["rec"]))
        return authoring.save_draft(
            self.session, asked["rec"], asked["answers"], asked.get("position"), view["base"],
            **({"behalf": asked["behalf"]} if "behalf" in asked else {}),
        )  # fmt: skip

    def discard_draft(self, asked: Asked) -> Asked:
        return authoring.discard_draft(self.session, asked["rec"])

    def restore_draft(self, asked: Asked) -> Asked:
        return authoring.restore_draft(self.session, asked["undo_token"])

    def finalise(self, asked: Asked) -> Asked:
        return self._then_sync(authoring.finalise(self.session, asked["rec"], asked.get("confirmed_date")))

    # Files.
    def attach(self, asked: Asked) -> Asked:
        rec = self._record(asked["rec"])["rec"]
        return attachments.attach(self.session, rec, asked.get("name") or "", asked.get("type") or "", asked["data"])

    def file(self, asked: Asked) -> Asked:
        """A file's bytes: from here, else from the server; where neither has it, `missing` and why."""
        session, answer = self.session, asked["answer"]
        blob = blob_of(answer)
        if blob is None:
            raise DeviceError("file.unreadable")
        plain = attachments.read(session, blob)
        if plain is not None:
            return attachments.shown(session, answer, plain)
        try:
            wire = Wire(session.vault.origin)
            plain = fetch(wire, greet(session, wire), blob)
        except DeviceError as refused:
            return {**attachments.shown(session, answer, None), "error_code": refused.code}
        attachments.keep(session, blob, self._record(asked["rec"])["rec"], plain, own=False)
        return attachments.shown(session, answer, plain)

    # Bundles.
    def make_bundle(self, asked: Asked) -> Asked:
        return bundles.make(self.session)

    def take_bundle(self, asked: Asked) -> Asked:
        """text: of a file. One for this device is opened, one for the server is kept to be forwarded: {opened} or {slip}."""
        data = str(asked["text"]).encode()
        bundle = bundles.read(data)
        if bundle.kind == "down":
            return {"opened": bundles.open_down(self.session, bundle)}
        return self._then_sync({"slip": carrier.take_in(self.session, bundle, data)})

    def carried(self, asked: Asked) -> Asked:
        return carrier.carried(self.session)

    def drives(self, asked: Asked) -> Asked:
        self.session  # noqa: B018  a locked vault shows nothing
        return drives.listed(drives.drives())

    def take_from_drive(self, asked: Asked) -> Asked:
        return self.take_bundle({"text": drives.read(drives.drives(), asked["drive"], asked["name"])})

    def write_to_drive(self, asked: Asked) -> Asked:
        self.session  # noqa: B018  as above
        return drives.write(drives.drives(), asked["drive"], asked["files"])

    def slip(self, asked: Asked) -> Asked:
        return carrier.paper(self.session, asked["id"])

    def give_back(self, asked: Asked) -> Asked:
        return carrier.give_back(self.session, asked["device"])

    def comment(self, asked: Asked) -> Asked:
        return self._then_sync(authoring.comment(self.session, asked["rec"], asked["text"], asked.get("path")))

    def void(self, asked: Asked) -> Asked:
        return self._then_sync(authoring.void(self.session, asked["rec"], asked.get("reason") or ""))

    # Reviewing.
    def queue(self, asked: Asked) -> Asked:
        return review.queue(self.session, asked)

    def review(self, asked: Asked) -> Asked:
        return review.review(self.session, asked["rec"])

    def step(self, asked: Asked) -> Asked:
        return self._then_sync(review.step(self.session, asked))

    def step_all(self, asked: Asked) -> Asked:
        return self._then_sync(review.step_all(self.session, asked))

    def overview(self, asked: Asked) -> Asked:
        return review.overview(self.session)

    def _then_sync(self, given: Asked) -> Asked:
        self.agent.wake()
        return given

    # Sync and settings.
    def sync(self, asked: Asked) -> Asked:
        self.session  # noqa: B018  a locked vault refuses
        self.agent.wake()
        return {"started": True}

    def _round(self, tell: Callable[[str, int, int], None]) -> None:
        session = self._session
        if session is None:
            return
        code = None
        try:
            address.follow(self.vaults, session)
            sync_round(session, Wire(session.vault.origin), tell)
        except DeviceError as refused:
            code = refused.code
            raise
        finally:
            if self._session is session:
                at = session.now()
                session.store.set_head(
                    last_sync={"at": at, "ok": code is None, **({"error_code": code} if code else {})}
                )

    def settings(self, asked: Asked) -> Asked:
        path = self.vaults.folder / "settings.json"
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
        origin = self._session.vault.origin if self._session else ""
        head = self._session.store.head() if self._session else {}
        return {
            "language": "vi",
            "text_size": "normal",
            "theme": "auto",
            **kept,
            "server_url": origin,
            **({key: head.get(key) for key in ("next_address", "address_problem")}),
            "free_bytes": shutil.disk_usage(self.vaults.folder).free,
            "secret_store": self.vaults.secret_store,
            **(self._session.audio() if self._session else {"audio_language": ""}),
            "agreed_at": self._session.vault.agreed_at or None if self._session else None,
        }

    def set_settings(self, asked: Asked) -> Asked:
        if "audio_language" in asked:
            self.session.store.set_head(audio_language=asked["audio_language"])
            self.agent.wake()
        kept = {key: value for key, value in {**self.settings({}), **asked}.items() if key in KEPT_SETTINGS}
        replace_file(self.vaults.folder / "settings.json", json.dumps(kept))
        return self.settings({})


    def set_server(self, asked: Asked) -> Asked:
        """A person says where the server is now. Taken over at once if it proves to be the same; raises server.* where it
        does not; kept to be tried in every round, `next_address`, while nobody answers there."""
        session = self.session
        session.store.set_head(next_address=address.read_address(asked["address"]), address_problem=None)
        if (refused := address.follow(self.vaults, session)) in (address.STRANGER, address.ELSEWHERE):
            raise DeviceError(refused)
        self.agent.wake()
        return self.settings({})


READING = {
    "alike",
    "status",
    "peek_enrolment",
    "home",
    "list",
    "outbox",
    "program",
    "env",
    "open",
    "settings",
    "file",
    "media",
    "carried",
    "slip",
    "drives",
    "queue",
    "review",
    "overview",
}
PASSIVE = {"status", "home"}  # the screen asks these by itself: they do not keep a vault open
METHODS = READING | {
    "enrol", "unlock", "lock", "forgot_pin", "start", "save_draft", "discard_draft", "restore_draft", "finalise", "comment",
    "void", "sync", "set_settings", "attach", "make_bundle", "take_bundle", "give_back",
    "step", "step_all", "take_from_drive", "write_to_drive", "set_server",
}  # fmt: skip
