import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
const { is_overdue } = await import("../../../client/web/ui/screens/home.js");

const NOW = Date.parse("2021-12-05T08:00:00.000+07:00");
const waiting = (/** @type {string[]} */ ...days) => days.map((at) => ({ at }));

test("what waits for three days, or twenty at once, should leave the phone by another road", () => {
  assert.equal(is_overdue([], NOW), false);
  assert.equal(is_overdue(waiting("2021-12-02T08:00:00.000+07:00"), NOW), false);
  assert.equal(is_overdue(waiting("2021-12-02T07:59:59.000+07:00", "2021-12-05T07:00:00.000+07:00"), NOW), true);
  assert.equal(is_overdue(Array.from({ length: 19 }, () => ({ at: "2021-12-05T07:00:00.000+07:00" })), NOW), false);
  assert.equal(is_overdue(Array.from({ length: 20 }, () => ({ at: "2021-12-05T07:00:00.000+07:00" })), NOW), true);
});
