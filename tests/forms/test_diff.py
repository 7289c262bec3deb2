"""What a new version of a form does to older answers."""

import pytest

from forms import Instance, compile_form
from forms.diff import CARRIES, CHECKED, LOST, carries_over, diff_forms
from tests.forms.survey import ENV, survey

LISTS = {"need": ["rice", "care"]}
BASE = """type | name | label | constraint
          text | who | Họ tên |
          integer | size | Số người | . > 0
          select_one need | need | Cần gì? |"""


def program(table, choices=LISTS, **more):
    compiled = compile_form(survey(table, choices, **more))
    assert compiled.program, list(map(str, compiled.problems))
    return compiled.program


def changes(old, new, old_lists=LISTS, new_lists=LISTS):
    return [
        (each.what, each.path, each.effect) for each in diff_forms(program(old, old_lists), program(new, new_lists))
    ]


def test_the_same_form_has_no_changes():
    assert changes(BASE, BASE) == []


@pytest.mark.parametrize(
    ("line", "other", "expected"),
    [
        ("text | who | Họ tên |", "", ("removed", "/who", LOST)),
        ("text | who | Họ tên |", "text | head | Họ tên |", ("renamed", "/who", LOST)),
        ("text | who | Họ tên |", "text | who | Tên |", ("wording", "/who", CARRIES)),
        ("text | who | Họ tên |", "integer | who | Họ tên |", ("type", "/who", LOST)),
        ("select_one need | need | Cần gì? |", "text | need | Cần gì? |", ("type_fits", "/need", CHECKED)),
        (". > 0", ". > 1", ("stricter", "/size", CHECKED)),
        (". > 0", "", ("looser", "/size", CARRIES)),
    ],
)
def test_one_change_is_told_with_what_it_does_to_older_answers(line, other, expected):
    new = "\n".join(each for each in BASE.replace(line, other).splitlines() if each.strip())
    lists = LISTS if "select_one" in new else {}
    assert changes(BASE, new, new_lists=lists) == [expected]


def test_a_new_question_carries_over_unless_it_must_be_answered():
    header = BASE.replace("constraint\n", "constraint | required\n", 1)
    assert changes(header, f"{header}\ndate | day | Ngày | |") == [("added", "/day", CARRIES)]
    assert changes(header, f"{header}\ndate | day | Ngày | | yes") == [("added_required", "/day", CHECKED)]


def test_choices_that_went_and_came_are_named():
    old, new = program(BASE), program(BASE, {"need": ["rice", "water"]})
    assert [each.message("vi") for each in diff_forms(old, new)] == [
        "/need: bỏ lựa chọn: care (câu trả lời cũ được giữ và phải kiểm tra lại)",
        "/need: thêm lựa chọn: water (câu trả lời cũ vẫn dùng được)",
    ]


def grouped(kind):
    inside = [{"type": "text", "name": "who", "label": "Ai"}]
    return {
        **survey(BASE, LISTS),
        "survey": [{"type": kind, "name": "home", "label": "Nhà", "children": inside}],
        "choices": {},
    }


def test_a_question_that_moves_into_a_group_or_a_group_that_repeats_is_told():
    flat, group, repeat = ({**grouped("group"), "survey": grouped("group")["survey"][0]["children"]},
                           grouped("group"), grouped("repeat"))  # fmt: skip
    flat, group, repeat = (compile_form(each).program for each in (flat, group, repeat))
    assert [(each.what, each.details) for each in diff_forms(flat, group)] == [("moved", {"to": "/home/who"})]
    assert [(each.what, each.path) for each in diff_forms(group, repeat)] == [
        ("type", "/home"),
        ("repeated", "/home/who"),
    ]
    assert not carries_over(diff_forms(flat, group))


def test_asking_from_another_file_makes_older_answers_be_checked():
    old, new = (f"type | name | label\nselect_one_from_file {file}.csv | q | Bản" for file in ("villages", "hamlets"))
    assert changes(old, new, {}, {}) == [("stricter", "/q", CHECKED)]


SAMPLES = {
    "text": "abc", "integer": 5, "decimal": "1.5", "date": "2021-12-05", "time": "08:30",
    "datetime": "2021-12-05T08:30:00.000+07:00", "select_one need": "rice", "select_multiple need": ["rice"],
    "acknowledge": "OK", "geopoint": "22.3 103.4", "image": f"{'a' * 64}.jpg", "barcode": "X1",
}  # fmt: skip


@pytest.mark.parametrize("old", SAMPLES)
@pytest.mark.parametrize("new", SAMPLES)
def test_an_answer_said_to_fit_the_new_type_is_valid_there_and_one_said_to_be_lost_is_not(old, new):
    before, after = (program(f"type | name | label\n{each} | q | Câu") for each in (old, new))
    lost = any(change.effect == LOST for change in diff_forms(before, after))
    valid = Instance(after, {"q": SAMPLES[old]}, ENV).state("/q")["valid"]
    assert valid is not lost
