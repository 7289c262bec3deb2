"""The database: one declarative base, one way to read, one way to write, on SQLite and PostgreSQL alike.

Readers use `db.session`. Whatever writes does so inside `with transaction() as session:`, which is the only place
that commits. On SQLite that is BEGIN IMMEDIATE (a writer never upgrades a read lock, so it waits instead of failing);
on PostgreSQL it is an ordinary READ COMMITTED transaction whose order is kept by row locks (P-07, P-09).
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, Select, TypeDecorator, bindparam, event
from sqlalchemy.orm import DeclarativeBase, Session

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 15_000

# Constraint names are fixed so that a migration can name what it drops, on either database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC datetimes out, on databases with and without zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@contextmanager
def transaction() -> Iterator[Session]:
    """One writing transaction: committed at the end, rolled back on any error. Needs an application context.

    The session is its own, apart from `db.session`: objects read there are not written by this.
    """
    writing = db.engine.execution_options(writes=True)
    with in_line(db.engine), Session(writing, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def in_line(engine: Engine) -> Iterator[None]:
    """SQLite's writers of all threads and processes, one after another: woken by the one before them. By itself SQLite
    naps and tries again, ever longer, so that under load some wait for seconds while the database lies idle.

    Only waiting is made fair by it; what keeps writers apart is SQLite's own lock. The system lets go of a dead one's.
    """
    database = engine.url.database if engine.dialect.name == "sqlite" else None
    if sys.platform == "win32" or not database or database == ":memory:":
        yield
        return
    import fcntl

    with Path(f"{database}.line").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go of as the file is closed
        yield


def ask(session: Session, statement: Select[Any], **values: Any) -> Sequence[Any]:
    """The rows of a statement about columns that is put together once, its values given by name: past the ORM, which
    costs more than such a question does. What the session has not flushed is not seen.

    A list of values is for a parameter named by `several`; where it is empty nothing is asked.
    """
    if any(isinstance(value, list) and not value for value in values.values()):
        return []
    return session.connection().execute(statement, values).all()


def several(name: str) -> Any:
    """A parameter that takes a list, for in_()."""
    return bindparam(name, expanding=True)


def listen(engine: Engine) -> None:
    """Set SQLite up as P-22 says. PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
