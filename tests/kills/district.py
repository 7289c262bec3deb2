"""A district of processes: a server on a loopback port and laptops that record and sync until they are killed.

They are forked from a process that has imported everything, so that a start costs no more than its own work. What a
laptop acknowledges to its user it appends to a file first thing: a line outlives the process that wrote it.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import waitress

from chungsuc.ports import free_port
from client import authoring, bundles, carrier, enrolment, views
from client.errors import DeviceError
from client.session import Session
from client.store import Store
from client.sync_round import sync_round, waiting
from client.vault import VaultRow
from client.wire import Wire
from server import Settings, create_app
from server.campaigns import load_campaign
from server.context import Server
from server.database import db, transaction
from server.people import add_membership, add_person, enrolment_link, make_enrolment
from server.serving import open_server
from tests.simulation import small
from tests.simulation.devices import KEY, OpenVaults


def now() -> datetime:
    return datetime.now(UTC)


def forked(work: Callable[[], None]) -> int:
    """The process id of a child that does the work and ends."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


@dataclass
class Laptop:
    """said: the file of what it acknowledged, "final <h>" and "received <h>" a line."""

    name: str
    row: VaultRow
    vaults: OpenVaults
    said: Path

    def open(self) -> Session:
        return Session(self.row, Store(self.vaults.store_path(self.row.vault), KEY), now)

    def live(self, seed: int) -> None:
        """Record, change and sync for ever."""
        random, session = Random(seed), self.open()
        while True:
            self.write(session, random)
            if random.random() < 0.15:
                self.hand_over(session)
            if random.random() < 0.15:
                self.carry(session)
            if random.random() < 0.5:
                self.round(session)

    def write(self, session: Session, random: Random) -> None:
        """A new record, or a change of one of its own."""
        rows = session.store.rows("SELECT * FROM record ORDER BY rec DESC LIMIT 5")
        if rows and random.random() < 0.4:
            row = random.choice(rows)
            seen = views.record(session, row)
            rec, before, base = row["rec"], seen["answers"], seen["base"]
        else:
            rec, before, base = authoring.start(session, "note")["rec"], None, None
        try:
            authoring.save_draft(session, rec, small.answers(random, before), None, base)
            self.say("final", authoring.finalise(session, rec)["h"])
        except DeviceError as refused:
            if refused.code not in ("form.invalid", "record.locked"):
                raise

    @property
    def stick(self) -> Path:
        """A USB stick that all laptops of the district share. What is not whole on it has another name."""
        folder = self.said.parent.parent / "stick"
        folder.mkdir(exist_ok=True)
        return folder

    def hand_over(self, session: Session) -> None:
        for file in bundles.make(session)["files"] if waiting(session) else ():
            beside = self.stick / f"{file['name']}.{os.getpid()}.part"
            beside.write_text(file["text"], "utf-8")
            beside.replace(self.stick / f"{os.getpid()}-{file['name']}")

    def carry(self, session: Session) -> None:
        """Take in what lies on the stick; a slip is said once it was given."""
        for path in sorted(self.stick.glob("*.txt"))[-3:]:
            data = path.read_bytes()
            bundle = bundles.read(data)
            slip = carrier.take_in(session, bundle, data)
            self.say("slip", f"{slip['id']}-{slip['part']}")

    def round(self, session: Session) -> str | None:
        try:
            sync_round(session, Wire(session.vault.origin), lambda *_: None)
        except DeviceError as refused:
            if not refused.code.startswith("net."):
                raise
            return refused.code
        epoch = session.store.head()["epoch"]
        for op in session.store.rows("SELECT h FROM own_op WHERE epoch = ?", epoch):
            self.say("received", op["h"])
        return None

    def say(self, what: str, h: str) -> None:
        handle = os.open(self.said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{what} {h}\n".encode())
        os.close(handle)

    def drain(self) -> None:
        session = self.open()
        for _ in range(3):
            if self.round(session) is None and not waiting(session):
                return
        raise AssertionError(f"{self.name} still waits with {len(waiting(session))} ops")

    def acknowledged(self, what: str) -> set[str]:
        lines = self.said.read_text().splitlines() if self.said.exists() else []
        return {h for said, _, h in (line.partition(" ") for line in lines) if said == what}


@dataclass
class District:
    """folder: an empty one. database_url: of an empty database, "" for SQLite."""

    folder: Path
    database_url: str
    laptops: list[Laptop] = field(default_factory=list)
    server_pid: int = 0

    def __post_init__(self) -> None:
        self.port = free_port()
        self.settings = Settings(
            data_dir=self.folder / "server", database_url=self.database_url, demo=True,
            field_origin=f"http://127.0.0.1:{self.port}", console_origin=f"http://127.0.0.1:{free_port()}",
            device_rate="1000000/minute", enrol_rate="1000000/minute",
        )  # fmt: skip
        self.settings.data_dir.mkdir()

    def found(self, *names: str) -> None:
        """Lay the server out, and enrol a laptop for each of these volunteers."""
        links = []
        app = open_server(create_app(self.settings))
        with app.app_context():
            server: Server = app.extensions["chungsuc"]
            with transaction() as session:
                load_campaign(session, small.files(), now(), demo=True)
                for name in names:
                    person = add_person(session, name, now(), demo=True)
                    add_membership(session, person, "member", small.TEAM_A, now(), server.today())
                    code = make_enrolment(session, person, now(), 7, server.today())
                    links.append(enrolment_link(self.settings.field_origin, code, server.keys.key_id))
            db.session.remove()
            db.engine.dispose()
        self.start_server()
        for name, link in zip(names, links, strict=True):
            self.laptops.append(self.enrolled(name, link))

    def enrolled(self, name: str, link: str) -> Laptop:
        folder = self.folder / name
        folder.mkdir()
        vaults = OpenVaults(folder)
        row, store = enrolment.enrol(vaults, enrolment.read_link(link), "246810", name)  # type: ignore[arg-type]
        store.close()
        laptop = Laptop(name, row, vaults, folder / "said")
        session = laptop.open()
        assert laptop.round(session) is None
        session.store.close()
        return laptop

    def start_server(self) -> None:
        """Returns when it answers."""
        self.server_pid = forked(self.serve)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if os.waitpid(self.server_pid, os.WNOHANG)[0]:
                    raise AssertionError("the server does not start") from None

    def serve(self) -> None:
        app = open_server(create_app(self.settings))
        waitress.serve(app, listen=f"127.0.0.1:{self.port}", threads=4, ident=None, _quiet=True)


def kill(pid: int) -> None:
    """No chance to end well. One that had ended by itself had failed."""
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise AssertionError("a process had ended by itself: see above")
