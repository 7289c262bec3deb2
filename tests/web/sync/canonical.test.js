import assert from "node:assert/strict";
import { test } from "node:test";
import { answers_hash, canonical, CanonicalError, revision_hash } from "../../../client/web/sync/canonical.js";

const TEXTS = [
  [null, "null"],
  [[true, false, 0, -0, -7, 2 ** 53 - 1], "[true,false,0,0,-7,9007199254740991]"],
  [{ b: 1, a: { d: [], c: {} } }, '{"a":{"c":{},"d":[]},"b":1}'],
  ["Lường Thị Đào / \u2028 \x7f", '"Lường Thị Đào / \u2028 \x7f"'],
  ['"\\\b\t\n\f\r\u0000\u001f', '"\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f"'],
  [{ "\u{1F33E}": 1, "\uFFFD": 2, a: 3 }, '{"a":3,"\uFFFD":2,"\u{1F33E}":1}'],
  [{ aa: 1, a: 2, "": 3 }, '{"":3,"a":2,"aa":1}'],
];
for (const [value, text] of TEXTS) {
  test(`${JSON.stringify(value)} has one canonical text`, () => assert.equal(canonical(value), text));
}

for (const value of [0.5, NaN, Infinity, 2 ** 53, "\uD800", "a\uDC00", { "\uD800x": 1 }, undefined, [undefined], () => 1]) {
  test(`${typeof value} ${String(value)} has no canonical text`, () => assert.throws(() => canonical(value), CanonicalError));
}

test("the hash of answers depends on answers, form version and attachments, and not on their order", async () => {
  const form = { id: "support_case", version: "2021120101" };
  const one = await answers_hash({ a: 1, b: 2 }, form, ["22", "11"]);
  assert.match(one, /^[0-9a-f]{64}$/);
  assert.equal(one, await answers_hash({ b: 2, a: 1 }, { version: form.version, id: form.id }, ["11", "22"]));
  const others = [
    await answers_hash({ a: 1, b: 3 }, form, ["11", "22"]),
    await answers_hash({ a: 1, b: 2 }, { ...form, version: "2" }, ["11", "22"]),
    await answers_hash({ a: 1, b: 2 }, form, ["11"]),
  ];
  assert.equal(new Set([one, ...others]).size, 4);
});

test("a revision's hash covers its state and what came before it", async () => {
  const revision = { rec: "r", rev: 1, prev: null, op: "o", answers_hash: "a", state: "submitted", scope: "T/f" };
  const first = await revision_hash(revision);
  assert.equal(first, await revision_hash({ ...revision, more: "ignored" }));
  assert.notEqual(first, await revision_hash({ ...revision, state: "approved" }));
  assert.notEqual(first, await revision_hash({ ...revision, prev: first }));
});
