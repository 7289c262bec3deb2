"""The power goes at every sync of a run of a laptop and its server: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from sqlalchemy import event

import client.store
from client import authoring, bundles, views
from client.errors import DeviceError
from server import create_app
from server.database import db
from server.serving import open_server
from server.verify import differences
from tests.power.disk import Disk
from tests.simulation import small
from tests.simulation.homes import CopiedFile
from tests.simulation.running import MEMORY, quietly
from tests.simulation.world import World, make_template, on_the_network

SOAK = bool(os.environ.get("CHUNGSUC_SOAK"))
OPS = 200 if SOAK else 12
VERIFIED = 200 if SOAK else 40  # of so many cuts one has its whole server verified
PAGES = 12  # in a log before it is folded into its database: syncs of both are so seen often


def fold_early(connection, _record) -> None:
    connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES}")


class Run:
    """A laptop writes and syncs on a disk that remembers. marks: the server's high-water mark as it was, time by time."""

    def __init__(self, folder: Path) -> None:
        quietly()
        template = folder / "template"
        template.mkdir()
        self.disk = Disk()
        home = CopiedFile(make_template(template))
        with patch.object(client.store, "sqlcipher", sqlite3), self.disk.attached():
            world = self.world = World(7, folder, home)
            world.network.faults = world.power_cuts = False
            self.marks = [world.settings.mark_path.read_bytes()]
            with world.app.app_context():
                event.listen(db.engine, "connect", fold_early)
                db.session.remove()
                db.engine.dispose()
            with on_the_network(world):
                world.laptops.append(world.laptop("Páo", "member", small.TEAM_A))
                self.live(world)
            world.close()
        store = world.laptops[0].vaults.store_path(world.laptops[0].session.vault.vault)
        self.vault, self.sealed = str(store), str(store.with_suffix(".sealed"))
        self.server = str(world.settings.data_dir / "chungsuc.sqlite3")

    def live(self, world: World) -> None:
        laptop, random = world.laptops[0], world.random
        for setting in ("synchronous = FULL", f"wal_autocheckpoint = {PAGES}"):
            laptop.session.store._db.execute(f"PRAGMA {setting}")
        told: set[str] = set()
        for number in range(OPS):
            rows = laptop.records()
            row = (
                random.choice(rows) if rows and number % 3 else {"rec": authoring.start(laptop.session, "note")["rec"]}
            )
            seen = views.record(laptop.session, row) if row in rows else {"answers": None, "base": None}
            try:
                h = laptop.write(row["rec"], small.answers(random, seen["answers"]), seen["base"])
            except DeviceError as refused:
                assert refused.code in ("form.invalid", "record.locked")
                continue
            self.disk.say("final", h)
            if number % 4 == 3:
                assert laptop.round() is None
                received = {op["h"] for op in laptop.own_ops() if op["epoch"]}
                for new in sorted(received - told):
                    self.disk.say("received", new)
                told |= received
                self.marks.append(world.settings.mark_path.read_bytes())
                self.disk.say("mark", str(len(self.marks) - 1))


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="chungsuc-power-", dir=MEMORY) as folder:
        yield Run(Path(folder))


def found(path: Path, asked: str) -> set[str]:
    """A whole database's answer after the power came back."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in database.execute(asked)}


def lay_out(files: dict[str, bytes], database: str, at: Path) -> Path:
    """A database and its log as they lie on the disk."""
    at.mkdir(exist_ok=True)
    target = at / Path(database).name
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{target}{end}").unlink(missing_ok=True)
    for end in ("", "-wal", "-journal"):
        if f"{database}{end}" in files:
            Path(f"{target}{end}").write_bytes(files[f"{database}{end}"])
    return target


@pytest.mark.parametrize("tearing", [None, 11], ids=["what was not synced is gone", "some of it reached the disk"])
def test_nothing_acknowledged_is_lost_whenever_the_power_goes(run, tmp_path, tearing):
    kept = {run.vault: ("final", "SELECT h FROM own_op"), run.sealed: ("final", "SELECT h FROM sealed"),
            run.server: ("received", "SELECT h FROM op")}  # fmt: skip
    cuts = dict.fromkeys(kept, 0)
    for number, (path, files, said) in enumerate(run.disk.power_cuts(Random(tearing) if tearing else None)):
        database = path.removesuffix("-wal").removesuffix("-journal")
        if not said or database not in kept:
            continue
        what, asked = kept[database]
        cuts[database] += 1
        told = {each[1] for each in said if each[0] == what}
        lost = told - found(lay_out(files, database, tmp_path / "disk"), asked)
        assert not lost, f"cut {number}, at a sync of {Path(path).name}: {what}, and gone: {lost}"
        if database == run.server and cuts[database] % VERIFIED == 1:
            verify(run, files, said, tmp_path / f"server{number}")
    assert all(count >= OPS // 4 for count in cuts.values()), cuts


def verify(run: Run, files: dict[str, bytes], said: list[tuple[str, ...]], folder: Path) -> None:
    """The server starts on that disk, and every record is what its ops make it."""
    settings = run.world.settings
    for path in settings.data_dir.iterdir():
        if path.is_file() and not path.name.startswith("chungsuc.sqlite3"):
            folder.mkdir(exist_ok=True)
            (folder / path.name).write_bytes(path.read_bytes())
    lay_out(files, run.server, folder)
    marks = [0, *(int(each[1]) for each in said if each[0] == "mark")]
    anew = replace(settings, data_dir=folder)
    anew.mark_path.write_bytes(run.marks[marks[-1]])
    app = open_server(create_app(anew, run.world.clock))
    with app.app_context():
        assert [str(each) for each in differences(db.session, app.extensions["chungsuc"])] == []
        db.session.remove()
        db.engine.dispose()


def test_a_disk_that_forgets_would_be_noticed(run, tmp_path):
    """The test of the test: with the last sync of the server's log undone, something received is missing."""
    told = {event.said[1] for event in run.disk.events if event.kind == "said" and event.said[0] == "received"}
    first = next(files for path, files, said in run.disk.power_cuts() if path.startswith(run.server) and said)
    assert told - found(lay_out(first, run.server, tmp_path / "disk"), "SELECT h FROM op")


def test_a_torn_bundle_is_refused_and_its_ops_are_still_on_the_device(run):
    """A file on a stick is cut where the power went, or has a hole of zeros: never half taken in."""
    with patch.object(client.store, "sqlcipher", sqlite3):
        laptop = run.world.laptops[0]
        laptop.start(laptop.session.vault)
        laptop.session.store.run("UPDATE own_op SET epoch = NULL")
        waiting = laptop.own_ops()
        data = bundles.make(laptop.session)["files"][0]["text"].encode()
        random = Random(3)
        for cut in sorted({*range(0, len(data) - 1, max(1, len(data) // 60)), len(data) - 2}):
            hole = bytearray(data)
            size = min(SECTOR_OF_A_STICK, len(data) - cut)
            hole[cut : cut + size] = bytes(size)
            for torn_file in (data[:cut], bytes(hole), data[: cut // 2] + data[cut // 2 + random.randint(1, 9) :]):
                with pytest.raises(DeviceError) as refused:
                    bundles.read(torn_file)
                assert refused.value.code in ("bundle.damaged", "bundle.unknown")
        assert laptop.own_ops() == waiting
        laptop.session.store.close()


SECTOR_OF_A_STICK = 4096
