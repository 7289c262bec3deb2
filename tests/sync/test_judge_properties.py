"""Whatever an author wrote: `judge` answers, no answer disappears (I5), no step covers other content (I6)."""

from hypothesis import given
from hypothesis import strategies as st

from forms import Form
from sync.canonical import answers_hash
from sync.judge import NOTHING_SEEN, Author, Base, Case, Head, content_of, judge
from sync.keys import KeyPair
from sync.merge import changed_paths
from sync.ops import ChainState, Intent, build_op
from sync.reasons import REASONS
from sync.workflow import Workflow
from tests.sync.test_merge import NODES, PROGRAM, answers, leaves

FORM = Form(PROGRAM)
NAMED = {"id": "visit", "version": "1"}
WORKFLOW = Workflow(
    {
        "initial": "submitted",
        "states": {
            "submitted": {"phase": "received", "open": True, **{kind: {"roles": ["member"], "to": "submitted"} for kind in ("edit", "correct")},
                          "void": {"roles": ["member"]}},
            "approved": {"phase": "approved", "open": False},
        },
        "steps": {"approve": {"from": ["submitted"], "to": "approved", "roles": ["member"]}},
    }
)  # fmt: skip
MEMBER = Author("active", lambda action: frozenset({"member"}))
KEYS = KeyPair.new()
REC, HASH = "018f0000-0000-7000-8000-000000000001", "a" * 64
APPLIED = {"applied", "merged", "conflict"}
PATHS = ["/name", "/home/size", "/home", "/items", "/items[r1]", "/items[r1]/qty", "/items[r2]/item", "/nowhere[x]/y"]
leaf = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["2021-12-05", "", "12.5", "gạo", "x" * 300, "-", "9" * 400])
)
names = st.sampled_from(
    ["name", "home", "size", "items", "item", "qty", "double", "__id", "now", "today", "tz_offset_min", "zz"]
)
json_values = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=10
)
objects = st.dictionaries(names, json_values, max_size=5)


def op(kind, payload, base=HASH):
    intent = Intent(kind, REC, base, NAMED, "u/visit", payload)
    chain = ChainState("018f0000-0000-4000-8000-000000000002", 0, None)
    return build_op(chain, intent, KEYS, lambda size: b"\0" * size, lambda: "2021-12-05T08:00:00.000+07:00")[0]


def digest(content):
    return answers_hash(content, NAMED, [])


def head(content, state="submitted", conflicts=()):
    return Head(("visit", "1"), "u/visit", state, HASH, content, digest(content), frozenset(conflicts))


def decide(made, found, base):
    return judge(Case(made, found, base, MEMBER, FORM, WORKFLOW))


payloads = {
    "submit": st.fixed_dictionaries({"answers": objects}, optional={"volatile": json_values}),
    "edit": st.fixed_dictionaries({"answers": objects}, optional={"volatile": objects}),
    "correct": st.fixed_dictionaries({"answers": objects}),
    "step": st.fixed_dictionaries(
        {"action": st.sampled_from(["approve", "", "fly"]), "answers_hash": st.just(HASH)},
        optional={"reason": json_values},
    ),
    "comment": st.fixed_dictionaries({"text": st.text(max_size=5)}, optional={"path": json_values}),
    "void": st.fixed_dictionaries({"reason": st.text(max_size=3)}),
    "resolve": st.fixed_dictionaries(
        {
            "revision": st.just(HASH),
            "values": st.dictionaries(st.sampled_from(PATHS), json_values, min_size=1, max_size=3),
        }
    ),
    "move": st.fixed_dictionaries({"to": st.text(max_size=5) | st.just("u/visit"), "reason": st.text(max_size=3)}),
    "link": st.fixed_dictionaries({"to": st.text(max_size=5) | st.just(REC[:-1] + "2"), "kind": st.text(max_size=3)}),
    "erase": objects,
}


