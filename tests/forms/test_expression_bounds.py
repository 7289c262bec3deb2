"""Expressions that are too long or too deep are problems; the longest and deepest that are none run in both engines."""

import pytest

from forms import Env, Instance, compile_form
from forms.expressions.parser import MAX_LENGTH, MAX_LEVELS, MAX_PARENTHESES
from tests.forms.generate import ENV

DEEPEST = MAX_PARENTHESES - 2
LONG = 10_000  # tokens


def form(calculation):
    return {
        "settings": {"form_id": "bounds", "version": "1", "title": "x", "default_language": "vi"},
        "survey": [
            {"type": "integer", "name": "q", "label": "q"},
            {"type": "calculate", "name": "result", "calculation": calculation},
        ],
    }


def nested(before, inner, after, times=DEEPEST):
    return before * times + inner + after * times


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 200 + "1" + ")" * 200,
        "if(1, " * 200 + "1" + ", 2)" * 200,
        "-" * 200 + "1",
        "${q}[" * 200 + "1" + "]" * 200,
        "1" + " + 1" * LONG,
        "1" + " = 1" * MAX_LEVELS,
        "1 or " * MAX_LENGTH,
        "(" * LONG,
        "concat(" * LONG,
        "'" * (LONG + 1),
        "../" * 12_000 + "q",
        "${q}[1" * 3_000,
    ],
    ids=lambda text: text[:12],
)
def test_what_is_beyond_bounds_is_a_problem_with_its_place(expression):
    compiled = compile_form(form(expression))
    assert compiled.program is None
    assert {each.code for each in compiled.problems} <= {"expression.syntax", "expression.unknown_path"}
    assert {(each.where.name, each.where.key) for each in compiled.problems} == {("result", "calculation")}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (nested("if(${q} = 3, ", "'deep'", ", 1)"), "deep"),
        (nested("(1 + ", "0", ")"), DEEPEST),
        (nested("not(", "true()", ")", 60), "true"),
        (nested("concat(", "'x'", ", '')"), "x"),
        (nested("coalesce('', ", "'x'", ")"), "x"),
        (nested("instance('nowhere')/root/item[", "1", "]", 40), None),
        ("1" + " + 1" * (MAX_LEVELS - 2), MAX_LEVELS - 1),
        ("${q} = 1" + " or ${q} = 3" * (LONG // 4), "true"),
        ("${q} = 3" + " and ${q} = 3" * (LONG // 4), "true"),
        (f"string-length(concat({', '.join(['${q}'] * 900)}))", 900),
    ],
    ids=lambda text: str(text)[:12],
)
def test_what_is_just_within_bounds_runs_in_both_engines(expression, value, javascript):
    compiled = compile_form(form(expression))
    instance = Instance(compiled.program, None, Env(**ENV))
    instance.set("/q", 3)
    assert instance.answers().get("result") == value
    assert javascript(compiled.program, [["set", "/q", 3]])["answers"].get("result") == value
