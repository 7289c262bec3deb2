"""The figures of Tam Đường: the whole first set is there, and what was worked out by hand comes out.

That their expressions and the returns over them fit the forms is the loader's check (test_tam_duong.py).
"""

import pytest

import forms
from forms.indicators import GROUP, figures_document, form_of
from tests.campaigns.conftest import filled_in, read_json
from tests.campaigns.examples import EXAMPLES

INDICATORS = {each["name"]: each for each in read_json("indicators.json")["indicators"]}
SOURCED = sorted(name for name, each in INDICATORS.items() if "calculation" not in each["source"])
V1 = {
    "f0_new", "f0_managed_f1", "f0_returnee", "f0_community", "f0_home_treatment", "f0_hospital", "f0_recovered",
    "f0_death", "f1_new", "f1_home_isolation", "f1_centre_isolation", "isolation_ended", "returnees_registered",
    "samples_taken", "samples_positive", "samples_pending", "dose1", "dose2", "dose3", "checkpoints_active",
    "violations", "fines_vnd", "criminal_cases", "misinfo_cases", "support_cases_new", "support_cases_approved",
    "support_cases_paid", "support_paid_vnd", "in_kind_value_vnd", "hotline_calls", "hotline_answered_24h",
    "contrib_cash_vnd", "contrib_in_kind_value_vnd", "ppe_sets", "outreach_sessions", "outreach_people",
    "app_declaration_helped", "teams_active", "visits", "good_practices", "nominations", "awards",
}  # fmt: skip


@pytest.fixture
def contributes(documents, campaign):
    """contributes(indicator, answers, today) -> (date, what one record adds, {disaggregation: value}) or None."""

    def contributes(name, answers, today="2021-12-05"):
        program = forms.compile_form(figures_document(documents[form_of(INDICATORS[name])], [INDICATORS[name]])).program
        env = forms.Env(
            now=f"{today}T08:00:00.000+07:00",
            today=today,
            tz_offset_min=420,
            roles=None,
            state="draft",
            lists=campaign.lists,
        )
        instance = filled_in(program, env, answers)
        found = {key.removeprefix(f"{name}__"): value for key, value in instance.snapshot()[GROUP].items()}
        if found.get("where") != "true" or not found.get("date"):
            return None
        by = {key.removeprefix("by_"): value for key, value in found.items() if key.startswith("by_")}
        return found["date"], found.get("over", 1 if INDICATORS[name]["source"].get("aggregate") == "count" else 0), by

    return contributes


def test_the_whole_first_set_of_figures_is_there():
    assert set(INDICATORS) >= V1


PAID = {
    "/need/policy_code": "nq68_f0_meal", "/need/event_from": "2021-11-10", "/need/event_to": "2021-11-23",
    "/outcome/amount_approved": 1_120_000, "/outcome/decision_no": "05/QĐ-UBND",
    "/outcome/decision_date": "2021-12-03", "/outcome/paid_at": "2021-12-04",
}  # fmt: skip
# Worked by hand from tests/campaigns/examples.py: (figure, what more is answered, day, what the record adds).
BY_HAND = [
    ("f0_community", {}, "2021-12-05", 2),
    ("f0_home_treatment", {}, "2021-12-05", 9),
    ("samples_taken", {}, "2021-12-05", 60 + 20),
    ("dose2_18_64", {}, "2021-12-05", 25),
    ("violations", {}, "2021-12-05", 3),
    ("fines_vnd", {}, "2021-12-05", 4_000_000),
    ("misinfo_cases", {}, "2021-12-05", 2),
    ("returnees_registered", {}, "2021-12-05", 1),
    ("visits", {}, "2021-12-05", 1),
    ("support_cases_new", {}, "2021-12-05", 1),
    ("support_cases_approved", PAID, "2021-12-03", 1),
    ("support_cases_paid", PAID, "2021-12-04", 1),
    ("support_paid_vnd", PAID, "2021-12-04", 1_120_000),
    ("in_kind_value_vnd", {}, "2021-12-05", 2_700_000),
    ("in_kind_households", {}, "2021-12-05", 12),
    ("contrib_cash_vnd", {}, "2021-12-05", 5_000_000),
    ("contrib_in_kind_value_vnd", {}, "2021-12-05", 3_000_000),
    ("ppe_sets", {"/items[suits]/qty_issued": 2, "/issue/issued_on": "2021-12-05"}, "2021-12-05", 2),
    ("outreach_people", {}, "2021-12-05", 120),
    ("app_pc_covid", {}, "2021-12-05", 6),
    ("checkpoints_active", {}, "2021-12-05", "Chốt đầu bản Phiêng Hoi"),
    ("teams_active", {}, "2021-08-20", 1),
    ("team_members", {}, "2021-08-20", 1),
    ("hotline_answered_24h", {}, "2021-12-05", 1),
    ("good_practices", {}, "2021-11-01", 1),
    ("nominations", {}, "2021-12-05", 1),
    ("awards", {"/decision/decision_date": "2021-12-05", "/decision/awarded_total": 1}, "2021-12-05", 1),
]


@pytest.mark.parametrize("name, more, day, adds", BY_HAND, ids=[row[0] for row in BY_HAND])
def test_a_record_adds_what_was_worked_out_by_hand(contributes, name, more, day, adds):
    _, answers = EXAMPLES[form_of(INDICATORS[name])]
    found = contributes(name, answers | more)
    assert found is not None
    assert (found[0], str(found[1])) == (day, str(adds))


@pytest.mark.parametrize(
    "name, more",
    [
        ("support_cases_approved", {}),
        ("support_paid_vnd", {}),
        ("ppe_sets", {}),
        ("awards", {}),
        ("alerts", {"/visit/has_symptom": "no"}),
        ("teams_active", {"/team/active": "no"}),
        ("hotline_answered_24h", {"/answer/answered": "no"}),
        ("in_kind_households", {"/handover/given_to": "isolation"}),
    ],
)
def test_a_record_that_is_not_meant_adds_nothing(contributes, name, more):
    _, answers = EXAMPLES[form_of(INDICATORS[name])]
    assert contributes(name, answers | more) is None


def test_a_case_is_told_apart_by_sex_age_people_and_policy(contributes):
    _, answers = EXAMPLES["support_case"]
    _, _, by = contributes("support_cases_new", answers | PAID | {"/person/ethnic_code": "08"})
    assert by == {
        "sex": "female", "age_band": "60+", "ethnic_group": "08", "policy": "nq68_f0_meal", "urgency": "24h",
    }  # fmt: skip


def test_what_may_not_be_named_is_not_told_apart_by_person(documents, walk):
    """No figure is split by a question that is marked as a person's name, phone, number or address."""
    for name in SOURCED:
        marked = {
            row["name"]
            for _, row in walk(documents[form_of(INDICATORS[name])]["survey"])
            if row.get("pii") in ("name", "phone", "id_number", "address", "note")
        }
        for each in INDICATORS[name]["source"].get("disaggregations", ()):
            assert not any(f"${{{question}}}" in each["value"] for question in marked), name
