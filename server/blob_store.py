"""Where attachments lie: files named by their content, and the parts of those still on their way.

The port is the public methods. A part is overwritten by an equal one at worst; a blob appears when all of it is on the
disk and its hash is what its name says, and is never changed.
"""

from __future__ import annotations

import errno
import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.blobs import CHUNK, chunk_bytes, chunk_count

from .files import written
from .problems import Refusal

HEX64 = re.compile(r"[0-9a-f]{64}")
PART = re.compile(r"([0-9]+)\.([0-9]+)")  # <bytes of the whole blob>.<number of the chunk>
TRIES = 5
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


class BlobStore:
    """root: a folder of this server alone. keep_free: bytes of its disk that attachments may not take."""

    def __init__(self, root: Path, keep_free: int) -> None:
        self.root, self.keep_free = root, keep_free

    # Parts. owner: who sends them; parts of one owner are never mixed with another's.
    def parts(self, owner: str, blob: str, size: int) -> set[int]:
        """The chunks held of a blob said to have so many bytes."""
        found = set()
        for path in _listed(self._parts_of(owner, blob)):
            named = PART.fullmatch(path.name)
            if named and int(named[1]) == size and _bytes(path) == chunk_bytes(size, int(named[2])):
                found.add(int(named[2]))
        return found

    def pending(self, owner: str) -> dict[str, int]:
        """What an owner has begun to send: {blob: bytes it is said to have}."""
        begun = {}
        for folder in _listed(self._owner(owner)):
            sizes = [int(named[1]) for path in _listed(folder) if (named := PART.fullmatch(path.name))]
            begun[folder.name] = max(sizes, default=0)
        return begun

    def put_part(self, owner: str, blob: str, size: int, i: int, data: bytes) -> None:
        """Raises Refusal blob.store_full."""
        folder = self._parts_of(owner, blob)
        with self._room(len(data)):
            for _ in range(TRIES):
                with suppress(FileNotFoundError):  # another worker has just cleared the folder away
                    folder.mkdir(parents=True, exist_ok=True)
                    new = folder / f"{secrets.token_hex(8)}.new"
                    new.write_bytes(data)  # not synced: a torn part shows in the blob's hash, and it is sent again
                    new.replace(folder / f"{size}.{i}")
                    return

    def complete(self, owner: str, blob: str, size: int) -> bool:
        """Make the blob of its parts, which are all there; False when their bytes do not have its hash.

        On the disk under its own name when this returns. Raises Refusal blob.store_full.
        """
        place, folder = self._place(blob), self._parts_of(owner, blob)
        with self._room(size):
            place.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            try:
                with written(place) as file:
                    for i in range(chunk_count(size)):
                        data = (folder / f"{size}.{i}").read_bytes()
                        digest.update(data)
                        file.write(data)
                    if digest.hexdigest() != blob:
                        raise ValueError(blob)
            except ValueError:
                return False
            except FileNotFoundError:  # another worker completed it, and cleared its parts away
                return self.has(blob)
        return True

    def drop_parts(self, owner: str, blob: str) -> None:
        shutil.rmtree(self._parts_of(owner, blob), ignore_errors=True)

    # Blobs.
    def open(self, blob: str) -> BinaryIO | None:
        """The bytes of a blob; None when it is not here."""
        try:
            return self._place(blob).open("rb")
        except FileNotFoundError:
            return None

    def has(self, blob: str) -> bool:
        return self._place(blob).is_file()

    def is_whole(self, blob: str) -> bool:
        """Whether its bytes still have the hash it is named by."""
        file = self.open(blob)
        if file is None:
            return False
        with file:
            return hashlib.file_digest(file, "sha256").hexdigest() == blob

    def remove(self, blob: str) -> None:
        """Its bytes, and what any owner has half sent of it."""
        self._place(blob).unlink(missing_ok=True)
        for owner in _listed(self.root / "parts"):
            shutil.rmtree(owner / blob, ignore_errors=True)

    def names(self) -> Iterator[str]:
        """Every blob here."""
        for shelf in _listed(self.root / "kept"):
            yield from (path.name for path in _listed(shelf) if HEX64.fullmatch(path.name))

    def add(self, blob: str, other: BlobStore) -> bool:
        """Bring a blob over from another store, unless it is here; False when that one has it not, or not whole."""
        if self.has(blob):
            return True
        file = other.open(blob)
        if file is None:
            return False
        place, digest = self._place(blob), hashlib.sha256()
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file, written(place) as copy:
                while data := file.read(CHUNK):
                    digest.update(data)
                    copy.write(data)
                if digest.hexdigest() != blob:
                    raise ValueError(blob)
        except ValueError:
            return False
        return True

    def sweep(self, before: float, keep: Collection[str]) -> list[str]:
        """Remove what was last touched before a moment (seconds of the epoch): parts of all owners, and blobs that are
        not to be kept. Returns the blobs removed."""
        removed = []
        for shelf in _listed(self.root / "kept"):
            for path in _listed(shelf):
                if path.name not in keep and _touched(path) < before:
                    path.unlink(missing_ok=True)
                    removed.append(path.name)
        for owner in _listed(self.root / "parts"):
            for folder in _listed(owner):
                if all(_touched(path) < before for path in (folder, *_listed(folder))):
                    shutil.rmtree(folder, ignore_errors=True)
        return removed

    @contextmanager
    def _room(self, wanted: int) -> Iterator[None]:
        """A full disk is a refusal with its own code: the file waits on its device."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free - wanted < self.keep_free:
            raise Refusal("blob.store_full")
        try:
            yield
        except OSError as failure:
            if failure.errno not in NO_SPACE:
                raise
            raise Refusal("blob.store_full") from failure

    def _place(self, blob: str) -> Path:
        return self.root / "kept" / blob[:2] / blob

    def _owner(self, owner: str) -> Path:
        return self.root / "parts" / owner

    def _parts_of(self, owner: str, blob: str) -> Path:
        return self._owner(owner) / blob


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where there is none."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _bytes(path: Path) -> int:
    """A file's size; -1 where another worker has just cleared it away."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


def _touched(path: Path) -> float:
    """When it was last written, seconds of the epoch; now where it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()
