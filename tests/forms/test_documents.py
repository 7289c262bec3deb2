"""Form documents that are not what they should be: every problem at once, with its place and remedy."""

import copy
import json

import pytest

from forms import compile_form

GOOD = {
    "settings": {"form_id": "case", "version": "1", "title": {"vi": "Ca", "en": "Case"}, "default_language": "vi"},
    "survey": [
        {"type": "text", "name": "who", "label": {"vi": "Ai", "en": "Who"}},
        {"type": "select_one need", "name": "need", "label": {"vi": "Cần", "en": "Need"}},
        {"type": "repeat", "name": "kid", "label": {"vi": "Trẻ", "en": "Child"}, "children": [
            {"type": "integer", "name": "age", "label": {"vi": "Tuổi", "en": "Age"}}]},
    ],
    "choices": {"need": [{"name": "rice", "label": {"vi": "Gạo", "en": "Rice"}, "kind": "food"}]},
}  # fmt: skip


def codes(document):
    return [found.code for found in compile_form(document).problems]


def with_row(index=0, **keys):
    document = copy.deepcopy(GOOD)
    document["survey"][index] |= keys
    return document


def with_question(**keys):
    return GOOD | {"survey": [*GOOD["survey"], {"name": "more", "label": {"vi": "Thêm", "en": "More"}, **keys}]}


def test_a_good_document_has_no_problem():
    assert compile_form(GOOD).problems == ()
    assert compile_form(json.dumps(GOOD).encode()).program == compile_form(GOOD).program


