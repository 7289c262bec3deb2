"""A district to measure: an empty server with the campaign of Tam Đường, and devices that it enrols."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from chungsuc.demonstration.people import main_group, resident
from server import Settings, create_app
from server.campaigns import load_campaign, read_folder
from server.database import transaction
from server.serving import open_server
from sync.ops import Op
from tests.server.district import Clock, District, FieldDevice

CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "tam_duong"
with (CAMPAIGN / "org_units.csv").open(encoding="utf-8") as units:
    VILLAGES = tuple(
        row["code"] for row in csv.DictReader(units) if (row["kind"], row["parent"]) == ("village", "03424")
    )


def open_district(folder: Path, url: str, field_origin: str = "https://field.test") -> District:
    """url: of the database, empty for SQLite. Its clock says now, since processes that serve it later go by it."""
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        data_dir=folder, database_url=url, console_origin="http://console.test", field_origin=field_origin,
        device_rate="1000000/minute", enrol_rate="1000000/minute",
    )  # fmt: skip
    app = create_app(settings, Clock(now))
    open_server(app)
    with app.app_context(), transaction() as session:
        load_campaign(session, read_folder(CAMPAIGN), now)
    return District(app, Clock(now))


def someone(random: Random) -> dict[str, Any]:
    """What a support case says of its person: nobody twice, as in a real district."""
    person = resident(random, main_group(random), random.randint(18, 80), date(2021, 12, 5))
    said = {"full_name": person.name, "sex": person.sex, "birth_year": person.birth_date.year}
    return said | {"village": random.choice(VILLAGES), "household_size": random.randint(1, 9)}


def cases(device: FieldDevice, count: int, random: Random) -> list[Op]:
    """So many new support cases of different people."""
    return [device.submit(**someone(random)) for _ in range(count)]
