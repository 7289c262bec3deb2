/**
 * Dates and times in expressions. A date is a whole day without a zone; a date-time is an instant with an offset.
 * The twin in Python is forms/expressions/dates.py.
 */
import { DATE_TIME, date_days, days_date, instant_days, to_number, to_text, trimmed } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./evaluate.js").Context} Context */

const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A date-time's own day, a number of days as a date, a date as it is; anything impossible is "". @param {unknown} _ @param {Value} value */
export function date(_, value) {
  if (typeof value === "number") return Number.isFinite(value) ? days_date(value) : "";
  const text = trimmed(value);
  if (date_days(text) !== null) return text;
  if (instant_days(text) !== null) return text.slice(0, 10);
  const number = to_number(text);
  return Number.isFinite(number) ? days_date(number) : "";
}

/** Days since 1970-01-01T00:00Z of an instant; a bare date is local midnight. @param {Context} context @param {Value} value */
export function decimal_date_time(context, value) {
  const text = trimmed(value);
  const days = date_days(text);
  if (days !== null) return days - context.env.tz_offset_min / 1440;
  return instant_days(text, context.env.tz_offset_min) ?? NaN;
}

/** The part of the local day that is past: "18:00+07:00" → 0.75. @param {unknown} _ @param {Value} value */
export function decimal_time(_, value) {
  const match = TIME.exec(trimmed(value));
  if (!match) return NaN;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return hour > 23 || minute > 59 || second > 59 ? NaN : (hour * 3600 + minute * 60 + second) / 86_400;
}

/** %Y %y %m %n %d %e %H %h %M %S %3 %b %a of a date or date-time as written; "" when it is neither. @param {unknown} _ @param {Value} value @param {Value} layout */
export function format_date(_, value, layout) {
  let text = trimmed(value);
  if (date_days(text) !== null) text += "T00:00:00";
  const match = DATE_TIME.exec(text);
  if (!match || instant_days(text) === null) return "";
  const [, year, month, day, hour, minute, second = "00", fraction = "0"] = match;
  const weekday = WEEKDAYS[((((date_days(text.slice(0, 10)) ?? 0) + 4) % 7) + 7) % 7];
  /** @type {Record<string, string>} */
  const parts = {
    Y: year, y: year.slice(2), m: month, n: String(Number(month)), d: day, e: String(Number(day)),
    H: hour, h: String(Number(hour)), M: minute, S: second, 3: fraction.slice(0, 3).padEnd(3, "0"),
    b: MONTHS[Number(month) - 1], a: weekday, "%": "%",
  };
  return to_text(layout).replace(/%(.)/gu, (found, letter) => parts[letter] ?? found);
}
