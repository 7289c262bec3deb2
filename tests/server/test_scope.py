"""Who sees and does what: one rule in SQL, read here as a matrix of roles and units."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from server.delegations import delegate, revoke
from server.models import AuditEntry, Device, Membership, OrgUnit, Person
from server.people import add_membership, memberships
from server.problems import Refusal
from server.scope import may, roles_by_scope, units_below, visible_records
from tests.server.district import FAR_TEAM, OTHER_TEAM, TEAM, verdicts

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


@pytest.fixture
def merged(district):
    """The communes 03424 and 03412 became one on 1/1/2022, with a new village in the place of 03424-07."""

    def merge(session):
        new, village = ("02999", "Xã Mới", "commune", "106"), ("02999-01", "Bản Mới", "village", "02999")
        for code, name, kind, parent in (new, village):
            path = f"{session.get(OrgUnit, parent).path}{code}/"
            session.add(OrgUnit(code=code, name=name, kind=kind, office=kind == "commune", parent=parent, path=path))
            session.flush()
        for code, successor in (("03424", "02999"), ("03412", "02999"), ("03424-07", "02999-01")):
            row = session.get_one(OrgUnit, code)
            row.valid_to, row.successor = date(2021, 12, 31), successor

    district.ask(merge)


def sees(district, role, unit, day, action="read"):
    person = district.person(role, unit).person_id
    return district.ask(lambda s: {r.unit_code for r in s.scalars(visible_records(person, action, day))})


def test_units_that_were_merged_roll_up_to_their_successor_from_the_day_after(district, cases, merged):
    district.clock.now = district.clock.now.replace(year=2021, month=11)
    before, after = date(2021, 12, 31), date(2022, 1, 1)
    assert sees(district, "commune_officer", "02999", before) == set()
    assert sees(district, "commune_officer", "02999", after) == {TEAM, OTHER_TEAM, FAR_TEAM}
    assert sees(district, "commune_officer", "03424", after) == {TEAM, OTHER_TEAM}, "the old office keeps its own"
    assert sees(district, "team_lead", "02999-01", after) == {TEAM, OTHER_TEAM}, "a village follows its own link"
    assert sees(district, "commune_officer", "03406", after) == set()
    assert sees(district, "labour_office", "106", after) == {TEAM, OTHER_TEAM, FAR_TEAM}


def test_what_is_addressed_to_a_unit_that_ended_is_accepted_from_its_successors_people(district, merged):
    district.clock.pass_(days=60)
    device = district.device("team_lead", "02999-01")
    assert f"{TEAM}/support_case" in {grant["scope"] for grant in device.hello()["grants"]}
    op = device.submit(unit=TEAM)
    assert verdicts(device.push(op)) == ["applied"]
    assert op.rec in device.pull_all()


def test_one_who_keeps_people_is_no_keeper_of_the_office_it_succeeded(district, merged):
    person = district.person("commune_officer", "02999").person_id
    below = district.ask(lambda s: set(s.scalars(units_below(person, "people", date(2022, 2, 1)))))
    assert "03424-01" in below and TEAM in below
    assert not {"02999", "03424", "03412", "106"} & below


def lend(district, membership_of, to, first, last):
    def make(session):
        membership = session.scalar(select(Membership).where(Membership.person_id == membership_of.person_id))
        now, today = district.clock(), district.server.today()
        return delegate(session, membership, to.person_id, first, last, now, today, by=membership_of.person_id)

    return district.ask(make)


def test_a_loan_gives_its_days_and_nothing_before_or_after_or_once_taken_back(district, cases):
    officer, chair = district.person("commune_officer", "03424"), district.person("commune_chair", "03424")

    def corrects(day):
        return district.ask(lambda s: may(s, chair.person_id, "correct", TEAM, "support_case", day))

    assert not corrects(TODAY)
    loan = lend(district, officer, chair, TODAY, TODAY + timedelta(days=2))
    days = [TODAY + timedelta(days=n) for n in (-1, 0, 2, 3)]
    assert [corrects(day) for day in days] == [False, True, True, False]
    held = district.ask(lambda s: [role.role for _, role, _ in memberships(s, chair.person_id, TODAY)])
    assert held == ["commune_chair", "commune_officer"], "one's own first"
    district.ask(lambda s: revoke(s, loan.delegation_id, district.clock(), by=officer.person_id))
    assert not corrects(TODAY)
    acts = district.ask(
        lambda s: s.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("delegation"))).all()
    )
    assert acts == ["delegation.make", "delegation.revoke"]


def test_who_stands_in_for_a_reviewer_is_named_for_sealing_on_those_days_alone(district):
    officer, far = district.person("commune_officer", "03424"), district.person("commune_officer", "03412")
    chair = district.device("commune_chair", "03424")
    chair_id = district.ask(lambda s: s.get_one(Device, chair.device_id).person_id)
    team = district.device("team_lead", "03424-07")

    def named():
        return {each["device"] for each in team.hello()["reviewers"]}

    assert chair.device_id not in named()
    chair_person = district.ask(lambda s: s.get_one(Person, chair_id))
    loan = lend(district, officer, chair_person, TODAY, TODAY + timedelta(days=2))
    chair.hello()  # her device hears of the unit it holds now
    assert chair.device_id in named()
    district.clock.pass_(days=2)
    assert chair.device_id in named()
    district.clock.pass_(days=1)
    assert chair.device_id not in named(), "the loan is over, although her device has not met the server since"
    assert loan and far


def test_a_loan_is_not_lent_on_and_ends_with_its_lender(district, cases):
    officer, chair, third = (
        district.person(role, "03424") for role in ("commune_officer", "commune_chair", "unit_head")
    )
    lend(district, officer, chair, TODAY, TODAY)
    lend(district, chair, third, TODAY, TODAY)
    assert not district.ask(lambda s: may(s, third.person_id, "correct", TEAM, "support_case", TODAY))
    district.ask(lambda s: s.execute(update(Person).where(Person.person_id == officer.person_id).values(active=False)))
    assert not district.ask(lambda s: may(s, chair.person_id, "correct", TEAM, "support_case", TODAY))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (-3, -1, "delegation.dates"),
        (2, 1, "delegation.dates"),
        (0, 92, "delegation.dates"),
        (0, 1, "delegation.person"),
    ],
)
def test_a_loan_needs_days_to_come_and_a_colleague_of_the_same_line(district, first, last, code):
    officer, far = district.person("commune_officer", "03424"), district.person("commune_chair", "03412")
    with pytest.raises(Refusal) as refused:
        lend(district, officer, far, TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    assert refused.value.code == code
