"""The bare endpoint beside push: Flask and SQLAlchemy insert the same bytes, commit and answer; nothing is looked at.

python -m tests.bench.bare URL PORT serves it as the server is served: gunicorn, two workers of eight threads.
"""

from __future__ import annotations

import sys
from typing import Any

import flask
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy


def bare_app(url: str) -> flask.Flask:
    app = flask.Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    bare = SQLAlchemy(app)
    table = sa.Table("bare_op", bare.metadata, sa.Column("id", sa.Integer, primary_key=True),
                     *(sa.Column(name, sa.Text) for name in ("header", "payload", "sig")))  # fmt: skip
    with app.app_context():
        if url.startswith("sqlite"):
            sa.event.listen(bare.engine, "connect", durable)
        bare.create_all()
        bare.engine.dispose()  # no connection crosses a fork

    @app.post("/sync/v1/push")
    def push() -> Any:
        bare.session.execute(sa.insert(table), flask.request.get_json()["ops"])
        bare.session.commit()
        return {"stored": True}

    return app


def durable(connection: Any, _record: Any) -> None:
    """As the server has its own database (P-22)."""
    for pragma in ("busy_timeout = 15000", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def main() -> None:
    from gunicorn.app.base import BaseApplication

    url, port = sys.argv[1:]

    class Served(BaseApplication):
        def load_config(self) -> None:
            for name, value in (("bind", f"127.0.0.1:{port}"), ("workers", 2), ("worker_class", "gthread"),
                                ("threads", 8), ("loglevel", "warning"), ("preload_app", True)):  # fmt: skip
                self.cfg.set(name, value)

        def load(self) -> flask.Flask:
            return bare_app(url)

    Served().run()


if __name__ == "__main__":
    main()
