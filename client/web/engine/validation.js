/** What is wrong with an answer: required, its type, its choices, its constraint; the first of these is told. Twin: forms/validation.py. */
import { default_message } from "./messages.js";
import { date_days, to_boolean } from "./values.js";

/** @typedef {import("./instance.js").Instance} Instance */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {{code: string, message: Record<string, string>}} Problem */

const DECIMAL = /^-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$/;
/** @param {any} value */
const is_text = (value) => typeof value === "string";
/** @type {Record<string, (value: any) => boolean>} */
const TYPES = {
  integer: Number.isSafeInteger,
  decimal: (value) => is_text(value) && DECIMAL.test(value),
  date: (value) => is_text(value) && date_days(value) !== null,
  text: is_text,
  select_one: is_text,
  select_multiple: (value) => Array.isArray(value) && value.every(is_text) && new Set(value).size === value.length,
  note: () => false,
  calculate: (value) => is_text(value) || Number.isSafeInteger(value),
};

/** Of a relevant question, or null. A blank answer has only `required` to meet. @param {Instance} instance @param {Node} node @returns {Problem|null} */
export function first_problem(instance, node) {
  const { spec, value } = node;
  if (spec.kind !== "question") return null;
  if (value === null) return instance.required(node) ? problem(instance, node, "answer.required", "required_message") : null;
  if (!TYPES[spec.type](value)) return problem(instance, node, "answer.type");
  if (spec.list) {
    const names = new Set(instance.candidates(node).map((choice) => choice.name));
    const chosen = Array.isArray(value) ? value : [value];
    if (!chosen.every((name) => names.has(name))) return problem(instance, node, "answer.choice");
  }
  if (spec.constraint && !to_boolean(instance.value_of(spec.constraint, node))) {
    return problem(instance, node, "answer.constraint", "constraint_message");
  }
  return null;
}

/** @param {Instance} instance @param {Node} node @param {string} code @param {string} [own] the key of the form's message @returns {Problem} */
function problem(instance, node, code, own = "") {
  const message = default_message(code, node.spec.type);
  for (const language of Object.keys(node.spec[own] ?? {})) message[language] = instance.text(node.spec[own], node, language);
  return { code, message };
}
