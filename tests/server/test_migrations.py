"""Migrations: numbered, forward only; an archived database, rows and all, comes to the present on either database."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic import op
from flask import Flask

from server import Settings, create_app
from server.audit import first_break
from server.database import MIGRATIONS, db, transaction
from server.problems import Refusal
from server.serving import newest_version, open_server, schema_version
from tests.server.conftest import dispose, run_sql, with_database

ARCHIVE = Path(__file__).parent / "archive"
VERSIONS = sorted(path for path in (MIGRATIONS / "versions").glob("*.py"))
READ = {
    sa.JSON: lambda value: json.loads(value) if isinstance(value, str) else value,
    sa.LargeBinary: str.encode,
    sa.DateTime: lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC),
    sa.Date: date.fromisoformat,
    sa.Boolean: bool,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path):
    """An app over a database without a table."""
    url = ""
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        run_sql(postgres, "CREATE DATABASE bare")
        url = with_database(postgres, "bare")
    app: Flask = create_app(Settings(data_dir=tmp_path, database_url=url))
    with app.app_context():
        yield app
    dispose(app)
    if url:
        run_sql(postgres, "DROP DATABASE bare WITH (FORCE)")


def as_stored(column: sa.Column, value):
    read = next((read for kind, read in READ.items() if isinstance(column.type, kind)), None)
    return value if value is None or read is None else read(value)


def load_archive(version: str) -> dict:
    """Put the archived rows of a version into the present database; the archive."""
    archive = json.loads((ARCHIVE / f"{version}.json").read_text("utf-8"))
    tables = sa.MetaData()
    tables.reflect(db.engine)
    with db.engine.execution_options(writes=True).begin() as connection:
        for name in ("counter", "audit_head"):
            connection.execute(tables.tables[name].delete())
        for name, rows in archive.items():
            columns = tables.tables[name].columns
            stored = [{key: as_stored(columns[key], value) for key, value in row.items()} for row in rows]
            connection.execute(tables.tables[name].insert(), stored)
    return archive


def test_an_archived_database_comes_to_the_present_with_all_its_rows(empty):
    flask_migrate.upgrade(revision="0001")
    archive = load_archive("0001")
    flask_migrate.upgrade()
    assert schema_version() == newest_version()
    with transaction() as session:
        for name, rows in archive.items():
            table = db.metadata.tables[name]
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == len(rows), name
            session.execute(sa.select(table)).all()  # every column of every row can be read
        assert first_break(session) is None


def test_the_migrations_make_the_tables_of_the_models(empty):
    flask_migrate.upgrade()
    flask_migrate.check()  # raises where they differ


def test_migrations_are_numbered_named_and_only_go_forward():
    names = [path.stem for path in VERSIONS]
    numbers = [name[:4] for name in names]
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers) and len(set(numbers)) == len(numbers)
    before = [re.search(r'^down_revision = "?(\w+)"?$', path.read_text("utf-8"), re.MULTILINE)[1] for path in VERSIONS]
    assert len(set(before)) == len(before), "one line, without branches"
    for path in VERSIONS:
        text = path.read_text("utf-8")
        assert text.startswith(f'"""{path.stem}: '), f"{path.name}: its first line says what changes"
        assert re.search(r"def downgrade", text) is None


def test_every_migration_changes_the_database_in_one_transaction(empty, monkeypatch):
    """A migration that fails half way leaves the database as the one before it left it."""
    flask_migrate.upgrade(revision="0001")
    before = set(sa.inspect(db.engine).get_table_names())
    real = op.create_table

    def create_then_fail(*args, **given):
        real(*args, **given)
        raise ValueError("the power went")

    monkeypatch.setattr(op, "create_table", create_then_fail)
    with pytest.raises(ValueError):
        flask_migrate.upgrade(revision="0002")
    db.engine.dispose()
    assert set(sa.inspect(db.engine).get_table_names()) == before
    assert schema_version() == "0001"


def test_a_server_over_a_database_that_is_behind_does_not_start(empty):
    flask_migrate.upgrade(revision="0001")
    with pytest.raises(Refusal) as refused:
        open_server(empty)
    assert refused.value.code == "database.behind"
