import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, date_from_parts, date_parts, format_date, format_decimal, format_integer, format_size, format_time, group_typed, offset_text, parse_decimal, parse_integer, split_date, time_from_parts, time_parts, vietnam_day } from "../../../client/web/ui/format.js";

/** @param {Function} call @param {[any, any][]} cases */
function table(call, cases) {
  for (const [given, wanted] of cases) assert.deepEqual(call(given), wanted, JSON.stringify(given));
}

test("whole numbers are shown with points between thousands", () => {
  table(format_integer, [[0, "0"], [999, "999"], [1234567, "1.234.567"], [-1855000, "-1.855.000"], [null, ""], [undefined, ""]]);
});

test("decimals are shown with a comma", () => {
  table(format_decimal, [["12.5", "12,5"], ["1234.50", "1.234,50"], ["7", "7"], ["-0.25", "-0,25"], [null, ""]]);
});

test("a whole number is understood with or without points; other text stays as typed", () => {
  table(parse_integer, [["", null], ["  ", null], ["0", 0], ["1500000", 1500000], ["1.500.000", 1500000], ["1 500 000", 1500000], ["-3", -3], ["1.5", "1.5"], ["1.5000", "1.5000"], ["năm", "năm"], ["12345678901234567890", "12345678901234567890"]]);
});

test("a decimal is understood with comma or point, and travels as text with a point", () => {
  table(parse_decimal, [["", null], ["12,5", "12.5"], ["12.5", "12.5"], ["1.234,5", "1234.5"], ["1.250", "1250"], ["0.250", "0.250"], ["007", "7"], ["0,50", "0.50"], ["-0,5", "-0.5"], ["12,", "12,"], ["a", "a"]]);
});

test("what was shown of a number is understood as the same number", () => {
  for (const n of [0, 7, 1000, 1855000, -42000]) assert.equal(parse_integer(format_integer(n)), n);
  for (const n of ["12.5", "1234.75", "100000"]) assert.equal(parse_decimal(format_decimal(n)), n);
});

test("dates are shown day first", () => {
  table(format_date, [["2021-12-05", "05/12/2021"], ["2021-12-05T08:00:00+07:00", "05/12/2021"], ["", ""], [null, ""], ["5/12", "5/12"]]);
});

test("three boxes make a date only when the day exists", () => {
  const cases = /** @type {[string[], any][]} */ ([
    [["5", "12", "2021"], "2021-12-05"], [["29", "2", "2020"], "2020-02-29"], [["29", "2", "2021"], undefined], [["31", "4", "2021"], undefined],
    [["", "", ""], null], [["5", "12", ""], undefined], [["5", "12", "21"], undefined], [["0", "1", "2021"], undefined],
  ]);
  for (const [[day, month, year], wanted] of cases) assert.equal(date_from_parts(day, month, year), wanted, `${day}/${month}/${year}`);
});

test("a date fills three boxes and comes back the same", () => {
  assert.deepEqual(date_parts("2021-12-05"), ["05", "12", "2021"]);
  assert.equal(date_from_parts(...date_parts("1951-01-31")), "1951-01-31");
  assert.deepEqual(date_parts(null), ["", "", ""]);
});

test("an hour is shown as in Vietnam, whatever zone the machine is in", () => {
  assert.equal(format_time("2021-12-05T18:30:00Z"), "06/12/2021 01:30");
  assert.equal(format_time("2021-12-05T08:05:00+07:00"), "05/12/2021 08:05");
  assert.equal(format_time("hôm qua"), "");
  assert.equal(vietnam_day(Date.parse("2021-12-31T17:00:00Z")), "2022-01-01");
});

test("how long ago is told in the largest unit that fits, then by date", () => {
  const now = Date.parse("2021-12-05T08:00:00Z");
  const cases = /** @type {[string, string, any][]} */ ([
    ["2021-12-05T07:59:40Z", "time.now", 0], ["2021-12-05T08:00:30Z", "time.now", -1], ["2021-12-05T07:15:00Z", "time.minutes_ago", 45],
    ["2021-12-05T05:59:00Z", "time.hours_ago", 2], ["2021-12-03T07:00:00Z", "time.days_ago", 2], ["2021-10-01T20:00:00Z", "time.on_day", "02/10/2021"],
  ]);
  for (const [instant, key, n] of cases) assert.deepEqual(ago(instant, now), { key, n }, instant);
});

test("thousands get their points while they are typed, and the caret stays behind its digit", () => {
  const cases = [["1500", 4, "1.500", 5], ["1.5000", 6, "15.000", 6], ["1.2345", 3, "12.345", 3], ["15.00", 5, "1.500", 5], ["-1234,5", 7, "-1.234,5", 8], ["", 0, "", 0], ["12a", 3, "12a", 3]];
  for (const [typed, caret, text, at] of cases) assert.deepEqual(group_typed(typed, caret), { text, caret: at }, typed);
});

test("a whole date in one box is taken apart", () => {
  table(split_date, [["5/12/2021", ["5", "12", "2021"]], ["05.12.2021", ["05", "12", "2021"]], ["2021-12-05", ["05", "12", "2021"]], ["5/12", null], ["12", null]]);
});

test("a time has hours to 23 and minutes to 59; half of one is no time yet", () => {
  assert.deepEqual([time_from_parts("8", "30"), time_from_parts("23", "59"), time_from_parts("", "")], ["08:30", "23:59", null]);
  for (const [hour, minute] of [["24", "00"], ["8", "60"], ["8", ""], ["x", "1"]]) assert.equal(time_from_parts(hour, minute), undefined);
  table(time_parts, [["08:30", ["08", "30"]], ["08:30:00.000+07:00", ["08", "30"]], ["2021-12-05T08:30:00.000+07:00", ["08", "30"]], ["8", ["", ""]]]);
});

test("an offset is written as ISO has it, sizes as people say them", () => {
  table(offset_text, [[420, "+07:00"], [-210, "-03:30"], [0, "+00:00"]]);
  table(format_size, [[null, ""], [12, "1 kB"], [412_000, "412 kB"], [1_240_000, "1,2 MB"]]);
});
