"""Duplicates at the console: listed with reasons, side by side, decided, undone; only by who works for both places."""

import pytest

from tests.server.district import FAR_TEAM, OTHER_TEAM
from tests.server.officer import OTHER_COMMUNE, Officer, words


@pytest.fixture
def pair(district):
    """Two teams of one commune wrote down one person; ("/duplicates/…", first, second)."""
    one, other = district.device(), district.device(unit=OTHER_TEAM)
    ops = (
        one.submit(full_name="Giàng Thị Dở"),
        other.submit(full_name="Giang Thi Do", unit=OTHER_TEAM, household_size=6),
    )
    one.push(ops[0])
    other.push(ops[1])
    first, second = sorted(op.rec for op in ops)
    return f"/duplicates/{first}/{second}", first, second


def test_the_list_says_who_why_and_how_much(district, pair):
    page = Officer(district).get("/duplicates")
    said = words(page)
    assert "Giàng Thị Dở" in said and "Giang Thi Do" in said
    assert "cùng họ tên, một bên viết không dấu; cùng năm sinh; cùng bản" in said
    assert "70" in said and pair[0] in page.text


def test_side_by_side_shows_what_differs_and_notes_who_looked(district, pair):
    officer = Officer(district)
    page = officer.get(pair[0])
    assert page.text.count('class="differs"') == 2  # the name, and how many live in the household
    assert {rec for what, rec in officer.accesses() if what == "view"} == set(pair[1:])


def test_it_is_linked_merged_said_apart_and_undone(district, pair):
    officer = Officer(district)
    address, _, second = pair
    for said, heading in (("apart", "Không trùng"), ("linked", "Cùng một người"), (f"merged:{second}", "Đã gộp")):
        assert officer.post(address, say=said).status_code == 302
        assert f"Tình trạng: {heading}" in words(officer.get(address))
        assert officer.get("/duplicates").text.count(address) == 0
        officer.post(address, say="open")
    assert "Tình trạng: Chờ xem" in words(officer.get(address))
    assert [act for act in officer.acts() if act.startswith("duplicate.")] == [
        f"duplicate.{what}" for what in ("apart", "open", "linked", "open", "merged", "open")
    ]


def test_a_records_own_page_tells_of_its_likeness(district, pair):
    officer = Officer(district)
    address, first, second = pair
    assert "Có một hồ sơ khác giống hồ sơ này (70 điểm)." in words(officer.get(f"/records/{first}"))
    officer.post(address, say=f"merged:{second}")
    assert "Hồ sơ này đã được gộp vào một hồ sơ khác" in words(officer.get(f"/records/{first}"))
    assert "Một hồ sơ khác đã được gộp vào hồ sơ này." in words(officer.get(f"/records/{second}"))


def test_another_commune_sees_none_of_it(district, pair):
    stranger = Officer(district, unit=OTHER_COMMUNE)
    assert pair[0] not in stranger.get("/duplicates").text
    assert stranger.get(pair[0]).status_code == 404
    assert stranger.post(pair[0], say="apart").status_code == 404
    assert Officer(district, "auditor", "106").get("/duplicates").status_code == 403


def test_across_communes_only_the_district_sees_and_decides(district):
    one, other = district.device(), district.device(unit=FAR_TEAM)
    ops = (
        one.submit(id_type="cccd", id_number="012158001234"),
        other.submit(unit=FAR_TEAM, id_type="cccd", id_number="012158001234", commune="03412", village="03412-01"),
    )
    one.push(ops[0])
    other.push(ops[1])
    address = "/duplicates/" + "/".join(sorted(op.rec for op in ops))
    assert address not in Officer(district).get("/duplicates").text
    office = Officer(district, "labour_office", "106")
    assert "khác bản" in words(office.get("/duplicates"))
    assert office.post(address, say="linked").status_code == 302


def test_what_no_button_says_changes_nothing(district, pair):
    officer = Officer(district)
    assert officer.post(pair[0], say="burn").status_code == 422
    assert officer.post(pair[0], say="merged:0000").status_code == 409
    assert officer.post(pair[0], token="", say="apart").status_code == 400
    assert officer.acts() == ["session.begin"]


def test_names_are_escaped_and_the_page_is_in_english_too(district):
    device = district.device()
    device.push(*(device.submit(full_name="<b>Lò</b> Thị") for _ in range(2)))
    officer = Officer(district)
    officer.post("/language", language="en", next="/")
    page = officer.get("/duplicates")
    assert "&lt;b&gt;Lò" in page.text and "<b>Lò" not in page.text
    assert "Records that look alike" in words(page) and "same name; same year of birth; same village" in words(page)


def test_devices_learn_of_it_by_links_that_are_taken_back_with_the_decision(district, pair):
    officer, device = Officer(district), district.device()
    address, first, second = pair

    def links():
        return {
            rec: [(each["kind"], each["to"]) for each in doc.get("links", [])] for rec, doc in device.pull_all().items()
        }

    officer.post(address, say="linked")
    own = {rec for rec in (first, second) if rec in links()}
    assert own and all(links()[rec] == [("duplicate", second if rec == first else first)] for rec in own)
    officer.post(address, say="open")
    officer.post(address, say=f"merged:{second}")
    assert links().get(first, [("merged_into", second)]) == [("merged_into", second)]
    assert links().get(second, []) == []
    assert "Liên kết với hồ sơ khác" in words(officer.get(f"/records/{first}"))
