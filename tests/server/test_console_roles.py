"""Every role of roles.json at every page and act, on its own unit's record and on a foreign one (generated)."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.models import Membership, Record
from tests.server.conftest import ROOT
from tests.server.district import FAR_TEAM
from tests.server.officer import COMMUNE, Officer, field

CAMPAIGN = ROOT / "campaigns" / "tam_duong"
ROLES = json.loads((CAMPAIGN / "roles.json").read_text("utf-8"))["roles"]
STEPS = json.loads((CAMPAIGN / "workflow.json").read_text("utf-8"))["workflows"][0]["steps"]
STATES = json.loads((CAMPAIGN / "workflow.json").read_text("utf-8"))["workflows"][0]["states"]
PAGES = {
    "/records": "read",
    "/waiting": "adjudicate",
    "/table": "table",
    "/table/workbook": "export",
    "/exports": "export",
    "/dashboard": "table",
    "/figures": "table",
    "/people": "people",
    "/lists": "people",
    "/calls": "step",
    "/duplicates": "correct",
    "/logs/acts": "audit",
    "/requests": "privacy",
    "/consents": "privacy",
    "/holds": "privacy",
    "/retention": "privacy",
    "/logs/accesses": "audit",
}


def actions(role, form="support_case"):
    return set(ROLES[role]["forms"].get(form, ()))


def has_console(role):
    return "console" in ROLES[role]["surface"]


@pytest.fixture
def cases(district):
    """A record of the commune's team and one of another commune's."""
    own, far = district.device(), district.device(unit=FAR_TEAM)
    ops = own.submit(), far.submit(unit=FAR_TEAM)
    own.push(ops[0])
    far.push(ops[1])
    return ops[0].rec, ops[1].rec


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_exactly_what_the_campaign_gives_it(district, cases, role):
    officer, (own, foreign) = Officer(district, role, COMMUNE), cases
    for path, action in PAGES.items():
        held = any(action in actions(role, form) for form in ROLES[role]["forms"])
        expected = 403 if not has_console(role) or not held else 200
        assert officer.get(path).status_code == expected, path
    may = actions(role) if has_console(role) else set()
    missing = 404 if has_console(role) else 403
    page = officer.get(f"/records/{own}")
    assert page.status_code == (200 if "read" in may else missing)
    assert officer.get(f"/records/{foreign}").status_code == missing
    if "read" not in may:
        for act in ("comments", "void", "correction", "conflicts", "steps/commune_check"):
            assert officer_post(officer, f"/records/{own}/{act}").status_code == missing, act
        return
    assert officer_post(officer, f"/records/{own}/comments", text="x").status_code == (302 if "comment" in may else 403)
    correcting = "correct" in may and role in STATES["submitted"]["correct"]["roles"]
    assert officer.get(f"/records/{own}/correction").status_code == (200 if correcting else 403)
    voiding = "void" in may and role in STATES["submitted"]["void"]["roles"]
    assert officer_post(officer, f"/records/{own}/void", reason=" ").status_code == (302 if voiding else 403)
    listed = officer.get("/records?tab=all").text
    assert own in listed and foreign not in listed
    assert foreign not in officer.get(f"/records?tab=all&unit={FAR_TEAM}").text
    for action, step in STEPS.items():
        if "submitted" in step["from"]:
            taking = "step" in may and role in step["roles"]
            assert (f"/steps/{action}" in page.text) == taking, action
            assert officer_post(officer, f"/records/{foreign}/steps/{action}", reason="x").status_code == 404
            answer = officer_post(officer, f"/records/{own}/steps/{action}", answers_hash="0" * 64, reason="x")
            assert answer.status_code == 409, action  # stale for who may, no longer possible for who may not
    assert district.ask(lambda s: s.scalar(select(Record.state).where(Record.rec == own))) == "submitted"


def officer_post(officer, path, **fields):
    """A post with a token even where every page with one is refused."""
    page = officer.get("/sign-in")
    return officer.post(path, token=field(page, "csrf_token"), **fields)


def test_a_membership_holds_through_its_last_day_and_not_after(district, cases):
    officer, today = Officer(district), district.server.today()

    def end(last_day):
        def change(session):
            membership = session.scalar(select(Membership).where(Membership.person_id == officer.person.person_id))
            membership.valid_from, membership.valid_to = today - timedelta(days=30), last_day

        district.ask(change)
        return officer.get(f"/records/{cases[0]}").status_code

    assert [end(today), end(today - timedelta(days=1)), end(None)] == [200, 403, 200]
