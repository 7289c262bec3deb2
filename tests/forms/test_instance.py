"""An instance: what follows from an answer, what is wrong with one, and what is kept."""

import unicodedata
from dataclasses import replace

import pytest

from tests.forms.survey import ENV, start, survey, violations


@pytest.mark.parametrize(
    ("kind", "value", "valid"),
    [
        ("text", "Lò", True), ("text", 5, False), ("text", ["a"], False), ("text", {"a": 1}, False),
        ("integer", -3, True), ("integer", "3", False), ("integer", 1.5, False), ("integer", True, False),
        ("integer", 2**53, False), ("decimal", "12.50", True), ("decimal", ".5", True), ("decimal", "12,5", False),
        ("decimal", "1e3", False), ("decimal", 12, False), ("date", "2024-02-29", True), ("date", "2023-02-29", False),
        ("date", "05/12/2021", False), ("select_one need", "rice", True), ("select_one need", "gold", False),
        ("select_one need", ["rice"], False), ("select_multiple need", ["rice", "cash"], True),
        ("select_multiple need", ["rice", "rice"], False), ("select_multiple need", ["gold"], False),
        ("select_multiple need", "rice", False), ("select_multiple need", [None], False), ("note", "x", False),
    ],
)  # fmt: skip
def test_an_answer_has_the_type_of_its_question(kind, value, valid):
    form = start(survey(f"type | name\n{kind} | q", choices={"need": ["rice", "cash"]}), {"q": value})
    assert (violations(form) == []) is valid
    assert form.state("/q")["valid"] is valid


def test_a_constraint_is_not_checked_on_a_blank_answer():
    form = start(survey("type | name | constraint\ninteger | age | . >= 0"))
    assert violations(form) == []
    form.set("/age", -1)
    assert violations(form) == [("/age", "answer.constraint")]
    form.set("/age", None)
    assert violations(form) == []


def test_a_problem_speaks_the_forms_words_or_else_ours():
    document = survey("type | name | required\ntext | a | yes\ntext | b | yes")
    document["survey"][0]["required_message"] = {"vi": "Cần tên ${b}", "en": "A name is needed"}
    first, second = start(document, {"b": ""}).problems()
    assert first["message"] == {"vi": "Cần tên ", "en": "A name is needed"}
    assert second["message"] == {"vi": "Câu này cần được trả lời.", "en": "This question needs an answer."}


def test_only_what_depends_on_an_answer_changes():
    form = start(
        survey("""type | name | calculation | relevant
                  integer | a | |
                  calculate | twice | ${a} * 2 |
                  text | more | | ${twice} > 4
                  calculate | other | 1 + 1 | """)
    )
    assert form.set("/a", 3) == {"changed": ["/a", "/twice", "/more"]}
    assert form.set("/a", 4) == {"changed": ["/a", "/twice"]}
    assert form.set("/a", 4) == {"changed": []}


def test_an_answer_of_another_type_is_a_change():
    form = start(survey("type | name\ntext | a"), {"a": "1"})
    assert form.set("/a", 1) == {"changed": ["/a"]}


def test_texts_are_kept_composed():
    form = start(survey("type | name\ntext | who"))
    form.set("/who", unicodedata.normalize("NFD", "Đường"))
    assert form.snapshot() == {"who": "Đường"}


def test_defaults_are_for_new_records_and_rows_only():
    document = survey("type | name | default\ndate | day | today()\ntext | who | ")
    assert start(document).answers() == {"day": "2021-12-05"}
    assert start(document, {"who": "Pao"}).answers() == {"who": "Pao"}


def test_a_calculated_question_is_read_only():
    form = start(survey("type | name | calculation\ninteger | n | 1 + 1"))
    assert form.state("/n") | {"read_only": True, "value": 2} == form.state("/n")


def test_what_the_form_does_not_have_is_told_and_not_kept():
    form = start(survey("type | name\ntext | who"), {"who": "Pao", "whom": 1, "__id": "x"})
    assert violations(form) == [("/whom", "answer.unknown"), ("/__id", "answer.unknown")]
    assert form.snapshot() == {"who": "Pao"}


