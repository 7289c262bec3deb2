import assert from "node:assert/strict";
import { test } from "node:test";
import { date_suspect, local_date, local_iso, tz_offset_min } from "../../../client/web/device/clock.js";
import { uuid7 } from "../../../client/web/device/ids.js";

const NOW = new Date("2021-12-05T23:30:00.000Z");

test("local time carries its offset and means the same moment", () => {
  const text = local_iso(NOW);
  assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  assert.equal(new Date(text).getTime(), NOW.getTime());
  const offset = Number(text.slice(-6, -3)) * 60 + Math.sign(Number(text.slice(-6, -3)) || 1) * Number(text.slice(-2));
  assert.equal(offset, tz_offset_min(NOW));
});

const BUILT = "2021-12-01";
for (const [why, now, server_time, suspect] of [
  ["after build and server", "2021-12-05T12:00:00Z", "2021-12-04T12:00:00Z", null],
  ["on the day of the last server time", "2021-12-05T12:00:00Z", "2021-12-05T12:30:00Z", null],
  ["before the build", "2015-01-01T12:00:00Z", null, { device_date: "2015-01-01", server_date: BUILT }],
  ["before the last server time", "2021-12-03T12:00:00Z", "2021-12-05T12:00:00Z", { device_date: "2021-12-03", server_date: "2021-12-05" }],
  ["years ahead, which nothing here can know", "2031-01-01T12:00:00Z", "2021-12-05T12:00:00Z", null],
]) {
  test(`a date ${why} is ${suspect ? "doubted" : "believed"}`, () => {
    assert.deepEqual(date_suspect(new Date(now), BUILT, server_time), suspect);
  });
}

test("record ids are UUIDs of version 7 that begin with their time", () => {
  const id = uuid7(NOW.getTime());
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(id.replaceAll("-", "").slice(0, 12), 16), NOW.getTime());
  assert.notEqual(uuid7(NOW.getTime()), id);
  assert.equal(local_date(new Date(2021, 11, 5, 0, 5)), "2021-12-05");
});
