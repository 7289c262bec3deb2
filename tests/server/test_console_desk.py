"""The desk: orders, filters under a name, next in the list, many at once after a sample, revisions side by side."""

import re

import pytest
from sqlalchemy import event, select

from server.database import db
from server.models import BulkStep, Record
from tests.server.district import answers
from tests.server.officer import OTHER_COMMUNE, Officer, field, words

ROWS = re.compile(r'data-row href="/records/([0-9a-f-]{36})')


@pytest.fixture
def device(district):
    return district.device()


def submitted(device, clock, count, **changes):
    ops = []
    for _ in range(count):
        ops.append(device.submit(**changes))
        device.push(ops[-1])
        clock.pass_(minutes=5)
    return [op.rec for op in ops]


def states(district, recs):
    return district.ask(lambda s: [s.get_one(Record, rec).state for rec in recs])


def test_what_cannot_wait_stands_on_top_until_somebody_has_acted(district, device, clock):
    calm = submitted(device, clock, 1)
    urgent = submitted(device, clock, 1, urgency="now")
    officer = Officer(district)
    assert ROWS.findall(officer.get("/records").text) == urgent + calm
    assert ROWS.findall(officer.get("/records?only=urgent&tab=all").text) == urgent
    officer.post(f"/records/{urgent[0]}/comments", text="Đã gọi.")
    assert ROWS.findall(officer.get("/records").text) == calm + urgent


def test_records_over_their_term_are_found_and_say_for_how_long(district, device, clock):
    submitted(device, clock, 1)
    officer = Officer(district)
    assert ROWS.findall(officer.get("/records?only=late&tab=all").text) == []
    clock.pass_(days=4)
    page = Officer(district).get("/records?only=late&tab=all")
    assert len(ROWS.findall(page.text)) == 1 and "quá hạn" in words(page)


def test_records_are_put_in_the_order_of_their_deadlines_and_say_them(district, device, clock):
    """What has no deadline comes last; acting on a record gives it the deadline of its new state, or none."""
    first, second, third = submitted(device, clock, 3)
    officer = Officer(district)
    page = officer.get("/records?tab=all&sort=due")
    assert ROWS.findall(page.text) == [first, second, third]
    assert "hạn 09:00 07/12/2021" in words(page)  # submitted at 9:00, due in 48 hours
    shown = officer.get(f"/records/{first}")
    officer.post(f"/records/{first}/steps/commune_check", answers_hash=field(shown, "answers_hash"))
    page = officer.get("/records?tab=all&sort=due")
    assert ROWS.findall(page.text) == [second, third, first]
    assert words(page).count("hạn 09:") == 2
    clock.pass_(days=3)
    late = Officer(district).get("/records?tab=all&sort=due")
    assert ROWS.findall(late.text) == [second, third, first] and "hạn 09:" not in words(late)


def test_records_are_found_by_their_author_without_marks(district, device, clock):
    recs = submitted(device, clock, 1)
    officer = Officer(district)
    assert ROWS.findall(officer.get("/records?author=giang+pao").text) == recs
    assert ROWS.findall(officer.get("/records?author=lo+thi").text) == []


def test_a_filter_is_kept_under_a_name_and_holds_nothing_but_filters(district):
    officer = Officer(district)
    officer.post("/records/filters", name="  Gấp   của xã ", query="only=urgent&tab=all&evil=%3Cscript%3E")
    page = officer.get("/records")
    assert "Gấp của xã" in words(page) and "evil" not in page.text
    assert 'href="/records?tab=all&amp;only=urgent"' in page.text
    assert "Gấp của xã" not in words(Officer(district).get("/records")), "each has their own"
    officer.post("/records/filters", name="Gấp của xã", query="", forget="yes")
    assert "Gấp của xã" not in words(officer.get("/records"))


def test_a_step_leads_to_the_next_record_of_the_list_one_came_from(district, device, clock):
    first, second, third = submitted(device, clock, 3)
    officer = Officer(district)
    page = officer.get(f"/records/{second}?list=tab%3Dmine")
    assert f'data-key="k" href="/records/{first}?' in page.text and f'data-key="j" href="/records/{third}?' in page.text
    sent = {"answers_hash": field(page, "answers_hash"), "list": "tab=mine"}
    answer = officer.post(f"/records/{second}/steps/commune_check", **sent)
    assert answer.location.startswith(f"/records/{third}?")
    assert f'data-key="k" href="/records/{first}?' in officer.get(answer.location).text


