"""Backups: one file that holds everything a server needs to live again, and is proven by living in it once.

A zip: `manifest.json`, a file of lines for each table (`server/dump.py`), and the server's keys sealed to the recovery
key, whose private half is kept apart (P-15). All tables are read in one snapshot, while the server goes on working.
Attachments never change, so they lie beside the backups of a folder, each copied once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import flask_migrate
from alembic.util import CommandError
from flask import Flask
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from sync.canonical import b64, unb64
from sync.keys import KeyPair, key_id
from sync.seal import SealError, seal, unseal

from . import audit, blobs
from .app import create_app
from .blob_store import BlobStore
from .context import Server
from .database import db, transaction
from .dump import load_rows, rows_of, tables_of
from .epoch import begin_epoch, current_epoch, last_counter, raise_mark
from .erasure import add_to_list, erase_again, order_of
from .files import write_once, written
from .models import Backup, Blob, ConsoleSession, Enrolment, Erasure, ResetCode
from .problems import Refusal
from .serving import schema_version, upgrade_database
from .verify import differences

VERSION = 1
SEALED_FOR = "recovery/1"
MANIFEST, KEYS = "manifest.json", "keys.sealed"
ERASED_BESIDE = "erased.jsonl"
MANIFEST_BYTES = 4 * 1024 * 1024
SHOWN = 20  # differences named in a refusal; a sound backup has none


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. tables: name → {columns, rows, sha256}, in the order they are loaded."""

    made_at: str
    epoch: str
    counter: int
    schema: str
    recovery_key: str
    tables: dict[str, dict[str, Any]]
    v: int = VERSION


def make_recovery_key(settings_path: Path, private_path: Path) -> str:
    """Write a new recovery key: the private half where it will be kept apart, the public half beside the data.

    Returns its id. Raises Refusal recovery.exists when there is one: old backups would not open with a new one.
    """
    if settings_path.exists() or private_path.exists():
        raise Refusal("recovery.exists", details={"path": str(settings_path)})
    pair = KeyPair.new()
    content = {"chungsuc": "recovery key", "id": key_id(pair.point), "private": b64(pair.pkcs8())}
    write_once(private_path, json.dumps(content, indent=1).encode())
    write_once(settings_path, json.dumps({"point": pair.point}).encode())
    return key_id(pair.point)


