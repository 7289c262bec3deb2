"""Files that must be whole or absent: synced to disk under another name before they get their own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Write a file, 0600, that appears with its name only when all of it is on the disk. On an error nothing stays."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_once(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet. Raises FileExistsError."""
    if path.exists():
        raise FileExistsError(path)
    with written(path) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Bring a renamed file's new name to the disk, too; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
