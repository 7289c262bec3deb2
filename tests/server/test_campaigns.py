"""Loading a campaign: all or nothing, as often as wanted; what was published never changes."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.campaigns import Loaded, load_campaign, read_folder
from server.models import Campaign, Document, FormVersion, OrgUnit, RoleRight
from server.problems import Refusal
from tests.server.district import FORM

FOLDER = Path(__file__).parents[2] / "campaigns" / "tam_duong"


@pytest.fixture
def files():
    return read_folder(FOLDER)


def load(district, files, **given):
    return district.ask(lambda s: load_campaign(s, files, district.clock(), **given))


def changed(files, name, old, new):
    text = files[name].decode()
    assert old in text
    return {**files, name: text.replace(old, new).encode()}


def test_loading_a_second_time_changes_nothing(district, files):
    assert load(district, files) == Loaded("tam_duong")


def test_units_lie_under_their_parents(district):
    paths = district.ask(lambda s: dict(s.execute(select(OrgUnit.code, OrgUnit.path)).all()))
    assert paths["106"] == "/106/"
    assert paths["03424-07-T1"] == "/106/03424/03424-07/03424-07-T1/"


def test_a_renamed_unit_and_a_new_one_are_told(district, files):
    csv = changed(files, "org_units.csv", "Xã Bản Bo", "Xã Bản Bo (mới)")
    csv["org_units.csv"] = (
        csv["org_units.csv"].rstrip() + "\n106-MOI,Cơ quan mới,agency,106,2021-12-01,,03390\n".encode()
    )
    loaded = load(district, csv)
    assert (loaded.units_added, loaded.units_changed) == (["106-MOI"], ["03424"])
    assert district.ask(lambda s: s.get(OrgUnit, "106-MOI").successor) == "03390"


def test_a_unit_moved_to_another_parent_takes_its_subtree_along(district, files):
    loaded = load(district, changed(files, "org_units.csv", "village,03424,", "village,03412,"))
    paths = district.ask(lambda s: dict(s.execute(select(OrgUnit.code, OrgUnit.path)).all()))
    assert paths["03424-07-T1"] == "/106/03412/03424-07/03424-07-T1/"
    assert "03424-07-T1" in loaded.units_changed


def test_a_published_version_with_other_content_is_refused_and_nothing_is_loaded(district, files):
    other = changed(files, "forms/support_case.json", "Trường hợp hỗ trợ", "Hồ sơ hỗ trợ")
    other = changed(other, "org_units.csv", "Xã Bản Bo", "Xã khác")
    with pytest.raises(Refusal) as refused:
        load(district, other)
    assert (refused.value.code, refused.value.details["form"]) == ("form.changed", "support_case")
    assert district.ask(lambda s: s.get(OrgUnit, "03424").name) == "Xã Bản Bo"


def test_a_new_version_becomes_the_current_one_and_the_old_one_stays(district, files):
    newer = changed(files, "forms/support_case.json", f'"version": "{FORM["version"]}"', '"version": "2021121001"')
    assert load(district, newer).forms_published == ["support_case 2021121001"]
    versions = district.ask(
        lambda s: dict(
            s.execute(
                select(FormVersion.version, FormVersion.current).where(FormVersion.form_id == "support_case")
            ).all()
        )
    )
    assert versions == {FORM["version"]: False, "2021121001": True}
    device = district.device()
    listed = {(d["id"], d["version"]): d["current"] for d in device.hello()["documents"]}
    assert listed["support_case", FORM["version"]] is False
    assert device.push(device.submit())["verdicts"][0]["verdict"] == "applied", "made with the old version"


def test_a_new_version_says_what_becomes_of_older_answers(district, files):
    newer = changed(files, "forms/support_case.json", f'"version": "{FORM["version"]}"', '"version": "2021121001"')
    newer = changed(
        newer,
        "forms/support_case.json",
        '"type": "integer", "name": "household_size"',
        '"type": "text", "name": "household_size"',
    )
    told = [(form, change.path) for form, change in load(district, newer).forms_changed]
    assert told == [("support_case", "/household/household_size")]


def test_a_right_taken_out_of_the_roles_is_gone(district, files):
    roles = json.loads(files["roles.json"])
    roles["roles"]["commune_officer"]["forms"]["support_case"].remove("export")
    load(district, {**files, "roles.json": json.dumps(roles).encode()})
    rights = district.ask(
        lambda s: set(
            s.scalars(
                select(RoleRight.action).where(RoleRight.role == "commune_officer", RoleRight.form_id == "support_case")
            )
        )
    )
    assert "step" in rights and "export" not in rights


def test_demonstration_data_is_marked(district, files):
    load(district, files, demo=True)
    campaign = district.ask(lambda s: s.get(Campaign, "tam_duong"))
    document = district.ask(lambda s: json.loads(s.get(Document, campaign.document_hash).content))
    assert (campaign.demo, document["demo"]) == (True, True)


def test_every_problem_of_a_broken_campaign_is_told_and_nothing_is_loaded(district, files):
    before = district.ask(lambda s: s.scalar(select(func.count()).select_from(Document)))
    broken = {**files, "roles.json": b"{}", "workflow.json": b"[", "org_units.csv": b"code\n"}
    with pytest.raises(Refusal) as refused:
        load(district, broken)
    told = "\n".join(refused.value.details["problems"])
    assert "roles.json" in told and "workflow.json" in told
    assert district.ask(lambda s: s.scalar(select(func.count()).select_from(Document))) == before


def test_a_folder_without_a_campaign_is_refused(tmp_path):
    with pytest.raises(Refusal) as refused:
        read_folder(tmp_path)
    assert refused.value.code == "campaign.invalid"
