"""Every address × role: what a form marks as personal is read by who may see persons, and by nobody else.

Distinct markers stand in every such question of a case; every address of the console is fetched as each role, with the
ids of what there is, exports and workbooks opened too. A role that reads without seeing persons is tried as well, for each
role that reads: whoever writes a campaign may give it.
"""

import io
import os
import re
import shutil
import uuid
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from server import create_app, jobs
from server.models import Adjudication, DuplicatePair, LegalHold, Record, RoleRight, SubjectRequest
from server.serving import open_server
from tests.server.conftest import START, dispose
from tests.server.district import Clock, District, program
from tests.server.officer import Officer
from tests.server.test_matrix import PARAMETER, ROLES, addresses

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
MARKERS = {
    "full_name": "Zạmarker Thị Tên", "consent_witness": "Zạmarker Nhân Chứng", "phone": "0987654321", "id_number": "012158009876",
    "household_head_name": "Zạmarker Chủ Hộ", "address_note": "Zạmarker cuối bản", "description": "Zạmarker hoàn cảnh",
}  # fmt: skip
SHOWN = [*MARKERS.values(), "Zạmarker", "zamarker"]
ASKED = {**MARKERS, "id_type": "cccd", "head_relation": "spouse"}  # what the questions are asked by
CONSOLE = [role for role, given in ROLES.items() if "console" in given["surface"]]
READS = [role for role in CONSOLE if "read" in ROLES[role]["forms"].get("support_case", ())]
QUERIES = {
    "/records": ("?tab=all", "?tab=all&q=zamarker"), "/duplicates": ("?state=apart",), "/consents": ("?version=2021-12-01",),
}  # fmt: skip
BLIND = READS if os.environ.get("CHUNGSUC_SOAK") else ["commune_officer", "labour_office"]  # with the most rights


def personal():
    return {path.rpartition("/")[2]: spec for path, spec in program().specs.items() if "pii" in spec}


def test_the_markers_stand_in_every_personal_question_that_can_be_filled_in(template):
    """A question that becomes personal is planted as well, or named here with why not."""
    otherwise = {
        "consent_name": "asked when somebody else agreed", "guardian_name": "asked of children", "paid_by": "the office's",
        "reject_reason": "the office's",
    }  # fmt: skip
    rest = {name for name, spec in personal().items() if spec["type"] != "calculate"} - MARKERS.keys() - otherwise.keys()
    assert rest <= {"birth_date", "birth_year", "birth_month"}, rest  # days and years are everywhere


@pytest.fixture(scope="module")
def world(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("masks") / "data"
    shutil.copytree(template.data_dir, folder)
    app = create_app(replace(template, data_dir=folder), Clock(START))
    open_server(app)
    district = District(app, app.extensions["chungsuc"].clock)
    device, other = district.device(), district.device()
    one, two = device.submit(**ASKED), other.submit(**ASKED)
    wrong = device.submit(**ASKED, household_size=99)
    device.push(one, wrong)
    other.push(two)
    district.ask(lambda s: s.execute(update(Record).values(state="approved")))
    keeper = Officer(district)
    keeper.post(f"/requests/new/{one.rec}", kind="see")
    keeper.post(f"/holds/new/{one.rec}", about="record", reason="Thanh tra")

    def ids(session):
        pair = session.scalars(select(DuplicatePair)).first()
        return {
            "rec": one.rec, "h": session.scalar(select(Adjudication.op_h)), "first": pair.first, "second": pair.second,
            "asked": session.scalar(select(SubjectRequest.request_id)), "hold": session.scalar(select(LegalHold.hold_id)),
            "person": keeper.person.person_id, "device": device.device_id, "action": "return", "form": "support_case",
        }  # fmt: skip

    known = district.ask(ids)
    assert district.ask(lambda s: s.get(Record, one.rec)).doc.count("Zạmarker") >= 4
    yield district, known
    dispose(app)


def pages(officer, district, known):
    """(address, everything it says) of every page, list and workbook there is for this person."""
    for _, method, rule, _parameters in addresses(district.app):
        for value in ("payouts", "posting", "goods") if rule == "/support/lists/<which>" else ("",):
            path = PARAMETER.sub(lambda found, v=value: str(known.get(found[1]) or v or uuid.UUID(int=7)), rule)
            for query in ("", "?paid=1") if value else ("", *QUERIES.get(path, ())) if method == "GET" else ():
                with officer.get(path + query) as answer:
                    yield path + query, said(answer)
    for which in ("payouts", "posting", "goods"):
        with officer.post(f"/support/lists/{which}/workbook", reason="Thử mặt nạ", paid="1") as answer:
            yield f"{which}.xlsx", said(answer)
    address = officer.post("/exports", form="support_case", format="csv", reason="Thử mặt nạ").headers.get("Location")
    if address and "/exports/" in address:
        jobs.join(district.app)
        with officer.get(f"{address}/file") as answer:
            yield "export.csv", said(answer)


def said(answer):
    """A page's text, or that of all files in a workbook or archive."""
    data = answer.get_data()
    if data[:2] != b"PK":
        return data.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())


def leaks(officer, district, known):
    found = {}
    for path, text in pages(officer, district, known):
        text = re.sub(r'name="next" value="[^"]*"|name="query" value="[^"]*"|[?&;](amp;)?q=zamarker', "", text)
        for marker in SHOWN:
            if marker in text and not (marker == "zamarker" and "q=zamarker" in path):
                found.setdefault(path, []).append(marker)
    return found


@pytest.mark.parametrize("role", sorted(set(CONSOLE) - set(READS)))
def test_a_role_that_does_not_read_cases_finds_nothing_personal_anywhere(world, role):
    district, known = world
    assert leaks(Officer(district, role, "106"), district, known) == {}


def test_the_markers_are_there_for_who_may_see_them(world):
    """The test of the test: what is looked for is shown to those who read and see persons."""
    district, known = world
    for role in READS:
        officer = Officer(district, role, "106")
        for path in (f"/records/{known['rec']}", "/records?tab=all"):
            assert (MARKERS["full_name"] in officer.get(path).text) == ROLES[role]["see_pii"], (role, path)


@pytest.mark.parametrize("role", BLIND)
def test_a_role_that_reads_without_seeing_persons_gets_masks_everywhere(world, role):
    district, known = world
    kept = district.ask(lambda s: [(r.campaign_id, r.form_id, r.action) for r in s.scalars(select(RoleRight).where(
        RoleRight.role == role, RoleRight.action.in_(("see_pii", "hold"))))])  # fmt: skip
    district.ask(lambda s: s.execute(delete(RoleRight).where(RoleRight.role == role, RoleRight.action.in_(("see_pii", "hold")))))
    try:
        assert leaks(Officer(district, role, "106"), district, known) == {}
    finally:
        district.ask(lambda s: s.add_all(RoleRight(campaign_id=c, role=role, form_id=f, action=a) for c, f, a in kept))
