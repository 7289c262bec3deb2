"""Reviews over a span of days: figures beside the span before, best units, practices, signed and never moving."""

import io
import json
import re
from decimal import Decimal

import docx
import pytest
import sqlalchemy as sa

import forms
from server.accounts import begin_session, set_password
from server.campaigns import read_folder
from server.console.visitor import COOKIE
from server.models import Person, Review
from server.papers import decree30
from server.papers.templates import check_template
from server.returns.review_paper import REVIEW
from server.returns.reviews import scored
from server.verify import differences
from tests.server.achievements import confirm, tell
from tests.server.conftest import ROOT
from tests.server.officer import COMMUNE, Officer, field, words
from tests.server.test_returns import PASSWORD

SPAN = {"first": "01/11/2021", "last": "05/12/2021"}
TEXTS = {"text.results": "Cả xã vào cuộc.", "text.next": "Giữ vững chốt."}


@pytest.fixture
def people(district):
    found = {
        "officer": Officer(district), "chair": Officer(district, "commune_chair"),
        "reader": Officer(district, "home_affairs", "106"), "stranger": Officer(district, "commune_chair", "03412"),
    }  # fmt: skip
    chair = found["chair"].person.person_id
    district.ask(lambda s: set_password(s, s.get_one(Person, chair), PASSWORD, district.clock()))
    enter(district, found["chair"])
    return found


def enter(district, officer):
    """Signed in again: after a new password, or the next day."""
    token = district.ask(lambda s: begin_session(s, officer.person.person_id, district.clock(), 12))
    officer.client.set_cookie(COOKIE, token, domain="console.test", secure=True)


@pytest.fixture
def cases(district, people):
    """Two cases, and three good practices: confirmed; confirmed but not to be told of; not confirmed."""
    device = district.device()
    device.push(device.submit(), device.submit(full_name="Lò Thị Ón"))
    recs = [
        tell(device, "good_practice", practice_name="Bếp ăn không đồng"),
        tell(device, "good_practice", practice_name="Việc kín", agreed="no"),
        tell(device, "good_practice", practice_name="Việc mới"),
    ]
    for rec in recs[:2]:
        confirm(people["chair"], rec)
    return device, recs


def begun(officer, which=f"commune_review/{COMMUNE}", **span):
    done = officer.post("/reviews", which=which, **{**SPAN, **span})
    assert done.status_code == 302, words(done)
    return done.headers["Location"]


def version(officer, address):
    return field(officer.get(address), "version")


def signed(people, address):
    chair = people["chair"]
    return chair.post(f"{address}/sign", version=version(chair, address), password=PASSWORD)


def rows(district):
    return district.ask(lambda s: list(s.scalars(sa.select(Review).order_by(Review.revision))))


def content(officer, address):
    return json.loads(officer.get(f"{address}/files/json").data)


def test_a_review_is_begun_once_written_signed_and_never_moves(district, people, cases):
    device, (good, secret, fresh) = cases
    address = begun(people["officer"])
    assert begun(people["chair"]) == address  # one review of a span, whoever comes first
    page = people["officer"].get(address)
    assert good in page.text and secret not in page.text and fresh not in page.text
    early = signed(people, address)
    assert early.status_code == 409  # its last day is today
    saved = people["officer"].post(
        f"{address}/save", version=version(people["officer"], address), practice=[good, secret], **TEXTS
    )
    assert saved.status_code == 302
    district.clock.pass_(days=1)
    for each in people.values():
        enter(district, each)
    device.hello()
    assert (
        people["chair"].post(f"{address}/sign", version=version(people["chair"], address), password="sai").status_code
        == 422
    )
    assert signed(people, address).status_code == 302
    (row,) = rows(district)
    before = row.snapshot
    said = json.loads(before)
    figures = {each["name"]: each for each in said["figures"]}
    assert (
        figures["support_cases_new"]["value"],
        figures["support_cases_new"]["before"],
        figures["support_cases_new"]["change"],
    ) == ("2", "0", "2")
    assert figures["f0_new"]["value"] is None and figures["f0_new"]["change"] is None  # unknown is not nought
    assert [each["rec"] for each in said["practices"]] == [good]
    assert said["before"] == {"first": "2021-09-27", "last": "2021-10-31"}
    device.push(device.submit(full_name="Vàng Thị Mai"))
    assert rows(district)[0].snapshot == before and row.code in people["reader"].get(address).text
    assert district.ask(lambda s: [str(each) for each in differences(s, district.server)]) == []
    district.ask(lambda s: s.execute(sa.update(Review).values(snapshot=before.replace("Giữ vững", "Bỏ"))))
    assert people["reader"].get(address).status_code == 500
    assert [each.what for each in district.ask(lambda s: list(differences(s, district.server)))] == ["review.snapshot"]


def test_a_correction_is_a_new_revision_beside_the_old(district, people, cases):
    address = begun(people["officer"], last="04/12/2021")
    people["officer"].post(f"{address}/save", version=version(people["officer"], address), **TEXTS)
    assert signed(people, address).status_code == 302
    chair = people["chair"]
    assert chair.post(f"{address}/correct", version=version(chair, address), remark=" ").status_code == 422
    after = chair.post(f"{address}/correct", version=version(chair, address), remark="Thiếu một mô hình").headers[
        "Location"
    ]
    assert after != address and "Cả xã vào cuộc." in people["officer"].get(after).text
    assert [(row.revision, row.state) for row in rows(district)] == [(1, "signed"), (2, "draft")]
    assert "Thiếu một mô hình" in words(chair.get(after)) and rows(district)[0].code in chair.get(address).text
    again = chair.post(f"{address}/correct", version=str(rows(district)[0].version), remark="Lần nữa")
    assert again.status_code == 409  # a correction is under way