@pytest.mark.parametrize(
    ("code", "document"),
    [
        ("key.unknown", with_row(relevent="1")),
        ("key.unknown", GOOD | {"surveys": []}),
        ("key.missing", GOOD | {"settings": {}}),
        ("key.missing", with_question(type="calculate")),
        ("key.type", GOOD | {"survey": {}}),
        ("key.type", with_row(label={"Tiếng Việt": "Ai"})),
        ("key.type", with_row(writable_by=[{"roles": ["lead"], "states": 5}])),
        ("name.invalid", with_row(name="số người")),
        ("name.invalid", with_row(name="__id")),
        ("name.duplicate", GOOD | {"survey": [GOOD["survey"][0]] * 2}),
        ("survey.empty", GOOD | {"survey": []}),
        ("survey.type_unknown", with_row(type="map")),
        ("survey.type_unknown", with_row(type="text need")),
        ("survey.children", with_row(children=[GOOD["survey"][0]])),
        ("survey.list_missing", with_row(1, type="select_one needs")),
        ("survey.column_unfit", with_row(choice_filter="true()")),
        ("survey.column_unfit", with_row(repeat_count="3")),
        ("choices.duplicate_name", GOOD | {"choices": {"need": GOOD["choices"]["need"] * 2}}),
        ("choices.name_invalid", GOOD | {"choices": {"need": [{"name": "a b", "label": "A"}]}}),
        ("choices.unused", GOOD | {"choices": {**GOOD["choices"], "other": []}}),
        ("text.translation_missing", with_row(label={"vi": "Ai"})),
        ("expression.syntax", with_row(relevant="${need} =")),
        ("expression.unknown_name", with_row(relevant="${neeed} = 'rice'")),
        ("expression.unknown_name", with_row(label={"vi": "Ai, ${neeed}?", "en": "Who?"})),
        ("expression.ambiguous_name", with_row(1, relevant="${who} = 1") | {"survey": [
            GOOD["survey"][0], {"type": "group", "name": "g", "children": [GOOD["survey"][0]]},
            {"type": "text", "name": "x", "label": "X", "relevant": "${who} = 1"}]}),
        ("expression.unknown_path", with_row(relevant="/nowhere = 1")),
        ("expression.unknown_path", with_row(relevant="../nowhere = 1")),
        ("expression.unknown_function", with_row(relevant="selectd(${need}, 'rice')")),
        ("expression.arguments", with_row(relevant="selected(${need})")),
        ("expression.unknown_column", with_row(1, choice_filter="kinds = 'food'")),
        ("expression.cycle", with_row(relevant="${need} = 1") | {"survey": [
            {"type": "text", "name": "a", "label": "A", "relevant": "${b} = 1"},
            {"type": "text", "name": "b", "label": "B", "relevant": "${a} = 1"}]}),
        ("expression.self_reference", with_question(type="calculate", calculation="${more} + 1")),
        ("expression.self_reference", with_row(2, relevant="${age} > 1")),
        ("expression.self_reference", with_row(2, repeat_count="count(${kid})")),
        ("expression.bare_question", with_row(relevant="${need}")),
        ("expression.first_row", with_question(type="calculate", calculation="${age} + 1")),
        ("expression.regex_unanchored", with_row(constraint="regex(., '[0-9]{9}')")),
        ("expression.instant_as_day", with_question(type="calculate", calculation="int(decimal-date-time(today()))")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_problem_is_found_by_its_code(code, document):
    assert code in codes(document)


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("json.broken", b'{"settings": {}'),
        ("json.broken", b'{"settings": "\\ud800"}'),
        ("json.broken", b'{"settings": "\\u0000"}'),
        ("json.broken", b"[" * 100_000),
        ("json.duplicate_key", b'{"survey": [], "survey": []}'),
        ("json.number", b'{"survey": [1.5]}'),
        ("file.not_utf8", b'{"survey": "\xff"}'),
        ("file.too_large", b" " * 2_000_001),
        ("key.type", b"null"),
        ("key.type", b"[]"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(code, source):
    assert code in codes(source)


def test_broken_json_is_told_with_its_line_and_column():
    (found,) = compile_form(b'{"settings": {},\n "survey" []}', "case.json").problems
    assert str(found.where) == "case.json · line 2, column 11"


def test_a_broken_expression_is_told_with_its_character():
    (found,) = compile_form(with_row(relevant="${need} = = 'rice'")).problems
    assert found.details["at"] == 11
    assert (found.where.path, found.where.name, found.where.key) == ("/survey/0", "who", "relevant")


def test_a_name_that_is_nearly_right_is_suggested():
    remedies = {found.code: found.remedy for found in compile_form(with_row(relevent="1", type="txt")).problems}
    assert "'relevant'" in remedies["key.unknown"]
    assert "'text'" in remedies["survey.type_unknown"]


def test_everything_wrong_is_told_in_one_round():
    document = with_row(relevent="1", name="số")
    document["survey"][1] |= {"relevant": "${whoo} = 1", "constraint": "foo("}
    document["survey"][2]["children"][0] |= {"type": "geotrace", "label": 5}
    document["choices"]["need"].append({"name": "rice"})
    assert sorted(codes(document)) == sorted(
        ["key.unknown", "name.invalid", "key.type", "key.missing", "choices.duplicate_name", "survey.type_unsupported",
         "expression.unknown_name", "expression.syntax"]
    )  # fmt: skip


def test_every_cycle_is_told_at_its_place():
    rows = [
        {"type": "text", "name": name, "label": name, "relevant": f"${{{reads}}} = 1"}
        for name, reads in ("ab", "ba", "cd", "dc")
    ]
    found = compile_form(GOOD | {"survey": rows, "choices": {}}).problems
    assert [each.code for each in found].count("expression.cycle") == 2
    assert all(each.where.key == "relevant" and each.where.name for each in found if "cycle" in each.code)


def test_a_warning_does_not_keep_a_form_from_being_used():
    compiled = compile_form(with_row(label="Ai"))
    assert [found.severity for found in compiled.problems] == ["warning"]
    assert compiled.program is not None


def test_a_text_without_the_default_language_is_an_error():
    assert compile_form(with_row(label={"en": "Who"})).program is None


def test_a_picture_without_words_needs_no_translation():
    assert codes(with_row(image="rice.svg")) == []


def test_a_search_by_regex_is_not_warned_of():
    assert codes(with_row(constraint="not(regex(., '[0-9]'))")) == []
