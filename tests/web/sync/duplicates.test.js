/** The cases of like records both cores run (tests/conformance/duplicates.json). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compare_traits, traits_of } from "../../../client/web/sync/duplicates.js";
import { compare_names, paper_number, phone } from "../../../client/web/sync/spelling.js";

const CASES = JSON.parse(readFileSync(new URL("../../conformance/duplicates.json", import.meta.url), "utf-8"));

test("two writings of a name agree as they do in Python", () => {
  for (const { one, other, agree } of CASES.names) {
    assert.equal(compare_names(one, other), agree, `${one} / ${other}`);
    assert.equal(compare_names(other, one), agree, `${other} / ${one}`);
  }
});

test("phones and papers are read alike", () => {
  for (const [text, number] of Object.entries(CASES.phones)) assert.equal(phone(text), number, text);
  for (const [text, number] of Object.entries(CASES.papers)) assert.equal(paper_number(text), number, text);
});

test("two records are as alike as they are in Python", () => {
  for (const { form, one, other, traits: of, score, reasons } of CASES.records) {
    const program = CASES.forms[form];
    assert.deepEqual(traits_of(program, one), of);
    assert.deepEqual(compare_traits(of, traits_of(program, other)), { score, reasons });
  }
});
