"""The logs: searched by who, what, about what and when; the chain worked out again; nobody but the auditor reads them."""

import pytest
import sqlalchemy as sa

from server.models import AuditEntry
from tests.server.district import FAR_TEAM
from tests.server.officer import COMMUNE, Officer, words


@pytest.fixture
def auditor(district):
    return Officer(district, "auditor", "106")


@pytest.fixture
def looked(district):
    """An officer who has opened a record: (officer, its id)."""
    device, officer = district.device(), Officer(district)
    op = device.submit()
    device.push(op)
    officer.get(f"/records/{op.rec}")
    officer.post(f"/records/{op.rec}/comments", text="Đã gọi cho bà con")
    return officer, op.rec


def test_what_was_done_is_found_by_act_person_and_day(district, auditor, looked, clock):
    officer, rec = looked
    page = words(auditor.get(f"/logs/acts?what=record.&about={rec}"))
    assert "record.comment" in page and rec in page and "device.enrol" not in page
    assert "Đã gọi cho bà con" not in page
    assert "record.comment" in words(auditor.get(f"/logs/acts?who={officer.person.person_id}&since=05/12/2021"))
    assert "Không có dòng nào." in words(auditor.get("/logs/acts?until=01/12/2021"))
    assert "Không có dòng nào." in words(auditor.get("/logs/acts?who=không+ai"))
    assert auditor.get("/logs/acts?since=hôm+qua&until=99/99/9999").status_code == 200


def test_who_looked_at_a_record_is_found_and_looking_is_put_down(auditor, looked):
    page = words(auditor.get(f"/logs/accesses?about={looked[1]}"))
    assert "view" in page and "Giàng A Páo" in page
    assert auditor.accesses() == [("log", None)]


def test_the_chain_is_worked_out_again(district, auditor, looked):
    assert "còn nguyên" in words(auditor.get("/logs/acts?check=1"))
    district.ask(lambda s: s.execute(sa.update(AuditEntry).where(AuditEntry.seq == 2).values(act="nothing.done")))
    assert "Chuỗi bị đứt ở dòng số 2" in words(auditor.get("/logs/acts?check=1"))


def test_pages_follow_by_number(district, auditor):
    device = district.device()
    for _ in range(2):
        device.push(*(device.submit() for _ in range(2)))
    officer = Officer(district)
    for _ in range(60):
        district.person()
    first = auditor.get("/logs/acts")
    assert "Trang sau" in words(first)
    last = int(first.text.rsplit('<th scope="row">', 1)[1].split("<")[0])
    second = auditor.get(f"/logs/acts?before={last}")
    assert f'<th scope="row">{last - 1}</th>' in second.text and f'<th scope="row">{last}</th>' not in second.text
    assert officer.get("/logs/acts").status_code == 403


def test_what_is_typed_is_text(auditor):
    page = auditor.get("/logs/acts?who=%22%3E%3Cscript%3E&what=%25&about=%27--")
    assert "<script>" not in page.text and "Không có dòng nào." in words(page)


def test_an_auditor_of_one_commune_reads_the_lines_of_that_commune_alone(district, looked):
    """Of its people and their devices, and of its records: also where somebody of the district touched them."""
    officer, rec = looked
    far = district.device(unit=FAR_TEAM)
    op = far.submit(unit=FAR_TEAM)
    far.push(op)
    stranger = Officer(district, "commune_officer", "03412")
    stranger.get(f"/records/{op.rec}")
    stranger.post(f"/records/{op.rec}/comments", text="x")
    above = Officer(district, "home_affairs", "106")
    above.get(f"/records/{rec}")
    own_commune, everywhere = Officer(district, "auditor", COMMUNE), Officer(district, "auditor", "106")
    for page, mine, theirs in (
        ("/logs/acts", (rec, officer.person.person_id), (op.rec, far.device_id, stranger.person.person_id)),
        ("/logs/accesses", (rec,), (op.rec,)),
    ):
        for who in (own_commune, everywhere):
            text = who.get(page).text
            assert all(each in text for each in mine), page
            assert [each in text for each in theirs] == [who is everywhere] * len(theirs), page
    about = f"/logs/accesses?who={above.person.person_id}"
    assert rec in own_commune.get(about).text
