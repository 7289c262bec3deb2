"""README.md's table of duties: every duty of the directive is there, and everything it names exists and does that."""

import re

import pytest

from tests.campaigns.conftest import FOLDER, read_json

COLUMNS = ("duty", "what", "recorded", "recorders", "reviewers", "seen", "waits")
DUTIES = [f"D{number:02}" for number in range(1, 28)]


def rows():
    for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| D\d\d \|", line):
            yield dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True))


TRACE = {row["duty"]: row for row in rows()}


def named(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def returns():
    return {each["name"]: each for each in read_json("returns.json")["returns"]}


@pytest.fixture(scope="module")
def indicators():
    return {each["name"]: each for each in read_json("indicators.json")["indicators"]}


@pytest.fixture(scope="module")
def dossiers():
    return read_json("awards.json")


def test_every_duty_has_its_row():
    assert list(TRACE) == DUTIES


@pytest.mark.parametrize("duty", DUTIES)
def test_what_a_duty_is_recorded_in_exists(duty, documents, indicators, returns):
    blocks = {block["name"] for each in returns.values() for block in each["narrative"]}
    known = {*documents, *indicators, *blocks, *(f"return:{name}" for name in returns)}
    recorded = named(TRACE[duty]["recorded"])
    assert recorded and set(recorded) <= known


@pytest.mark.parametrize("duty", DUTIES)
def test_whoever_records_may_submit_and_whoever_reviews_may_act(duty, documents, roles, workflows, returns, dossiers):
    """What a duty asks for in words is written into a return by whoever fills that in."""
    record = TRACE[duty]
    writers = {role for name in named(record["seen"]) for role in returns[name.removeprefix("return:")]["who"]["roles"]}
    forms = [name for name in named(record["recorded"]) if name in documents]
    for role in named(record["recorders"]):
        assert role in roles
        assert role in writers or any({"submit", "commend"} & set(roles[role]["forms"].get(form, ())) for form in forms), role
    deciding = {
        role
        for form in forms
        for move in [*workflows[form]["steps"].values(), *(s.get("correct", {}) for s in workflows[form]["states"].values())]
        for role in move.get("roles", ())
    }  # fmt: skip
    if dossiers["form"] in forms:
        deciding |= {role for part in (*dossiers["deciding"]["district"]["acts"].values(), *dossiers["offices"]) for role in part.get("roles", ())}
    for role in named(record["reviewers"]):
        assert role in roles
        assert not forms or role in deciding, role


@pytest.mark.parametrize("duty", DUTIES)
def test_where_it_is_seen_exists_and_a_screen_still_to_come_is_named(duty, documents, indicators, returns):
    record = TRACE[duty]
    seen = {name.removeprefix("return:") for name in named(record["seen"])}
    assert seen <= set(returns)
    assert record["seen"]
    # Returns are data so far: what they show waits for the part of the product that makes them.
    assert bool(seen) <= ("returns" in record["waits"] or "commendation" in record["waits"])
    figures = {name for name in named(record["recorded"]) if name in indicators}
    shown = {figure for name in seen for figure in returns[name]["indicators"]}
    assert not (figures and seen) or figures & shown


def test_every_form_serves_a_duty(documents):
    recorded = {name for row in TRACE.values() for name in named(row["recorded"])}
    assert set(documents) <= recorded


def test_every_role_but_those_who_only_look_serves_a_duty(roles):
    named_somewhere = {
        role for row in TRACE.values() for cell in ("recorders", "reviewers") for role in named(row[cell])
    }
    assert set(roles) - named_somewhere == {"admin", "auditor", "command_centre"}
