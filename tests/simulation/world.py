"""One world under one seed: a server, its console, devices, their network, clocks, disks, and what befalls them.

The server is the real app, reached through WSGI; devices are the laptop's own store and rounds. Time
passes only by steps; chance comes from the seed alone, but for keys and salts, which decide nothing. Whatever happens,
`heal` opens every road again, and `promises.py` says what must hold then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

import client.wire
from server import Settings, create_app, intake
from server.campaigns import load_campaign
from server.context import Server
from server.database import db, transaction
from server.models import Membership, Op, Person, Record
from server.people import add_membership, add_person, enrolment_link, make_enrolment
from server.serving import open_server
from sync.ops import Intent
from tests.simulation import small
from tests.simulation.devices import Laptop
from tests.simulation.homes import Home
from tests.simulation.network import Network, Sent

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
FIELD = "https://field.sim"
PAGE = 6  # changes in an answer to a pull: most of them are cut, and more is asked for


class PowerCut(RuntimeError):
    """The server's process ended before its commit."""


@dataclass(frozen=True)
class Pile:
    """Sealed ops that somebody carries, of one laptop."""

    laptop: Laptop
    sealed: list[str]


@dataclass(repr=False)
class World:
    """folder: an empty one. home: where its server keeps its data. trace: what happened, for a seed that fails."""

    seed: int
    folder: Path
    home: Home
    now: datetime = START
    random: Random = field(init=False)
    app: Flask = field(init=False)
    network: Network = field(init=False)
    laptops: list[Laptop] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)  # name → person id
    trace: list[str] = field(default_factory=list)
    power_cuts: bool = True
    full: bool = False  # the server's disk
    backup: Path | None = None
    in_backups: dict[str, datetime] = field(default_factory=dict)  # op → when the server first received it
    restored: bool = False  # ever
    version: int = 1
    ended: set[str] = field(default_factory=set)  # who has left their team
    piles: list[Pile] = field(default_factory=list)
    letters: list[tuple[str, str]] = field(default_factory=list)  # (device, file) that somebody brought back
    erased: set[str] = field(default_factory=set)  # records, by order
    desk: dict[str, dict[str, Any]] = field(default_factory=dict)  # records as the office read them some time ago

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.network = Network(Random(self.random.random()), self.deliver, self.note)
        self.settings = self.home.lay_out(self.folder)
        self.start_server()

    def move_in(self) -> None:
        """Three volunteers in two teams, and the office; needs the network."""
        for name, unit in (("Páo", small.TEAM_A), ("Mẩy", small.TEAM_A), ("Chu", small.TEAM_B)):
            self.laptops.append(self.laptop(name, "member", unit))
        self.laptops.append(self.laptop("Lan", "officer", small.COMMUNE))
        self.office = self.people["Lan"]

    def note(self, text: str) -> None:
        self.trace.append(text)

    def clock(self) -> datetime:
        return self.now

    # The server.
    def start_server(self) -> None:
        self.app = open_server(create_app(self.settings, self.clock))
        with self.app.app_context():
            event.listen(db.engine, "commit", self.before_commit)
            event.listen(db.engine, "before_cursor_execute", self.before_statement)
        self.browser = self.app.test_client()

    def stop_server(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def before_commit(self, connection: Any) -> None:
        if self.network.faults and self.power_cuts and self.random.random() < 0.01:
            self.note("    server: power cut before a commit")
            raise PowerCut

    def before_statement(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        """What grows the database fails while its disk is full, as SQLite and PostgreSQL say it."""
        if self.full and statement.startswith("INSERT"):
            raise OperationalError(statement, None, sqlite3.OperationalError("database or disk is full"))

    def deliver(self, sent: Sent) -> Any:
        path = urlsplit(sent.url).path
        return self.browser.open(path, method=sent.method, base_url=FIELD, headers=sent.headers, data=sent.data,
                                 query_string=sent.params)  # fmt: skip

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing goes wrong within."""
        before, self.network.faults = self.network.faults, False
        try:
            yield
        finally:
            self.network.faults = before

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """question(session) in a writing transaction that holds."""
        with self.calm(), self.app.app_context(), transaction() as session:
            return question(session)

    @property
    def server(self) -> Server:
        server: Server = self.app.extensions["chungsuc"]
        return server

    def docs(self) -> dict[str, dict[str, Any]]:
        with self.app.app_context():
            found = {record.rec: json.loads(record.doc) for record in db.session.query(Record).order_by(Record.rec)}
            db.session.remove()
            return found

    # People and devices.
    def laptop(self, name: str, role: str, unit: str) -> Laptop:
        def join(session: Any) -> str:
            person = add_person(session, name, self.now)
            add_membership(session, person, role, unit, self.now, self.server.today())
            self.people[name] = person.person_id
            code = make_enrolment(session, person, self.now, 7, self.server.today())
            return enrolment_link(FIELD, code, self.server.keys.key_id)

        link = self.ask(join)
        laptop = Laptop(name, role, unit, self.folder / name, self.clock, lambda: self.random.random() < 0.02)
        with self.calm():
            laptop.enrol(link)
            assert laptop.round() is None
        return laptop

    def console(self, kind: str, doc: dict[str, Any], payload: dict[str, Any]) -> str:
        """What the office does in the browser; "" when the power went."""
        intent = Intent(kind, doc["rec"], doc["hash"], doc["form"], doc["scope"], payload)
        try:
            with self.app.app_context():
                return intake.act(self.server, self.office, "officer", intent).verdict
        except PowerCut:
            return ""
        finally:
            with self.app.app_context():
                db.session.remove()

    def end_membership(self, name: str) -> None:
        self.ended.add(name)

        def end(session: Any) -> None:
            for held in session.query(Membership).filter_by(person_id=self.people[name]):
                held.valid_to = max(held.valid_from, self.server.today() - timedelta(days=1))

        self.ask(end)

    def begin_membership(self, name: str) -> None:
        self.ended.discard(name)
        laptop = next(each for each in self.laptops if each.name == name)

        def begin(session: Any) -> None:
            held = session.query(Membership).filter_by(person_id=self.people[name], valid_to=None)
            if held.first() is None:
                person = session.get_one(Person, self.people[name])
                add_membership(session, person, laptop.role, laptop.unit, self.now, self.server.today())

        self.ask(begin)

    def change_team(self, name: str) -> None:
        for laptop in self.laptops:
            if laptop.person == name:
                laptop.unit = small.TEAM_B if laptop.unit == small.TEAM_A else small.TEAM_A
                laptop.units.add(laptop.unit)
        self.ask(self.put_into_teams)

    def put_into_teams(self, session: Any) -> None:
        """Memberships as the office knows them."""
        for laptop in self.laptops:
            for held in session.query(Membership).filter_by(person_id=self.people[laptop.person], role="member"):
                held.unit_code = laptop.unit

    def publish(self) -> None:
        self.version += 1
        self.ask(lambda session: load_campaign(session, small.files(self.version), self.now))

    # Disks.
    def back_up(self) -> None:
        with self.calm(), self.app.app_context():
            for h, received_at in db.session.query(Op.h, Op.received_at):
                self.in_backups[h] = min(received_at, self.in_backups.get(h, received_at))
            self.backup = self.home.back_up(self.server, self.folder)
            db.session.remove()

    def restore(self) -> None:
        assert self.backup is not None
        self.stop_server()
        with self.calm():
            self.settings = self.home.restore(self.settings, self.backup, self.clock)
            self.start_server()
        self.restored = True
        self.redo_console_work()

    def redo_console_work(self) -> None:
        """What a restore leaves to people (I13): forms published, memberships begun and ended since the backup."""
        for version in range(2, self.version + 1):
            self.ask(lambda session, version=version: load_campaign(session, small.files(version), self.now))
        self.ask(self.put_into_teams)
        (self.end_membership if "Chu" in self.ended else self.begin_membership)("Chu")

    # The end.
    def heal(self) -> None:
        """Every road opens, every process runs, every clock is right."""
        self.network.faults = False
        for laptop in self.laptops:
            laptop.lethal = False
            laptop.skew = timedelta()
            laptop.restart()
        self.network.late_ones_arrive()

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.session.store.close()
        self.stop_server()
        self.home.clear()


@contextmanager
def on_the_network(world: World) -> Iterator[None]:
    """While within, devices' requests go over the world's network."""
    real, client.wire.requests.request = client.wire.requests.request, world.network.request  # type: ignore[assignment]
    try:
        yield
    finally:
        client.wire.requests.request = real


def make_template(folder: Path, database_url: str = "") -> Settings:
    """The settings of a server that has the small campaign; worlds copy its folder and database."""
    settings = Settings(data_dir=folder, database_url=database_url, console_origin="https://console.sim",
                        field_origin=FIELD, device_rate="1000000/minute", enrol_rate="1000000/minute",
                        pull_max_changes=PAGE)  # fmt: skip
    app = open_server(create_app(settings, lambda: START))
    with app.app_context():
        with transaction() as session:
            load_campaign(session, small.files(), START)
        db.session.remove()
        db.engine.dispose()
    return settings
