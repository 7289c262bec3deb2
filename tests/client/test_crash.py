"""The laptop is killed in the middle of finalising, of a push and of a pull: nothing is lost and nothing doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from client.device import Device
from client.errors import DeviceError
from server.database import db
from server.models import Op, Record
from tests.client.conftest import COMMON, PIN, Laptop

ROOT = Path(__file__).parents[2]
# What the killed process runs: it opens the vault, sets a trap and walks into it.
KILLED = """
import os, sys
from pathlib import Path
from client import authoring, sync_round
from client.blob_folder import BlobFolder
from client.device import Device
from client.errors import DeviceError
from client.sealed_files import SealedFiles
from client.store import SealedCopies, Store
from client.wire import Wire

folder, act, trap, rec, pin = sys.argv[1:]
device = Device(Path(folder), secret_store="file", background=False)
device.unlock({"pin": pin})

def die(*_, **__):
    os._exit(9)

def before(owner, name):
    setattr(owner, name, die)

def after(owner, name):
    real = getattr(owner, name)
    def then_die(*given, **named):
        real(*given, **named)
        os._exit(9)
    setattr(owner, name, then_die)

def after_second(owner, name):
    real, calls = getattr(owner, name), []
    def then_die(*given, **named):
        answer = real(*given, **named)
        calls.append(1)
        if len(calls) == 2:
            os._exit(9)
        return answer
    setattr(owner, name, then_die)

TRAPS = {
    "before the sealed copy": lambda: before(SealedCopies, "put"),
    "after the sealed copy": lambda: after(SealedCopies, "put"),
    "inside the transaction": lambda: before(Store, "set_head"),
    "after the commit": lambda: before(SealedCopies, "has"),
    "before the push": lambda: before(sync_round, "_push"),
    "after the push, before its receipt is kept": lambda: before(sync_round, "keep_verdicts"),
    "inside the keeping of a receipt": lambda: before(sync_round, "effective"),
    "after the push": lambda: after(sync_round, "_push"),
    "inside a page": lambda: after(sync_round, "_take_change"),
    "with the photo's bytes written and not named": lambda: after(BlobFolder, "put"),
    "with the photo's key sealed and not kept": lambda: after(SealedFiles, "put"),
    "between the photo's word and its op": lambda: after(SealedFiles, "name"),
    "before a chunk": lambda: before(Wire, "put"),
    "after the second chunk": lambda: after_second(Wire, "put"),
    "with the last chunk confirmed and not noted": lambda: before(SealedFiles, "settle"),
}
TRAPS[trap]()
if act == "finalise":
    device.finalise({"rec": rec})
elif act == "attach":
    device.attach({"rec": rec, "name": "a.jpg", "type": "image/jpeg", "data": "QUJD"})
else:
    session = device.session
    sync_round.sync_round(session, Wire(session.vault.origin), lambda *_: None)
"""


def kill(laptop: Laptop, act: str, trap: str, rec: str) -> Laptop:
    """Run the act in a process that dies at the trap; the laptop, started again."""
    laptop.device.close()
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(laptop.folder), act, trap, rec, PIN], cwd=ROOT, capture_output=True
    )
    assert ran.returncode == 9, ran.stderr.decode()
    laptop.device = Device(laptop.folder, secret_store="file", background=False)
    laptop.device.unlock({"pin": PIN})
    return laptop


def on_the_server(live) -> tuple[list[str], list[str]]:
    """(verdicts of all ops, records)"""
    with live.app.app_context():
        found = list(db.session.scalars(select(Op.verdict))), list(db.session.scalars(select(Record.rec)))
        db.session.remove()
        return found


@pytest.mark.parametrize(
    "trap", ["before the sealed copy", "after the sealed copy", "inside the transaction", "after the commit"]
)
def test_killed_while_finalising(laptop, live, trap):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})
    kill(laptop, "finalise", trap, rec)
    opened = laptop.device.open({"rec": rec})
    if trap == "after the commit":
        assert (opened["phase"], "draft" in opened) == ("waiting", False)
    else:
        assert (opened["phase"], opened["draft"]["answers"]) == ("draft", COMMON)
        laptop.device.finalise({"rec": rec})
    assert laptop.round() is None
    assert laptop.phase(rec) == "received"
    assert on_the_server(live) == (["applied"], [rec])


@pytest.mark.parametrize(
    "trap",
    [
        "before the push",
        "after the push, before its receipt is kept",
        "inside the keeping of a receipt",
        "after the push",
        "inside a page",
    ],
)
def test_killed_while_syncing(laptop, live, trap):
    rec = laptop.fill_in()
    kill(laptop, "sync", trap, rec)
    assert laptop.phase(rec) == ("received" if trap in ("after the push", "inside a page") else "waiting")
    assert laptop.round() is None
    assert laptop.phase(rec) == "received"
    assert laptop.device.open({"rec": rec})["history"]
    assert on_the_server(live) == (["applied"], [rec])


@pytest.mark.parametrize("which", ["vault", "sealed copies"])
def test_a_full_disk_refuses_by_name_and_finalises_once_there_is_room(laptop, which):
    """Both databases of a vault: the sealed copies lie in one of their own."""
    store = laptop.device.session.store
    database = {"vault": store._db, "sealed copies": store.sealed._db}[which]
    database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0]}")
    long = COMMON | {"person": COMMON["person"] | {"full_name": "Đ" * 2000}}
    codes = set()
    for _ in range(20):
        try:
            rec = laptop.device.start({"form_id": "support_case"})["rec"]
            laptop.device.save_draft({"rec": rec, "answers": long})
            laptop.device.finalise({"rec": rec})
        except DeviceError as refused:
            codes.add(refused.code)
    assert codes == {"store.full"}
    database.execute(f"PRAGMA max_page_count = {2**30}")
    rec = laptop.fill_in()
    assert laptop.round() is None and laptop.phase(rec) == "received"
