"""The overview: figures over exactly the units a reader may count, silence told apart from nought, charts with tables."""

import re
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from forms.dashboards import DashboardSchema, check_dashboard
from server import charts
from server.campaigns import read_folder
from tests.server.conftest import ROOT
from tests.server.district import FAR_TEAM
from tests.server.officer import Officer, words


def numbers(page) -> dict[str, str]:
    found = re.findall(r'<li><p class="quiet">([^<]+)</p><p class="figure[^"]*">(.*?)</p>', page.text)
    return {label: re.sub(r"<[^>]+>", "", value).strip() for label, value in found}


def test_the_command_centre_sees_the_whole_district_a_commune_only_its_own(district):
    near, far = district.device(), district.device(unit=FAR_TEAM)
    near.push(near.submit(), near.submit(full_name="Lò Thị Ón"))
    far.push(far.submit(unit=FAR_TEAM, full_name="Vàng Thị Mai", village="03412-01", commune="03412"))
    centre = Officer(district, "command_centre", "106").get("/dashboard")
    assert numbers(centre)["Trường hợp hỗ trợ mới"] == "3"
    commune = Officer(district).get("/dashboard")
    assert numbers(commune)["Trường hợp hỗ trợ mới"] == "2"
    assert "Xã Bình Lư" not in words(commune)
    assert '<figure class="map">' in centre.text and '<figure class="map">' not in commune.text


def test_who_sent_nothing_is_not_shown_as_nought(district):
    near = district.device()
    near.push(near.submit())
    page = Officer(district, "command_centre", "106").get("/dashboard")
    told = dict(re.findall(r'<li><span class="state (\w+)">[^<]*</span>\s*(?:<a[^>]*>)?([^<]+)', page.text))
    assert told["approved"] == "Xã Bản Bo"
    assert "chưa lần nào" in words(page)
    assert numbers(page)["Ca mắc mới (F0)"] == "–"  # nobody has reported a case yet


def test_a_period_can_be_chosen_and_the_one_before_stands_beside_it(district):
    near = district.device()
    near.push(near.submit())
    district.clock.pass_(days=8)
    officer = Officer(district, "command_centre", "106")
    page = officer.get("/dashboard")
    assert numbers(page)["Trường hợp hỗ trợ mới"] == "0" and "kỳ trước 1" in words(page)
    assert numbers(officer.get("/dashboard?days=30"))["Trường hợp hỗ trợ mới"] == "1"
    day = (district.clock() - timedelta(days=8)).strftime("%d/%m/%Y")
    assert numbers(officer.get(f"/dashboard?since={day}&until={day}"))["Trường hợp hỗ trợ mới"] == "1"
    assert officer.get("/dashboard?since=99/99/2021&days=0&until=x").status_code == 200


def test_open_cases_stand_by_urgency_with_the_choices_words_and_a_table(district):
    near = district.device()
    near.push(near.submit(urgency="now"), near.submit(full_name="Lò Thị Ón", urgency="week"))
    page = Officer(district, "command_centre", "106").get("/dashboard")
    table = page.text.split("<figcaption>Trường hợp hỗ trợ còn mở")[1].split("</figure>")[0]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="number">([^<]+)</td>', table)
    assert rows == [("Ngay bây giờ", "1"), ("Trong tuần này", "1")]


def test_numbers_lead_to_their_records(district):
    near = district.device()
    near.push(near.submit())
    commune = Officer(district).get("/dashboard")
    link = re.search(
        r'<a href="(/figures/records\?name=support_cases_new[^"]*)">1</a>', commune.text
    )
    assert link and Officer(district).get(link[1].replace("&amp;", "&")).status_code == 200
    assert "<script>" not in commune.text and "style=" not in commune.text  # the page's policy lets neither run


def test_a_volunteer_has_no_overview(district):
    assert Officer(district, "admin", "106").get("/dashboard").status_code == 403


def test_whoever_counts_for_several_offices_begins_at_the_overview(district):
    assert Officer(district, "command_centre", "106").get("/home").location.endswith("/dashboard")
    assert "/records" in Officer(district).get("/home").location


CAMPAIGN = read_folder(ROOT / "campaigns" / "tam_duong")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"numbers": ["f0_neww"]}, "campaign.indicator_unknown"),
        ({"tile": "nothing"}, "campaign.indicator_unknown"),
        ({"tiles": {"99999": [0, 0]}}, "campaign.unit_unknown"),
        ({"tiles": {"03424": [0, 0], "03412": [0, 0]}}, "campaign.tile_taken"),
        ({"panels": [{"kind": "split", "label": {"vi": "a", "en": "a"}, "indicators": ["support_cases_new"],
                      "split": "sexx"}]}, "campaign.split_unknown"),
    ],
)  # fmt: skip
def test_a_dashboard_that_names_what_is_not_there_is_told(changed, code):
    import forms

    campaign, _ = forms.load_campaign(CAMPAIGN)
    dashboard = DashboardSchema().load(changed)
    assert [each.code for each in check_dashboard(dashboard, campaign.indicators, campaign.units)] == [code]


def test_charts_are_wellformed_whatever_a_unit_is_called():
    name = "<script>&\"'"
    for made in (
        charts.bars(
            name, [charts.Bar(name, Decimal(3), "3"), charts.Bar("b", None, "–"), charts.Bar("c", Decimal(0), "0")]
        ),
        charts.days(name, ["a", "b"], [(name, [Decimal(1), None, Decimal(2)]), ("nothing", [None, None, None])]),
        charts.days(name, ["a"], [(name, [Decimal(5)])]),
        charts.tiles(name, [charts.Tile(0, 0, name, "1", "missing", 0.5, "/records?a=1&b=2")]),
        charts.bars("empty", []),
        charts.tiles("empty", []),
    ):
        root = ElementTree.fromstring(str(made))
        assert root.get("role") == "img" and root.get("aria-label")
        assert "<script>" not in str(made)
    assert charts.bars("a", [charts.Bar("x", Decimal(3), "3"), charts.Bar("y", Decimal(6), "6")]).count("<rect") == 2


def test_returns_that_are_owed_and_overdue_stand_among_what_waits(district):
    district.clock.pass_(days=40)
    page = words(Officer(district, "home_affairs", "106").get("/dashboard"))
    overdue = re.search(r"Báo cáo kỳ quá hạn, đơn vị chưa nộp (\d+)", page)
    centre = re.search(
        r"Báo cáo kỳ quá hạn, đơn vị chưa nộp (\d+)",
        words(Officer(district, "command_centre", "106").get("/dashboard")),
    )
    assert max(int(found[1]) for found in (overdue, centre) if found) >= 13  # nobody has handed anything in
    mine = re.search(r"Báo cáo kỳ phải nộp (\d+)", words(Officer(district, "commune_officer").get("/dashboard")))
    assert mine and int(mine[1]) > 0
