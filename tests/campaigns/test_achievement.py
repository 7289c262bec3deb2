"""The achievement as a village or unit reports it: short, complete, and bad answers are caught."""

import pytest

COMMON = {
    "/recipient/recipient_type": "individual", "/recipient/full_name": "Sùng Thị Mỷ", "/recipient/sex": "female",
    "/recipient/birth_year": 1990, "/recipient/commune": "03424", "/recipient/direct_frontline": "yes",
    "/deed/merit_kind": ["frontline", "mobilisation"], "/deed/period_from": "2021-08-20",
    "/deed/facts": "Trực chốt đầu bản 35 ca, vận động 40 hộ khai báo y tế.", "/deed/impact_scope": "village",
    "/consent/agreed": "yes",
}  # fmt: skip


def problems(instance):
    return {(problem["path"], problem["code"]) for problem in instance.problems()}


def test_the_common_path_validates(fill):
    assert fill("achievement", COMMON).problems() == []


def test_the_common_path_has_at_most_twelve_required_questions(fill, documents, walk):
    instance = fill("achievement", COMMON)
    skipped = ("/results", "/past_awards")
    asked = [
        path
        for path, row in walk(documents["achievement"]["survey"])
        if row["type"] not in ("group", "note", "calculate") and not path.startswith(skipped)
        if instance.state(path)["relevant"] and instance.state(path)["required"]
    ]
    assert set(asked) == set(COMMON)
    assert len(asked) <= 12


@pytest.mark.parametrize("path", COMMON)
def test_leaving_out_a_required_answer_is_caught(fill, path):
    instance = fill("achievement", COMMON)
    instance.set(path, None)
    assert (path, "answer.required") in problems(instance)


def test_a_complete_achievement_validates_and_keeps_its_answers(fill):
    instance = fill("achievement", COMMON | {
        "/recipient/ethnic_code": "08", "/recipient/village": "03424-07", "/recipient/position": "Chi hội trưởng",
        "/recipient/unit_name": "Chi hội Phụ nữ bản Phiêng Hoi", "/recipient/force_type": "women",
        "/recipient/is_leader": "no", "/deed/period_to": "2021-11-30", "/deed/evidence": "Sổ trực chốt",
    })  # fmt: skip
    instance.add_row("/results", "row-1")
    for name, answer in {"what": "Ca trực", "amount": "35", "unit": "ca"}.items():
        instance.set(f"/results[row-1]/{name}", answer)
    instance.add_row("/past_awards", "row-2")
    for name, answer in {"award_form": "giay_khen_xa", "award_no": "05/QĐ-UBND", "award_date": "2020-12-01"}.items():
        instance.set(f"/past_awards[row-2]/{name}", answer)
    assert instance.problems() == []
    assert instance.snapshot()["past_awards"][0]["award_no"] == "05/QĐ-UBND"
    assert instance.title("vi") == "Sùng Thị Mỷ"
    assert "Bản Bo" in instance.subtitle("vi")


def test_a_group_is_not_asked_for_sex_and_year_of_birth(fill):
    group = {path: answer for path, answer in COMMON.items() if path not in ("/recipient/sex", "/recipient/birth_year")}
    instance = fill("achievement", group | {"/recipient/recipient_type": "collective", "/recipient/members_total": 6})
    assert instance.problems() == []
    instance.set("/recipient/members_women", 7)
    assert problems(instance) == {("/recipient/members_women", "answer.constraint")}


def test_a_district_agency_has_no_village(fill):
    instance = fill("achievement", COMMON | {"/recipient/commune": "106"})
    assert not instance.state("/recipient/village")["relevant"]
    assert instance.problems() == []


@pytest.mark.parametrize(
    "changes, path",
    [
        ({"/recipient/full_name": "A"}, "/recipient/full_name"),
        ({"/recipient/birth_year": 90}, "/recipient/birth_year"),
        ({"/deed/period_from": "2021-12-06"}, "/deed/period_from"),
        ({"/deed/period_from": "2019-12-31"}, "/deed/period_from"),
        ({"/deed/period_to": "2021-08-19"}, "/deed/period_to"),
        ({"/deed/facts": "Tốt"}, "/deed/facts"),
        ({"/deed/facts": "x" * 2001}, "/deed/facts"),
    ],
)
def test_a_bad_answer_is_caught_with_words(fill, changes, path):
    instance = fill("achievement", COMMON | changes)
    assert problems(instance) == {(path, "answer.constraint")}
    (problem,) = instance.problems()
    assert problem["message"]["vi"] and problem["message"]["en"]


def test_the_village_gives_no_opinion_on_discipline_or_award(fill):
    instance = fill("achievement", COMMON)
    assert instance.state("/review/discipline")["read_only"]
    assert instance.state("/review/proposed_award")["read_only"]
