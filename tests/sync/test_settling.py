"""Receipts, pages and pushes in any order and number end alike (I2, I7, I9; P-11, P-12)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import canonical
from sync.outbox import Limits, make_push
from sync.pages import CursorState, apply_page
from sync.receipts import STORED, take_receipt

EPOCH, DEVICE = "e1", "d1"
START = CursorState("a/f", 1, 0, EPOCH)


def page(feed, since, limit):
    """What a server answers now: the oldest changes after `since`. feed: {rec: (seq, rev)}."""
    ahead = sorted((seq, rec, rev) for rec, (seq, rev) in feed.items() if seq > since)[:limit]
    changes = [{"rec": rec, "rev": rev, "seq": seq, "kind": "doc"} for seq, rec, rev in ahead]
    return (
        {"scope": "a/f", "gen": 1, "epoch": EPOCH, "from": since, "next": ahead[-1][0], "changes": changes}
        if ahead
        else None
    )


@st.composite
def histories(draw):
    """(pages served while records changed, the feed in the end): records move to the tail at each change (P-10)."""
    feed, pages = {}, []
    for seq in range(1, draw(st.integers(1, 15)) + 1):
        rec = draw(st.sampled_from("xyz"))
        feed[rec] = (seq, feed.get(rec, (0, 0))[1] + 1)
        served = page(feed, draw(st.integers(0, seq)), draw(st.integers(1, 3)))
        pages += [served] if served else []
    return pages, feed


def settle(pages, feed):
    """Take these pages, then pull until nothing is left: what the device holds."""
    state, held = START, {}
    for served in pages:
        state, held = taken(state, held, served)
    while served := page(feed, state.cursor, 2):
        state, held = taken(state, held, served)
    return held, state.cursor


def taken(state, held, served):
    applied = apply_page(state, served, epoch=EPOCH)
    assert applied.cursor_state.cursor >= state.cursor
    return applied.cursor_state, {**held, **{row["rec"]: row["rev"] for row in applied.rows}}


@given(histories(), st.randoms())
def test_pages_late_repeated_and_out_of_order_end_in_the_servers_view(history, rng):
    pages, feed = history
    carried = rng.sample(pages, len(pages)) + [rng.choice(pages) for _ in pages] if pages else []
    held, cursor = settle(carried, feed)
    assert held == {rec: rev for rec, (_, rev) in feed.items()}
    assert cursor == max(seq for seq, _ in feed.values())


@given(histories(), st.sampled_from([{"epoch": "e0"}, {"gen": 2}, {"scope": "b/f"}]))
def test_pages_of_another_epoch_generation_or_scope_change_nothing(history, other):
    pages, _ = history
    for served in pages:
        assert not apply_page(START, {**served, **other}, epoch=EPOCH).applies
        assert not apply_page(replace(START, **other), served, epoch=EPOCH).applies


hs = st.sampled_from("abcdef")
verdicts = st.lists(st.tuples(hs, st.sampled_from([*sorted(STORED), "retry", "unreadable"])), max_size=6)
receipts = st.builds(
    lambda lines, epoch, device: {"epoch": epoch, "device": device, "verdicts": [{"h": h, "verdict": v} for h, v in lines]},
    verdicts, st.sampled_from([EPOCH, "e0"]), st.sampled_from([DEVICE, "d2"]),
)  # fmt: skip


def outbox_after(outbox, taken_receipts):
    for receipt in taken_receipts:
        outbox = take_receipt(outbox, receipt, epoch=EPOCH, device=DEVICE).outbox
    return outbox


@given(st.lists(receipts, max_size=6), st.randoms())
def test_receipts_in_any_order_and_number_leave_the_same_outbox(taken_receipts, rng):
    outbox = [{"h": h} for h in "abcd"]
    shuffled = rng.sample(taken_receipts, len(taken_receipts)) + taken_receipts
    assert outbox_after(outbox, shuffled) == outbox_after(outbox, taken_receipts)


@given(st.lists(receipts, max_size=6))
def test_an_op_leaves_the_outbox_only_on_a_stored_verdict_of_this_epoch_and_device(taken_receipts):
    stored = {
        line["h"] for receipt in taken_receipts if (receipt["epoch"], receipt["device"]) == (EPOCH, DEVICE)
        for line in receipt["verdicts"] if line["verdict"] in STORED
    }  # fmt: skip
    left = outbox_after([{"h": h} for h in "abcd"], taken_receipts)
    assert {op["h"] for op in left} == set("abcd") - stored


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12), st.integers(1, 5), st.integers(1, 600), st.randoms())
def test_pushes_send_every_op_once_in_chain_order_within_the_bounds(sizes, max_ops, max_bytes, rng):
    outbox = [{"n": n, "wire": {"header": "x" * size, "payload": "", "sig": ""}} for n, size in enumerate(sizes, 1)]
    waiting, sent = rng.sample(outbox, len(outbox)), []
    while waiting:
        push = make_push(waiting, Limits(max_ops, max_bytes))
        assert 0 < len(push) <= max_ops
        assert len(push) == 1 or sum(len(canonical(wire)) + 1 for wire in push) <= max_bytes
        sent += push
        waiting = [op for op in waiting if not any(op["wire"] is wire for wire in push)]
    assert sent == [op["wire"] for op in outbox]


def test_after_a_413_the_bounds_are_halved_down_to_one_op():
    limits = Limits(100, 512)
    for _ in range(12):
        limits = limits.halved()
    assert limits == Limits(1, 1)