def test_only_those_named_see_it_and_each_does_their_own(district, people, cases):
    address = begun(people["officer"])
    assert people["stranger"].get(address).status_code == 404
    assert people["reader"].get(address).status_code == 200
    assert people["reader"].post(f"{address}/save", version="1", **TEXTS).status_code == 403
    assert people["officer"].post(f"{address}/sign", version="1", password="x").status_code == 403
    assert people["officer"].post("/reviews", which="movement_review/106", **SPAN).status_code == 404
    assert people["officer"].post("/reviews", which="nothing", **SPAN).status_code == 404
    assert people["officer"].post(f"{address}/save", version="77", **TEXTS).status_code == 409
    assert people["reader"].post("/reviews", which=f"commune_review/{COMMUNE}", **SPAN).status_code == 403
    listed = words(people["reader"].get("/reviews"))
    assert "Xã Bản Bo" in listed and "đang soạn" in listed
    assert "Xã Bản Bo" not in words(people["stranger"].get("/reviews"))


@pytest.mark.parametrize(
    ("first", "last"),
    [("05/12/2021", "01/12/2021"), ("01/01/2015", "05/12/2021"), ("01/12/2021", "31/12/2021"), ("x", "y")],
)
def test_a_span_that_is_none_is_told(district, people, first, last):
    told = people["officer"].post("/reviews", which=f"commune_review/{COMMUNE}", first=first, last=last)
    assert told.status_code == 422 and 'role="alert"' in told.text and f'value="{first}"' in told.text


def test_the_best_units_stand_in_their_order_and_share_a_place(district, people, cases):
    far = district.device(unit="03412-01-T1")
    far.push(
        *(far.submit(unit="03412-01-T1", full_name=f"Vàng {n}", village="03412-01", commune="03412") for n in "AB")
    )
    said = content(people["reader"], begun(people["reader"], "movement_review/106"))
    by_name = {each["name"]: each["rows"] for each in said["best"]}
    assert [(row["place"], row["name"], row["score"]) for row in by_name["support_speed"]] == [
        (1, "Xã Bình Lư", "0"), (1, "Xã Bản Bo", "0"),
    ]  # fmt: skip
    assert by_name["hotline"] == []  # no call anywhere: nobody is best


def test_a_score_needs_something_that_was_reported():
    criterion = {"name": "x", "expression": "if(${a} > 0, round(100 * ${b} div ${a}, 1), '')"}
    assert scored(criterion, {"a": Decimal(8), "b": Decimal(1)}) == Decimal("12.5")
    assert scored(criterion, {"a": Decimal(0), "b": Decimal(0)}) is None
    assert scored(criterion, {"a": None, "b": None}) is None


def test_the_paper_is_laid_out_as_the_decree_says_and_carries_its_code(district, people, cases):
    _, (good, *_) = cases
    address = begun(people["officer"], last="04/12/2021")
    people["officer"].post(f"{address}/save", version=version(people["officer"], address), practice=good, **TEXTS)
    assert "BẢN THẢO" in text_of(people["officer"].get(f"{address}/files/docx").data)
    signed(people, address)
    paper = people["reader"].get(f"{address}/files/docx").data
    assert [str(each) for each in decree30.check_layout(paper)] == []
    said = text_of(paper)
    assert f"Mã đối chiếu: {rows(district)[0].code}./." in said and "XÃ BẢN BO" in said
    assert (
        "Cả xã vào cuộc." in said and "Góp gạo, nấu mỗi ngày ba mươi suất." in said and "Trường hợp hỗ trợ mới" in said
    )
    assert not re.search(r"\{\{|\{%", said)
    assert people["reader"].get(f"{address}/files/pdf").status_code == 404


def text_of(paper):
    return "\n".join(paragraph.text for paragraph in decree30.all_paragraphs(docx.Document(io.BytesIO(paper))))


@pytest.mark.parametrize("campaign", ["tam_duong", "flood_relief"])
def test_the_template_is_right(campaign):
    content = (ROOT / "campaigns" / campaign / "documents" / "review.docx").read_bytes()
    assert check_template(content, REVIEW) == []


BROKEN = {
    "campaign.indicator_unknown": lambda each: each["indicators"].append("nothing"),
    "campaign.role_unknown": lambda each: each["signers"].append("nobody"),
    "campaign.kind_unknown": lambda each: each["best"][0].update(kinds=["planet"]),
    "campaign.question_unknown": lambda each: each["practices"]["show"].append("nothing"),
    "campaign.unit_unknown": lambda each: each["who"].update(units=["99999"]),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_wrong_reviews_file_is_told_at_load(code):
    files = read_folder(ROOT / "campaigns" / "tam_duong")
    document = json.loads(files["reviews.json"])
    BROKEN[code](document["reviews"][0])
    campaign, problems = forms.load_campaign({**files, "reviews.json": json.dumps(document).encode()})
    assert campaign is None and code in {each.code for each in problems}


def test_a_criterion_that_is_no_expression_is_told_with_its_name():
    files = read_folder(ROOT / "campaigns" / "tam_duong")
    document = json.loads(files["reviews.json"])
    document["reviews"][0]["best"][0]["expression"] = "${nothing} + ("
    campaign, problems = forms.load_campaign({**files, "reviews.json": json.dumps(document).encode()})
    assert campaign is None and any("best support_speed" in str(each) for each in problems)