def test_ready_phrases_make_the_reason(district, device, clock):
    (rec,) = submitted(device, clock, 1)
    officer = Officer(district)
    page = officer.get(f"/records/{rec}/steps/return")
    phrase = re.search(r'name="phrase" value="([^"]+)"', page.text)[1]
    sent = {"answers_hash": field(page, "answers_hash"), "phrase": [phrase, "not one of ours"], "reason": "Xem lại sổ."}
    assert officer.post(f"/records/{rec}/steps/return", **sent).status_code == 302
    assert device.pull_all()[rec]["history"][-1]["reason"] == f"{phrase}\nXem lại sổ."


def bulk(officer, **given):
    answer = officer.post("/bulk", form="support_case", action="commune_check", **given)
    return answer.location


def sample(district, address):
    return district.ask(lambda s: s.get_one(BulkStep, address.rpartition("/")[2]).sample)


def test_many_are_approved_only_after_the_sample_was_opened_and_only_as_they_were(district, device, clock):
    recs = submitted(device, clock, 5)
    officer = Officer(district)
    assert "5 hồ sơ làm được" in words(officer.get("/bulk?form=support_case"))
    address = bulk(officer)
    refused = officer.post(f"{address}/take")
    assert refused.status_code == 409 and set(states(district, recs)) == {"submitted"}
    for rec in sample(district, address):
        officer.get(f"/records/{rec}")
    unseen = next(rec for rec in recs if rec not in sample(district, address))
    base = device.pull_all()[unseen]["hash"]
    device.push(device.op("edit", unseen, {"answers": answers(household_size=9)}, base=base))
    left = next(rec for rec in recs if rec not in (unseen, *sample(district, address)))
    officer.post(f"{address}/take", leave=left)
    assert [state for rec, state in zip(recs, states(district, recs), strict=True) if rec in (unseen, left)] == [
        "submitted"
    ] * 2
    assert states(district, recs).count("commune_checked") == 3
    told = words(officer.get(address))
    assert "Bản ghi đã thay đổi sau khi được xem" in told and "anh/chị đã chừa lại" in told
    officer.post(f"{address}/take")
    assert states(district, recs).count("commune_checked") == 3, "a list is worked off once"
    assert officer.acts()[-1] == "bulk.take"


def test_a_sample_opened_before_a_change_was_not_seen(district, device, clock):
    recs = submitted(device, clock, 1)
    officer = Officer(district)
    officer.get(f"/records/{recs[0]}")
    base = device.pull_all()[recs[0]]["hash"]
    device.push(device.op("edit", recs[0], {"answers": answers(household_size=9)}, base=base))
    address = bulk(officer)
    assert officer.post(f"{address}/take").status_code == 409


def test_a_list_of_many_is_its_makers_alone_and_holds_their_own_records(district, device, clock):
    submitted(device, clock, 1)
    address = bulk(Officer(district))
    assert Officer(district).get(address).status_code == 404
    stranger = Officer(district, unit=OTHER_COMMUNE)
    assert stranger.post("/bulk", form="support_case", action="commune_check").status_code == 404
    assert Officer(district).post("/bulk", form="support_case", action="return").status_code == 404, "it wants words"


def test_two_revisions_stand_side_by_side_with_what_differs_marked(district, device, clock):
    (rec,) = submitted(device, clock, 1)
    device.push(device.op("edit", rec, {"answers": answers(household_size=9)}, base=device.pull_all()[rec]["hash"]))
    page = Officer(district).get(f"/records/{rec}/revisions")
    assert page.text.count('class="differs"') == 1
    assert "<del>5</del>" in page.text and "<ins>9</ins>" in page.text
    assert Officer(district).get(f"/records/{rec}/revisions?one=99&other=x").status_code == 200
    assert Officer(district, unit=OTHER_COMMUNE).get(f"/records/{rec}/revisions").status_code == 404


@pytest.mark.parametrize("path", ["/records?tab=all", "/waiting", "/people", "/bulk?form=support_case"])
def test_a_page_asks_no_more_often_for_more_rows(district, device, clock, path):
    officer = Officer(district)

    def queries():
        assert officer.get(path).status_code == 200  # that the person was seen is noted every ten minutes
        asked = []
        with district.app.app_context():
            engine = db.engine
        officer.get(path)  # what is kept in memory is there from here on, and the session was seen this minute
        note = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        assert officer.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    def more(count):
        submitted(device, clock, count)
        device.push(*[device.submit(household_size=99) for _ in range(count)])
        for _ in range(count):
            district.device()

    more(1)
    few = queries()
    more(4)
    assert queries() <= few


def test_fifty_rows_of_the_inbox_weigh_at_most_60_kilobytes(district, device):
    device.push(*[device.submit(full_name="Nguyễn Thị Hoàng Anh Phương") for _ in range(50)])
    page = Officer(district).get("/records")
    assert len(ROWS.findall(page.text)) == 50
    assert len(page.get_data()) <= 60 * 1024
    assert district.ask(lambda s: len(s.scalars(select(Record)).all())) == 50
