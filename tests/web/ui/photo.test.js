import assert from "node:assert/strict";
import { test } from "node:test";
import { fitted } from "../../../client/web/ui/photo.js";
import { draw } from "../../../client/web/ui/strokes.js";

test("a photo's longest side is bounded, its shape kept, a small one left as it is", () => {
  assert.deepEqual(fitted(4000, 3000, 1600), [1600, 1200]);
  assert.deepEqual(fitted(3000, 4000, 1600), [1200, 1600]);
  assert.deepEqual(fitted(640, 480, 1600), [640, 480]);
  assert.deepEqual(fitted(10_000, 1, 100), [100, 1]);
});

test("strokes are kept in parts of the paper, so a turned phone draws the same", () => {
  const told = [];
  const paper = new Proxy({}, { get: (_, name) => (...given) => told.push([name, ...given]), set: () => true });
  draw(paper, [{ colour: "#000", width: 0.01, points: [{ x: 0.5, y: 0.25 }, { x: 0.6, y: 0.25 }] }], 200);
  assert.deepEqual(told, [["beginPath"], ["moveTo", 100, 50], ["lineTo", 120, 50], ["stroke"]]);
});
