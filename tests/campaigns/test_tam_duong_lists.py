"""The reference lists of Tam Đường: dated, computed, and honest about what no published source was found for."""

import csv
import io
import math
from datetime import date
from decimal import Decimal

import pytest

from tests.campaigns.conftest import FOLDER

LISTS = sorted(path.stem for path in (FOLDER / "lists").glob("*.csv"))
# What the research behind the campaign did not find; everything else has a published source.
NOT_FOUND = {
    "nq68_elder_disabled_extra", "nq68_free_labour", "nq68_pregnant_child6", "nq105_referral", "relief_rice",
    "local_in_kind",
}  # fmt: skip


def rows_of(name):
    text = (FOLDER / "lists" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def policies():
    return {row["name"]: row for row in rows_of("policies")}


@pytest.mark.parametrize("name", LISTS)
def test_every_row_says_its_label_in_both_languages(name):
    assert all(row["label::vi"].strip() and row["label::en"].strip() for row in rows_of(name))


def test_a_policys_window_is_days_that_follow_each_other():
    for row in rows_of("policies"):
        days = [date.fromisoformat(row[column]) for column in ("window_from", "window_to", "file_by") if row[column]]
        assert days == sorted(days), row["name"]


def test_each_policy_says_whether_a_source_was_found(policies):
    assert {name for name, row in policies.items() if row["found"] == "no"} == NOT_FOUND
    assert {row["found"] for row in policies.values()} == {"yes", "no"}


@pytest.mark.parametrize(
    "policy, rate, per, cap",
    [
        ("nq68_f0_meal", 80_000, "day", 45),
        ("nq68_f1_meal", 80_000, "day", 21),
        ("nq68_hh_business", 3_000_000, "once", None),
        ("nq68_suspend_15d", 1_855_000, "once", None),
        ("nq68_suspend_1m", 3_710_000, "once", None),
        ("nq68_stopped_work", 1_000_000, "once", None),
        ("relief_rice", None, "kind", None),
    ],
)
def test_a_policys_rate_is_the_one_of_its_time(policies, policy, rate, per, cap):
    row = policies[policy]
    assert (row["rate_vnd"], row["per"], row["cap_days"]) == (str(rate or ""), per, str(cap or ""))


def test_a_policy_with_a_rate_has_a_window(policies):
    for name, row in policies.items():
        assert bool(row["rate_vnd"]) == bool(row["window_from"]) == bool(row["window_to"]), name


def test_rates_by_months_insured_leave_no_gap_and_no_overlap():
    rows = rows_of("insurance_rates")
    assert [row["from_months"] for row in rows] == ["0", *(row["below_months"] for row in rows[:-1])]
    assert [int(row["rate_vnd"]) for row in rows] == [1_800_000, 2_100_000, 2_400_000, 2_650_000, 2_900_000, 3_300_000]


@pytest.mark.parametrize("row", [row for row in rows_of("awards") if row["factor"]], ids=lambda row: row["name"])
def test_award_money_is_the_factor_of_the_base_salary_rounded_up_once(row):
    """A collective gets twice; to ten thousand, the unrounded figure beside it."""
    for who, times in (("individual", 1), ("collective", 2)):
        exact = Decimal(row["factor"]) * int(row["base_salary_vnd"]) * times
        assert int(row[f"{who}_unrounded_vnd"]) == exact
        assert int(row[f"{who}_vnd"]) == math.ceil(exact / 10_000) * 10_000


def test_only_the_fines_that_were_found_have_a_bracket():
    for row in rows_of("violation_kinds"):
        assert bool(row["fine_min_vnd"]) == bool(row["fine_max_vnd"]) == (row["found"] == "yes") == bool(row["basis"])


def test_goods_are_measured_in_units_that_exist():
    units = {row["name"] for row in rows_of("units_of_measure")}
    assert {row["unit"] for row in rows_of("goods")} <= units


def test_ethnic_codes_are_the_two_digits_of_the_general_statistics_office():
    codes = [row["name"] for row in rows_of("ethnic_groups")]
    assert all(len(code) == 2 and code.isdigit() for code in codes)
    assert codes[:4] == ["03", "08", "09", "42"], "the peoples of the district come first"
