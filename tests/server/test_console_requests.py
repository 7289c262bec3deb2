"""What people ask about their own data: taken down, answered, erased while the chain still verifies; by nobody else."""

import pytest
from sqlalchemy import select

from server.models import Op, Record, SubjectRequest
from server.verify import differences
from tests.server.officer import OTHER_COMMUNE, Officer, words


@pytest.fixture
def rec(district):
    device = district.device()
    op = device.submit(full_name="Giàng Thị Dở")
    device.push(op)
    return op.rec


def take(officer, rec, kind):
    return officer.post(f"/requests/new/{rec}", kind=kind).headers["Location"]


def test_a_request_is_taken_down_from_the_record_and_listed_with_its_day(district, rec, clock):
    officer = Officer(district)
    assert f"/requests/new/{rec}" in officer.get(f"/records/{rec}").text
    address = take(officer, rec, "see")
    page = officer.get("/requests")
    assert address in page.text and "Chờ trả lời" in words(page) and "Giàng Thị" not in words(page)
    clock.pass_(days=3, hours=1)
    assert "quá hạn" in words(Officer(district).get("/requests"))


def test_it_is_answered_once_with_what_was_done(district, rec):
    officer = Officer(district)
    address = take(officer, rec, "correct")
    officer.post(address, say="done", note="  ")
    assert "Chờ trả lời" in words(officer.get(address))
    officer.post(address, say="done", note="Đã sửa năm sinh theo giấy")
    page = words(officer.get(address))
    assert "Tình trạng: Đã làm" in page and "Đã sửa năm sinh theo giấy" in page
    assert officer.post(address, say="refused", note="Nghĩ lại").status_code == 422
    assert officer.acts()[-2:] == ["request.correct", "request.done"]


def test_erasing_wants_the_box_and_leaves_a_chain_that_verifies(district, rec):
    officer = Officer(district)
    address = take(officer, rec, "erase")
    officer.post(address, say="erase", note="Theo đơn của người dân")
    assert district.ask(lambda s: s.get(Record, rec)) is not None
    officer.post(address, say="erase", note="Theo đơn của người dân", sure="yes")
    assert district.ask(lambda s: s.get(Record, rec)) is None
    assert district.ask(lambda s: list(s.scalars(select(Op.payload).where(Op.rec == rec, Op.type == "submit")))) == [
        b""
    ]
    with district.app.app_context():
        assert district.ask(lambda s: [str(each) for each in differences(s, district.server)]) == []
    page = words(officer.get(address))
    assert "Nội dung hồ sơ không còn" in page and "Tình trạng: Đã làm" in page
    assert officer.get(f"/records/{rec}").status_code == 404


def test_a_request_to_see_never_erases(district, rec):
    officer = Officer(district)
    address = take(officer, rec, "see")
    assert officer.post(address, say="erase", note="x", sure="yes").status_code == 422
    assert officer.post(f"/requests/new/{rec}", kind="burn").status_code == 422
    assert district.ask(lambda s: s.get(Record, rec)) is not None


def test_another_commune_and_other_roles_know_nothing_of_it(district, rec):
    address = take(Officer(district), rec, "erase")
    stranger = Officer(district, unit=OTHER_COMMUNE)
    assert address not in stranger.get("/requests").text
    assert stranger.get(address).status_code == stranger.post(address, say="refused", note="x").status_code == 404
    assert stranger.post(f"/requests/new/{rec}", kind="see").status_code == 404
    assert Officer(district, "commune_chair").get(address).status_code == 403
    assert district.ask(lambda s: s.scalar(select(SubjectRequest.state))) == "open"
