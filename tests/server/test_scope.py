"""Who sees and does what: one rule in SQL, read here as a matrix of roles and units."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from server.models import Membership, OrgUnit
from server.people import add_membership
from server.scope import may, roles_by_scope, visible_records
from tests.server.district import FAR_TEAM, OTHER_TEAM, TEAM

TODAY = date(2021, 12, 5)


@pytest.fixture
def cases(district):
    """One case of each of three teams, two in one commune: unit → record id."""
    ops = {
        unit: (device := district.device(unit=unit), device.submit(unit=unit)) for unit in (TEAM, OTHER_TEAM, FAR_TEAM)
    }
    for device, op in ops.values():
        device.push(op)
    return {unit: op.rec for unit, (_, op) in ops.items()}


@pytest.mark.parametrize(
    ("role", "unit", "action", "sees"),
    [
        ("team_member", TEAM, "read", {TEAM}),
        ("team_lead", OTHER_TEAM, "read", {OTHER_TEAM}),
        ("commune_officer", "03424", "read", {TEAM, OTHER_TEAM}),
        ("commune_officer", "03424", "step", {TEAM, OTHER_TEAM}),
        ("commune_officer", "03412", "read", {FAR_TEAM}),
        ("commune_officer", "03424-07", "read", {TEAM, OTHER_TEAM}),
        ("commune_officer", "03406", "read", set()),
        ("team_member", TEAM, "step", set()),
        ("team_member", TEAM, "table", set()),
        ("labour_office", "106", "read", {TEAM, OTHER_TEAM, FAR_TEAM}),
        ("home_affairs", "106", "read", set()),
        ("home_affairs", "106", "table", {TEAM, OTHER_TEAM, FAR_TEAM}),
        ("auditor", "106", "table", {TEAM, OTHER_TEAM, FAR_TEAM}),
        ("auditor", "106", "see_pii", set()),
        ("admin", "106", "read", set()),
        ("commune_officer", "106", "no_such_action", set()),
    ],
)
def test_a_role_in_a_unit_sees(district, cases, role, unit, action, sees):
    person = district.person(role, unit).person_id
    seen = district.ask(lambda s: [r.rec for r in s.scalars(visible_records(person, action, TODAY))])
    assert sorted(seen) == sorted(cases[unit] for unit in sees), "each once, and no other"
    for unit in cases:
        assert district.ask(lambda s, u=unit: may(s, person, action, u, "support_case", TODAY)) == (unit in sees)


def test_a_membership_counts_from_its_first_day_to_its_last(district, cases):
    person = district.person("commune_officer", "03424").person_id
    district.ask(lambda s: s.execute(update(Membership).values(valid_from=TODAY, valid_to=TODAY)))
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]
    seen = [district.ask(lambda s, d=day: len(s.scalars(visible_records(person, "read", d)).all())) for day in days]
    assert seen == [0, 2, 0]


def test_a_membership_for_one_form_reaches_no_other(district, cases):
    person = district.person("team_lead", FAR_TEAM)

    def narrow(session):
        add_membership(session, person, "commune_officer", "03424", district.clock(), TODAY, forms=["achievement"])

    district.ask(narrow)
    scopes = [f"{TEAM}/support_case", f"{TEAM}/achievement"]
    roles = district.ask(lambda s: roles_by_scope(s, person.person_id, scopes, TODAY))
    assert roles[scopes[0]] == {}
    assert roles[scopes[1]]["step"] == {"commune_officer"}


def test_two_roles_over_one_record_show_it_once(district, cases):
    person = district.person("commune_officer", "03424")
    district.ask(lambda s: add_membership(s, person, "labour_office", "106", district.clock(), TODAY))
    seen = district.ask(lambda s: list(s.scalars(visible_records(person.person_id, "read", TODAY))))
    assert len(seen) == len(set(seen)) == 3


def test_a_unit_whose_code_begins_like_anothers_is_not_under_it(district):
    person = district.person("team_lead", TEAM).person_id

    def add_team_ten(session):
        path = "/106/03424/03424-07/03424-07-T10/"
        session.add(OrgUnit(code=f"{TEAM}0", name="Tổ 10", kind="team", parent="03424-07", path=path))

    district.ask(add_team_ten)
    assert district.ask(lambda s: may(s, person, "read", TEAM, "support_case", TODAY))
    assert not district.ask(lambda s: may(s, person, "read", f"{TEAM}0", "support_case", TODAY))