@given(st.data())
def test_every_op_gets_a_verdict(data):
    kind = data.draw(st.sampled_from(sorted(payloads)))
    made = op(kind, data.draw(payloads[kind]), data.draw(st.sampled_from([None, HASH])))
    found = data.draw(
        st.none()
        | st.builds(head, answers(), st.sampled_from(["submitted", "approved", "void", "gone"]), st.just(PATHS))
    )
    base = data.draw(st.none() | st.builds(lambda content: Base(content, digest(content)), answers() | objects))
    decision = decide(made, found, base)
    assert decision.verdict in {*APPLIED, "parked", "adjudicate"}
    assert decision.reason is None or decision.reason in REASONS
    assert decision.applies == (decision.verdict in APPLIED)
    assert decision.applies or (not decision.answers and decision.reason)
    if decision.applies:
        assert decision.state in {*WORKFLOW.data["states"], "void", "gone"}
        assert len(decision.title) <= 200
        assert digest(decision.answers)


@given(answers(), answers(), answers(), st.sampled_from(["edit", "correct"]))
def test_no_answer_of_either_side_disappears(base, mine, there, kind):
    """I5: what the author changed is applied or kept in a conflict; what the author did not touch stays as it is."""
    decision = decide(op(kind, {"answers": mine}), head(there), Base(base, digest(base)))
    assert decision.applies
    kept, before, said = leaves(decision.answers), leaves(base), leaves(mine)
    for path in {*before, *said}:
        if said.get(path) == before.get(path) or kept.get(path) == said.get(path):
            continue
        clash = next(clash for clash in decision.clashes if path == clash.path or path.startswith(f"{clash.path}/"))
        assert leaves(clash.other, clash.path).get(path) == said.get(path)
    touched = {path for path, _ in changed_paths(NODES, base, mine)}
    for path, _ in changed_paths(NODES, there, decision.answers):
        assert any(path.startswith(each) or each.startswith(path) for each in touched), path


@given(answers(), answers())
def test_an_edit_that_names_no_base_takes_nothing_away(mine, there):
    decision = decide(op("edit", {"answers": mine}, None), head(there), None)
    assert decision.applies
    assert leaves(there).items() <= leaves(decision.answers).items()
    for path, said in leaves(mine).items():
        assert leaves(decision.answers)[path] == said or any(path.startswith(clash.path) for clash in decision.clashes)


@given(answers(), answers())
def test_a_step_applies_to_the_content_it_names_alone(seen, there):
    decision = decide(
        op("step", {"action": "approve", "answers_hash": digest(seen)}), head(there), Base(seen, digest(seen))
    )
    assert decision.applies == (digest(seen) == digest(there))
    assert decision.applies or decision.reason == "step.content_changed"
    assert not decision.applies or decision.answers == there


@given(answers(), answers())
def test_in_a_locked_state_nothing_changes_the_answers(mine, there):
    for made in (
        op("edit", {"answers": mine}),
        op("correct", {"answers": mine}),
        op("resolve", {"revision": HASH, "values": {"/name": "x"}}),
    ):
        decision = decide(made, head(there, "approved", ["/name"]), Base(there, digest(there)))
        assert (decision.verdict, decision.reason) == ("adjudicate", "record.locked")


@given(answers())
def test_an_edit_may_begin_the_record_whose_submission_waits(mine):
    decision = decide(op("edit", {"answers": mine}), None, NOTHING_SEEN)
    assert (decision.verdict, decision.state) == ("applied", "submitted")
    assert leaves(mine).items() <= leaves(decision.answers).items()
    for kind, payload in (("comment", {"text": "x"}), ("void", {"reason": "x"}), ("correct", {"answers": mine})):
        assert decide(op(kind, payload), None, NOTHING_SEEN).verdict == "parked"


def test_only_an_op_with_answers_is_content():
    assert content_of(op("comment", {"text": "x"})) is None
    assert content_of(op("edit", {"answers": {"name": "a"}})) == Base({"name": "a"}, digest({"name": "a"}))
