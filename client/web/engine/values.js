/**
 * The four kinds of value of XPath 1.0 and how they turn into each other: text, number, boolean, node-set.
 * A date is its text; `to_number` reads it as whole days since 1970-01-01, without a zone. Nothing raises on data.
 * The twin in Python is forms/expressions/values.py.
 */

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {string | number | boolean | Node[]} Value */

const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
export const DATE_TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:?[0-9]{2})?$/;
export const DAY_MS = 86_400_000;

/** @param {Value} value @returns {string} */
export function to_text(value) {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return number_text(value);
  return value.length ? value[0].text() : "";
}

/** @param {Value} value @returns {number} */
export function to_number(value) {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  const text = trimmed(value);
  return NUMBER.test(text) ? Number(text) : (date_days(text) ?? instant_days(text) ?? NaN);
}

/** The text without spaces around it. Spaces are XPath's (1.0 §3.7): every language has its own idea of the others. @param {Value} value */
export function trimmed(value) {
  return to_text(value).replace(/^[ \t\r\n]+/, "").replace(/[ \t\r\n]+$/, "");
}

/** @param {Value} value */
export function words(value) {
  return to_text(value).split(/[ \t\r\n]+/).filter(Boolean);
}

/** @param {Value} value */
export function to_boolean(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return !(value === 0 || Number.isNaN(value));
  return to_text(value) !== "";
}

/** @param {number} number */
export function number_text(number) {
  if (Number.isNaN(number)) return "";
  const text = String(number === 0 ? 0 : number);
  const match = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, first, rest = "", exponent] = match;
  const digits = first + rest;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

/** @param {string} text @returns {number|null} */
export function date_days(text) {
  const match = DATE.exec(text);
  return match ? day_number(match[1], match[2], match[3]) : null;
}

/** @param {string} year @param {string} month @param {string} day @returns {number|null} */
function day_number(year, month, day) {
  const moment = new Date(0);
  moment.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const same = moment.getUTCMonth() === Number(month) - 1 && moment.getUTCDate() === Number(day) && Number(year) > 0;
  return same ? Math.round(moment.getTime() / DAY_MS) : null;
}

/** @param {number} days */
export function days_date(days) {
  const moment = new Date(Math.floor(days) * DAY_MS);
  const year = moment.getUTCFullYear();
  return year >= 1 && year <= 9999 ? moment.toISOString().slice(0, 10) : "";
}

/** @param {string} text @param {number} [offset_min] @returns {number|null} */
export function instant_days(text, offset_min = 0) {
  const match = DATE_TIME.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second = "0", fraction = "0", zone] = match;
  const whole = day_number(year, month, day);
  if (whole === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (zone === "Z") offset_min = 0;
  else if (zone) offset_min = (zone[0] === "+" ? 1 : -1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const seconds = Number(hour) * 3600 + (Number(minute) - offset_min) * 60 + Number(second);
  return whole + (seconds * 1000 + milliseconds) / DAY_MS;
}

/** @param {string} operator @param {Value} left @param {Value} right @returns {boolean} */
export function compare(operator, left, right) {
  if (Array.isArray(left)) return left.some((node) => compare(operator, node.text(), right));
  if (Array.isArray(right)) return right.some((node) => compare(operator, left, node.text()));
  if (operator === "=" || operator === "!=") {
    let equal;
    if (typeof left === "boolean" || typeof right === "boolean") equal = to_boolean(left) === to_boolean(right);
    else if (typeof left === "string" && typeof right === "string") equal = left === right;
    else equal = to_number(left) === to_number(right);
    return equal === (operator === "=");
  }
  const [a, b] = [to_number(left), to_number(right)];
  return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
}

/** @param {string} operator @param {Value} left @param {Value} right @returns {number} */
export function arithmetic(operator, left, right) {
  const [a, b] = [to_number(left), to_number(right)];
  switch (operator) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "div": return a / b;
    default: return a % b;
  }
}
