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
                {"type": "text", "name": "qty", "label": "Số lượng"},
            ],
        },
        {"type": "calculate", "name": "double", "calculation": "${size} * 2"},
    ],
}
PROGRAM = compile_form(FORM).program
NODES = PROGRAM["root"]
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


def leaves(value, path=""):
    """{path with row ids: answer} of everything in nested answers."""
    if isinstance(value, dict):
        return {
            at: leaf
            for key, each in value.items()
            if key != "__id"
            for at, leaf in leaves(each, f"{path}/{key}").items()
        }
    if isinstance(value, list):
        return {at: leaf for row in value for at, leaf in leaves(row, f"{path}[{row['__id']}]").items()}
    return {} if value is None else {path: value}


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
    """I5, answer by answer: what a side changed is in the result, or waits in a clash of its question or its row."""
    merged = merge_answers(NODES, base, mine, head)
    before, kept = leaves(base), leaves(merged.answers)
    for mine_side, side in ((True, leaves(mine)), (False, leaves(head))):
        for path in {*before, *side}:
            if side.get(path) == before.get(path) or kept.get(path) == side.get(path):
                continue
            clash = next(clash for clash in merged.clashes if path == clash.path or path.startswith(f"{clash.path}/"))
            value = clash.other if mine_side else clash.head
            assert leaves(value, clash.path).get(path) == side.get(path)


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


def test_what_is_computed_never_clashes_and_what_a_trigger_put_there_may():
    survey = [
        {"type": "end", "name": "ended"},
        {"type": "integer", "name": "size", "label": "Số người"},
        {"type": "calculate", "name": "first_day", "calculation": "once(today())"},
        {"type": "text", "name": "noted", "label": "Ghi", "calculation": "${size}", "trigger": "${size}"},
    ]
    nodes = compile_form(FORM | {"survey": survey}).program["root"]
    base = {"ended": "1", "size": 1, "first_day": "2021-12-01", "noted": "a"}
    mine = {"ended": "2", "size": 1, "first_day": "2021-12-02", "noted": "mine"}
    head = {"ended": "3", "size": 2, "first_day": "2021-12-01", "noted": "theirs"}
    merge = merge_answers(nodes, base, mine, head)
    assert merge.answers == head
    assert [(clash.path, clash.head, clash.other) for clash in merge.clashes] == [("/noted", "theirs", "mine")]
    assert [path for path, _ in changed_paths(nodes, base, mine)] == ["/noted"]
