"""Encrypted attachments of a vault, a file each beside its database: whole and on the disk, or not there (P-20)."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Sequence
from pathlib import Path

from client.errors import DeviceError
from sync.blobs import SEALED_CHUNK


class BlobFolder:
    """place: a file's name here, one for each key a blob was ever encrypted with, so that none is written over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def put(self, place: str, chunks: Sequence[bytes]) -> None:
        """chunks: encrypted ones, each SEALED_CHUNK bytes but the last. Raises DeviceError store.full, store.failed."""
        new = self.folder / f"{place}.new"
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.writelines(chunks)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.folder / place)
            self._sync()
        except OSError as failure:
            new.unlink(missing_ok=True)
            full = failure.errno in (errno.ENOSPC, errno.EDQUOT)
            raise DeviceError("store.full" if full else "store.failed") from failure

    def _sync(self) -> None:
        """Bring the new name to the disk, too; Windows has no such call and needs none."""
        if os.name == "nt":
            return
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def chunk(self, place: str, i: int) -> bytes | None:
        """One encrypted chunk; None where the file is gone."""
        try:
            with (self.folder / place).open("rb") as file:
                file.seek(i * SEALED_CHUNK)
                return file.read(SEALED_CHUNK)
        except FileNotFoundError:
            return None

    def keep_only(self, places: Collection[str]) -> None:
        """Remove what no row names any more: files taken back, and halves of a crash."""
        for path in self.folder.iterdir():
            if path.name not in places:
                path.unlink(missing_ok=True)
