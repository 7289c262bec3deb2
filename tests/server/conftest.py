"""A server to test against: the real app over SQLite and over PostgreSQL, opened once and copied for each test."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from server import Settings, create_app
from server.campaigns import load_campaign, read_folder
from server.database import db, transaction
from server.logs import JsonLines
from server.serving import open_server
from tests.postgres import postgres_cluster, run_sql, with_database
from tests.server.district import Clock, District

ROOT = Path(__file__).parents[2]
START = datetime(2021, 12, 5, 1, 0, tzinfo=UTC)
CONSOLE, FIELD = "http://console.test", "https://field.test"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as the tests."""
    with postgres_cluster() as url:
        yield url


def dispose(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def templates() -> dict[str, Settings]:
    """The templates opened so far, by database: pytest may leave a parameter of `template` and come back to it."""
    return {}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: dict[str, Settings]
) -> Settings:
    """The settings of a server that was opened, given the campaign of Tam Đường, and closed again."""
    if request.param in templates:
        return templates[request.param]
    url = ""
    if request.param == "postgresql":
        run_sql(request.getfixturevalue("postgres"), "CREATE DATABASE template_chungsuc")
        url = with_database(request.getfixturevalue("postgres"), "template_chungsuc")
    folder = tmp_path_factory.mktemp("template")
    settings = Settings(
        data_dir=folder,
        database_url=url,
        console_origin=CONSOLE,
        field_origin=FIELD,
        device_rate="100000/minute",
        enrol_rate="100000/minute",
        account_rate="100000/minute",
        visitor_rate="100000/minute",
    )
    app = open_server(create_app(settings, Clock(START)))
    with app.app_context(), transaction() as session:
        load_campaign(session, read_folder(ROOT / "campaigns" / "tam_duong"), START)
    dispose(app)
    templates[request.param] = settings
    return settings


@pytest.fixture
def settings(template: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A copy of the template: files and database. In memory where there is a file system for it: SQLite syncs a lot."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="chungsuc-", dir=memory) as parent:
        folder = Path(parent) / "data"
        shutil.copytree(template.data_dir, folder)
        yield from copied(replace(template, data_dir=folder), request)


def copied(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """The settings of a database of the test's own."""
    if not settings.database_url:
        yield settings
        return
    base = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    run_sql(base, f"CREATE DATABASE {name} TEMPLATE template_chungsuc")
    yield replace(settings, database_url=with_database(base, name))
    run_sql(base, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The server's log lines while a test runs."""
    caught: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: caught.append(JsonLines().format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("chungsuc")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield caught
    logger.removeHandler(handler)
    logger.setLevel(before)


@pytest.fixture
def clock() -> Clock:
    return Clock(START + timedelta(hours=1))


@pytest.fixture
def another(settings: Settings, clock: Clock) -> Iterator[Callable[[], District]]:
    """Another worker, or another start, of the test's server; what `open_server` refuses is raised."""
    apps = []

    def start() -> District:
        apps.append(create_app(settings, clock))
        return District(open_server(apps[-1]), clock)

    yield start
    for app in apps:
        dispose(app)


@pytest.fixture
def district(another: Callable[[], District]) -> District:
    """The running district of one test."""
    return another()
