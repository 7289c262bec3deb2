"""Three-way merge (P-08): one side's change is taken, both sides' different changes become a clash, nothing vanishes."""

from hypothesis import given
from hypothesis import strategies as st

from forms import compile_form
from sync.judge import value_at
from sync.merge import changed_paths, merge_answers, set_path

FORM = {
    "settings": {"form_id": "visit", "version": "1", "title": "Thăm", "default_language": "vi"},
    "survey": [
        {"type": "text", "name": "name", "label": "Tên"},
        {
            "type": "group",
            "name": "home",
            "label": "Nhà",
            "children": [
                {"type": "integer", "name": "size", "label": "Số người"},
                {"type": "text", "name": "phone", "label": "Điện thoại"},
            ],
        },
        {
            "type": "repeat",
            "name": "items",
            "label": "Hiện vật",
            "children": [
                {"type": "text", "name": "item", "label": "Tên"},
                {"type": "decimal", "name": "qty", "label": "Số"},
            ],
        },
        {"type": "calculate", "name": "double", "calculation": "${size} * 2"},
    ],
}
NODES = compile_form(FORM).program["root"]
texts = st.sampled_from(["gạo", "dầu", "muối", None])
rows = st.dictionaries(
    st.sampled_from(["r1", "r2", "r3"]), st.fixed_dictionaries({"item": texts, "qty": texts}), max_size=3
)


@st.composite
def answers(draw):
    items = [{"__id": row, **without_blanks(content)} for row, content in draw(rows).items()]
    home = without_blanks({"size": draw(st.sampled_from([3, 4, None])), "phone": draw(texts)})
    return without_blanks({"name": draw(texts), "home": home or None, "items": items or None})


def without_blanks(value):
    return {key: each for key, each in value.items() if each is not None}


def paths(before, after):
    return {path for path, _ in changed_paths(NODES, before, after)}


def test_changes_of_different_questions_merge_by_themselves():
    base = {"name": "Lan", "home": {"size": 3}}
    merged = merge_answers(NODES, base, {"name": "Lan", "home": {"size": 4}}, {"name": "Lan Anh", "home": {"size": 3}})
    assert merged.answers == {"name": "Lan Anh", "home": {"size": 4}}
    assert merged.clashes == []


def test_the_same_question_changed_twice_keeps_the_heads_and_the_others():
    merged = merge_answers(NODES, {"name": "a"}, {"name": "b"}, {"name": "c"})
    assert merged.answers == {"name": "c"}
    assert [(clash.path, clash.head, clash.other) for clash in merged.clashes] == [("/name", "c", "b")]


def test_rows_merge_by_identity_and_not_by_position():
    base = {"items": [{"__id": "r1", "item": "gạo"}]}
    mine = {"items": [{"__id": "r2", "item": "dầu"}, {"__id": "r1", "item": "gạo", "qty": "5"}]}
    head = {"items": [{"__id": "r1", "item": "gạo tẻ"}, {"__id": "r3", "item": "muối"}]}
    merged = merge_answers(NODES, base, mine, head)
    assert {row["__id"]: row for row in merged.answers["items"]} == {
        "r1": {"__id": "r1", "item": "gạo tẻ", "qty": "5"},
        "r2": {"__id": "r2", "item": "dầu"},
        "r3": {"__id": "r3", "item": "muối"},
    }
    assert merged.clashes == []


def test_a_row_removed_here_and_changed_there_is_a_clash():
    base = {"items": [{"__id": "r1", "item": "gạo"}]}
    merged = merge_answers(NODES, base, {}, {"items": [{"__id": "r1", "item": "gạo nếp"}]})
    assert merged.answers == {"items": [{"__id": "r1", "item": "gạo nếp"}]}
    assert [(clash.path, clash.other) for clash in merged.clashes] == [("/items[r1]", None)]


@given(answers(), answers())
def test_against_an_unchanged_head_an_edit_is_taken_whole(base, mine):
    merged = merge_answers(NODES, base, mine, base)
    assert not paths(merged.answers, mine)
    assert merged.clashes == []


@given(answers(), answers())
def test_the_same_edit_on_both_sides_is_no_clash(base, edit):
    merged = merge_answers(NODES, base, edit, edit)
    assert not paths(merged.answers, edit)
    assert merged.clashes == []


@given(answers(), answers(), answers())
def test_no_changed_answer_disappears(base, mine, head):
    """I5: what mine changed is in the result or waits in a clash; the same holds for the head."""
    merged = merge_answers(NODES, base, mine, head)
    clashing = {clash.path for clash in merged.clashes}
    for side in (mine, head):
        for path in paths(base, side):
            row = path.partition("]")[0] + "]" if "[" in path else path
            kept = value_at(merged.answers, path) == value_at(side, path)
            waits = path in clashing or row in clashing or any(clash.startswith(path) for clash in clashing)
            removed_row = "[" in path and value_at(merged.answers, row) is None and value_at(side, row) is not None
            both_added = "[" in path and value_at(base, row) is None
            assert kept or waits or (removed_row and waits) or both_added, (path, merged)


@given(answers(), answers(), answers())
def test_both_directions_clash_on_the_same_questions(base, mine, head):
    one, other = merge_answers(NODES, base, mine, head), merge_answers(NODES, base, head, mine)
    assert {clash.path for clash in one.clashes} == {clash.path for clash in other.clashes}


@given(answers(), answers())
def test_setting_every_changed_path_turns_one_into_the_other(before, after):
    done = before
    for path, _ in changed_paths(NODES, before, after):
        done = set_path(NODES, done, path, value_at(after, path))
    assert not paths(done, after)
