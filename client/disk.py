"""What a failing disk is called, whichever SQLite met it (P-22)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from client.errors import DeviceError

FAILURES = (sqlite3.OperationalError, sqlcipher.OperationalError)


@contextmanager
def on_disk(database: Any) -> Iterator[None]:
    """Ends what was begun on this connection and raises DeviceError store.full or store.failed where the disk fails."""
    try:
        yield
    except FAILURES as failure:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise DeviceError("store.full" if "full" in str(failure) else "store.failed") from failure
