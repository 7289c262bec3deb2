"""A laptop of the simulation: the real store, session and rounds; its process dies where the seed says."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from client import authoring, enrolment
from client.errors import DeviceError
from client.session import Session
from client.store import SealedCopies, Store
from client.sync_round import sync_round
from client.vault import VaultRow
from client.wire import Wire

KEY = bytes(range(32))
ROOM = 2**30  # pages: as many as there may ever be


class Killed(BaseException):
    """The process is gone; nothing after this line of it runs."""


class WatchedCopies(SealedCopies):
    """The sealed copies outside the PIN; the process may end before and after each is written."""

    may_die: Callable[[str], None]

    def put(self, n: int, h: str, sealed: str) -> None:
        self.may_die("before the sealed copy")
        super().put(n, h, sealed)
        self.may_die("after the sealed copy")


class MortalStore(Store):
    """dies(where): whether the process ends just here. distracted(): what another process does before a transaction."""

    def __init__(self, path: Path, dies: Callable[[str], bool], distracted: Callable[[], None] = lambda: None) -> None:
        self.dies, self.distracted = dies, distracted
        super().__init__(path, KEY)
        self._db.execute("PRAGMA synchronous = OFF")  # no power is lost here: tests/power is about that
        self.sealed.close()
        self.sealed = WatchedCopies(path.with_suffix(".sealed"))
        self.sealed.may_die = self.may_die

    @property
    def is_writing(self) -> bool:
        return bool(self._db.in_transaction)

    def may_die(self, where: str) -> None:
        if self.dies(where):
            raise Killed

    def disk_is_full(self, full: bool) -> None:
        """Of its databases none grows by a page any more; or they may again."""
        for database in (self._db, self.sealed._db, self.files._db):
            pages = database.execute("PRAGMA page_count").fetchone()[0] if full else ROOM
            database.execute(f"PRAGMA max_page_count = {pages}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        if self._db.in_transaction:
            yield
            return
        self.distracted()
        with super().writing():
            yield
            self.may_die("before a commit")
        self.may_die("after a commit")


class OpenVaults:
    """Vaults without a PIN: deriving keys takes half a second, and is tested elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, VaultRow] = {}

    def make(self, pin: str, **fields: Any) -> tuple[VaultRow, bytes]:
        row = VaultRow(vault=str(uuid.uuid4()), salt="", wrapped="", **fields)
        self.save(row)
        return row, KEY

    def open(self, vault: str, pin: str) -> tuple[VaultRow, bytes]:
        return self.kept[vault], KEY

    def save(self, row: VaultRow) -> None:
        self.kept[row.vault] = row

    def all(self) -> list[VaultRow]:
        return list(self.kept.values())

    def store_path(self, vault: str) -> Path:
        return self.folder / f"{vault}.db"


@dataclass
class Laptop:
    """skew: of its clock. lethal: whether it may die now. finalised: hashes of ops it said were safe, in order."""

    name: str
    role: str
    unit: str
    folder: Path
    clock: Callable[[], datetime]
    mortal: Callable[[], bool]
    skew: timedelta = timedelta()
    lethal: bool = False
    vaults: OpenVaults = field(init=False)
    session: Session = field(init=False)
    finalised: list[str] = field(default_factory=list)
    begun: str = ""  # a record being written when the process may die
    units: set[str] = field(default_factory=set)  # of its person, ever
    recs: dict[str, str] = field(default_factory=dict)  # of which record each finalised op is
    person: str = ""  # whose device it is, where that is not its name
    gone: set[str] = field(default_factory=set)  # sealed copies it was seen to have let go of, lawfully
    meanwhile: list[Callable[[], None]] = field(default_factory=list)  # by another process, at the next such moments

    def __post_init__(self) -> None:
        self.person = self.person or self.name
        self.units = self.units | {self.unit}
        self.folder.mkdir(exist_ok=True)
        self.vaults = OpenVaults(self.folder)

    def now(self) -> datetime:
        self.distracted()
        return self.clock() + self.skew

    def distracted(self) -> None:
        """Outside a transaction another process may act at any time: when this one asks the time, or begins to write."""
        if self.meanwhile and not self.session.store.is_writing:
            self.meanwhile.pop(0)()

    def enrol(self, link: str) -> None:
        row, store = enrolment.enrol(self.vaults, enrolment.read_link(link), "246810", self.name)  # type: ignore[arg-type]
        store.close()
        self.start(row)

    def start(self, row: VaultRow) -> None:
        store = MortalStore(
            self.vaults.store_path(row.vault), lambda where: self.lethal and self.mortal(), self.distracted
        )
        self.session = Session(row, store, self.now)

    def restart(self) -> None:
        self.session.store.close()
        self.start(self.session.vault)

    def copied(self, folder: Path, name: str) -> Laptop:
        """Another machine with this one's disk: the same device, as far as the server can tell."""
        self.session.store.close()
        shutil.copytree(self.folder, folder)
        twin = replace(self, name=name, folder=folder, finalised=[], recs={}, gone=set(self.gone), meanwhile=[])
        twin.vaults.kept = dict(self.vaults.kept)
        self.start(self.session.vault)
        twin.start(self.session.vault)
        return twin

    def another_window(self) -> Session:
        """A second process on the same vault; its store is the caller's to close."""
        store = MortalStore(self.vaults.store_path(self.session.vault.vault), lambda where: False)
        return Session(self.session.vault, store, self.now)

    def round(self) -> str | None:
        """The code of what stopped it."""
        try:
            sync_round(self.session, Wire(self.session.vault.origin), lambda *_: None)
        except DeviceError as refused:
            return refused.code
        return None

    def records(self) -> list[dict[str, Any]]:
        return self.session.store.rows("SELECT * FROM record ORDER BY rec")

    def own_ops(self) -> list[dict[str, Any]]:
        return self.session.store.rows("SELECT * FROM own_op ORDER BY n")

    def rec_of(self, h: str, own: list[dict[str, Any]]) -> str:
        return self.recs.get(h) or next((str(op["rec"]) for op in own if op["h"] == h), "")

    def write(self, rec: str, answers: dict[str, Any], base: str | None, session: Session | None = None) -> str:
        """Save a draft and finalise it; the op's hash, noted only once the device said it is safe."""
        window = session or self.session
        authoring.save_draft(window, rec, answers, None, base)
        try:
            done = authoring.finalise(window, rec)
        except DeviceError as asked:
            if asked.code != "date.unconfirmed":
                raise
            done = authoring.finalise(window, rec, self.clock().date().isoformat())
        return self.safe(done)

    def safe(self, done: dict[str, Any]) -> str:
        self.finalised.append(done["h"])
        found = self.session.store.row("SELECT rec FROM own_op WHERE h = ?", done["h"])
        self.recs[done["h"]] = found["rec"] if found else ""
        return str(done["h"])
