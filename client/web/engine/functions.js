/**
 * The function table of the form language: one row a function. Rulings: docs/form-language.md.
 * A function takes the context and its arguments as values; those in LAZY take them unevaluated, as callables.
 * The twin in Python is forms/expressions/functions.py; tests/conformance/expressions.json holds both.
 */
import { MODULUS, fraction, letters, shuffled, uuid } from "./chance.js";
import { add_date, date, date_time, decimal_date_time, decimal_time, difference_in_months, format_date } from "./dates.js";
import { DIGESTS, digest } from "./digest.js";
import { area, inside, length, points } from "./geometry.js";
import { OF_ONE, atan2, power, shown } from "./transcendental.js";
import { number_text, to_boolean, to_number, to_text, trimmed, words } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./evaluate.js").Context} Context */
/** @typedef {(context: Context, ...values: any[]) => Value} Call */

/** @param {Value} value */
const nodes = (value) => (Array.isArray(value) ? value : []);

/** @param {Value[]} values */
const texts = (values) => values.flatMap((value) => (Array.isArray(value) ? value.map((n) => n.text()) : [to_text(value)]));

/** @param {Value[]} values */
const numbers = (values) => texts(values).filter((text) => text !== "").map(to_number);

/** The first that beats all before it. @param {number[]} found @param {(a: number, b: number) => boolean} beats */
const best = (found, beats) => (found.length ? found.reduce((kept, each) => (beats(each, kept) ? each : kept)) : NaN);

/** @param {Value} value @param {Value} places */
function round_half_up(value, places) {
  const [number, digits] = [to_number(value), to_number(places)];
  if (!Number.isFinite(number)) return number;
  if (!Number.isFinite(digits) || Math.abs(digits) > 30) return NaN;
  const [whole, fraction = ""] = number_text(Math.abs(number)).split(".");
  const dropped = fraction.length - Math.trunc(digits);
  if (dropped <= 0) return number;
  const unit = 10n ** BigInt(dropped);
  const kept = (BigInt(whole + fraction) + unit / 2n - (number < 0 ? 1n : 0n)) / unit;
  return Number(`${number < 0 ? "-" : ""}${kept}e${dropped - fraction.length}`);
}

/** @param {(number: number) => number} call @returns {Call} */
const of_number = (call) => (_, value) => call(to_number(value));

/** From 0, end excluded, negative counts from the end; in code points. @param {Value} value @param {Value} start @param {Value} [end] */
function substr(value, start, end) {
  const letters = [...to_text(value)];
  const first = to_number(start);
  const last = end === undefined ? letters.length : to_number(end);
  if (Number.isNaN(first) || Number.isNaN(last)) return "";
  const clip = (/** @type {number} */ at) => Math.trunc(Math.max(0, Math.min(letters.length, at < 0 ? at + letters.length : at)));
  return letters.slice(clip(first), clip(last)).join("");
}

/** @param {Value} value @param {Value} source @param {Value} target */
function translate(value, source, target) {
  const into = [...to_text(target)];
  const table = new Map();
  [...to_text(source)].forEach((letter, at) => table.has(letter) || table.set(letter, into[at] ?? ""));
  return [...to_text(value)].map((letter) => table.get(letter) ?? letter).join("");
}

/** -1: no bound. @param {number} total @param {Value} low @param {Value} high */
function between(total, low, high) {
  const [a, b] = [to_number(low), to_number(high)];
  return (a === -1 || total >= a) && (b === -1 || total <= b);
}

/** @param {Value} value @param {Value} start @param {Value} length */
function substring(value, start, length) {
  const [first, wanted] = [start, length].map((each) => Math.floor(to_number(each) + 0.5));
  return [...to_text(value)].filter((_, at) => first <= at + 1 && at + 1 < first + wanted).join("");
}

/** @param {Context} context @param {Value} value @param {Value} [seed] */
function randomize(context, value, seed = context.place("randomize")) {
  const number = to_number(seed);
  return shuffled(nodes(value), Number.isFinite(number) ? number : Math.floor(fraction(to_text(seed)) * MODULUS));
}

/** @param {Value} value @param {string} algorithm @param {string} encoding */
function digested(value, algorithm, encoding) {
  if (!Object.hasOwn(DIGESTS, algorithm) || !["hex", "base64"].includes(encoding)) return "";
  const bytes = digest(algorithm, new TextEncoder().encode(to_text(value)));
  return encoding === "hex" ? bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("") : btoa(String.fromCharCode(...bytes));
}

/** @param {string} text */
function decode_base64(text) {
  if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return ""; // atob() takes more than others do
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return "";
  }
}

/** @param {Context} context @param {Value} number @param {Value} [length] */
function make_uuid(context, number, length) {
  const place = context.place(number);
  if (length === undefined) return uuid(place);
  const wanted = to_number(length);
  return wanted > 0 && wanted <= 1024 ? letters(place, Math.trunc(wanted)) : "";
}

/** @param {Context} context @param {Value[]} rest */
function indexed_repeat(context, [target, ...pairs]) {
  /** @type {[import("./values.js").Node[], number][]} */
  const wanted = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) wanted.push([nodes(pairs[i]), to_number(pairs[i + 1])]);
  return context.indexed(nodes(target), wanted);
}

/** @param {Context} context @param {Value} [value] */
const own_text = (context, value) => (value === undefined ? context.node.text() : to_text(value));

