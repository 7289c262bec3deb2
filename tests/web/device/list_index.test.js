import assert from "node:assert/strict";
import { test } from "node:test";
import { all_rows, counts, find_rows, PAGE_ROWS, row_in, unsent_count, with_rows } from "../../../client/web/device/list_index.js";
import { attention_of, phase_of, with_doc } from "../../../client/web/device/rows.js";

const row = (rec, more = {}) => ({
  rec, form: { id: "f", version: "1" }, scope: "t/f", title: rec, subtitle: "", at: "2021-12-05T08:00:00+07:00", doc: null, draft: false, ops: [], ...more,
});
const own = (h, more = {}) => ({ h, n: 1, type: "submit", at: "", epoch: null, verdict: null, ...more });
const doc = (phase, ops = [], more = {}) => ({ phase, state: "s", at: "", remarks: 0, conflicts: 0, ops, ...more });
const filled = (rows) => with_rows(new Map(), rows.map((each) => [each.rec, each])).index;

test("rows fill pages of about 500, and a change touches one page", () => {
  const index = filled(Array.from({ length: 1201 }, (_, n) => row(`r${n}`)));
  assert.deepEqual([...index.values()].map((page) => page.size), [PAGE_ROWS, PAGE_ROWS, 201]);
  const { index: next, touched } = with_rows(index, [["r700", row("r700", { title: "mới" })]]);
  assert.deepEqual(touched, [1]);
  assert.equal(row_in(next, "r700").title, "mới");
  assert.equal(row_in(index, "r700").title, "r700"); // the old index is as it was
  assert.equal(next.get(0), index.get(0));
});

test("a row taken out leaves room that the next one takes", () => {
  const index = filled(Array.from({ length: 501 }, (_, n) => row(`r${n}`)));
  const less = with_rows(index, [["r3", null], ["unknown", null]]);
  assert.deepEqual(less.touched, [0]);
  assert.deepEqual(with_rows(less.index, [["new", row("new")]]).touched, [0]);
  assert.equal(all_rows(less.index).length, 500);
});

const EPOCH = "e2";
for (const [what, given, phase] of [
  ["a draft", { draft: true }, "draft"],
  ["an op without receipt", { ops: [own("a")] }, "waiting"],
  ["an op with a receipt of another epoch", { ops: [own("a", { epoch: "e1", verdict: "applied" })], doc: doc("approved", ["a"]) }, "waiting"],
  ["an op with a receipt of this epoch", { ops: [own("a", { epoch: EPOCH, verdict: "applied" })] }, "received"],
  ["a returned document", { doc: doc("has_issues") }, "has_issues"],
  ["a returned document being edited", { doc: doc("has_issues"), draft: true }, "has_issues"],
  ["a returned document with a new edit the server has", { doc: doc("has_issues", ["a"]), ops: [own("a", { epoch: EPOCH }), own("b", { epoch: EPOCH, type: "edit" })] }, "received"],
  ["an approved document with a comment the server has", { doc: doc("approved"), ops: [own("b", { epoch: EPOCH, type: "comment" })] }, "approved"],
]) {
  test(`${what} is shown as ${phase}`, () => assert.equal(phase_of(row("r", given), EPOCH), phase));
}

for (const [what, given, attention] of [
  ["a returned document", { doc: doc("has_issues") }, true],
  ["a conflict", { doc: doc("received", [], { conflicts: 1 }) }, true],
  ["an op a person must judge", { ops: [own("a", { epoch: EPOCH, verdict: "adjudicate" })] }, true],
  ["one judged meanwhile", { doc: doc("received", ["a"]), ops: [own("a", { epoch: EPOCH, verdict: "adjudicate" })] }, false],
  ["an op the server could not store", { ops: [own("a", { verdict: "retry" })] }, true],
  ["an op on its way", { ops: [own("a")] }, false],
]) {
  test(`${what} ${attention ? "wants" : "does not want"} attention`, () => assert.equal(attention_of(row("r", given), EPOCH), attention));
}

test("a list is found by any words of title and subtitle, without marks, what needs attention first, then the newest", () => {
  const index = filled([
    row("1", { title: "Lường Thị Đào", subtitle: "Bản Hon", at: "2021-12-01T08:00:00+07:00" }),
    row("2", { title: "Lò Văn Ơn", subtitle: "Bản Hon", at: "2021-12-02T08:00:00+07:00" }),
    row("3", { title: "Đỗ Thị Hoa", subtitle: "Nà Tăm", at: "2021-11-01T08:00:00+07:00", doc: doc("has_issues") }),
  ]);
  const recs = (query) => find_rows(index, EPOCH, query).map(({ rec }) => rec);
  assert.deepEqual(recs({}), ["3", "2", "1"]);
  assert.deepEqual(recs({ query: "dao  BAN" }), ["1"]);
  assert.deepEqual(recs({ query: "ban hon" }), ["2", "1"]);
  assert.deepEqual(recs({ query: "do thi" }), ["3"]);
  assert.deepEqual(recs({ phase: "has_issues" }), ["3"]);
  assert.deepEqual(recs({ form_id: "other" }), []);
});

test("counts are by what is shown, and unsent counts ops", () => {
  const index = filled([row("1", { draft: true }), row("2", { ops: [own("a"), own("b")] }), row("3", { doc: doc("approved") })]);
  assert.deepEqual(counts(index, EPOCH), { draft: 1, waiting: 1, received: 0, has_issues: 0, approved: 1, rejected: 0 });
  assert.equal(unsent_count(index, EPOCH), 2);
});

test("of a document a row keeps only which of its own ops are in it", () => {
  const seen = with_doc(row("r", { ops: [own("mine"), own("later")] }), {
    form: { id: "f", version: "1" }, scope: "t/f", phase: "received", state: "submitted", received_at: "2021-12-06T01:00:00Z",
    ops: ["theirs", "mine"], remarks: [{}], conflicts: [], author: { name: "Lò Văn Ơn" }, answers_hash: "a",
    history: [{ from: null, to: "submitted", received_at: "2021-12-06T01:00:00Z" }, { from: "submitted", to: "submitted", received_at: "2021-12-07T01:00:00Z" }],
  }, "now");
  assert.deepEqual(seen.doc, {
    phase: "received", state: "submitted", at: "2021-12-06T01:00:00Z", remarks: 1, conflicts: 0, ops: ["mine"],
    answers_hash: "a", since: "2021-12-06T01:00:00Z", author: "Lò Văn Ơn", urgent: "now",
  });
});

test("records are found by the day of their last change, on this device's calendar", () => {
  const index = filled([row("r1", { at: "2021-12-05T08:00:00+07:00" }), row("r2", { at: "2021-12-07T08:00:00+07:00" })]);
  const days = (asked) => find_rows(index, EPOCH, asked).map(({ rec }) => rec);
  assert.deepEqual(days({ since: "2021-12-06" }), ["r2"]);
  assert.deepEqual(days({ until: "2021-12-06" }), ["r1"]);
  assert.deepEqual(days({ since: "2021-12-04", until: "2021-12-08" }), ["r2", "r1"]);
});
