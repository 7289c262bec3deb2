/** Answers as they are kept: one value, and what a running tree holds as nested JSON (docs/form-language.md). Twin: forms/answers.py. */
import { date } from "./dates.js";
import { number_text, to_number, to_text, words } from "./values.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./values.js").Value} Value */

/** @param {any} value @returns {any} */
export function clean(value) {
  if (typeof value === "string") return value.normalize("NFC") || null;
  if (Array.isArray(value)) return value.length ? value.map(clean) : null;
  return value ?? null;
}

/** Whether two answers are the same. @param {any} a @param {any} b @returns {boolean} */
export function same(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => same(each, b[i]));
  return a === b;
}

/** @param {any} value */
export function are_names(value) {
  return Array.isArray(value) && value.every((name) => typeof name === "string") && new Set(value).size === value.length;
}

/** @param {any} spec @returns {string} */
export function answer_kind(spec) {
  return spec.answer ?? spec.type;
}

/** @param {any} spec @param {Value} value @returns {any} */
export function answer(spec, value) {
  const kind = answer_kind(spec);
  if (kind === "integer") {
    const number = to_number(value);
    return Number.isSafeInteger(number) ? number + 0 : null;
  }
  if (kind === "decimal") {
    const number = to_number(value);
    return Number.isFinite(number) ? number_text(number) : null;
  }
  if (kind === "date") return date(null, value) || null;
  if (kind === "select_multiple" || kind === "rank") return clean(words(value));
  if (kind === "calculate" && typeof value === "number" && Number.isSafeInteger(value)) return value + 0;
  return clean(to_text(value));
}

/** @param {Node} node @param {boolean} hidden with those that are not relevant @returns {any} */
export function answers_of(node, hidden) {
  /** @type {any} */
  const found = node.row_id ? { __id: node.row_id } : {};
  for (const [name, child] of node.children) {
    if (!hidden && !child.relevant) continue;
    let { value } = child;
    if (child.spec.kind === "repeat") value = child.rows.length ? child.rows.map((row) => answers_of(row, hidden)) : null;
    else if (child.spec.kind === "group") {
      value = answers_of(child, hidden);
      if (!Object.keys(value).length) value = null;
    }
    if (value !== null) found[name] = value;
  }
  return found;
}

/** @param {Node} node @returns {any} */
export function view(node) {
  const { kind, name } = node.spec;
  const seen = { path: node.path, kind, name, relevant: node.relevant };
  if (kind === "group") return { ...seen, children: [...node.children.values()].map(view) };
  if (kind !== "repeat") return seen;
  const rows = node.rows.map((row) => ({ id: row.row_id, path: row.path, children: [...row.children.values()].map(view) }));
  return { ...seen, rows };
}
