"""Push as it is served: real processes, two workers, eight connections, the load and the database on the same cores.

The load sends bodies made beforehand and believes the receipts after the clock stopped, so that it costs little.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from chungsuc.ports import free_port
from server.database import db
from sync.messages import SIGNATURE_HEADER, verify_response
from sync.ops import Op
from tests.bench.district import cases, open_district
from tests.bench.timing import line, p99
from tests.server.district import District, FieldDevice

ROOT = Path(__file__).parents[2]
CONNECTIONS, WORKERS, BATCH = 8, 2, 100
TARGET = {"SQLite": "3500", "PostgreSQL": "5000"}
STARTS_WITHIN_S = 60


@dataclass
class Sent:
    """What one run of the load saw. ops: in all; seconds: from the first request to the last answer."""

    ops: int
    seconds: float
    times: list[float]
    answers: list[tuple[FieldDevice, bytes, str]]

    @property
    def rate(self) -> float:
        return self.ops / self.seconds


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    port: int
    host: str

    def resident_mib(self) -> float:
        """Of the server's processes together; what they share is counted once (PSS)."""
        family = [self.process.pid, *children(self.process.pid)]
        return sum(pss_kib(pid) for pid in family) / 1024

    def cpu_s(self) -> float:
        """Processor time its processes have had so far: what others on this machine do is not in it."""
        return sum(spent_s(pid) for pid in [self.process.pid, *children(self.process.pid)])


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def spent_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_kib(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:"))


@contextmanager
def process(command: Sequence[str], port: int, **environ: str) -> Iterator[Running]:
    """A server's process, from its first answer on."""
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as started:
        try:
            ends = time.monotonic() + STARTS_WITHIN_S
            while not answers(port):
                if started.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"{command} does not answer")
                time.sleep(0.05)
            yield Running(started, port, f"127.0.0.1:{port}")
        finally:
            started.terminate()


def answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    return True


def serve(folder: Path, url: str, port: int) -> tuple[list[str], dict[str, str]]:
    """The command that serves what open_district made, and its environment."""
    settings = {
        "data_dir": str(folder), "database_url": url, "device_rate": "1000000/minute",
        "field_origin": f"http://127.0.0.1:{port}", "console_origin": f"http://localhost:{free_port()}",
    }  # fmt: skip
    command = [str(ROOT / ".venv/bin/chungsuc"), "serve", "--workers", str(WORKERS)]
    return command, {f"CHUNGSUC_{name.upper()}": value for name, value in settings.items()}


def bodies(device: FieldDevice, ops: Sequence[Op], size: int) -> list[tuple[FieldDevice, bytes]]:
    """Requests of so many ops each."""
    made = []
    for at in range(0, len(ops), size):
        content = {"req": secrets.token_hex(8), "ops": [op.wire for op in ops[at : at + size]]}
        made.append((device, json.dumps(content, ensure_ascii=False).encode()))
    return made


def send(running: Running, queues: Sequence[Sequence[tuple[FieldDevice, bytes]]], ops: int) -> Sent:
    """Each queue on a connection of its own, all at once."""
    times: list[list[float]] = [[] for _ in queues]
    told: list[list[tuple[FieldDevice, bytes, str]]] = [[] for _ in queues]
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)
            for device, body in queues[number]:
                began = time.perf_counter()
                headers = {
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {device.token}",
                    "Host": running.host,
                }
                connection.request("POST", "/sync/v1/push", body, headers)
                answer = connection.getresponse()
                content = answer.read()
                times[number].append(time.perf_counter() - began)
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status} {content[:300]!r}")
                told[number].append((device, content, answer.headers.get(SIGNATURE_HEADER, "")))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(queues))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failed:
        raise failed[0]
    return Sent(ops, seconds, [each for one in times for each in one], [each for one in told for each in one])


def believe(sent: Sent, verdict: str) -> None:
    """Every op of every receipt has this verdict, and the server signed it: else the figure is of something else."""
    seen = 0
    for device, content, signature in sent.answers:
        receipt = verify_response(content, signature, "receipt", device.server_sign)
        assert receipt is not None, "a receipt does not verify"
        assert {each["verdict"] for each in receipt["verdicts"]} == {verdict}, receipt["verdicts"][0]
        seen += len(receipt["verdicts"])
    assert seen == sent.ops


def bench_served(name: str, folder: Path, url: str, batches: int) -> None:
    """batches: of 100 ops, for each connection; a tenth of it warms up first."""
    port = free_port()
    district = open_district(folder, url, f"http://127.0.0.1:{port}")
    devices = [district.device() for _ in range(CONNECTIONS)]
    random = Random(5)
    made: dict[str, list[list[Op]]] = {
        what: [cases(device, count, random) for device in devices]
        for what, count in (("warm", BATCH), ("new", BATCH * batches), ("one", 25))
    }
    close(district)

    def queues(what: str, size: int) -> list[list[tuple[FieldDevice, bytes]]]:
        return [bodies(device, ops, size) for device, ops in zip(devices, made[what], strict=True)]

    command, environ = serve(folder, url, port)
    with process(command, port, **environ) as running:
        send(running, queues("warm", BATCH), BATCH * CONNECTIONS)
        before = running.cpu_s()
        new = send(running, queues("new", BATCH), BATCH * batches * CONNECTIONS)
        cpu = running.cpu_s() - before
        again = send(running, queues("new", BATCH), BATCH * batches * CONNECTIONS)
        one = send(running, queues("one", 1), 25 * CONNECTIONS)
        resident = running.resident_mib()
    believe(new, "applied")
    believe(again, "duplicate")
    believe(one, "applied")
    bare = bench_bare(folder, url, lambda: queues("new", BATCH), new.ops)
    served = f"{name}, {WORKERS} workers, {CONNECTIONS} connections"
    line(f"push with receipts, {BATCH} ops a batch, {served}", f"{new.rate:8.0f} ops/s", TARGET[name])
    line("  processor time of an op in the server's processes", f"{cpu / new.ops * 1e6:8.0f} µs")
    line("  p99 of a batch", f"{p99(new.times) * 1000:8.0f} ms", "250")
    line("  the bare insert of the same bytes, served alike", f"{bare.rate:8.0f} ops/s")
    line("  ratio to the bare insert", f"{new.rate / bare.rate:8.3f}", "0.2")
    line("  the same sent again", f"{again.seconds / new.seconds:8.2f} times the time", "1")
    line(f"one op a request, {served}", f"{one.rate:8.0f} ops/s", "500")
    line("  p99 of a request", f"{p99(one.times) * 1000:8.0f} ms")
    line("resident, all processes of the server together", f"{resident:8.0f} MiB", "250")


def bench_bare(folder: Path, url: str, queues: Callable[[], list[list[tuple[FieldDevice, bytes]]]], ops: int) -> Sent:
    port = free_port()
    address = url or f"sqlite:///{folder / 'bare.db'}"
    with process([sys.executable, "-m", "tests.bench.bare", address, str(port)], port) as running:
        return send(running, queues(), ops)


def close(district: District) -> None:
    """Let go of the database, which the processes take over."""
    with district.app.app_context():
        db.session.remove()
        db.engine.dispose()
