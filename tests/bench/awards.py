"""How long a dossier's papers take: forty nominees, every paper, one archive."""

from __future__ import annotations

import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from server import Settings, create_app
from server.campaigns import load_campaign, read_folder
from server.database import transaction
from server.serving import open_server
from tests.bench.timing import line, times
from tests.server.achievements import CAMPAIGN
from tests.server.conftest import CONSOLE, FIELD, dispose
from tests.server.district import Clock, District
from tests.server.test_dossiers import Desk

NOMINEES = 40


def bench() -> None:
    with tempfile.TemporaryDirectory(prefix="chungsuc-bench-") as folder:
        clock = Clock(datetime(2021, 12, 5, 2, tzinfo=UTC))
        settings = Settings(data_dir=Path(folder), console_origin=CONSOLE, field_origin=FIELD, device_rate="100000/minute")
        app = open_server(create_app(settings, clock))
        with app.app_context(), transaction() as session:
            load_campaign(session, read_folder(CAMPAIGN), clock())
        desk = Desk(District(app, clock))
        desk.to_decision(*(desk.record(full_name=f"Tẩn Tả Mẩy {n}") for n in range(NOMINEES)))
        desk.decide()
        sizes = []

        def whole() -> None:
            sizes.append(len(desk.home.get(f"/dossiers/{desk.id}/archive").get_data()))

        took = statistics.median(times(whole, 3))
        line(f"dossier of {NOMINEES} nominees, all papers", f"{took:8.1f} s, {sizes[0] / 1024:.0f} KiB", "10 s")
        dispose(app)
