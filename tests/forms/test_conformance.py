"""The cases both evaluators run; tests/web/engine/conformance.test.js runs the same."""

import pytest

from forms import Env, Instance
from tests.conformance.compile_cases import expression_cases, form_cases


@pytest.mark.parametrize("case", expression_cases(), ids=lambda case: case["name"])
def test_expression(case):
    instance = Instance(case["program"], case["answers"], Env(**case["env"]))
    assert instance.answers().get("result") == case["value"]


@pytest.mark.parametrize("case", form_cases(), ids=lambda case: case["name"])
def test_form(case):
    env = {**case["env"]}
    if env.get("roles"):
        env["roles"] = frozenset(env["roles"])
    instance = Instance(case["program"], case.get("answers"), Env(**env))
    for number, step in enumerate(case["steps"]):
        done = None
        if "set" in step:
            done = instance.set(*step["set"])
        if "add_row" in step:
            done = instance.add_row(*step["add_row"])
        if "remove_row" in step:
            done = instance.remove_row(step["remove_row"])
        if "changed" in step:
            assert done == {"changed": step["changed"]}, number
        for path, expected in step.get("expect", {}).items():
            state = instance.state(path)
            assert {key: state[key] for key in expected} == expected, (number, path)
        for path, wanted in step.get("offered", {}).items():  # labels, or whole choices
            found = zip(instance.offered(path), wanted, strict=True)
            told = [choice if isinstance(want, dict) else choice["label"] for choice, want in found]
            assert told == wanted, (number, path)
        if "problems" in step:
            assert [[each["path"], each["code"]] for each in instance.problems()] == step["problems"], number
        if "snapshot" in step:
            assert instance.snapshot() == step["snapshot"], number
        if "title" in step:
            assert instance.title() == step["title"], number
