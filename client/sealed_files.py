"""What is known of a vault's attachments without its PIN: where each lies, its key sealed to the server, what was sent.

Beside the sealed copies of ops, in the same file (P-17): whoever opens it learns names and sizes, and reads no byte.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from client.disk import on_disk

TABLES = """
    CREATE TABLE IF NOT EXISTS sealed_file (
      blob TEXT PRIMARY KEY, rec TEXT NOT NULL, size INTEGER NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL,
      epoch TEXT, problem TEXT);
    CREATE TABLE IF NOT EXISTS named_file (n INTEGER NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (n, blob));
    CREATE TABLE IF NOT EXISTS held_file (blob TEXT PRIMARY KEY, held TEXT NOT NULL);
"""
WAITING = """
    SELECT sealed_file.*, min(named_file.n) AS n FROM sealed_file JOIN named_file USING (blob)
    WHERE epoch IS NULL OR epoch IS NOT ? GROUP BY blob ORDER BY n, blob
"""


class SealedFiles:
    """A file waits from the moment an own op names it until the server's signed word of the current epoch (P-12)."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(TABLES)

    def close(self) -> None:
        self._db.close()

    def put(self, blob: str, rec: str, size: int, place: str, key: str) -> None:
        """place: where its encrypted bytes lie. key: the one they are encrypted with, sealed to the server, b64."""
        self._run(
            "INSERT INTO sealed_file (blob, rec, size, place, key) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (blob) DO UPDATE SET place = excluded.place, key = excluded.key",
            (blob, rec, size, place, key),
        )

    def name(self, n: int, blobs: Iterable[str]) -> None:
        """The own op with this number names these files. Told again for a number, the later word counts."""
        named = list(blobs)
        with self._lock, on_disk(self._db):
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM named_file WHERE n = ?", (n,))
            self._db.executemany("INSERT INTO named_file (n, blob) VALUES (?, ?)", [(n, blob) for blob in named])
            self._db.executemany("UPDATE sealed_file SET epoch = NULL WHERE blob = ?", [(blob,) for blob in named])
            self._db.executemany("DELETE FROM held_file WHERE blob = ?", [(blob,) for blob in named])
            self._db.execute("COMMIT")

    def unname_after(self, n: int) -> None:
        """No own op has a number above this: what a crash kept from being written has named nothing."""
        self._run("DELETE FROM named_file WHERE n > ?", (n,))

    def waiting(self, epoch: str | None) -> list[dict[str, Any]]:
        """[{blob, rec, size, place, key, problem, n}], those of the oldest ops first."""
        with self._lock, on_disk(self._db):
            return [dict(row) for row in self._db.execute(WAITING, (epoch,))]

    def settle(self, blob: str, epoch: str) -> None:
        self._run("UPDATE sealed_file SET epoch = ?, problem = NULL WHERE blob = ?", (epoch, blob))

    def refuse(self, blob: str, problem: str) -> None:
        """Why the server would not take a file just now; it goes on waiting."""
        self._run("UPDATE sealed_file SET problem = ? WHERE blob = ?", (problem, blob))

    def settled(self, epoch: str | None) -> set[str]:
        """Files the server has confirmed in this epoch."""
        with self._lock, on_disk(self._db):
            return {blob for (blob,) in self._db.execute("SELECT blob FROM sealed_file WHERE epoch = ?", (epoch,))}

    def stored(self, epoch: str) -> list[dict[str, Any]]:
        """[{id, epoch, held}] of files confirmed in this epoch: what sync.securing decides about."""
        with self._lock, on_disk(self._db):
            asked = "SELECT blob, held FROM sealed_file LEFT JOIN held_file USING (blob) WHERE epoch = ?"
            found = self._db.execute(asked, (epoch,)).fetchall()
        return [{"id": blob, "epoch": epoch, "held": json.loads(held) if held else None} for blob, held in found]

    def note(self, blobs: Iterable[str], held: str) -> None:
        with self._lock, on_disk(self._db):
            rows = [(blob, held) for blob in blobs]
            self._db.executemany("INSERT OR REPLACE INTO held_file (blob, held) VALUES (?, ?)", rows)

    def free(self, blobs: Iterable[str], epoch: str) -> None:
        """A proven backup has them (I8); the bytes go at the next sweep."""
        gone = list(blobs)
        with self._lock, on_disk(self._db):
            self._db.executemany("DELETE FROM sealed_file WHERE blob = ? AND epoch = ?", [(blob, epoch) for blob in gone])
            self._db.executemany("DELETE FROM held_file WHERE blob = ?", [(blob,) for blob in gone])

    def drop_of(self, rec: str, ns: Iterable[int]) -> None:
        """Forget the files of an erased record, whose own ops have these numbers; one that another op names stays."""
        mine = set(ns)
        with self._lock, on_disk(self._db):
            named = self._db.execute("SELECT n, blob FROM named_file")
            others = {blob for n, blob in named if n not in mine}
            rows = self._db.execute("SELECT blob FROM sealed_file WHERE rec = ?", (rec,)).fetchall()
            gone = [(blob,) for (blob,) in rows if blob not in others]
            self._db.executemany("DELETE FROM sealed_file WHERE blob = ?", gone)

    def drop_unnamed(self, keep: Iterable[str]) -> set[str]:
        """Forget files that no op names and that are not to be kept; the places of those that stay."""
        kept = set(keep)
        with self._lock, on_disk(self._db):
            rows = self._db.execute("SELECT blob FROM sealed_file WHERE blob NOT IN (SELECT blob FROM named_file)")
            unnamed = [(blob,) for (blob,) in rows if blob not in kept]
            self._db.executemany("DELETE FROM sealed_file WHERE blob = ?", unnamed)
            return {place for (place,) in self._db.execute("SELECT place FROM sealed_file")}

    def _run(self, sql: str, values: tuple[Any, ...]) -> None:
        with self._lock, on_disk(self._db):
            self._db.execute(sql, values)
