import assert from "node:assert/strict";
import { test } from "node:test";
import { point_of, point_typed, read_point } from "../../../client/web/ui/places.js";

test("a fix is four numbers, an unknown height 0", () => {
  assert.equal(point_of({ latitude: 22.3812345678, longitude: 103.46, altitude: null, accuracy: 4.26 }), "22.3812346 103.46 0 4.3");
  assert.equal(point_of({ latitude: -0.5, longitude: 103, altitude: 812.34, accuracy: 12 }), "-0.5 103 812.3 12");
});

test("a place typed by hand takes commas, and refuses what is not on the earth", () => {
  assert.equal(point_typed("22,38", " 103,46 "), "22.38 103.46");
  assert.equal(point_typed("", ""), null);
  for (const [lat, lon] of [["91", "0"], ["0", "181"], ["22", ""], ["22°", "103"], ["1e1", "2"]]) assert.equal(point_typed(lat, lon), undefined, `${lat} ${lon}`);
});

test("an answer is read with or without its doubt", () => {
  assert.deepEqual(read_point("22.38 103.46 850 5"), { lat: "22.38", lon: "103.46", accuracy: 5 });
  assert.deepEqual(read_point("22.38 103.46"), { lat: "22.38", lon: "103.46", accuracy: null });
  assert.equal(read_point(null), null);
});
