import assert from "node:assert/strict";
import { test } from "node:test";
import { children_of, layout_of, looks, precision_of } from "../../../client/web/ui/appearances.js";

test("an appearance is words, so no-calendar is not calendar", () => {
  assert.equal(looks({ appearance: "no-calendar year" }, "calendar"), false);
  assert.equal(looks({ appearance: "no-calendar year" }, "year"), true);
  assert.equal(looks({}, "year"), false);
});

test("choices are laid out as the appearance says", () => {
  const cases = {
    "": ["cards", 0, false, false],
    minimal: ["cards", 0, false, true],
    "autocomplete quick": ["cards", 0, true, true],
    likert: ["likert", 0, false, false],
    "columns-3": ["columns", 3, false, false],
    "quick columns": ["columns", 0, true, false],
    "columns-pack": ["pack", 0, false, false],
    horizontal: ["pack", 0, false, false],
    "quickcompact-4": ["compact", 4, true, false],
    compact: ["compact", 0, false, false],
    label: ["labels", 0, false, false],
    "list-nolabel": ["bare", 0, false, false],
    list: ["table", 0, false, false],
  };
  for (const [appearance, wanted] of Object.entries(cases)) {
    const { kind, columns, quick, sheet } = layout_of({ appearance });
    assert.deepEqual([kind, columns, quick, sheet], wanted, appearance);
  }
});

test("a date is asked to the day, the month or the year", () => {
  assert.deepEqual(["", "month-year", "year no-calendar"].map((appearance) => precision_of({ appearance })), ["day", "month", "year"]);
});

test("in a table-list the first select of each list heads its columns, what is no select stays as it is", () => {
  const select = (/** @type {string} */ name, /** @type {string} */ list) => ({ kind: "question", type: "select_one", name, list });
  const group = { appearance: "table-list", children: [select("a", "yn"), { type: "note", name: "n" }, select("b", "yn"), select("c", "abc")] };
  assert.deepEqual(children_of(group).map(({ name, appearance, heads }) => [name, appearance, heads]), [
    ["a", "list-nolabel", true], ["n", undefined, undefined], ["b", "list-nolabel", false], ["c", "list-nolabel", true],
  ]);
  assert.equal(children_of({ children: group.children })[0].heads, undefined);
});
