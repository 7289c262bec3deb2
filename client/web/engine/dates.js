/**
 * Dates and times in expressions. A date is a whole day without a zone; a date-time is an instant with an offset.
 * The twin in Python is forms/expressions/dates.py.
 */
import { DATE_TIME, DAY_MS, date_days, days_date, instant_days, to_number, to_text, trimmed } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./evaluate.js").Context} Context */

const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:?[0-9]{2})?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** @param {unknown} _ @param {Value} value */
export function date(_, value) {
  if (typeof value === "number") return Number.isFinite(value) ? days_date(value) : "";
  const text = trimmed(value);
  if (date_days(text) !== null) return text;
  if (instant_days(text) !== null) return text.slice(0, 10);
  const number = to_number(text);
  return Number.isFinite(number) ? days_date(number) : "";
}

/** @param {Context} context @param {Value} value */
export function decimal_date_time(context, value) {
  const text = trimmed(value);
  const days = date_days(text);
  if (days !== null) return days - context.env.tz_offset_min / 1440;
  return instant_days(text, context.env.tz_offset_min) ?? NaN;
}

/** @param {unknown} _ @param {Value} value */
export function decimal_time(_, value) {
  const match = TIME.exec(trimmed(value));
  if (!match) return NaN;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return hour > 23 || minute > 59 || second > 59 ? NaN : (hour * 3600 + minute * 60 + second) / 86_400;
}

/** @param {unknown} _ @param {Value} value @param {Value} layout */
export function format_date(_, value, layout) {
  let text = trimmed(value);
  if (date_days(text) !== null) text += "T00:00:00";
  const match = DATE_TIME.exec(text);
  if (!match || instant_days(text) === null) return "";
  const [, year, month, day, hour, minute, second = "00", fraction = "0"] = match;
  const weekday = WEEKDAYS[new Date(text.slice(0, 10)).getUTCDay()];
  /** @type {Record<string, string>} */
  const parts = {
    Y: year, y: year.slice(2), m: month, n: String(Number(month)), d: day, e: String(Number(day)),
    H: hour, h: String(Number(hour)), M: minute, S: second, 3: fraction.slice(0, 3).padEnd(3, "0"),
    b: MONTHS[Number(month) - 1], a: weekday, "%": "%",
  };
  return to_text(layout).replace(/%(.)/gu, (found, letter) => parts[letter] ?? found);
}

/** @param {Context} context @param {Value} value */
export function date_time({ env: { tz_offset_min } }, value) {
  const text = trimmed(value);
  if (typeof value !== "number" && instant_days(text) !== null) return text;
  if (date_days(text) !== null) return `${text}T00:00:00.000${zone_text(tz_offset_min)}`;
  return written(Math.floor(to_number(value) * DAY_MS + 0.5) + tz_offset_min * 60_000, zone_text(tz_offset_min));
}

/** @param {unknown} _ @param {Value} start @param {Value} end */
export function difference_in_months(_, start, end) {
  const [first, last] = [date(_, start), date(_, end)];
  if (!first || !last) return NaN;
  return month_number(last) - month_number(first) - (last.slice(8) < first.slice(8) ? 1 : 0);
}

/** Months since the year 0. @param {string} text */
const month_number = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;

const two = (/** @type {number} */ number) => String(number).padStart(2, "0");

/** The first day of a month. @param {number} month */
const first_day = (month) => date_days(`${String(Math.floor(month / 12)).padStart(4, "0")}-${two((month % 12) + 1)}-01`);

/** @param {Context} context @param {Value} value @param {Value[]} counts */
export function add_date(context, value, ...counts) {
  const [years, months, days, hours, minutes] = [0, 1, 2, 3, 4].map((at) => Math.trunc(at < counts.length ? to_number(counts[at]) : 0));
  const start = date_time(context, value);
  if (!start || ![years, months, days, hours, minutes].every(Number.isFinite)) return "";
  const month = month_number(start) + years * 12 + months;
  const [first, following] = [first_day(month), first_day(month + 1)];
  if (first === null || following === null) return "";
  const day = first + Math.min(Number(start.slice(8, 10)), following - first) - 1 + days;
  if (!hours && !minutes && date_days(trimmed(value)) !== null) return days_date(day);
  const [, hour, minute, second = "0", fraction = "0", zone = ""] = /** @type {RegExpExecArray} */ (TIME.exec(start.slice(11)));
  const seconds = (Number(hour) + hours) * 3600 + (Number(minute) + minutes) * 60 + Number(second);
  return written(day * DAY_MS + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0")), zone);
}

/** @param {number} offset_min */
function zone_text(offset_min) {
  const minutes = Math.abs(offset_min);
  return `${offset_min < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** @param {number} milliseconds @param {string} zone */
function written(milliseconds, zone) {
  return days_date(milliseconds / DAY_MS) && new Date(milliseconds).toISOString().slice(0, 23) + zone;
}
