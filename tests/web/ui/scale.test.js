import assert from "node:assert/strict";
import { test } from "node:test";
import { Scale } from "../../../client/web/ui/scale.js";

const scale = (start, end, step, answer = "decimal") => new Scale({ parameters: { start, end, step }, answer });

test("whole scales answer with whole numbers", () => {
  const ten = scale("1", "10", "1", "integer");
  assert.equal(ten.steps, 9);
  assert.deepEqual([ten.at(0), ten.at(9), ten.place(7), ten.place(null)], [1, 10, 6, null]);
});

test("steps of a tenth are texts without the dust of binary numbers", () => {
  const tenths = scale("0", "1", "0.1");
  assert.equal(tenths.steps, 10);
  assert.deepEqual(Array.from({ length: 11 }, (_, n) => tenths.at(n)), ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
  for (let n = 0; n <= 10; n++) assert.equal(tenths.place(tenths.at(n)), n);
});

test("a scale may begin below zero and end before its end", () => {
  const odd = scale("-2.5", "2.4", "1");
  assert.deepEqual([odd.steps, odd.at(0), odd.at(odd.steps)], [4, "-2.5", "1.5"]);
});

test("no step leads off the scale, an answer off it stands at its edge", () => {
  const five = scale("0", "5", "1", "integer");
  assert.deepEqual([five.at(-1), five.at(99), five.place(99), five.place("abc")], [0, 5, 5, null]);
});
