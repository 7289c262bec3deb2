import assert from "node:assert/strict";
import { test } from "node:test";
import { find, keys_of } from "../../../client/web/ui/search.js";

const VILLAGES = ["Bản Đông Pao 1", "Bản Hon", "Đông Phong", "Nà  Đon\nnhỏ", "Phiêng Hoi"];
const found = (typed, labels = VILLAGES) => find(keys_of(labels), typed).map((i) => labels[i]);

test("words are found without diacritics, in any order", () => {
  assert.deepEqual(found("pao dong"), ["Bản Đông Pao 1"]);
  assert.deepEqual(found("ĐÔNG"), ["Đông Phong", "Bản Đông Pao 1"]);
});

test("what begins with the words typed stands first, then what has a word beginning so", () => {
  assert.deepEqual(found("ho"), ["Bản Hon", "Phiêng Hoi", "Đông Phong", "Nà  Đon\nnhỏ"]);
});

test("nothing typed finds all, in the list's order; a label's own line breaks do no harm", () => {
  assert.deepEqual(found("  "), VILLAGES);
  assert.deepEqual(found("na don nho"), ["Nà  Đon\nnhỏ"]);
  assert.deepEqual(found("xyz"), []);
});
