"""A disk that remembers what was written and what was synced, so that the power can go at any sync.

A SQLite VFS: the operating system's own, whose writes, truncations, syncs and deletions are noted on their way. It stands
in the sqlite3 that Python loads; SQLCipher brings its own SQLite inside, so a laptop's store runs on plain SQLite here.

What it does: at each sync it can lay out the files as a disk would hold them had the power gone just then: all that was
synced, of the rest nothing, or some of the sectors. What it cannot do: a disk that lies about a sync, a sector half
written, an entry of a folder lost after its file was synced; files that SQLite does not write.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512
# Names go through as pointers: SQLite keeps the one it was opened with for as long as the file is open.
OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
CLOSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class Vfs(ctypes.Structure):
    """The head of sqlite3_vfs; what follows it is copied as it is."""

    _fields_ = [
        ("version", ctypes.c_int), ("file_size", ctypes.c_int), ("path_size", ctypes.c_int), ("following", ctypes.c_void_p),
        ("name", ctypes.c_char_p), ("data", ctypes.c_void_p), ("open", OPEN), ("delete", DELETE), ("rest", ctypes.c_void_p * 15),
    ]  # fmt: skip


class Methods(ctypes.Structure):
    """The head of sqlite3_io_methods, and room for the rest."""

    _fields_ = [
        ("version", ctypes.c_int), ("close", CLOSE), ("read", ctypes.c_void_p), ("write", WRITE), ("truncate", TRUNCATE),
        ("sync", SYNC), ("rest", ctypes.c_void_p * 13),
    ]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """kind: write, truncate, sync, delete of a file; or said, what somebody was told. at: offset, or size after."""

    kind: str
    path: str = ""
    at: int = 0
    data: bytes = b""
    said: tuple[str, ...] = ()


@dataclass
class Disk:
    """began: files as they were when they were first opened. events: what happened to them since, in order."""

    began: dict[str, bytes] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    _open: dict[int, tuple[str, Methods]] = field(default_factory=dict)
    _kept: list[object] = field(default_factory=list)  # callbacks live as long as SQLite may call them

    def say(self, *what: str) -> None:
        """Somebody is told this now: it must outlive the power from here on."""
        self.events.append(Event("said", said=what))

    @contextmanager
    def attached(self) -> Iterator[Disk]:
        """While within, every SQLite database opened in this process lies on this disk."""
        library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
        library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
        library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        library.sqlite3_vfs_register.argtypes = library.sqlite3_vfs_unregister.argtypes = [ctypes.c_void_p]
        library.sqlite3_vfs_register.argtypes = [ctypes.c_void_p, ctypes.c_int]
        real = library.sqlite3_vfs_find(None)
        ours = Vfs()
        ctypes.memmove(ctypes.byref(ours), real, ctypes.sizeof(Vfs))
        ours.name, ours.following = b"remembering", None
        ours.open = OPEN(lambda _, *given: self._opened(real, *given))
        ours.delete = DELETE(lambda _, *given: self._deleted(real, *given))
        self._kept += [ours, real]
        library.sqlite3_vfs_register(ctypes.byref(ours), 1)
        try:
            yield self
        finally:
            library.sqlite3_vfs_register(real, 1)
            library.sqlite3_vfs_unregister(ctypes.byref(ours))

    def _opened(self, real, name, file, flags, out) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        if path and path not in self.began:
            self.began[path] = Path(path).read_bytes() if Path(path).exists() else b""
        done = real.contents.open(ctypes.cast(real, ctypes.c_void_p), name, file, flags, out)
        slot = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        if done or not path or not slot[0]:
            return done
        theirs = ctypes.cast(slot[0], ctypes.POINTER(Methods)).contents
        methods = Methods()
        ctypes.memmove(ctypes.byref(methods), slot[0], ctypes.sizeof(Methods))

        def write(at_file: int, data: int, size: int, offset: int) -> int:
            self.events.append(Event("write", path, offset, ctypes.string_at(data, size)))
            return theirs.write(at_file, data, size, offset)

        def truncate(at_file: int, size: int) -> int:
            self.events.append(Event("truncate", path, size))
            return theirs.truncate(at_file, size)

        def sync(at_file: int, how: int) -> int:
            self.events.append(Event("sync", path))
            return 0  # the noting is the sync: waiting for a real disk proves nothing here

        methods.write, methods.truncate, methods.sync = WRITE(write), TRUNCATE(truncate), SYNC(sync)
        self._kept += [methods, theirs]
        slot[0] = ctypes.addressof(methods)
        return done

    def _deleted(self, real, name, synced) -> int:
        self.events.append(Event("delete", ctypes.string_at(name).decode()))
        return real.contents.delete(ctypes.cast(real, ctypes.c_void_p), name, synced)

    def power_cuts(self, random: Random | None = None) -> Iterator[tuple[str, dict[str, bytes], list[tuple[str, ...]]]]:
        """(the file that was just being synced, every file as it lies, what was said by then) for each sync.

        random: of what was not synced some sectors reached the disk all the same; without one, none did.
        """
        safe = {path: bytearray(data) for path, data in self.began.items()}
        loose: dict[str, list[Event]] = {}
        said: list[tuple[str, ...]] = []
        for event in self.events:
            if event.kind == "said":
                said.append(event.said)
            elif event.kind == "delete":
                safe.pop(event.path, None)
                loose.pop(event.path, None)
            elif event.kind == "sync":
                yield event.path, {path: torn(data, loose.get(path, []), random) for path, data in safe.items()}, said
                for each in loose.pop(event.path, []):
                    put(safe.setdefault(event.path, bytearray()), each)
            else:
                loose.setdefault(event.path, []).append(event)


def torn(data: bytearray, loose: list[Event], random: Random | None) -> bytes:
    """A file after some of the writes that no sync made sure of."""
    if random is None or not loose:
        return bytes(data)
    after = bytearray(data)
    for event in loose:
        if event.kind == "truncate" and random.random() < 0.5:
            put(after, event)
        for start in range(0, len(event.data), SECTOR):
            if random.random() < 0.5:
                put(after, Event("write", event.path, event.at + start, event.data[start : start + SECTOR]))
    return bytes(after)


def put(data: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del data[event.at :]
        return
    if len(data) < event.at:
        data.extend(bytes(event.at - len(data)))
    data[event.at : event.at + len(event.data)] = event.data
