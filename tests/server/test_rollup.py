"""Figures of units over periods, against totals worked out by hand beside the table they come from."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from server.figures.cells import Added, differences
from server.figures.definitions import definitions
from server.figures.keeping import change_cells
from server.figures.rollup import WHOLE, by_day, by_item, homes, pieces, rolled_up
from server.models import OrgUnit
from sync.canonical import canonical

BO, LU = "03424", "03412"  # communes: Bản Bo, Bình Lư
TABLE = """
unit        indicator            day         amount  over           by                phase
03424       f0_community         2021-12-01  2       -              -                 received
03424       f0_community         2021-12-02  0       -              -                 approved
03424       f0_returnee          2021-12-02  1       -              -                 approved
03424       f0_managed_f1        2021-12-02  3       -              -                 approved
03412       f0_community         2021-12-31  5       -              -                 received
03412       f0_community         2022-01-01  7       -              -                 received
03424       f0_home_treatment    2021-12-01  9       -              -                 received
03424       f0_home_treatment    2021-12-03  4       -              -                 received
03412       f0_home_treatment    2021-12-02  6       -              -                 received
03424-07-T1 support_cases_new    2021-12-02  1       -              sex=female        received
03424-07-T1 support_cases_new    2021-12-02  1       -              sex=male          approved
03424-07-T2 support_cases_new    2021-12-03  1       -              sex=female        received
03424-07-T2 support_cases_new    2021-12-03  1       -              sex=female        rejected
03412-01-T1 support_cases_new    2021-12-03  1       -              sex=female        received
03424-07-T1 support_paid_vnd     2021-12-02  1120000 -              policy=nq68       approved
03412-01-T1 support_paid_vnd     2021-12-04  480000  -              policy=local      approved
03424-07-T1 checkpoints_active   2021-12-01  0       Chốt_đầu_bản   -                 received
03424-07-T1 checkpoints_active   2021-12-02  0       Chốt_đầu_bản   -                 received
03424-07-T2 checkpoints_active   2021-12-02  0       Chốt_suối      -                 received
03412-01-T1 checkpoints_active   2021-12-02  0       Chốt_đầu_bản   -                 received
03424-07-T1 teams_active         2021-08-20  1       -              -                 approved
03424-07-T2 teams_active         2021-12-03  1       -              -                 approved
03424       samples_taken        2021-12-02  40      -              -                 received
03424       samples_positive     2021-12-02  5       -              -                 received
"""
# (indicator, first, last) → Bản Bo, Bình Lư, both; None: not reported. Each worked out by hand from the lines above.
BY_HAND = [
    ("f0_community", "2021-12-01", "2021-12-02", 2, None, 2),
    ("f0_community", "2021-12-02", "2021-12-02", 0, None, 0),
    ("f0_community", "2021-12-01", "2021-12-31", 2, 5, 7),
    ("f0_community", "2021-12-01", "2022-01-01", 2, 12, 14),
    ("f0_community", "2021-12-31", "2022-01-01", None, 12, 12),
    ("f0_new", "2021-12-01", "2021-12-02", 6, None, 6),
    ("f0_home_treatment", "2021-12-01", "2021-12-02", 9, 6, 15),
    ("f0_home_treatment", "2021-12-01", "2021-12-31", 4, 6, 10),
    ("f0_home_treatment", "2021-12-02", "2021-12-02", None, 6, 6),
    ("support_cases_new", "2021-12-01", "2021-12-31", 3, 1, 4),
    ("support_cases_new", "2021-12-04", "2021-12-04", 0, 0, 0),
    ("support_paid_vnd", "2021-12-01", "2021-12-31", 1_120_000, 480_000, 1_600_000),
    ("checkpoints_active", "2021-12-01", "2021-12-02", 2, 1, 2),
    ("checkpoints_active", "2021-12-01", "2021-12-01", 1, 0, 1),
    ("teams_active", "2021-12-01", "2021-12-02", 1, 0, 1),
    ("teams_active", "2021-12-01", "2021-12-03", 2, 0, 2),
    ("positive_rate", "2021-12-01", "2021-12-02", "12.5", None, "12.5"),
    ("dose1", "2021-12-01", "2021-12-02", None, None, None),
]


def lines():
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def added(line):
    by = [] if line["by"] == "-" else [line["by"].split("=")]
    over = "" if line["over"] == "-" else line["over"]
    adds = [[line["indicator"], line["day"], int(line["amount"]) * 10_000, over, by]]
    return Added("form", line["unit"], line["phase"], "0", canonical(adds))


@pytest.fixture
def counted(district):
    district.ask(lambda session: change_cells(session, differences((None, added(line)) for line in lines())))
    return district


def units_of(session):
    return {unit.code: unit for unit in session.scalars(sa.select(OrgUnit))}


def figures(session, name, first, last, heads=(BO, LU)):
    home = homes(units_of(session), heads, last)
    return {
        head: values[name]
        for head, values in rolled_up(session, definitions(session), [name], first, last, home).items()
    }


def test_every_figure_is_what_was_worked_out_by_hand(counted):
    for name, first, last, *expected in BY_HAND:
        period = date.fromisoformat(first), date.fromisoformat(last)
        found = counted.ask(lambda session: figures(session, name, *period))  # noqa: B023
        wanted = [None if value is None else Decimal(str(value)) for value in expected]
        assert [found[BO], found[LU], found[WHOLE]] == wanted, (name, first, last)


def test_a_figure_is_split_and_followed_by_day(counted):
    def ask(session):
        known, last = definitions(session), date(2021, 12, 31)
        home = homes(units_of(session), (BO, LU), last)
        split = by_item(session, known, "support_cases_new", "sex", date(2021, 12, 1), last, home)
        days = by_day(session, known, "support_cases_new", date(2021, 12, 1), last, home)
        return split, days

    split, days = counted.ask(ask)
    assert split == {
        (BO, "female"): 2, (BO, "male"): 1, (LU, "female"): 1, (WHOLE, "female"): 3, (WHOLE, "male"): 1,
    }  # fmt: skip
    assert (days[BO, date(2021, 12, 2)], days[WHOLE, date(2021, 12, 3)]) == (2, 2)


def test_nought_is_said_only_of_those_that_were_heard_of(counted):
    def ask(session):
        home = homes(units_of(session), (BO, LU, "03430"), date(2021, 12, 31))
        period = date(2021, 12, 1), date(2021, 12, 31)
        return rolled_up(session, definitions(session), ["support_cases_new"], *period, home, heard=[BO])

    found = counted.ask(ask)
    assert [found[head]["support_cases_new"] for head in (BO, LU, "03430")] == [3, 1, None]


def test_after_a_merger_figures_go_to_the_successor_and_before_it_they_stay(counted):
    """Team 2 of Phiêng Hoi ends with 3 December; a team of Bình Lư takes over."""

    def end(session):
        unit = session.get_one(OrgUnit, "03424-07-T2")
        unit.valid_to, unit.successor = date(2021, 12, 3), "03412-01-T1"

    def cases(last):
        return counted.ask(lambda session: figures(session, "support_cases_new", date(2021, 12, 1), last))

    counted.ask(end)
    before, after = cases(date(2021, 12, 3)), cases(date(2021, 12, 31))
    assert (before[BO], before[LU], before[WHOLE]) == (3, 1, 4)
    assert (after[BO], after[LU], after[WHOLE]) == (2, 2, 4)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2021-12-05", "2021-12-05", ["d 12-05 12-05"]),
        ("2021-12-01", "2021-12-31", ["m 12-01 12-01"]),
        ("2021-11-30", "2022-01-01", ["d 11-30 11-30", "m 12-01 12-01", "d 01-01 01-01"]),
        ("2021-12-15", "2022-01-31", ["d 12-15 12-31", "m 01-01 01-01"]),
    ],
)
def test_a_period_is_whole_months_and_the_days_around_them(first, last, expected):
    found = pieces(date.fromisoformat(first), date.fromisoformat(last))
    assert [f"{span} {begin:%m-%d} {end:%m-%d}" for span, begin, end in found] == expected
