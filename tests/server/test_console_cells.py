"""The workflow's table walked through the console cell by cell: state × role × what may be done, with real requests.

What the console shows and takes must be what workflow.json and roles.json say, read here once more and plainly. The
cores behind laptop and phone are walked in tests/sync/test_workflow_cells.py.
"""

import itertools
import json
import re

import pytest

from server.models import Record
from tests.conftest import SOAK
from tests.server.conftest import ROOT
from tests.server.officer import COMMUNE, TOKEN, Officer

CAMPAIGN = ROOT / "campaigns" / "tam_duong"
FORM = "support_case"
WORKFLOW = next(
    each for each in json.loads((CAMPAIGN / "workflow.json").read_text("utf-8"))["workflows"] if FORM in each["forms"]
)
STATES, STEPS = WORKFLOW["states"], WORKFLOW["steps"]
ROLES = {
    name: set(role["forms"][FORM])
    for name, role in json.loads((CAMPAIGN / "roles.json").read_text("utf-8"))["roles"].items()
    if "console" in role["surface"] and "read" in role["forms"].get(FORM, ())
}
SHOWN = re.compile(r"/steps/(\w+)")
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


def takes(role, state, action):
    """One cell of the table: the step leads from here, this role takes it, and may take steps at all."""
    return state in STEPS[action]["from"] and role in STEPS[action]["roles"] and "step" in ROLES[role]


def does(role, state, deed):
    return deed in ROLES[role] and role in STATES[state].get(deed, {}).get("roles", ())


class Desk:
    """One record that is put into any state, and somebody signed in for each role."""

    def __init__(self, district):
        self.district = district
        device = district.device()
        op = device.submit()
        device.push(op)
        self.rec = op.rec
        self.before = self.row()
        self.officers = {role: Officer(district, role, COMMUNE) for role in ROLES}
        self.tokens = {role: TOKEN.search(one.get("/account").text)[1] for role, one in self.officers.items()}

    def row(self):
        def read(session):
            record = session.get_one(Record, self.rec)
            return record.state, json.loads(record.doc)

        return self.district.ask(read)

    def put(self, state):
        """The record as if its people had brought it here; the answers are as they were."""

        def write(session):
            record = session.get_one(Record, self.rec)
            phase = STATES[state]["phase"]
            record.state, record.phase = state, phase
            record.doc = json.dumps({**json.loads(record.doc), "state": state, "phase": phase}, ensure_ascii=False)

        self.district.ask(write)

    def take(self, role, action):
        """Post a step with a reason; the state after it."""
        answer = self.officers[role].post(
            f"/records/{self.rec}/steps/{action}",
            token=self.tokens[role],
            answers_hash=self.row()[1]["answers_hash"],
            reason="Xem lại sổ",
        )
        return answer.status_code, self.row()[0]


@pytest.fixture
def desk(district):
    return Desk(district)


def test_a_page_offers_exactly_what_the_table_gives(desk):
    for state in STATES:
        desk.put(state)
        for role, officer in desk.officers.items():
            page = officer.get(f"/records/{desk.rec}").text
            told = (state, role)
            assert set(SHOWN.findall(page)) == {action for action in STEPS if takes(role, state, action)}, told
            assert (f"/records/{desk.rec}/correction" in page) == does(role, state, "correct"), told
            assert (f"/records/{desk.rec}/void" in page) == does(role, state, "void"), told


def cells():
    """(state, action, role). Outside of soak, of those who may not, every fifth cell is tried by one role, another each
    time: what is not offered is not taken either, as both ask one function."""
    for number, (state, action) in enumerate(itertools.product(STATES, STEPS)):
        allowed = [role for role in ROLES if takes(role, state, action)]
        refused = [role for role in ROLES if role not in allowed]
        some = refused if SOAK else [refused[number % len(refused)]] if refused and number % 5 == 0 else []
        yield from ((state, action, role) for role in (*allowed, *some))


def test_a_step_is_taken_where_the_table_says_so_and_nowhere_else(desk):
    taken = 0
    for state, action, role in cells():
        desk.put(state)
        status, after = desk.take(role, action)
        if takes(role, state, action):
            assert (status, after) == (302, STEPS[action]["to"]), (state, action, role)
            taken += 1
        else:
            assert (status, after) == (409, state), (state, action, role)
    assert taken == sum(takes(*cell) for cell in itertools.product(ROLES, STATES, STEPS))


def test_a_record_is_voided_and_corrected_where_the_table_says_so_and_nowhere_else(desk):
    for state, role in itertools.product(STATES, ROLES):
        desk.put(state)
        officer, token = desk.officers[role], desk.tokens[role]
        corrects = officer.get(f"/records/{desk.rec}/correction").status_code
        assert corrects == (200 if does(role, state, "correct") else 403), (state, role)
        answer = officer.post(f"/records/{desk.rec}/void", token=token, reason="Lập nhầm")
        may = does(role, state, "void")
        assert answer.status_code == (302 if may else 403), (state, role)
        assert desk.row()[0] == ("void" if may else state), (state, role)