def read_recovery_key(path: Path) -> KeyPair:
    """Raises Refusal recovery.unreadable."""
    try:
        return KeyPair.from_pkcs8(unb64(json.loads(path.read_text("utf-8"))["private"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("recovery.unreadable", details={"path": str(path)}) from error


def recovery_point(path: Path) -> str:
    """Raises Refusal recovery.missing, recovery.unreadable."""
    try:
        return str(json.loads(path.read_text("utf-8"))["point"])
    except FileNotFoundError as error:
        raise Refusal("recovery.missing", details={"path": str(path)}) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("recovery.unreadable", details={"path": str(path)}) from error


def back_up(server: Server, folder: Path) -> Path:
    """Write a backup into a folder, prove it, and note how far devices' records are secured by it (I8).

    Returns its path. Raises Refusal recovery.missing, backup.unsound (the file is left there, named *.unsound).
    """
    now = server.clock()
    point = recovery_point(server.settings.recovery_path)
    path = folder / f"chungsuc-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.backup"
    with written(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        manifest = write_archive(archive, server, point, now)
    lost = blobs.copy_all(db.session, server.blobs, shelf_beside(path))
    found = [f"blob {blob}: it could not be copied whole" for blob in lost[:SHOWN]] + prove(server, path)
    if found:
        path.replace(path.with_suffix(".unsound"))
        raise Refusal("backup.unsound", details={"differences": found})
    forget_on_the_shelf(server, path)
    with transaction() as session:
        session.add(Backup(made_at=now, epoch=manifest.epoch, counter=manifest.counter, name=path.name))
        blobs.sweep(session, server)
        audit.append(session, now, audit.SERVER, "backup", path.name, counter=manifest.counter)
    return path


def shelf_beside(path: Path) -> BlobStore:
    """The attachments that the backups of one folder share."""
    return BlobStore(path.parent / "blobs", keep_free=0)


def forget_on_the_shelf(server: Server, path: Path) -> None:
    """What was erased is erased beside the backups, too, and their list says so: older ones still hold its contents."""
    erasures = list(db.session.scalars(select(Erasure)))
    add_to_list(path.parent / ERASED_BESIDE, map(order_of, erasures))
    living = set(db.session.scalars(select(Blob.blob).distinct()))
    for blob in {blob for each in erasures for blob in each.blobs} - living:
        shelf_beside(path).remove(blob)


def write_archive(archive: zipfile.ZipFile, server: Server, point: str, now: datetime) -> Manifest:
    schema = schema_version()
    assert schema is not None
    archive.writestr(KEYS, b64(seal(point, SEALED_FOR, server.settings.key_path.read_bytes())))
    tables: dict[str, dict[str, Any]] = {}
    with snapshot() as connection:
        session = Session(connection)
        epoch, counter = current_epoch(session), last_counter(session)
        for table in tables_of(connection):
            with archive.open(member(table.name), "w", force_zip64=True) as out:
                digest, rows = hashlib.sha256(), 0
                for line in rows_of(connection, table):
                    out.write(line)
                    digest.update(line)
                    rows += 1
            names = [column.name for column in table.columns]
            tables[table.name] = {"columns": names, "rows": rows, "sha256": digest.hexdigest()}
    assert epoch is not None
    manifest = Manifest(now.isoformat(), epoch, counter, schema, key_id(point), tables)
    archive.writestr(MANIFEST, json.dumps(manifest.__dict__, indent=1))
    return manifest


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A reading connection that sees one moment of the database to its end."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def member(table: str) -> str:
    return f"tables/{table}.jsonl"


def prove(server: Server, path: Path) -> list[str]:
    """Restore a backup beside the running server, into SQLite, and verify what came out; what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="proof-", dir=server.settings.data_dir) as folder:
        settings = replace(server.settings, data_dir=Path(folder), database_url="")
        app = create_app(settings, server.clock)
        try:
            with opened(path) as archive:
                restore_into(app, archive, server.settings.key_path.read_bytes())
            with app.app_context():
                wrong = differences(db.session, app.extensions["chungsuc"])
                return [str(each) for each in islice(wrong, SHOWN)]
        finally:
            with app.app_context():  # Windows removes no file that is open
                db.session.remove()
                db.engine.dispose()


def restore(app: Flask, path: Path, recovery_key: KeyPair) -> Manifest:
    """Bring a backup to life in an empty data folder and database, under a new epoch (P-13).

    Raises Refusal backup.unreadable, backup.altered, backup.version, recovery.wrong, restore.not_empty.
    """
    with opened(path) as archive:
        try:
            keys = unseal(recovery_key, SEALED_FOR, unb64(archive.read(KEYS).decode()))
        except (SealError, KeyError, ValueError) as error:
            raise Refusal("recovery.wrong", details={"wanted": read_manifest(archive).recovery_key}) from error
        return restore_into(app, archive, keys, shelf_beside(path), path.parent / ERASED_BESIDE)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise Refusal("backup.unreadable", details={"path": str(path)}) from error


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES:
            raise ValueError("too large")
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, TypeError) as error:
        raise Refusal("backup.unreadable", details={"path": archive.filename or ""}) from error
    if manifest.v != VERSION:
        raise Refusal("backup.version", details={"version": manifest.v})
    return manifest


def restore_into(
    app: Flask, archive: zipfile.ZipFile, keys: bytes, shelf: BlobStore | None = None, erased: Path | None = None
) -> Manifest:
    """shelf: where the attachments lie; what it lacks, devices send again. erased: a list of what must not come back."""
    manifest = read_manifest(archive)
    server: Server = app.extensions["chungsuc"]
    with app.app_context():
        lay_out(manifest.schema)
        if server.settings.key_path.exists():
            raise Refusal("restore.not_empty", details={"path": str(server.settings.key_path)})
        with db.engine.execution_options(writes=True).begin() as connection:
            load(connection, archive, manifest)
        write_once(server.settings.key_path, keys)
        upgrade_database()
        if shelf:
            blobs.copy_all(db.session, shelf, server.blobs)
        begin_anew(server)
        if erased:
            erase_again(server, erased)
    return manifest


def lay_out(schema: str) -> None:
    """The tables as they were when the backup was made. Raises Refusal restore.not_empty, backup.version."""
    has = schema_version()
    if has is None:
        try:
            flask_migrate.upgrade(revision=schema)
        except (CommandError, SystemExit) as error:  # flask_migrate turns an unknown revision into an exit
            raise Refusal("backup.version", details={"version": schema}) from error
    elif has != schema or current_epoch(db.session) is not None:
        raise Refusal("restore.not_empty", details={"database": db.engine.url.render_as_string(hide_password=True)})
    db.session.remove()


def load(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every row of the archive. Raises Refusal backup.altered with the table that is not what the manifest says."""
    there = {table.name: table for table in tables_of(connection)}
    for table in reversed(there.values()):
        connection.execute(delete(table))  # what the migrations put in
    for name, said in manifest.tables.items():
        digest = hashlib.sha256()
        try:
            with archive.open(member(name)) as lines:
                rows = load_rows(connection, there[name], said["columns"], counted(lines, digest))
        except (KeyError, ValueError, zipfile.BadZipFile) as error:
            raise Refusal("backup.altered", details={"table": name}) from error
        if rows != said["rows"] or digest.hexdigest() != said["sha256"]:
            raise Refusal("backup.altered", details={"table": name})


def counted(lines: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    for line in lines:
        digest.update(line)
        yield line


def begin_anew(server: Server) -> None:
    """A new epoch. Who was signed in signs in again; links and codes that were open then are void: they may be spent now.
    Attachments whose bytes are not here have not arrived: devices send them again.
    """
    now = server.clock()
    with transaction() as session:
        session.execute(delete(ConsoleSession))
        session.execute(delete(ResetCode))
        session.execute(update(Enrolment).where(Enrolment.used_at.is_(None)).values(expires_at=now))
        blobs.forget_absent(session, server.blobs)
        epoch = begin_epoch(session, "restore", now)
        counter = last_counter(session)
    raise_mark(server.settings.mark_path, epoch, counter)
