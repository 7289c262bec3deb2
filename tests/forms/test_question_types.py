"""Types, appearances, parameters and settings: what is known compiles, everything else is named with its place and remedy."""

import re

import pytest

from forms import compile_form
from forms.question_types import ASKED, ELSEWHERE, FROM_FILE, SELECTS, TYPES, type_pattern
from tests.forms.survey import start, survey


def one(type, **keys):
    """A document with one question."""
    document = survey("type | name", choices={"need": ["rice", "cash"]})
    return document | {"survey": [{"type": type, "name": "q", "label": "Q", **keys}]}


def found(document):
    return [(each.code, each.severity, each.where.key) for each in compile_form(document).problems]


def node(document):
    compiled = compile_form(document)
    assert compiled.program, list(map(str, compiled.problems))
    return compiled.program["root"][0]


def written(name):
    if name in FROM_FILE:
        return f"{name} villages.csv"
    return f"{name} need" if name in SELECTS else name


def needs(name):
    return {"calculation": "1"} if name == "calculate" else {"children": []} if name in ("group", "repeat") else {}


@pytest.mark.parametrize("name", TYPES)
def test_every_type_compiles_and_says_how_it_is_answered(name):
    made = node(one(written(name), **needs(name)))
    assert made["type"] == FROM_FILE.get(name, name)
    whole_steps = {"range": "integer"}
    assert made.get("answer", "") == whole_steps.get(name, TYPES[name].answer)
    assert re.search(type_pattern(), written(name))


@pytest.mark.parametrize(("name", "word"), [(name, word) for name in TYPES for word in sorted(TYPES[name].appearances)])
def test_every_appearance_of_a_type_reaches_the_screen(name, word):
    word = word.replace("-N", "-3")
    document = one(written(name), appearance=word, **needs(name))
    assert node(document)["appearance"] == word
    assert "appearance" not in {key for _, _, key in found(document)}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_type_of_other_tools_is_named_with_what_to_use_instead(name):
    (problem,) = compile_form(one(name)).problems
    assert (problem.code, problem.where.key) == ("survey.type_unsupported", "type")
    assert f"'{ELSEWHERE[name]}'" in problem.remedy


@pytest.mark.parametrize(
    ("type", "code"),
    [
        ("rank need or_other", "survey.type_unknown"),
        ("select_one need or_othr", "survey.type_unknown"),
        ("text need", "survey.type_unknown"),
        ("", "survey.type_unknown"),
        ("select_one_from_file villages.xml", "survey.list_file"),
        ("select_one_from_file need.csv", "survey.list_file"),
        ("select_one_from_file", "survey.list_file"),
        ("select_one", "survey.list_missing"),
    ],
)
def test_a_type_that_says_too_much_or_too_little_is_a_problem(type, code):
    assert (code, "error", "type") in found(one(type))


