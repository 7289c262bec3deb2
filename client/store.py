"""The encrypted store of one vault: SQLCipher for everything, and beside it the sealed copies outside the PIN (P-17).

One connection, one lock: a transaction is `with store.writing():`. WAL, synchronous FULL, foreign keys on (P-22).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from client.blob_folder import BlobFolder
from client.disk import on_disk
from client.errors import DeviceError
from client.sealed_files import SealedFiles

# Numbered, forward only; each runs in one transaction with its own record (PRAGMA user_version).
MIGRATIONS = (
    """
    CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL);
    CREATE TABLE record (
      rec TEXT PRIMARY KEY, form_id TEXT NOT NULL, form_version TEXT NOT NULL, scope TEXT NOT NULL,
      title TEXT NOT NULL DEFAULT '', subtitle TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, doc TEXT, draft TEXT);
    CREATE TABLE own_op (
      h TEXT PRIMARY KEY, n INTEGER NOT NULL UNIQUE, rec TEXT NOT NULL REFERENCES record (rec), type TEXT NOT NULL,
      at TEXT NOT NULL, wire TEXT NOT NULL, epoch TEXT, verdict TEXT, reason TEXT, message TEXT, received_at TEXT);
    CREATE INDEX own_op_rec ON own_op (rec);
    CREATE TABLE cursor (scope TEXT PRIMARY KEY, gen INTEGER NOT NULL, cursor INTEGER NOT NULL, epoch TEXT NOT NULL);
    CREATE TABLE document (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE receipt (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL);
    CREATE TABLE discarded (undo_token TEXT PRIMARY KEY, rec TEXT NOT NULL, row TEXT NOT NULL);
    """,
    """
    CREATE TABLE file (
      blob TEXT PRIMARY KEY, rec TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, place TEXT NOT NULL,
      key TEXT, own INTEGER NOT NULL);
    CREATE INDEX file_rec ON file (rec);
    """,
    """
    CREATE TABLE handed (id TEXT PRIMARY KEY, at TEXT NOT NULL, ops INTEGER NOT NULL, files INTEGER NOT NULL, last_n INTEGER NOT NULL);
    CREATE TABLE carried (
      id TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL, device TEXT NOT NULL, device_name TEXT NOT NULL,
      person_name TEXT NOT NULL, made_at TEXT NOT NULL, ops INTEGER NOT NULL, files INTEGER NOT NULL, taken_at TEXT NOT NULL,
      content BLOB, forwarded_at TEXT, problem TEXT, PRIMARY KEY (id, part));
    CREATE TABLE brought (device TEXT PRIMARY KEY, content BLOB NOT NULL, made_at TEXT NOT NULL, given_at TEXT);
    """,
    """
    ALTER TABLE record ADD COLUMN opened TEXT;
    """,
    """
    CREATE TABLE carried_op (
      h TEXT PRIMARY KEY, rec TEXT NOT NULL, scope TEXT NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL, device TEXT NOT NULL,
      n INTEGER NOT NULL, person_name TEXT NOT NULL, wire TEXT NOT NULL, epoch TEXT);
    CREATE INDEX carried_op_rec ON carried_op (rec);
    """,
    """
    ALTER TABLE carried ADD COLUMN sha TEXT NOT NULL DEFAULT '';
    """,
)
SEALED = """
    CREATE TABLE IF NOT EXISTS sealed (n INTEGER PRIMARY KEY, h TEXT NOT NULL, sealed TEXT NOT NULL, epoch TEXT);
    CREATE TABLE IF NOT EXISTS sealed_draft (rec TEXT PRIMARY KEY, sealed TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS held (h TEXT PRIMARY KEY, held TEXT NOT NULL);
"""


class Store:
    """path: the vault's database. key: 32 bytes. Raises DeviceError store.unavailable when the key does not fit."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._lock = threading.RLock()
        self._db = sqlcipher.connect(str(path), check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlcipher.Row
        self._db.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlcipher.DatabaseError as refused:
            self._db.close()
            raise DeviceError("store.unavailable") from refused
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._migrate()
        self.sealed = SealedCopies(path.with_suffix(".sealed"))
        self.files = SealedFiles(path.with_suffix(".sealed"))
        self.folder = BlobFolder(path.with_suffix(".files"))

    def _migrate(self) -> None:
        done = self._db.execute("PRAGMA user_version").fetchone()[0]
        for number, script in enumerate(MIGRATIONS[done:], start=done + 1):
            self._db.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")

    def close(self) -> None:
        with self._lock:
            self._db.close()
            self.sealed.close()
            self.files.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; nested ones join it. A failure of the disk ends it with store.failed or store.full."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            try:
                with on_disk(self._db):
                    self._db.execute("BEGIN IMMEDIATE")
                    yield
                    self._db.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def run(self, sql: str, *values: Any) -> None:
        """One statement, in a transaction of its own where none is open. Raises as `writing`."""
        with self.writing():
            self._db.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, values).fetchall()]

    def row(self, sql: str, *values: Any) -> dict[str, Any] | None:
        return next(iter(self.rows(sql, *values)), None)

    def head(self) -> dict[str, Any]:
        """Where the vault stands: n, prev, epoch, server_time, server, person, grants, documents, state, last_sync,
        device, cert, and the private keys as hex PKCS8."""
        found = self.row("SELECT value FROM head")
        return dict(json.loads(found["value"])) if found else {}

    def set_head(self, **changes: Any) -> None:
        value = json.dumps(self.head() | changes, ensure_ascii=False)
        self.run(
            "INSERT INTO head (one, value) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET value = excluded.value", value
        )


class SealedCopies:
    """What is sent when the PIN is forgotten: ops and drafts sealed to the server's key; this machine cannot read them.

    A copy is written while its op's transaction is open: a crash leaves one copy too many, which the op of the same number
    replaces, never one too few.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SEALED)

    def close(self) -> None:
        self._db.close()

    def put(self, n: int, h: str, sealed: str) -> None:
        with self._lock, on_disk(self._db):
            self._db.execute("INSERT OR REPLACE INTO sealed (n, h, sealed) VALUES (?, ?, ?)", (n, h, sealed))

    def put_draft(self, rec: str, sealed: str) -> None:
        with self._lock, on_disk(self._db):
            self._db.execute("INSERT OR REPLACE INTO sealed_draft (rec, sealed) VALUES (?, ?)", (rec, sealed))

    def drop_draft(self, rec: str) -> None:
        with self._lock, on_disk(self._db):
            self._db.execute("DELETE FROM sealed_draft WHERE rec = ?", (rec,))

    def drop(self, hashes: list[str]) -> None:
        """Of records that were erased by order (P-24): these alone go before they are secured (I8)."""
        with self._lock, on_disk(self._db):
            for table in ("sealed", "held"):
                self._db.executemany(f"DELETE FROM {table} WHERE h = ?", [(h,) for h in hashes])

    def settle(self, hashes: list[str], epoch: str) -> None:
        with self._lock, on_disk(self._db):
            self._db.executemany("UPDATE sealed SET epoch = ? WHERE h = ?", [(epoch, h) for h in hashes])

    def stored(self, epoch: str) -> list[dict[str, Any]]:
        """[{id, epoch, held}] of ops with a receipt of this epoch: what sync.securing decides about."""
        with self._lock, on_disk(self._db):
            asked = "SELECT h, held FROM sealed LEFT JOIN held USING (h) WHERE epoch = ?"
            found = self._db.execute(asked, (epoch,)).fetchall()
        return [{"id": h, "epoch": epoch, "held": json.loads(held) if held else None} for h, held in found]

    def note(self, hashes: list[str], held: str) -> None:
        with self._lock, on_disk(self._db):
            self._db.executemany("INSERT OR REPLACE INTO held (h, held) VALUES (?, ?)", [(h, held) for h in hashes])

    def free(self, hashes: list[str], epoch: str) -> None:
        """A proven backup has them (I8)."""
        with self._lock, on_disk(self._db):
            self._db.executemany("DELETE FROM sealed WHERE h = ? AND epoch = ?", [(h, epoch) for h in hashes])
            self._db.executemany("DELETE FROM held WHERE h = ?", [(h,) for h in hashes])

    def has(self, h: str) -> bool:
        with self._lock, on_disk(self._db):
            return self._db.execute("SELECT 1 FROM sealed WHERE h = ?", (h,)).fetchone() is not None

    def waiting(self, epoch: str | None) -> list[tuple[str, str]]:
        """(h, sealed) of ops without a receipt of this epoch, oldest first."""
        with self._lock, on_disk(self._db):
            asked = "SELECT h, sealed FROM sealed WHERE epoch IS NULL OR epoch IS NOT ? ORDER BY n"
            return list(self._db.execute(asked, (epoch,)))
