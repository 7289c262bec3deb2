"""Properties of the language: nothing raises, following edits equals starting anew, both engines agree."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Env, Instance, compile_form
from forms.evaluate import Builder, Context
from forms.expressions.functions import ALL
from forms.expressions.parser import ExpressionError, parse
from forms.expressions.values import compare, number_text, to_boolean, to_number, to_text
from tests.conftest import SOAK
from tests.forms.generate import ENV, FORMS, document, edits

COLUMNS = ("relevant", "calculation", "constraint", "required", "repeat_count")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["settings", "survey", "choices", "type", "name", "label", "children", "x"]), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


def env():
    return Env(**ENV)


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_a_problem(text):
    try:
        parse(text)
    except ExpressionError as refused:
        assert refused.at >= 1 and refused.reason


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_document_compiles_or_has_problems(source):
    compiled = compile_form(source)
    assert compiled.program is not None or compiled.problems


@given(json_values)
def test_any_answers_can_be_looked_at(answers):
    compiled = compile_form(document(random.Random(7)))
    instance = Instance(compiled.program, answers if isinstance(answers, dict) else {"x": answers}, env())
    assert isinstance(instance.problems(), list)
    assert isinstance(instance.snapshot(), dict)


def test_random_forms_use_every_function():
    written = " ".join([*FORMS, "once("])
    assert [name for name in ALL if f"{name}(" not in written] == []


@given(st.integers(0, 2**32))
def test_following_edits_equals_starting_anew(seed):
    rng = random.Random(seed)
    compiled = compile_form(document(rng))
    assert compiled.program, [str(each) for each in compiled.problems]
    instance = Instance(compiled.program, None, env())
    for edit in edits(rng, instance, 12):
        getattr(instance, edit[0])(*edit[1:])
    anew = Instance(compiled.program, instance.answers() or {"first": None}, env())
    assert anew.snapshot() == instance.snapshot()
    assert anew.problems() == instance.problems()
    assert anew.title() == instance.title()


class LongWay(Builder):
    """Compares values as they come, whatever the form tells of their kinds."""

    def _comparison(self, operator, left, right):
        a, b = self.value(left), self.value(right)
        return lambda context: compare(operator, a(context), b(context))


@given(st.integers(0, 2**32))
def test_what_is_wanted_of_an_expression_is_what_its_value_becomes(seed):
    """The short ways to a truth, a number and a text, beside the general one."""
    rng = random.Random(seed)
    instance = Instance(compile_form(document(rng)).program, None, env())
    for edit in edits(rng, instance, 12):
        getattr(instance, edit[0])(*edit[1:])
    short, general = Builder(instance.form.plain), LongWay(frozenset())
    for node in instance.root.walk():
        for ast in (node.spec[column] for column in COLUMNS if column in node.spec):
            context = Context(instance, node, node, "en")
            value = general.value(ast)(context)
            assert short.truth(ast)(context) == to_boolean(value)
            assert short.text(ast)(context) == to_text(value)
            assert number_text(short.number(ast)(context)) == number_text(to_number(value))


@pytest.mark.parametrize("seed", range(2000 if SOAK else 150))
def test_both_engines_agree(seed, javascript):
    rng = random.Random(seed)
    compiled = compile_form(document(rng))
    instance = Instance(compiled.program, None, env())
    made = []
    for edit in edits(rng, instance, 12):
        getattr(instance, edit[0])(*edit[1:])
        made.append(edit)
    theirs = javascript(compiled.program, made)
    ours = {
        "answers": instance.answers(), "snapshot": instance.snapshot(), "title": instance.title(), "tree": instance.tree(),
        "problems": [[each["path"], each["code"]] for each in instance.problems()],
    }  # fmt: skip
    assert theirs == json.loads(json.dumps(ours)), f"seed {seed}"
