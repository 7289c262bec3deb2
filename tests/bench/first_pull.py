"""The first pull of a new laptop over 100 kbit/s, the road cut again and again; 5,000 records in soak, else 500."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from client.device import Device
from client.errors import DeviceError
from client.sync_round import sync_round
from client.wire import Wire
from tests.bench.district import cases
from tests.bench.timing import line
from tests.conftest import SOAK
from tests.live import TEAM, LiveDistrict
from tests.server.district import District, FieldDevice

RECORDS, CUTS = (5000, 20) if SOAK else (500, 2)
BYTES_PER_S = 100_000 // 8
PIECE = 1024
PIN = "246810"
ROUNDS = 200  # and no more: a road that never holds would go on for ever


@dataclass
class SlowRoad:
    """A loopback port before the server's: what comes down comes slowly, and after every `cut_bytes` the road is cut."""

    to: tuple[str, int]
    cuts: int
    cut_bytes: int
    own: bytes  # Host as the device says it, and as the server wants it
    host: bytes
    down: int = 0
    up: int = 0
    pace: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(self.to) as far:
            while True:
                ready, _, _ = select.select([near, far], [], [], 60)
                if not ready:
                    return
                for side in ready:
                    data = side.recv(PIECE)
                    if not data:
                        return
                    if side is near:
                        self.up += len(data)
                        far.sendall(data.replace(self.own, self.host))  # the server answers to its own name alone
                        continue
                    with self.pace:
                        time.sleep(len(data) / BYTES_PER_S)
                        before, self.down = self.down, self.down + len(data)
                    if self.cuts and before // self.cut_bytes != self.down // self.cut_bytes:
                        self.cuts -= 1
                        return
                    near.sendall(data)


@contextmanager
def slow_road(port: int, cuts: int, cut_bytes: int) -> Iterator[tuple[int, SlowRoad]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        own = listening.getsockname()[1]
        names = [f"Host: 127.0.0.1:{each}".encode() for each in (own, port)]
        road = SlowRoad(("127.0.0.1", port), cuts, cut_bytes, *names)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listening.accept()
                    threading.Thread(target=carry, args=(near,), daemon=True).start()

        def carry(near: socket.socket) -> None:
            with suppress(OSError):
                road.carry(near)

        threading.Thread(target=accept, daemon=True).start()
        yield own, road


def bench_first_pull(folder: Path) -> None:
    live = LiveDistrict(folder / "server")
    try:
        district = District(live.app, lambda: live.server.clock())  # type: ignore[arg-type]  # a clock that goes
        fill(district)
        device = Device(folder / "laptop", secret_store="file", background=False)
        device.enrol({"link": live.link(live.add_person("Lò Văn Ơn", "team_member", TEAM)), "pin": PIN, "name": "Máy"})
        with slow_road(live.port, CUTS, RECORDS * 200 // (CUTS + 1)) as (port, road):
            began = time.perf_counter()
            rounds = pull_all(device, f"http://127.0.0.1:{port}")
            took = time.perf_counter() - began
        held = device.session.store.row("SELECT COUNT(*) AS records FROM record WHERE doc IS NOT NULL")
        assert held == {"records": RECORDS}, held
        device.close()
    finally:
        live.close()
    what = f"first pull of {RECORDS} records at 100 kbit/s, cut {CUTS - road.cuts} times"
    line(what, f"{took:8.1f} s in {rounds} rounds", "90 s" if SOAK else "")
    line("  bytes down, forms and lists included", f"{road.down / 1024:8.0f} KiB", "1024 KiB" if SOAK else "")
    line("  bytes up", f"{road.up / 1024:8.0f} KiB")


def fill(district: District) -> None:
    device: FieldDevice = district.device()
    random = Random(3)
    for _ in range(RECORDS // 100):
        device.push(*cases(device, 100, random))


def pull_all(device: Device, origin: str) -> int:
    """Rounds until one holds to its end, as the agent would make them; how many it took."""
    why: DeviceError | None = None
    for number in range(1, ROUNDS):
        try:
            sync_round(device.session, Wire(origin), lambda *_: None)
        except DeviceError as refused:
            why = refused
            continue
        return number
    raise RuntimeError("no round came to its end") from why


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        bench_first_pull(Path(made))
