/** What is wrong with an answer: required, its type, its choices, its constraint; the first of these is told. Twin: forms/validation.py. */
import { answer_kind, are_names } from "./answers.js";
import { default_message } from "./messages.js";
import { candidates, offers } from "./offers.js";
import { date_days, instant_days, to_boolean } from "./values.js";

/** @typedef {import("./instance.js").Instance} Instance */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {{code: string, message: Record<string, string>}} Problem */

const DECIMAL = /^-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$/;
const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,3})?)?(Z|[-+][0-9]{2}:?[0-9]{2})?$/;
const FILE = /^[0-9a-f]{64}\.[a-z0-9]{1,8}$/;
/** Between two steps of a range, decimals being binary. */
const CLOSE = 1e-9;

/** @param {any} value */
const is_text = (value) => typeof value === "string";

/** "22.38 103.46 850 5": degrees, metres above the sea, metres of doubt; the last two may be left out. @param {any} value */
function is_point(value) {
  const parts = is_text(value) ? value.split(" ") : [];
  if (parts.length < 2 || parts.length > 4 || !parts.every((/** @type {string} */ part) => DECIMAL.test(part))) return false;
  return Math.abs(Number(parts[0])) <= 90 && Math.abs(Number(parts[1])) <= 180;
}

/** How each kind of answer is kept (the program's `answer`). @type {Record<string, (value: any) => boolean>} */
const KINDS = {
  text: is_text,
  integer: Number.isSafeInteger,
  decimal: (value) => is_text(value) && DECIMAL.test(value),
  date: (value) => is_text(value) && date_days(value) !== null,
  time: (value) => is_text(value) && TIME.test(value),
  datetime: (value) => is_text(value) && instant_days(value) !== null,
  select_one: is_text,
  select_multiple: are_names,
  rank: are_names,
  acknowledge: (value) => value === "OK",
  geopoint: is_point,
  file: (value) => is_text(value) && FILE.test(value),
  calculate: (value) => is_text(value) || Number.isSafeInteger(value),
  note: () => false,
};

/** @param {Instance} instance @param {Node} node @returns {Problem|null} */
export function first_problem(instance, node) {
  const { spec, value } = node;
  if (spec.kind !== "question") return null;
  if (value === null) return instance.required(node) ? problem(instance, node, "answer.required", "required_message") : null;
  if (!KINDS[answer_kind(spec)](value) || (spec.type === "range" && !on_scale(spec, value))) return problem(instance, node, "answer.type");
  if (spec.list && !chosen(instance, node)) return problem(instance, node, "answer.choice");
  if (spec.constraint && !to_boolean(instance.value_of(spec.constraint, node))) {
    return problem(instance, node, "answer.constraint", "constraint_message");
  }
  return null;
}

/** @param {any} spec @param {any} value */
function on_scale({ parameters }, value) {
  const [start, end, step] = ["start", "end", "step"].map((key) => Number(parameters[key]));
  const steps = (Number(value) - start) / step;
  return start <= Number(value) && Number(value) <= end && Math.abs(steps - Math.round(steps)) < CLOSE * Math.max(1, Math.abs(steps));
}

/** @param {Instance} instance @param {Node} node */
function chosen(instance, node) {
  const given = [node.value].flat();
  if (!given.every((name) => offers(instance, node, name))) return false;
  return node.spec.type !== "rank" || given.length === candidates(instance, node).length;
}

/** @param {Instance} instance @param {Node} node @param {string} code @param {string} [own] the key of the form's message @returns {Problem} */
function problem(instance, node, code, own = "") {
  const { spec } = node;
  const message = default_message(code, spec.type === "range" ? "range" : answer_kind(spec));
  for (const language of Object.keys(spec[own] ?? {})) message[language] = instance.text(spec[own], node, language);
  return { code, message };
}
