"""Expressions: text → AST, and the table of functions that both engines share."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.expressions.functions import ALL
from forms.expressions.parser import LEVELS, ExpressionError, parse
from tests.conformance.compile_cases import expression_documents

ROOT = Path(__file__).parents[2]
leaves = st.one_of(
    st.integers(0, 10**9).map(lambda number: ["num", str(number)]),
    st.sampled_from("abc ' Đường").map(lambda text: ["str", text]),
    st.sampled_from(["age", "full_name"]).map(lambda name: ["name", name]),
    st.just(["self"]),
    st.just(["path", ["root"], ["child", "kid", ["num", "1"]], ["child", "age"]]),
    st.just(["path", ["self"], ["parent"], ["child", "age"]]),
)
operators = st.sampled_from([operator for level in LEVELS for operator in level])
asts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(operators, inner, inner).map(list),
        inner.map(lambda each: ["neg", each]),
        st.tuples(st.just("call"), st.sampled_from(["concat", "jr:choice-name"]), inner, inner).map(list),
    ),
    max_leaves=12,
)


def written(ast):
    """An AST as text, with every operation in parentheses."""
    match ast:
        case ["num", text]:
            return text
        case ["str", text]:
            return f'"{text}"' if "'" in text else f"'{text}'"
        case ["name", name]:
            return f"${{{name}}}"
        case ["self"]:
            return "."
        case ["path", ["root"], *_]:
            return "/kid[1]/age"
        case ["path", *_]:
            return "../age"
        case ["neg", inner]:
            return f"(-{written(inner)})"
        case ["call", name, *arguments]:
            return f"{name}({', '.join(map(written, arguments))})"
    return f"({written(ast[1])} {ast[0]} {written(ast[2])})"


@given(asts)
def test_what_is_written_is_read_back(ast):
    assert parse(written(ast)) == ast


@given(
    st.lists(
        st.sampled_from([*"()[].,+-*/='\" ${}", "${a}", "and", "div", "selected(", "1", "x", "..", "!="]), max_size=12
    )
)
def test_garbage_has_a_place_inside_the_text(parts):
    text = "".join(parts)
    try:
        parse(text)
    except ExpressionError as refused:
        assert 1 <= refused.at <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ("1 - 2 - 3", ["-", ["-", ["num", "1"], ["num", "2"]], ["num", "3"]]),
        ("1 or 2 and 3", ["or", ["num", "1"], ["and", ["num", "2"], ["num", "3"]]]),
        ("-${a} * 2", ["*", ["neg", ["name", "a"]], ["num", "2"]]),
        ("div div mod", ["div", ["path", ["self"], ["child", "div"]], ["path", ["self"], ["child", "mod"]]]),
        ("current()/../a", ["path", ["current"], ["parent"], ["child", "a"]]),
        ("${kid}[1]", ["path", ["name", "kid"], ["filter", ["num", "1"]]]),
        ("${kid}[1]/age", ["path", ["name", "kid"], ["filter", ["num", "1"]], ["child", "age"]]),
    ],
)  # fmt: skip
def test_operators_and_paths_are_read_as_in_xpath(text, ast):
    assert parse(text) == ast


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("1 +", 4),
        ("(1", 3),
        ("1 2", 3),
        ("a b", 3),
        ("'abc", 1),
        ("${1}", 1),
        ("1 # 2", 3),
        ("(" * 200, 65),
        ("-" * 70 + "1", 65),
        ("1" + "+1" * 300, 1),
    ],
)
def test_a_broken_expression_is_told_where(text, at):
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert refused.value.at == at


@pytest.mark.parametrize("name", ALL)
def test_every_function_has_a_case_that_both_engines_run(name):
    texts = [row["calculation"] for document, _ in expression_documents() for row in document["survey"][-1:]]
    assert any(f"{name}(" in text for text in texts)


def test_both_engines_have_the_same_functions():
    module = (ROOT / "client/web/engine/functions.js").as_uri()
    ask = f"import('{module}').then((table) => console.log(JSON.stringify({{...table.FUNCTIONS, ...table.LAZY}}, (_, each) => typeof each === 'function' ? 1 : each)))"
    printed = subprocess.run([ROOT / ".venv/bin/node", "-e", ask], capture_output=True, check=True, text=True)
    assert set(json.loads(printed.stdout)) == set(ALL)


def test_the_documentation_lists_every_function():
    text = (ROOT / "docs/form-language.md").read_text("utf-8")
    listed = set(re.findall(r"`([a-z][a-z0-9:-]*)\(", text[text.index("## Functions") : text.index("## Rulings")]))
    assert listed == {*ALL, "current", "instance", "version"}
