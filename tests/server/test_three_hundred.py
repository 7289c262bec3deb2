"""A campaign of three hundred records made by hand: pushed by real devices, and every total stands beside its records.

RECORDS is the paper ledger: so many records of a form, from whom, on which day, with what answered otherwise than in
tests/campaigns/examples.py. TOTALS was added up from it by hand.
"""

import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import forms
from forms.lists import author_list
from server.campaigns import read_folder
from server.figures.definitions import definitions
from server.figures.rollup import WHOLE, homes, rolled_up
from server.returns.drafts import units_of
from server.verify import figures as figure_differences
from sync.ops import Intent, build_op
from tests.campaigns.conftest import filled_in
from tests.campaigns.examples import EXAMPLES
from tests.server.district import FAR_TEAM, OTHER_TEAM, TEAM, new_rec

BO, LU = "03424", "03412"
FAR = {"/household/commune": LU, "/household/village": "03412-01"}
CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "tam_duong"
RECORDS = [  # how many, form, role, unit, day, answered otherwise
    (60, "household_visit", "team_member", TEAM, "2021-12-04", {}),
    (40, "household_visit", "team_member", FAR_TEAM, "2021-12-06",
     {"/visit/commune": LU, "/visit/village": "03412-01", "/visit/has_symptom": "no", "/visit/returnees": 0}),
    (40, "support_case", "team_member", TEAM, "2021-12-05", {}),
    (30, "support_case", "team_member", OTHER_TEAM, "2021-12-05", {"/person/sex": "male", "/need/urgency": "week"}),
    (20, "support_case", "team_member", FAR_TEAM, "2022-01-03", {**FAR, "/person/sex": "male"}),
    (30, "app_help", "team_member", OTHER_TEAM, "2021-12-05", {}),
    (20, "outreach_activity", "team_member", OTHER_TEAM, "2021-12-07", {}),
    (25, "checkpoint_shift", "team_member", TEAM, "2021-12-05", {}),
    (10, "checkpoint_shift", "team_member", OTHER_TEAM, "2021-12-05", {"/shift/checkpoint_name": "Chốt suối"}),
    (4, "case_daily", "commune_health", BO, "2021-12-03", {}),
    (1, "case_daily", "commune_health", BO, "2021-12-07", {"/care/f0_home_treatment": 4}),
    (5, "isolation_test_daily", "commune_health", BO, "2021-12-04", {}),
    (5, "vaccination_daily", "commune_health", BO, "2021-12-06", {}),
    (10, "good_practice", "team_lead", TEAM, "2021-12-08", {}),
]  # fmt: skip
DECEMBER, WEEK, JANUARY = ("2021-12-01", "2021-12-31"), ("2021-12-03", "2021-12-05"), ("2022-01-01", "2022-01-31")
TOTALS = [  # indicator, period: Bản Bo, Bình Lư, both
    ("visits", DECEMBER, 60, 40, 100),
    ("visits", WEEK, 60, 0, 60),
    ("returnees_registered", DECEMBER, 60, 0, 60),
    ("alerts", DECEMBER, 60, 0, 60),
    ("support_cases_new", DECEMBER, 70, 0, 70),
    ("support_cases_new", JANUARY, 0, 20, 20),
    ("app_pc_covid", DECEMBER, 180, 0, 180),
    ("app_declaration_helped", DECEMBER, 300, 0, 300),
    ("outreach_people", DECEMBER, 2400, 0, 2400),
    ("outreach_people", WEEK, 0, 0, 0),
    ("checkpoints_active", DECEMBER, 2, 0, 2),
    ("checkpoint_people_checked", DECEMBER, 1680, 0, 1680),
    ("f0_new", DECEMBER, 30, None, 30),
    ("f0_community", DECEMBER, 10, None, 10),
    ("f0_community", WEEK, 8, None, 8),
    ("f0_home_treatment", DECEMBER, 4, None, 4),
    ("f0_home_treatment", WEEK, 36, None, 36),
    ("f0_recovered", DECEMBER, 20, None, 20),
    ("samples_taken", DECEMBER, 400, None, 400),
    ("samples_positive", DECEMBER, 30, None, 30),
    ("positive_rate", DECEMBER, "7.5", None, "7.5"),
    ("f1_home_isolation", DECEMBER, 150, None, 150),
    ("dose1", DECEMBER, 265, None, 265),
    ("dose3_18_64", DECEMBER, 60, None, 60),
    ("good_practices", ("2021-11-01", "2021-11-30"), 10, 0, 10),
    ("good_practices", DECEMBER, 0, 0, 0),
]


@pytest.fixture(scope="module")
def campaign():
    return forms.load_campaign(read_folder(CAMPAIGN))[0]


def answered(campaign, form, role, unit, day, changes):
    author = author_list("Lò Thị Lan (trình diễn)", role, unit, campaign.lists["org_units"])
    env = forms.Env(
        now=f"{day}T08:00:00.000+07:00", today=day, tz_offset_min=420, roles=frozenset({role}),
        lists={**campaign.lists, "author": author},
    )  # fmt: skip
    return filled_in(campaign.programs[form], env, EXAMPLES[form][1] | changes).snapshot()


def pushed(district, campaign, count, form, role, unit, day, changes):
    """So many records of one line of the ledger, in the op's own bytes, through the server's own door."""
    district.clock.now = datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC) + timedelta(minutes=5)
    device = district.device(role, unit)
    payload = {"answers": answered(campaign, form, role, unit, day, changes), "title": form}
    version = {"id": form, "version": campaign.programs[form]["version"]}
    ops = []
    for _ in range(count):
        intent = Intent("submit", new_rec(), None, version, f"{unit}/{form}", payload, ())
        op, device.chain = build_op(device.chain, intent, device.sign_key, secrets.token_bytes, lambda: f"{day}T08:00:00.000+07:00")
        ops.append(op)
    found = [line["verdict"] for line in device.push(*ops)["verdicts"]]
    assert found == ["applied"] * count, (form, found[0])


def test_three_hundred_records_give_the_totals_of_the_ledger(district, campaign):
    assert sum(row[0] for row in RECORDS) == 300
    for row in sorted(RECORDS, key=lambda row: row[4]):
        pushed(district, campaign, *row)

    def figures(session, name, first, last):
        home = homes(units_of(session), (BO, LU), last)
        found = rolled_up(session, definitions(session), [name], first, last, home)
        return [found[head][name] for head in (BO, LU, WHOLE)]

    for name, period, *expected in TOTALS:
        found = district.ask(lambda session: figures(session, name, *map(date.fromisoformat, period)))  # noqa: B023
        assert found == [None if each is None else Decimal(str(each)) for each in expected], (name, period)
    assert district.ask(lambda session: list(figure_differences(session))) == []
