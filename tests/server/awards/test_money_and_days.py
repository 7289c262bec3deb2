"""Award money against the dated list, and working days over Tết."""

import csv
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.awards.money import amount, base_salary, rounded
from server.awards.shares import shares
from server.awards.workdays import after, is_workday, left
from tests.server.achievements import CAMPAIGN, campaign

MONEY = campaign().awards["money"]
HOLIDAYS = {each["day"] for each in campaign().awards["holidays"]}
DAY = date(2021, 12, 5)
ROWS = [row for row in csv.DictReader((CAMPAIGN / "lists/awards.csv").read_text("utf-8").splitlines()) if row["factor"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_lists_own_figures_come_out(row):
    for recipient in ("individual", "collective"):
        found = amount(MONEY, row["factor"], recipient, DAY)
        assert (str(found.vnd), found.unrounded) == (row[f"{recipient}_vnd"], Decimal(row[f"{recipient}_unrounded_vnd"]))


def test_the_same_award_rounded_to_the_nearest_ten_thousand():
    assert amount({**MONEY, "rounding": "nearest"}, "0.15", "individual", DAY).vnd == 220_000
    assert amount(MONEY, "0.15", "individual", DAY).vnd == 230_000


def test_the_base_salary_is_that_of_the_day():
    assert base_salary(MONEY, date(2023, 6, 30)) == 1_490_000 and base_salary(MONEY, date(2023, 7, 1)) == 1_800_000
    assert base_salary(MONEY, date(2019, 6, 30)) is None and amount(MONEY, "0.3", "individual", date(2019, 1, 1)) is None
    assert amount(MONEY, "", "individual", DAY) is None


@given(st.integers(0, 10**8), st.sampled_from(["ceil", "nearest"]))
def test_rounding_stays_within_a_step_and_ceil_never_takes_away(vnd, how):
    found = rounded(Decimal(vnd), how, 10_000)
    assert found % 10_000 == 0 and abs(found - vnd) < 10_000 and (how == "nearest" or found >= vnd)


def test_working_days_pass_over_weekends_and_tet():
    assert after(date(2021, 12, 3), 1, HOLIDAYS) == date(2021, 12, 6)  # Friday → Monday
    assert after(date(2022, 1, 28), 1, HOLIDAYS) == date(2022, 2, 7)  # over Tết
    assert after(date(2021, 12, 5), 10, HOLIDAYS) == date(2021, 12, 17)
    assert left(date(2022, 1, 28), date(2022, 2, 7), HOLIDAYS) == 1
    assert left(date(2022, 2, 7), date(2022, 2, 7), HOLIDAYS) == 0
    assert left(date(2022, 2, 8), date(2022, 2, 7), HOLIDAYS) == -1


@given(st.dates(date(2021, 1, 1), date(2022, 12, 1)), st.integers(1, 30))
def test_the_last_day_is_a_working_day_and_so_many_lie_between(start, days):
    due = after(start, days, HOLIDAYS)
    assert is_workday(due, HOLIDAYS) and left(start, due, HOLIDAYS) == days


def nominee(recipient="individual", sex="male", direct=False, is_leader=False):
    return SimpleNamespace(recipient=recipient, sex=sex, direct=direct, is_leader=is_leader)


def test_shares_are_of_the_individuals_alone():
    found = shares([nominee(direct=True, sex="female"), nominee(is_leader=True), nominee("collective"), nominee(direct=True)])
    assert (found.total, found.by_recipient) == (4, {"individual": 3, "collective": 1})
    assert [round(each, 1) for each in (found.direct, found.leaders, found.women)] == [66.7, 33.3, 33.3]
    assert found.below(70) and not found.below(60) and not found.below(None)
    nobody = shares([nominee("household")])
    assert nobody.direct is None and not nobody.below(50)