@pytest.mark.parametrize(
    ("type", "keys", "problem"),
    [
        ("text", {"appearance": "w4"}, ("survey.no_effect", "warning", "appearance")),
        ("geopoint", {"appearance": "placement-map"}, ("survey.no_effect", "warning", "appearance")),
        ("text", {"appearance": "multilin"}, ("survey.appearance_unknown", "error", "appearance")),
        ("integer", {"appearance": "minimal"}, ("survey.appearance_unknown", "error", "appearance")),
        ("text", {"appearance": "ex:org.example(a)"}, ("survey.appearance_unknown", "error", "appearance")),
        ("select_one need", {"appearance": "columns-x"}, ("survey.appearance_unknown", "error", "appearance")),
        ("range", {"parameters": "start=0 ends=5"}, ("survey.parameter_unknown", "error", "parameters")),
        ("range", {"parameters": "start=a"}, ("survey.parameter_value", "error", "parameters")),
        ("range", {"parameters": "start=5 end=1"}, ("survey.range", "error", "parameters")),
        ("range", {"parameters": "step=0"}, ("survey.range", "error", "parameters")),
        ("image", {"parameters": "max-pixels=0"}, ("survey.parameter_value", "error", "parameters")),
        ("audit", {"parameters": "track-changes=true"}, ("survey.no_effect", "warning", "parameters")),
        ("range", {"parameters": "from 1 to 5"}, ("key.type", "error", "parameters")),
        ("range", {"parameters": {"start": 1.5}}, ("key.type", "error", "parameters")),
        ("select_one need", {"parameters": "randomize=true seed=${nobody}"}, ("expression.unknown_name", "error", "parameters")),
        ("text", {"trigger": "${q}"}, ("key.missing", "error", "calculation")),
        ("text", {"trigger": "q", "calculation": "1"}, ("expression.trigger", "error", "trigger")),
        ("text", {"trigger": "${nobody}", "calculation": "1"}, ("expression.unknown_name", "error", "trigger")),
        ("note", {"calculation": "1"}, ("survey.column_unfit", "error", "calculation")),
        ("start", {"required": "yes"}, ("survey.column_unfit", "error", "required")),
    ],
)  # fmt: skip
def test_what_a_type_does_not_understand_is_named_at_its_column(type, keys, problem):
    assert problem in found(one(type, **keys))


@pytest.mark.parametrize("key", ["public_key", "submission_url", "auto_send", "auto_delete", "client_editable"])
def test_a_setting_that_does_nothing_here_says_so(key):
    document = one("text")
    document["settings"][key] = "x"
    assert ("survey.no_effect", "warning", key) in found(document)
    assert compile_form(document).program


def test_a_style_is_kept_and_an_unknown_one_has_no_effect():
    document = one("text")
    document["settings"]["style"] = "pages theme-grid"
    assert found(document) == [("choices.unused", "warning", "")]
    document["settings"]["style"] = "pages theme-formhub"
    assert ("survey.no_effect", "warning", "style") in found(document)


def test_parameters_may_be_text_or_an_object():
    for parameters in ("start=0; end=5 step=0.5", {"start": 0, "end": 5, "step": "0.5"}):
        assert node(one("range", parameters=parameters))["parameters"] == {"start": "0", "end": "5", "step": "0.5"}


def test_other_words_for_an_appearance_are_understood():
    assert node(one("select_one need", appearance="search w1"))["appearance"] == "autocomplete"


def test_a_list_may_name_a_choice_twice_only_where_the_form_says_so():
    document = one("select_one need")
    document["choices"]["need"].append({"name": "rice", "label": "Gạo nếp"})
    assert ("choices.duplicate_name", "error", "") in found(document)
    document["settings"]["allow_choice_duplicates"] = True
    assert compile_form(document).program


def test_the_form_names_the_lists_it_needs_from_files():
    document = one("select_one_from_file villages.csv")
    assert compile_form(document).program["lists"] == ["villages"]


def test_what_or_other_adds_may_be_read_and_may_not_be_there_already():
    document = one("select_one need or_other")
    document["survey"].append({"type": "calculate", "name": "said", "calculation": "${q_other}"})
    form = start(document)
    form.set("/q", "other")
    form.set("/q_other", "Chăn")
    assert form.snapshot()["said"] == "Chăn"
    document["survey"].append({"type": "text", "name": "q_other", "label": "Q"})
    assert ("name.duplicate", "error", "name") in found(document)


def test_an_answer_is_asked_of_every_asked_type_with_a_label():
    for name, kind in TYPES.items():
        document = one(written(name), **needs(name))
        del document["survey"][0]["label"]
        missing = ("key.missing", "error", "label") in found(document)
        assert missing is (kind.family == ASKED), name


def test_metadata_cannot_be_written_and_a_triggered_question_can():
    document = survey(
        "type | name | calculation | trigger\nstart | s | |\ninteger | a | |\ninteger | b | 1 | ${a}\ninteger | c | 1 |"
    )
    form = start(document)
    assert [form.state(path)["read_only"] for path in ("/s", "/a", "/b", "/c")] == [True, False, False, True]
