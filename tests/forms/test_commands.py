"""`chungsuc forms`: what an author sees."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from chungsuc.cli import chungsuc
from forms import document_schema
from forms.documents import DocumentSchema, RowSchema
from tests.forms.survey import survey

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(document_schema())
FORM = survey("""type | name | constraint | calculation
                 integer | age | . < 150 |
                 calculate | next | | ${age} + 1""")


@pytest.fixture
def run(tmp_path):
    def run(*arguments, **files):
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
            (tmp_path / f"{name}.json").write_text(text, "utf-8")
        paths = [str(tmp_path / each) if each.endswith(".json") else each for each in arguments]
        return CliRunner().invoke(chungsuc, ["forms", *paths])

    return run


def test_check_is_content_with_a_good_form(run):
    result = run("check", "f.json", f=FORM)
    assert result.exit_code == 0
    assert result.stdout.endswith("case 1: ok\n")


def test_check_tells_every_problem_and_ends_with_1(run):
    result = run("check", "f.json", f=FORM | {"surveys": [], "choices": {"need": [{"name": "a b", "label": "A"}]}})
    assert result.exit_code == 1
    assert "[key.unknown]" in result.stderr and "[choices.name_invalid]" in result.stderr


@pytest.mark.parametrize("engine", ["python", "js"])
def test_eval_shows_what_each_question_is_and_says(run, engine):
    result = run("eval", "f.json", "a.json", "--engine", engine, "--today", "2021-12-05", f=FORM, a={"age": 200})
    assert result.exit_code == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["path", "relevant", "required", "read_only", "valid", "value", "message"]
    assert rows[1] == ["/age", "yes", "no", "no", "no", "200", "Câu", "trả", "lời", "này", "chưa", "đúng."]
    assert rows[2] == ["/next", "yes", "no", "yes", "yes", "201"]


def test_answers_with_fractions_are_refused_in_words(run):
    result = run("eval", "f.json", "a.json", f=FORM, a='{"age": 1.5}')
    assert result.exit_code == 1
    assert "[json.number]" in result.stderr


@pytest.mark.parametrize("engine", ["python", "js"])
@pytest.mark.parametrize(
    ("expression", "answers", "printed"),
    [
        ("sum(${age}) + 1", {"kid": [{"__id": "a", "age": 3}, {"__id": "b", "age": 4}]}, "8"),
        ("selected(${crops}, 'rice')", {"crops": ["rice"]}, '"true"'),
        ("concat(${name}, '!')", {"person": {"name": "Đào"}}, '"Đào!"'),
        ("date(today() + 1)", {}, '"2021-12-06"'),
    ],
)
def test_expr_prints_the_value_of_one_expression(run, expression, answers, printed, engine):
    result = run("expr", expression, "--answers", "a.json", "--today", "2021-12-05", "--engine", engine, a=answers)
    assert result.stdout.strip() == printed


def test_expr_says_where_an_expression_breaks(run):
    result = run("expr", "1 +")
    assert result.exit_code == 1
    assert "character 4" in result.stderr


def test_schema_knows_the_keys_that_documents_may_have(run):
    printed = json.loads(run("schema").stdout)
    assert printed == document_schema()
    assert set(printed["properties"]) == set(DocumentSchema().fields)
    assert set(printed["$defs"]["row"]["properties"]) == set(RowSchema().fields)
    assert printed["$defs"]["row"]["required"] == ["type", "name"]
    assert printed["$defs"]["row"]["properties"]["children"]["items"] == {"$ref": "#/$defs/row"}


def test_the_published_schema_is_that_of_today():
    published = json.loads((ROOT / "forms" / "form.schema.json").read_text("utf-8"))
    assert published == document_schema(), "chungsuc forms schema > forms/form.schema.json"


@pytest.mark.parametrize("path", sorted(ROOT.glob("campaigns/*/forms/*.json")), ids=lambda path: path.stem)
def test_editors_find_nothing_wrong_with_the_campaigns_forms(path):
    assert [*SCHEMA.iter_errors(json.loads(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"integer"', '"intger"'),
        ('"constraint"', '"constrain"'),
        ('"name": "age"', '"name": "my age"'),
        ('"survey"', '"questions"'),
        ('"version": "1"', '"version": 1'),
    ],
)
def test_editors_find_what_people_mistype(old, new):
    text = json.dumps(FORM)
    assert old in text
    assert [*SCHEMA.iter_errors(json.loads(text.replace(old, new)))]


def test_diff_tells_the_changes_and_ends_with_1_when_answers_do_not_carry_over(run):
    newer = FORM | {"settings": FORM["settings"] | {"version": "2"}, "survey": FORM["survey"][:1]}
    assert run("diff", "a.json", "b.json", a=newer, b=newer).exit_code == 0
    result = run("diff", "a.json", "b.json", "--language", "en", a=FORM, b=newer)
    assert (result.exit_code, result.stdout) == (1, "/next: question removed (older answers do not carry over)\n")


def test_diff_refuses_other_content_under_the_same_version(run):
    wider = FORM | {"survey": [*FORM["survey"], {"type": "text", "name": "more", "label": "Thêm"}]}
    result = run("diff", "a.json", "b.json", a=FORM, b=wider)
    assert result.exit_code == 1 and "[form.version_reused]" in result.stderr
