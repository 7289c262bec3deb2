"""Documents made to hurt: they compile, or are refused with a code, in bounded time. The bounds are generous; what
they guard against took minutes."""

import time
from contextlib import contextmanager

import pytest

from forms import Env, Instance, compile_form
from tests.forms.survey import survey


@contextmanager
def within(seconds):
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def document(rows, choices=None):
    return survey("type | name") | {"survey": rows, "choices": choices or {}}


def questions(count, **keys):
    return [{"type": "integer", "name": f"q{n}", "label": "Q"} | {key: text.format(n, n - 1, n + 1) for key, text in keys.items()}
            for n in range(count)]  # fmt: skip


def codes(source):
    return {found.code for found in compile_form(source).problems}


def test_ten_thousand_questions_work():
    rows = questions(1) + questions(10_000, relevant="${{q{1}}} > 3")[1:]
    with within(20):
        program = compile_form(document(rows)).program
        instance = Instance(program, {"q0": 9}, Env())
        instance.set("/q0", 1)
    assert not instance.state("/q9999")["relevant"]


def test_ten_thousand_wrong_names_are_told_without_looking_for_each():
    with within(20):
        assert codes(document(questions(10_000, relevant="${{nobody{}}} = 1"))) == {"expression.unknown_name"}


def test_an_expression_of_thousands_of_wrong_names_is_told():
    row = {"type": "calculate", "name": "c", "calculation": " + ".join(f"${{z{n}}}" for n in range(150))}
    with within(20):
        assert codes(document([*questions(1000), *({**row, "name": f"c{n}"} for n in range(100))])) == {
            "expression.unknown_name"
        }


def test_thousands_of_cycles_are_cut_short():
    rows = [{"type": "calculate", "name": f"q{n}", "calculation": f"${{q{n ^ 1}}}"} for n in range(5000)]
    with within(20):
        assert codes(document(rows)) == {"expression.cycle"}


@pytest.mark.parametrize("count", [1, 50_000])
def test_a_list_of_tens_of_thousands_works(count):
    choices = {"need": [{"name": f"c{n}", "label": "L"} for n in range(count)]}
    with within(20):
        instance = Instance(
            compile_form(document([{"type": "select_one need", "name": "q", "label": "Q"}], choices)).program
        )
        instance.set("/q", f"c{count - 1}")
        assert instance.problems() == []


def test_a_list_of_a_hundred_thousand_is_too_large_for_a_form():
    text = ",".join(f'{{"name":"c{n}","label":"L"}}' for n in range(100_000))
    assert codes(f'{{"choices":{{"need":[{text}]}}}}'.encode()) == {"file.too_large"}


def nested(levels):
    rows = questions(1)
    for level in range(levels):
        rows = [{"type": "repeat" if level % 2 else "group", "name": f"g{level}", "label": "G", "children": rows}]
    return document(rows)


def test_groups_fifty_levels_deep_work_and_two_hundred_are_a_problem():
    instance = Instance(compile_form(nested(49)).program)
    assert instance.problems() == []
    assert codes(nested(50)) == codes(nested(200)) == {"survey.too_deep"}


def test_ten_thousand_wrong_keys_are_told_in_part():
    rows = [row | {"relevent": "1"} for row in questions(5000)]
    with within(20):
        assert codes(document(rows)) == {"key.unknown"}
