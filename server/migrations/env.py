"""Alembic's entry: forward only, one transaction a migration, batch mode for SQLite."""

from alembic import context
from flask import current_app

from server.database import UtcTime, db


def render_item(kind, column_type, _autogen):
    """Migrations name plain types, so that an old one still runs when our own types have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(column_type, UtcTime) else False


with db.engine.connect().execution_options(writes=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transaction_per_migration=True,
        render_item=render_item,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
