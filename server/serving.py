"""Opening a server: database at the present, keys, epoch. Done once at each start, before the first request."""

from __future__ import annotations

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select

from .context import Server
from .database import MIGRATIONS, db, transaction
from .epoch import begin_epoch, current_epoch, last_counter, raise_mark, read_mark, reason_to_begin
from .erasure import erase_again
from .figures.basis import rebase
from .keys import make_keys
from .logs import event
from .models import FigureBasis
from .problems import Refusal


def open_server(app: Flask) -> Flask:
    """Bring the server of `app` to life, and return the app. Idempotent; several workers may do it one after the other.

    An empty database is laid out; one that is behind is refused, because upgrading wants a backup first.
    Raises Refusal database.behind, keys.missing, keys.unreadable, mark.missing.
    """
    server: Server = app.extensions["chungsuc"]
    settings = server.settings
    with app.app_context():
        if schema_version() is None:
            upgrade_database()
        elif schema_version() != newest_version():
            raise Refusal("database.behind", details={"has": schema_version(), "wants": newest_version()})
        epoch = current_epoch(db.session)
        if epoch is None and not settings.key_path.exists():
            make_keys(settings.key_path)
        app.secret_key = server.keys.secret  # of the console's cookies; a key file's, so every worker's
        reason = reason_to_begin(
            epoch,
            last_counter(db.session),
            read_mark(settings.mark_path),
            settings.accept_missing_mark,
        )
        counts = db.session.scalar(select(FigureBasis.form_id).limit(1)) is not None
        db.session.remove()
        if reason:
            begin(server, reason)
        erase_again(server)  # what a crash or a database put back left undone
        if not counts:  # a database from before figures were kept, or one without a campaign
            with transaction() as session:
                rebase(session)
    return app


def begin(server: Server, reason: str) -> str:
    """Begin a new epoch in a transaction of its own, and write the mark."""
    with transaction() as session:
        epoch = begin_epoch(session, reason, server.clock())
        counter = last_counter(session)
    raise_mark(server.settings.mark_path, epoch, counter)
    event("epoch", reason=reason, epoch=epoch, counter=counter)
    return epoch


def schema_version() -> str | None:
    """The number of the newest migration the database has; None: it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def upgrade_database() -> None:
    """Bring the database to the newest migration. Needs an application context."""
    flask_migrate.upgrade()
