"""The support case as a village fills it in: short on the common path, complete, and bad answers are caught."""

import pytest

COMMON = {
    "/consent/consent_how": "spoken", "/consent/consent_witness": "Sùng A Chu",
    "/person/full_name": "Giàng Thị Dở", "/person/sex": "female", "/person/birth_year": 1958,
    "/household/commune": "03424", "/household/village": "03424-07", "/household/head_relation": "self",
    "/household/household_size": 5,
    "/need/need_type": ["food", "medicine"], "/need/urgency": "24h",
}  # fmt: skip
F0 = {"/need/policy_code": "nq68_f0_meal", "/need/event_from": "2021-11-10", "/need/event_to": "2021-11-23"}


def problems(instance):
    return {(problem["path"], problem["code"]) for problem in instance.problems()}


def provisional(instance):
    return instance.snapshot()["need"].get("amount_provisional")


def test_the_common_path_validates(fill):
    assert fill("support_case", COMMON).problems() == []


def test_the_common_path_has_at_most_twelve_required_questions(fill, documents, walk):
    instance = fill(
        "support_case", COMMON | {"/household/head_relation": "parent", "/household/household_head_name": "Giàng A Páo"}
    )
    asked = []
    for path, row in walk(documents["support_case"]["survey"]):
        if path.startswith("/items") or row["type"] in ("group", "note", "calculate"):
            continue
        state = instance.state(path)
        if state["relevant"] and state["required"]:
            asked.append(path)
    assert instance.problems() == []
    assert set(COMMON) <= set(asked)
    assert len(asked) <= 12, asked


@pytest.mark.parametrize("path", COMMON)
def test_leaving_out_a_required_answer_is_caught(fill, path):
    instance = fill("support_case", COMMON)
    instance.set(path, None)
    assert (path, "answer.required") in problems(instance)


def test_a_complete_case_validates_and_keeps_its_answers(fill):
    instance = fill("support_case", COMMON | F0 | {
        "/household/poverty_class": "poor", "/person/ethnic_code": "08",
        "/person/priority_group": ["elderly", "poor_household"],
        "/person/language_spoken": "mong",
        "/person/id_type": "cccd", "/person/id_number": "012158000123", "/household/phone": "0912345678",
        "/household/address_note": "Cuối bản, cạnh suối", "/need/description": "Nhà có F0, hết gạo.",
        "/need/days_claimed": 14, "/documents/documents_have": ["id_paper"],
        "/documents/documents_missing": ["completion_paper"],
    })  # fmt: skip
    instance.add_row("/items", "row-1")
    for name, answer in {"item": "Gạo", "qty": "12.5", "unit": "kg", "item_state": "needed"}.items():
        instance.set(f"/items[row-1]/{name}", answer)
    assert instance.problems() == []
    answers = instance.snapshot()
    assert answers["person"]["id_number"] == "012158000123"
    assert answers["items"][0]["qty"] == "12.5"
    assert answers["need"]["amount_provisional"] == 14 * 80_000
    assert answers["consent"]["consent_date"] == "2021-12-05"
    assert instance.title("vi") == "Giàng Thị Dở · 1958"
    assert "Phiêng Hoi" in instance.subtitle("vi")
    assert not instance.state("/person/id_mismatch")["relevant"]


