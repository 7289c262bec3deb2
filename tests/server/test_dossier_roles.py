"""Every role of roles.json at the pages of dossiers: its own unit's, a foreign one's; and the templates of papers."""

import io
import json

import pytest
from docx import Document

from server.papers import check_template
from tests.server.achievements import CAMPAIGN, confirmed
from tests.server.officer import COMMUNE, OTHER_COMMUNE, Officer, field, words
from tests.server.test_dossiers import Desk

ROLES = json.loads((CAMPAIGN / "roles.json").read_text("utf-8"))["roles"]
AWARDS = json.loads((CAMPAIGN / "awards.json").read_text("utf-8"))


def actions(role):
    return set(ROLES[role]["forms"].get("nomination", ()))


@pytest.fixture
def desk(district):
    made = Desk(district)
    made.prepare(confirmed(district, made.officer, made.device))
    return made


def test_every_role_reaches_the_dossiers_of_its_unit_and_no_other(desk, district):
    for role in ROLES:  # over one dossier: what is refused changes nothing
        reaches(desk, district, role)


def reaches(desk, district, role):
    console = "console" in ROLES[role]["surface"]
    reads = console and "read" in actions(role) and ROLES[role].get("see_pii", False)
    asked = console and "comment" in actions(role) and ROLES[role].get("see_pii", False)  # may be, were it asked
    near, far = Officer(district, role, COMMUNE), Officer(district, role, OTHER_COMMUNE)
    assert near.get("/dossiers").status_code == (200 if reads or asked else 403)
    assert near.get("/awards").status_code == (200 if reads or asked else 403)
    missing = 404 if reads or asked else 403
    paths = ("", "/archive", "/papers/request", "/nominees", "/meetings/unit", "/appraisal", "/decision")
    for path in paths:
        assert far.get(f"/dossiers/{desk.id}{path}").status_code == missing, path
    assert near.get(f"/dossiers/{desk.id}").status_code == (200 if reads else missing)
    if reads:
        assert f"/dossiers/{desk.id}" in near.get("/dossiers").text and desk.id not in far.get("/dossiers").text
    prepares = reads and role in AWARDS["deciding"]["district"]["acts"]["prepare"]["roles"]
    assert near.get(f"/dossiers/{desk.id}/nominees").status_code == (200 if prepares else 409 if reads else missing)
    assert near.get(f"/dossiers/{desk.id}/decision").status_code == (409 if reads else missing)
    token = {"token": field(near.get("/sign-in"), "csrf_token")}
    acts = {
        "steps/forward": {}, "steps/award": {}, "signer": {"signer": "X"}, "decision": {"kind": "award", "signer": "X"},
        "appraisal": {}, "opinions": {"office": "police"}, "notice": {"first": "05/12/2021"}, "objections": {"text": "x"},
        "decisions/award": {"number": "1", "signed_on": "05/12/2021"}, "meetings/council": {},
    }  # fmt: skip
    before = desk.row()
    for path, fields in acts.items():
        allowed = (path == "signer" and prepares) or (path == "steps/forward" and reads and role in ("commune_chair", "unit_head"))
        if allowed:
            continue
        answer = near.post(f"/dossiers/{desk.id}/{path}", version=str(before.version), **token, **fields)
        assert answer.status_code in ((409, 422) if reads else (missing,)), (path, answer.status_code)
    assert (desk.row().version, desk.row().state) == (before.version, before.state)
    begun = near.post("/dossiers", unit=COMMUNE, award="giay_khen_huyen", occasion="thematic", procedure="regular", **token)
    begins = reads and "commend" in actions(role)
    assert (begun.status_code == 302) == begins
    if begins:
        foreign = near.post("/dossiers", unit=OTHER_COMMUNE, award="giay_khen_huyen", occasion="thematic", procedure="regular", **token)
        assert foreign.status_code == 403


def changed(content: bytes, text: str) -> bytes:
    document = Document(io.BytesIO(content))
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_template_is_replaced_after_its_check_and_put_back(desk):
    home = desk.home
    own = home.get("/papers/request").get_data()
    page = home.post("/papers/request", file=(io.BytesIO(changed(own, "{{ khong_co }}")), "x.docx"))
    assert page.status_code == 422 and "khong_co" in page.text and "Tờ trình đề nghị khen thưởng" in page.text
    assert home.get("/papers/request").get_data() == own
    assert home.post("/papers/request", file=(io.BytesIO(b"x"), "x.docx")).status_code == 422
    new = changed(own, "Ghi chú của huyện cho {{ unit }}")
    answer = home.post("/papers/request", file=(io.BytesIO(new), "x.docx"))
    assert answer.status_code == 302 and home.get("/papers/request").get_data() == new
    paper = Document(io.BytesIO(home.get(f"/dossiers/{desk.id}/papers/request").get_data()))
    assert "Ghi chú của huyện cho UBND xã Bản Bo" in [p.text for p in paper.paragraphs]
    home.post("/papers/request/reset")
    assert home.get("/papers/request").get_data() == own
    assert home.acts()[-2:] == ["paper.template", "paper.template_reset"]
    assert desk.officer.post("/papers/request", file=(io.BytesIO(new), "x.docx")).status_code == 403
    assert home.get("/papers/none").status_code == 404
    assert Document(io.BytesIO(home.get("/papers/request/sample").get_data())).paragraphs


def test_a_template_that_departs_from_the_decree_is_taken_with_a_warning(desk):
    from server.awards.paper_kinds import KINDS

    own = desk.home.get("/papers/request").get_data()
    document = Document(io.BytesIO(own))
    document.sections[0].left_margin = 360000
    out = io.BytesIO()
    document.save(out)
    assert check_template(out.getvalue(), KINDS["request"]) == []
    page = desk.home.post("/papers/request", file=(io.BytesIO(out.getvalue()), "x.docx"))
    assert page.status_code == 200 and "10.0 mm" in page.text and "Lề trang sai" in words(page)
