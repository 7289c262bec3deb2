/** Receipts, pages and the overlay: the steps that decide what a device believes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { overlay } from "../../../client/web/sync/overlay.js";
import { apply_page } from "../../../client/web/sync/pages.js";
import { effective, take_receipt } from "../../../client/web/sync/receipts.js";

const NOW = { epoch: "e1", device: "d1" };
const OUTBOX = [{ h: "a" }, { h: "b" }, { h: "c" }];
const receipt = (verdicts, more = {}) => ({
  v: 1, req: "r", epoch: "e1", device: "d1", server_time: "2021-12-05T01:00:00Z", counter: 1, contiguous: 1,
  verdicts: verdicts.map(([h, verdict]) => ({ h, rec: "x", verdict, wanted: [] })), ...more,
});

for (const verdict of ["applied", "merged", "conflict", "parked", "adjudicate", "duplicate"]) {
  test(`"${verdict}" means stored`, () => {
    const { outbox, settled } = take_receipt(OUTBOX, receipt([["b", verdict]]), NOW);
    assert.deepEqual(outbox, [{ h: "a" }, { h: "c" }]);
    assert.deepEqual(settled.map(({ h }) => h), ["b"]);
  });
}
for (const verdict of ["retry", "unreadable", "something new"]) {
  test(`"${verdict}" leaves the op waiting`, () => {
    const { outbox, settled, stuck } = take_receipt(OUTBOX, receipt([["b", verdict]]), NOW);
    assert.deepEqual([outbox, settled, stuck.map(({ h }) => h)], [OUTBOX, [], ["b"]]);
  });
}
test("a receipt of another epoch or device settles nothing", () => {
  for (const more of [{ epoch: "e0" }, { device: "d2" }]) {
    assert.deepEqual(take_receipt(OUTBOX, receipt([["a", "applied"]], more), NOW), { outbox: OUTBOX, settled: [], stuck: [] });
  }
});
test("a receipt taken twice, or for ops of another time, changes nothing more", () => {
  const once = take_receipt(OUTBOX, receipt([["a", "applied"], ["z", "applied"]]), NOW);
  assert.deepEqual(once.settled.map(({ h }) => h), ["a"]);
  assert.deepEqual(take_receipt(once.outbox, receipt([["a", "applied"]]), NOW), { outbox: once.outbox, settled: [], stuck: [] });
});
test("a duplicate tells what it was the first time", () => {
  assert.equal(effective({ h: "a", rec: "x", verdict: "duplicate", was: "adjudicate" }), "adjudicate");
  assert.equal(effective({ h: "a", rec: "x", verdict: "duplicate" }), "duplicate");
  assert.equal(effective({ h: "a", rec: "x", verdict: "applied" }), "applied");
});

const CURSOR = { scope: "T/f", gen: 2, cursor: 10, epoch: "e1" };
const change = (seq) => ({ rec: `r${seq}`, rev: 1, hash: "h", seq, kind: "doc", doc: {} });
const page = (more = {}) => ({ scope: "T/f", gen: 2, epoch: "e1", from: 10, next: 13, more: false, changes: [11, 13].map(change), ...more });

test("a page that follows the cursor applies and moves it", () => {
  const { applies, rows, cursor_state } = apply_page(CURSOR, page(), NOW);
  assert.deepEqual([applies, rows.map(({ seq }) => seq), cursor_state.cursor], [true, [11, 13], 13]);
});
test("a page that began before the cursor applies without what is known already", () => {
  const { rows } = apply_page(CURSOR, page({ from: 5, changes: [7, 10, 12].map(change) }), NOW);
  assert.deepEqual(rows.map(({ seq }) => seq), [12]);
});
for (const [why, more] of Object.entries({
  "starts beyond the cursor": { from: 11 },
  "ends at the cursor": { from: 5, next: 10 },
  "is of another generation": { gen: 1 },
  "is of another epoch": { epoch: "e0" },
  "is of another scope": { scope: "U/f" },
})) {
  test(`a page that ${why} does not apply`, () => {
    assert.deepEqual(apply_page(CURSOR, page(more), NOW), { applies: false, rows: [], cursor_state: CURSOR });
  });
}

const FORM = { id: "f", version: "1" };
const DOC = { rec: "r", form: FORM, hash: "rev1", phase: "approved", answers: { a: 1 }, title: "một", ops: ["a"] };
const op = (h, n, more = {}) => ({ h, n, type: "edit", at: `t${n}`, form: FORM, answers: { a: n }, title: `t${n}`, settled: false, ...more });

test("without ops of its own the device shows the server's copy", () => {
  const shown = { answers: { a: 1 }, form: FORM, base: "rev1", title: "một", phase: "approved", pending: [] };
  assert.deepEqual(overlay(DOC, []), shown);
  assert.deepEqual(overlay(DOC, [op("a", 1)]), shown); // folded into the document already
});
test("the newest pending content lies on top and is what the next edit is based on", () => {
  const shown = overlay(DOC, [op("c", 3), op("b", 2)]);
  assert.deepEqual([shown.answers, shown.base, shown.title, shown.phase], [{ a: 3 }, "c", "t3", "waiting"]);
  assert.deepEqual(shown.pending.map(({ h }) => h), ["b", "c"]);
});
test("a pending comment waits without changing what is shown", () => {
  const shown = overlay(DOC, [op("b", 2, { type: "comment", answers: undefined, title: undefined })]);
  assert.deepEqual([shown.answers, shown.base, shown.phase], [{ a: 1 }, "rev1", "waiting"]);
});
test("stored but not yet pulled counts as received", () => {
  assert.equal(overlay(null, [op("b", 1, { type: "submit", settled: true })]).phase, "received");
});
