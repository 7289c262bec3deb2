"""Where a world's server keeps its data, and how it is backed up: SQLite or PostgreSQL, quick copies or real backups."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from server import Settings, create_app
from server.backup import back_up, make_recovery_key, read_recovery_key, restore
from server.context import Server
from server.database import db, transaction
from server.epoch import current_epoch, last_counter
from server.models import Backup
from tests.postgres import run_sql, with_database

Clock = Callable[[], datetime]


class Home(Protocol):
    """folder: the world's own, in which everything of it lies."""

    def lay_out(self, folder: Path) -> Settings:
        """A new server's data: a copy of the template's."""

    def back_up(self, server: Server, folder: Path) -> Path:
        """Within an application context."""

    def restore(self, settings: Settings, backup: Path, clock: Clock) -> Settings:
        """Put a backup in the stopped server's place; the settings to start it with."""

    def clear(self) -> None:
        """What lies outside the folder goes."""


@dataclass
class CopiedFile:
    """SQLite; a backup is a consistent copy of the file, without the mark that lies beside it (P-13), noted as if proven."""

    template: Settings

    def lay_out(self, folder: Path) -> Settings:
        settings = replace(self.template, data_dir=folder / "server")
        shutil.copytree(self.template.data_dir, settings.data_dir)
        return settings

    def back_up(self, server: Server, folder: Path) -> Path:
        path = folder / "backup.sqlite3"
        path.unlink(missing_ok=True)
        source, copy = sqlite3.connect(database(server.settings)), sqlite3.connect(path)
        source.backup(copy)
        source.close()
        copy.close()
        with transaction() as session:
            epoch, counter = str(current_epoch(session)), last_counter(session)
            name = f"{path.name} {server.clock().isoformat()}"
            session.merge(Backup(name=name, made_at=server.clock(), epoch=epoch, counter=counter))
        return path

    def restore(self, settings: Settings, backup: Path, clock: Clock) -> Settings:
        for path in settings.data_dir.glob("chungsuc.sqlite3*"):
            path.unlink()
        shutil.copy(backup, database(settings))
        return settings

    def clear(self) -> None:
        pass


@dataclass
class RealBackups:
    """`chungsuc backup` and `chungsuc restore`, over SQLite or, with `cluster`, over PostgreSQL.

    cluster: URL of a PostgreSQL whose database `template` names is the template's.
    """

    template: Settings
    cluster: str = ""
    databases: list[str] = field(default_factory=list)
    lives: int = 0

    def lay_out(self, folder: Path) -> Settings:
        settings = replace(self.template, data_dir=folder / "server")
        shutil.copytree(self.template.data_dir, settings.data_dir)
        (folder / "backups").mkdir()
        settings = replace(settings, erased_file=str(folder / "erased.jsonl"))  # on another disk, as deploy.md advises
        make_recovery_key(settings.recovery_path, folder / "recovery.json")
        origin = self.template.database_url.rpartition("/")[2].partition("?")[0]
        return replace(settings, database_url=self.new_database(f" TEMPLATE {origin}") if self.cluster else "")

    def new_database(self, made_from: str = "") -> str:
        name = f"sim{uuid.uuid4().hex}"
        run_sql(self.cluster, f"CREATE DATABASE {name}{made_from}")
        self.databases.append(name)
        return with_database(self.cluster, name)

    def back_up(self, server: Server, folder: Path) -> Path:
        return back_up(server, folder / "backups")

    def restore(self, settings: Settings, backup: Path, clock: Clock) -> Settings:
        """Into an empty folder and database; the recovery key lies where whoever restores keeps it."""
        self.lives += 1
        folder = backup.parents[1]
        anew = replace(settings, data_dir=folder / f"server-{self.lives}",
                       database_url=self.new_database() if self.cluster else "")  # fmt: skip
        anew.data_dir.mkdir()
        shutil.copy(settings.recovery_path, anew.recovery_path)
        app = create_app(anew, clock)
        restore(app, backup, read_recovery_key(folder / "recovery.json"))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        return anew

    def clear(self) -> None:
        for name in self.databases:
            run_sql(self.cluster, f"DROP DATABASE {name} WITH (FORCE)")
        self.databases.clear()


def database(settings: Settings) -> Path:
    return settings.data_dir / "chungsuc.sqlite3"
