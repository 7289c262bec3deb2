"""Every role × unit × endpoint of the console, foreign ids included; generated from the app's own addresses.

One district for all of it: a record, a person, a device, an adjudication in the commune and the same in another one.
An address that is new is tried as well, whoever wrote it: with the ids of another commune it must answer as to nobody.
"""

import json
import re
import uuid

import pytest
from sqlalchemy import select

from server import create_app
from server.models import Membership
from server.serving import open_server
from tests.server.conftest import ROOT, dispose
from tests.server.district import FAR_TEAM, TEAM, District
from tests.server.officer import COMMUNE, TOKEN, Officer

ROLES = json.loads((ROOT / "campaigns/tam_duong/roles.json").read_text("utf-8"))["roles"]
OPEN = {"console.static", "console.sign_in.page", "console.sign_in.enter", "console.sign_in.language"}
OPEN |= {f"console.sign_in.{name}" for name in ("second", "second_step", "forgotten", "reset")}
OPEN |= {"console.proofs.ask", "console.proofs.one"}  # the check of a hash is for everybody and names nobody
ENDS_THE_SESSION = {"console.sign_in.leave"}
HIDDEN = {403, 404}
ACTIONS = {action for role in ROLES.values() for actions in role["forms"].values() for action in actions}
# An auditor sees what her own people were refused; test_console_logs.py has what she sees of others.
TRIED = {"console.logs.accesses"}
# The SQL of scope runs on PostgreSQL too, in test_scope.py; addresses need one database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(scope="module")
def world(template, tmp_path_factory):
    """(district, foreign ids, own record): read only but for the access log, so one serves all."""
    import shutil
    from dataclasses import replace

    from tests.server.conftest import START
    from tests.server.district import Clock

    folder = tmp_path_factory.mktemp("matrix") / "data"
    shutil.copytree(template.data_dir, folder)
    app = create_app(replace(template, data_dir=folder), Clock(START))
    open_server(app)
    district = District(app, app.extensions["chungsuc"].clock)
    own, far = district.device(unit=TEAM), district.device(unit=FAR_TEAM)
    mine, theirs, wrong = own.submit(), far.submit(unit=FAR_TEAM), far.submit(unit=FAR_TEAM, household_size=99)
    own.push(mine)
    far.push(theirs, wrong)
    lead = district.person("team_lead", FAR_TEAM)
    membership = district.ask(
        lambda s: s.scalar(select(Membership.membership_id).where(Membership.person_id == lead.person_id))
    )
    foreign = {"rec": theirs.rec, "person": lead.person_id, "device": far.device_id, "h": wrong.h,
               "membership": membership, "answer": "0" * 64 + ".jpg", "action": "commune_check"}  # fmt: skip
    yield district, foreign, mine.rec
    dispose(app)


def addresses(app):
    """(endpoint, method, rule, parameters) of the console."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and rule.endpoint not in OPEN | ENDS_THE_SESSION:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, rule.rule, PARAMETER.findall(rule.rule)


def filled(rule, values):
    return PARAMETER.sub(lambda found: str(values.get(found[1]) or uuid.UUID(int=7)), rule)


def call(officer, method, path):
    return officer.get(path) if method == "GET" else officer.post(path, token=officer.page_token)


def sign_in(district, role, unit):
    officer = Officer(district, role, unit)
    officer.page_token = TOKEN.search(officer.get("/sign-in").text)[1]
    return officer


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_no_page_without_its_right_and_nothing_of_another_commune(world, role):
    district, foreign, own = world
    officer = sign_in(district, role, COMMUNE)
    console = "console" in ROLES[role]["surface"]
    held = {action for actions in ROLES[role]["forms"].values() for action in actions}
    for endpoint, method, rule, parameters in addresses(district.app):
        answer = call(officer, method, filled(rule, foreign))
        needs = getattr(district.app.view_functions[endpoint], "needs", None)
        told = f"{role} {method} {rule}: {answer.status_code}"
        lacking = needs in ACTIONS and needs not in held  # other needs are derived: who signs returns, who keeps audit
        if not console or lacking or foreign.keys() & parameters:
            assert answer.status_code in HIDDEN, told
        else:
            assert answer.status_code < 500, told
        if foreign["rec"] in filled(rule, foreign) or endpoint in TRIED:
            continue
        assert foreign["rec"].encode() not in answer.get_data(), told
    reads = console and "read" in ROLES[role]["forms"].get("support_case", ())
    assert officer.get(f"/records/{own}").status_code == (200 if reads else 404 if console else 403)


@pytest.mark.parametrize(
    ("unit", "reached"), [(COMMUNE, True), (TEAM, True), ("106", True), ("03412", False), ("03424-01", False)]
)
def test_a_reviewers_unit_decides_what_is_reached(world, unit, reached):
    district, _, own = world
    officer = sign_in(district, "commune_officer", unit)
    assert officer.get(f"/records/{own}").status_code == (200 if reached else 404)
    assert (own in officer.get("/records?tab=all").text) == reached
    assert call(officer, "POST", f"/records/{own}/comments").status_code == (302 if reached else 404)


def test_nobody_signed_in_gets_only_the_door(world):
    district, foreign, _ = world
    client = district.app.test_client()
    for _, method, rule, _ in addresses(district.app):
        path = filled(rule, foreign)
        answer = client.open(path, method=method, base_url="https://console.test", headers={"Accept": "text/html"})
        assert answer.status_code == (302 if method == "GET" else 400), rule
        if method == "GET":
            assert answer.location.startswith("/sign-in"), rule


def test_the_matrix_fails_where_a_scope_check_is_taken_out(world, monkeypatch):
    """The test of the test: without the SQL of scope, a foreign record is listed."""
    from sqlalchemy import true

    from server import scope

    monkeypatch.setattr(scope, "visible", lambda *_: true())
    with pytest.raises(AssertionError, match=r"commune_officer GET /records"):
        test_a_role_gets_no_page_without_its_right_and_nothing_of_another_commune(world, "commune_officer")