@pytest.mark.parametrize(
    "changes, path",
    [
        ({"/consent/consent_how": "refused"}, "/consent/consent_how"),
        ({"/person/full_name": "Páo 2"}, "/person/full_name"),
        ({"/person/birth_year": 2022}, "/person/birth_year"),
        ({"/person/birth_year": 58}, "/person/birth_year"),
        ({"/person/birth_precision": "day", "/person/birth_date": "1899-12-31"}, "/person/birth_date"),
        ({"/person/id_type": "cccd", "/person/id_number": "012345"}, "/person/id_number"),
        ({"/person/id_type": "cmnd", "/person/id_number": "012345678901"}, "/person/id_number"),
        ({"/household/household_size": 0}, "/household/household_size"),
        ({"/household/household_size": 31}, "/household/household_size"),
        ({"/household/phone": "01612345678"}, "/household/phone"),
        ({"/need/description": "x" * 501}, "/need/description"),
        (F0 | {"/need/event_from": "2021-12-06", "/need/event_to": None}, "/need/event_from"),
        (F0 | {"/need/event_to": "2021-11-09"}, "/need/event_to"),
        (F0 | {"/need/days_claimed": 15}, "/need/days_claimed"),
        (F0 | {"/need/event_from": "2021-09-01", "/need/days_claimed": 46}, "/need/days_claimed"),
        ({"/need/policy_code": "nq68_f1_meal", "/need/days_claimed": 22}, "/need/days_claimed"),
        ({"/need/channel": "hotline", "/need/hotline_received_on": "2021-12-04",
          "/need/hotline_answered_on": "2021-12-03"}, "/need/hotline_answered_on"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_caught_with_words(fill, changes, path):
    instance = fill("support_case", COMMON | changes)
    assert problems(instance) == {(path, "answer.constraint")}
    (problem,) = instance.problems()
    assert problem["message"]["vi"] and problem["message"]["en"]
    assert "${" not in problem["message"]["vi"]


def test_a_village_of_another_commune_is_not_a_choice(fill):
    instance = fill("support_case", COMMON | {"/household/village": "03412-01"})
    assert ("/household/village", "answer.choice") in problems(instance)
    offered = instance.state("/household/village")["choices"]
    assert "03424-07" in offered and "03412-01" not in offered


def test_a_village_that_is_not_in_the_list_is_written_by_name(fill):
    away = {"/household/commune": "03405", "/household/village": None}
    instance = fill("support_case", COMMON | away)
    assert instance.state("/household/village")["choices"] == []
    assert problems(instance) == {("/household/village", "answer.required")}
    instance.set("/household/village_other", "Bản Sin Chải")
    assert instance.problems() == []
    assert instance.subtitle("vi").startswith("Bản Sin Chải")


def test_a_case_begins_in_the_authors_own_village(fill):
    assert fill("support_case", {}).state("/household/commune")["value"] == "03424"
    assert fill("support_case", {}).state("/household/village")["value"] == "03424-07"
    officer = fill("support_case", {}, role="commune_officer")
    assert (officer.state("/household/commune")["value"], officer.state("/household/village")["value"]) == (
        "03424",
        None,
    )


def test_other_needs_a_description_and_a_child_a_guardian(fill):
    instance = fill("support_case", COMMON | {"/need/need_type": ["other"], "/person/birth_year": 2010})
    assert problems(instance) == {
        ("/need/description", "answer.required"),
        ("/person/guardian_name", "answer.required"),
    }


@pytest.mark.parametrize(
    "changes, warned", [({}, False), ({"/person/birth_year": 1959}, True), ({"/person/sex": "male"}, True)]
)
def test_a_card_number_that_does_not_fit_year_or_sex_is_a_warning_only(fill, changes, warned):
    instance = fill("support_case", COMMON | {"/person/id_type": "cccd", "/person/id_number": "012158000123"} | changes)
    assert instance.state("/person/id_mismatch")["relevant"] is warned
    assert instance.problems() == []


@pytest.mark.parametrize(
    "changes, amount",
    [
        (F0, 14 * 80_000),
        (F0 | {"/need/days_claimed": 10}, 10 * 80_000),
        (F0 | {"/need/event_from": "2021-09-01"}, 45 * 80_000),
        ({"/need/policy_code": "nq68_f1_meal", "/need/days_claimed": 21}, 21 * 80_000),
        ({"/need/policy_code": "nq68_f1_meal"}, None),
        ({"/need/policy_code": "nq68_child_extra"}, 1_000_000),
        ({"/need/policy_code": "nq68_free_labour"}, 1_500_000),
        ({"/need/policy_code": "nq68_hh_business"}, 3_000_000),
        ({"/need/policy_code": "nq68_suspend_15d"}, 1_855_000),
        ({"/need/policy_code": "nq68_suspend_1m"}, 3_710_000),
        ({"/need/policy_code": "nq68_pregnant_child6", "/need/dependants": 2}, 2_000_000),
        ({"/need/policy_code": "nq68_terminated"}, 3_710_000),
        ({"/need/policy_code": "nq116_ui", "/need/insured_months": 11}, 1_800_000),
        ({"/need/policy_code": "nq116_ui", "/need/insured_months": 12}, 2_100_000),
        ({"/need/policy_code": "nq116_ui", "/need/insured_months": 132}, 3_300_000),
        ({"/need/policy_code": "nq105_referral"}, None),
        ({"/need/policy_code": "relief_rice"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_provisional_amount_follows_the_policy(fill, changes, amount):
    assert provisional(fill("support_case", COMMON | changes)) == amount


@pytest.mark.parametrize(
    "event_from, warned", [("2021-04-26", True), ("2021-04-27", False), ("2021-12-31", False), ("2022-01-01", True)]
)
def test_a_date_outside_the_policys_window_is_a_warning_only(fill, event_from, warned):
    changes = {"/need/policy_code": "nq68_child_extra", "/need/event_from": event_from}
    instance = fill("support_case", COMMON | changes, today="2022-01-10")
    assert instance.state("/need/window_warning")["relevant"] is warned
    assert instance.problems() == []


def test_answers_of_a_policy_taken_back_are_left_out(fill):
    instance = fill("support_case", COMMON | F0)
    instance.set("/need/policy_code", None)
    assert "event_from" not in instance.snapshot()["need"]
    assert instance.problems() == []


def test_a_volunteer_cannot_write_what_the_office_decides(fill):
    instance = fill("support_case", COMMON)
    assert "outcome" not in instance.snapshot() or not instance.snapshot()["outcome"]
    assert instance.state("/outcome/amount_approved")["read_only"]
    assert not instance.state("/person/full_name")["read_only"]