/** @type {Record<string, Call>} */
export const FUNCTIONS = {
  selected: (_, value, name) => words(value).includes(trimmed(name)),
  "selected-at": (_, value, index) => {
    const at = to_number(index);
    return at >= 0 ? (words(value)[Math.trunc(at)] ?? "") : "";
  },
  "count-selected": (_, value) => words(value).length,
  "jr:choice-name": (context, value, path) => context.choice_label(to_text(path), to_text(value)),
  not: (_, value) => !to_boolean(value),
  true: () => true,
  false: () => false,
  boolean: (_, value) => to_boolean(value),
  "boolean-from-string": (_, value) => ["1", "true"].includes(to_text(value)),
  string: own_text,
  number: (context, value) => to_number(value === undefined ? context.node.text() : value),
  int: of_number(Math.trunc),
  round: (_, value, places = 0) => round_half_up(value, places),
  floor: of_number(Math.floor),
  ceiling: of_number(Math.ceil),
  abs: of_number(Math.abs),
  sqrt: of_number(Math.sqrt),
  pow: (_, base, exponent) => power(to_number(base), to_number(exponent)),
  pi: () => Math.PI,
  atan2: (_, y, x) => shown(atan2(to_number(y), to_number(x))),
  ...Object.fromEntries(Object.entries(OF_ONE).map(([name, call]) => [name, of_number((x) => shown(call(x)))])),
  random: (context, number) => fraction(context.place(number)),
  sum: (_, value) => numbers([value]).reduce((a, b) => a + b, 0),
  max: (_, ...values) => best(numbers(values), (a, b) => a > b),
  min: (_, ...values) => best(numbers(values), (a, b) => a < b),
  count: (_, value) => nodes(value).length,
  "count-non-empty": (_, value) => nodes(value).filter((node) => node.text() !== "").length,
  position: (context, target) => {
    if (target === undefined) return context.position;
    const [first] = nodes(target);
    return first ? first.row_number() : NaN;
  },
  last: (context) => context.size,
  "indexed-repeat": (context, ...values) => indexed_repeat(context, values),
  checklist: (_, low, high, ...answers) => between(answers.filter(to_boolean).length, low, high),
  "weighted-checklist": (_, low, high, ...pairs) => {
    const weights = pairs.map((weight, at) => (at % 2 && to_boolean(pairs[at - 1]) ? to_number(weight) : 0));
    return between(weights.reduce((a, b) => a + b, 0), low, high);
  },
  randomize: (context, value, seed) => randomize(context, value, seed),
  pulldata: (context, ...given) => {
    const [name, wanted, column, text] = given.map(to_text);
    return context.pulled(name, column, text, wanted)[0] ?? "";
  },
  concat: (_, ...values) => texts(values).join(""),
  join: (_, mark, ...values) => texts(values).join(to_text(mark)),
  "string-length": (context, value) => [...own_text(context, value)].length,
  "starts-with": (_, value, start) => to_text(value).startsWith(to_text(start)),
  "ends-with": (_, value, end) => to_text(value).endsWith(to_text(end)),
  contains: (_, value, part) => to_text(value).includes(to_text(part)),
  substr: (_, value, start, end) => substr(value, start, end),
  substring: (_, value, start, length = Infinity) => substring(value, start, length),
  "substring-before": (_, value, mark) => {
    const [text, found] = [to_text(value), to_text(mark)];
    return found && text.includes(found) ? text.slice(0, text.indexOf(found)) : "";
  },
  "substring-after": (_, value, mark) => {
    const [text, found] = [to_text(value), to_text(mark)];
    return text.includes(found) ? text.slice(text.indexOf(found) + found.length) : "";
  },
  translate: (_, value, source, target) => translate(value, source, target),
  "normalize-space": (context, value) => words(own_text(context, value)).join(" "),
  regex: (_, value, finds) => finds(to_text(value)),
  "base64-decode": (_, value) => decode_base64(to_text(value)),
  digest: (_, value, algorithm, encoding = "base64") => digested(value, to_text(algorithm), to_text(encoding)),
  distance: (_, ...values) => round_half_up(length(points(texts(values))), 2),
  area: (_, value) => round_half_up(area(points(texts([value]))), 2),
  geofence: (_, point, shape) => {
    const [[at], around] = [points([to_text(point)]), points(texts([shape]))];
    return around.length > 2 && at !== undefined && inside(at, around);
  },
  uuid: make_uuid,
  today: (context) => context.env.today,
  now: (context) => context.env.now,
  date,
  "date-time": date_time,
  "add-date": add_date,
  "difference-in-months": difference_in_months,
  "decimal-date-time": decimal_date_time,
  "decimal-time": decimal_time,
  "format-date": format_date,
  "format-date-time": format_date,
};

/** @type {Record<string, (context: Context, ...values: import("./evaluate.js").Evaluator[]) => Value>} */
export const LAZY = {
  if: (context, test, then, otherwise) => (to_boolean(test(context)) ? then(context) : otherwise(context)),
  coalesce: (context, ...values) => {
    for (const value of values) {
      const text = to_text(value(context));
      if (text !== "") return text;
    }
    return "";
  },
  // The answer there is, also while it is hidden; only a blank one is computed.
  once: (context, value) => {
    const { value: kept } = context.node;
    if (kept === null) return value(context);
    return typeof kept === "number" ? kept : context.node.kept();
  },
};