@pytest.mark.parametrize("path", ["/nobody", "/kid", "", "/kid[x]/age"])
def test_a_path_that_is_no_question_is_refused(path):
    document = survey("type | name\ntext | who")
    document["survey"].append({"type": "repeat", "name": "kid", "label": "kid", "children": [
        {"type": "integer", "name": "age", "label": "age"}]})  # fmt: skip
    with pytest.raises(KeyError):
        start(document).set(path, 1)


KIDS = {
    **survey("type | name | calculation\ninteger | many | \ncalculate | total | sum(${age})"),
}
KIDS["survey"].append({"type": "repeat", "name": "kid", "label": "kid", "repeat_count": "${many}", "children": [
    {"type": "integer", "name": "age", "label": "age"},
    {"type": "calculate", "name": "number", "calculation": "position(..)"}]})  # fmt: skip


def test_a_lower_repeat_count_takes_rows_away_and_a_higher_one_brings_them_back():
    form = start(KIDS)
    form.set("/many", 2)
    first, second = (row["__id"] for row in form.answers()["kid"])
    form.set(f"/kid[{second}]/age", 7)
    form.set("/many", 1)
    assert form.snapshot() == {"many": 1, "total": 0, "kid": [{"__id": first, "number": 1}]}
    form.set("/many", 3)
    assert [row["__id"] for row in form.answers()["kid"]][:2] == [first, second]
    assert form.answers()["total"] == 7
    form.set("/many", -5)
    assert "kid" not in form.answers()


def test_two_devices_give_the_same_rows_to_the_same_record():
    def rows(seed):
        form = start(KIDS, env=replace(ENV, seed=seed))
        form.set("/many", 3)
        return [row["__id"] for row in form.answers()["kid"]]

    assert rows("one") == rows("one") != rows("two")
    assert len(set(rows("one"))) == 3


def test_a_repeat_count_beyond_reason_stops_at_a_thousand():
    form = start(KIDS, {"many": 10**9})
    assert len(form.answers()["kid"]) == 1000


@pytest.mark.parametrize("rows", ["x", {}, [5], [{"age": 3}], [{"__id": "a/b"}], [{"__id": "a"}, {"__id": "a"}]])
def test_rows_that_are_no_rows_are_told(rows):
    document = KIDS | {"survey": [*KIDS["survey"][:2], {**KIDS["survey"][2]}]}
    del document["survey"][2]["repeat_count"]
    assert "answer.unknown" in {code for _, code in violations(start(document, {"kid": rows}))}


def test_who_may_write_depends_on_role_and_state():
    document = survey("type | name | required\ninteger | amount | yes")
    document["survey"][0]["writable_by"] = [{"roles": ["officer"], "states": ["submitted"]}]
    for roles, state, free in [
        ({"officer"}, "submitted", True), ({"officer"}, "draft", False), ({"lead"}, "submitted", False),
        (set(), "submitted", False), (None, "draft", True),
    ]:  # fmt: skip
        env = replace(ENV, roles=None if roles is None else frozenset(roles), state=state)
        seen = start(document, env=env).state("/amount")
        assert (seen["read_only"], seen["required"]) == (not free, free)


def test_a_locked_group_locks_what_is_in_its_rows():
    document = KIDS | {"survey": [*KIDS["survey"][:2], {**KIDS["survey"][2], "writable_by": [{"roles": ["officer"]}]}]}
    del document["survey"][2]["repeat_count"]
    form = start(document, {"kid": [{"__id": "a", "age": 3}]}, replace(ENV, roles=frozenset({"lead"})))
    assert form.state("/kid[a]/age")["read_only"]


def test_the_title_is_the_forms_own_until_there_is_something_to_name():
    document = survey("type | name\ntext | who", settings={"instance_name": "${who}"})
    assert start(document).title() == "Ca"
    assert start(document, {"who": "Pao"}).title() == "Pao"


def test_the_day_of_a_record_is_a_date_or_blank():
    document = survey("type | name\ntext | day", settings={"event_date": "${day}"})
    assert start(document, {"day": "2021-12-05T08:00:00.000+07:00"}).event_date() == "2021-12-05"
    assert start(document, {"day": "hôm qua"}).event_date() == ""
