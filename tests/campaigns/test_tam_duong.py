"""The campaign's files agree with the product, with each other and with the directive they come from."""

import json
import re
import unicodedata

import forms

# Who the directive gives a duty to (points 1 to 6), and those who run the system.
DUTY_ROLES = {
    "team_member", "team_lead", "commune_officer", "commune_health", "commune_chair", "unit_head", "front_officer",
    "culture_officer", "home_affairs", "district_health", "labour_office", "district_police", "command_centre",
    "district_chair", "unit_reporter", "admin", "auditor",
}  # fmt: skip
COMMUNES = {
    "03390", "03394", "03400", "03405", "03406", "03412", "03413", "03415", "03418", "03421", "03424", "03427", "03430",
}  # fmt: skip


def test_the_campaign_loads_without_a_problem(files, documents):
    campaign, problems = forms.load_campaign(files)
    assert problems == []
    assert set(campaign.programs) == {*documents, campaign.settings["question_audio"]}


def test_every_role_with_a_duty_exists(roles):
    assert set(roles) == DUTY_ROLES


def test_nobody_who_sees_only_counts_may_read_a_record_of_a_person(roles, documents, walk):
    persons = {
        form_id for form_id, document in documents.items() if any("pii" in row for _, row in walk(document["survey"]))
    }
    counting = {name: role for name, role in roles.items() if not role["see_pii"]}
    assert {"command_centre", "district_police", "admin", "auditor"} <= set(counting)
    for name, role in counting.items():
        for form_id in persons & set(role["forms"]):
            # The logs name ids and codes, no answer of anybody.
            assert set(role["forms"][form_id]) <= {"table", "people", "audit"}, (name, form_id)


def test_home_affairs_counts_support_cases_but_reads_achievements(roles):
    assert roles["home_affairs"]["forms"]["support_case"] == ["table"]
    assert "read" in roles["home_affairs"]["forms"]["achievement"]


def test_the_tree_is_one_district_with_its_thirteen_communes(units):
    kinds = {"commune": {"district"}, "agency": {"district"}, "village": {"commune"}, "team": {"village"}}
    assert [code for code, unit in units.items() if not unit["parent"]] == ["106"]
    assert units["106"]["province"] == "12"
    assert {code for code, unit in units.items() if unit["kind"] == "commune"} == COMMUNES
    for unit in units.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", unit["valid_from"])
        if unit["parent"]:
            assert units[unit["parent"]]["kind"] in kinds[unit["kind"]]


def test_a_village_and_its_teams_are_numbered_under_their_commune_and_marked_as_demonstration(units):
    for code, unit in units.items():
        if unit["kind"] in ("village", "team"):
            assert code.startswith(unit["parent"] + "-")
            assert "(trình diễn)" in unit["name"]


def test_at_least_four_communes_have_villages(units):
    with_villages = {unit["parent"] for unit in units.values() if unit["kind"] == "village"}
    assert {"03424", "03412", "03394", "03400"} <= with_villages


def test_units_and_policies_are_chosen_from_the_campaigns_own_lists(documents, walk):
    """Nothing that is a list of the campaign is written into a form once more."""
    for form_id, document in documents.items():
        assert not {"commune", "village", "policy", "ethnic", "force_type"} & set(document["choices"]), form_id
        for path, row in walk(document["survey"]):
            if row["name"] in ("commune", "village", "unit_code"):
                assert row["type"] == "select_one_from_file org_units.csv", path
    case = json.dumps(documents["support_case"])
    assert "80000" not in case and "2021-12-31" not in case


def test_demonstration_people_are_marked_and_hold_roles_and_units_that_exist(people, roles, units):
    assert people["demo"] is True
    logins = [person["login"] for person in people["people"]]
    assert len(logins) == len(set(logins))
    for person in people["people"]:
        assert person["name"].endswith("(trình diễn)")
        for membership in person["memberships"]:
            assert membership["role"] in roles
            assert membership["unit"] in units


def test_the_demonstration_has_everyone_a_case_needs_on_its_way(people, units):
    held = {(m["role"], m["unit"]) for person in people["people"] for m in person["memberships"]}
    assert {("commune_officer", "03424"), ("commune_officer", "03412"), ("home_affairs", "106")} <= held
    assert {"commune_chair", "labour_office", "command_centre", "admin"} <= {role for role, _ in held}
    for commune, villages in (("03424", 2), ("03412", 1)):
        led = {units[unit]["parent"] for role, unit in held if role == "team_lead" and unit.startswith(commune)}
        helped = {units[unit]["parent"] for role, unit in held if role == "team_member" and unit.startswith(commune)}
        assert len(led & helped) >= villages


def test_demonstration_hints_name_questions_that_exist(documents, folder, walk):
    hints = json.loads((folder / "demo" / "hints.json").read_text(encoding="utf-8"))
    assert set(hints["forms"]) == set(hints["rates"]) == set(documents) - {"nomination"}  # nobody fills that in
    for form_id, hinted in hints["forms"].items():
        assert set(hinted) <= {path for path, _ in walk(documents[form_id]["survey"])}, form_id


def test_every_picture_a_form_or_a_choice_names_exists(documents, folder):
    icons = folder.parents[1] / "client" / "web" / "icons"
    for document in documents.values():
        named = {choice["icon"] for options in document["choices"].values() for choice in options if "icon" in choice}
        named.add(document["settings"]["icon"])
        assert [icon for icon in named if not (icons / icon).is_file()] == []


def test_every_text_is_in_both_languages_and_composed(folder):
    for path in folder.rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path
        for label in labels_of(json.loads(text)):
            assert label["vi"].strip() and label["en"].strip(), (path, label)


def labels_of(value):
    """Every {"vi": …, "en": …} in a document; a lone key fails as KeyError."""
    if isinstance(value, dict):
        if "vi" in value or "en" in value:
            yield {"vi": value["vi"], "en": value["en"]}
        else:
            for inner in value.values():
                yield from labels_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from labels_of(inner)
