/** Whether two records of a form are about the same (docs/duplicates.md). The twin of sync/duplicates.py. */
import { compare_names, one_off, paper_number, phone } from "./spelling.js";
import { fold } from "./text.js";

/** @typedef {{name: string, born: string, place: string, ids: string[], phones: string[], keys: string[]}} Traits */

export const ALIKE = 60;
/** @type {Record<string, number>} */
const POINTS = {
  id_same: 70, id_near: 25, id_differs: -40, phone_same: 25, phone_differs: 0,
  name_same: 40, name_unmarked: 35, name_sound: 30, name_order: 30, name_marks_missing: 25, name_short: 25, name_near: 25,
  name_marks: 15, name_differs: -40,
  birth_same: 25, birth_year_same: 20, birth_year_near: 10, birth_differs: -30, place_same: 15, place_differs: -20, key_same: 70,
};
/** @type {Record<string, "name"|"born"|"place">} */
const OWN = { name: "name", birth_date: "born", place: "place" };

/** What of a record is compared. @param {any} program @param {any} answers @returns {Traits} */
export function traits_of(program, answers) {
  /** @type {Traits} */
  const found = { name: "", born: "", place: "", ids: [], phones: [], keys: [] };
  /** @type {string[][]} */
  const dedupe = program.dedupe ?? [];
  const named = new Set(dedupe.flat());
  /** @type {Map<string, [text: string, kind: string]>} */
  const said = new Map();
  for (const [node, value] of asked(program.root, answers)) {
    const kind = node.pii ?? (node.list === "org_units" ? "place" : "");
    const text = typeof value === "string" || Number.isInteger(value) ? String(value).split(/\s+/).filter(Boolean).join(" ") : "";
    said.set(node.path, [text, kind]);
    if (kind === "id_number" && paper_number(text)) found.ids.push(paper_number(text));
    else if (kind === "phone" && phone(text)) found.phones.push(phone(text));
    else if (named.has(node.path) && OWN[kind] && text && (kind === "place" || !found[OWN[kind]])) found[OWN[kind]] = text;
  }
  dedupe.forEach((key, number) => {
    const parts = key.map((path) => said.get(path) ?? ["", ""]);
    if (parts.length && parts.every(([text, kind]) => text && !["name", "id_number", "phone"].includes(kind)))
      found.keys.push(`${number}:${parts.map(([text]) => fold(text)).join("|")}`);
  });
  return found;
}

/** Every question outside repeats with its answer. @param {any[]} nodes @param {any} answers @returns {[any, any][]} */
function asked(nodes, answers) {
  return nodes.flatMap((node) => {
    const value = answers?.[node.name];
    if (node.kind === "group") return asked(node.children, value);
    return node.kind === "question" ? [/** @type {[any, any]} */ ([node, value])] : [];
  });
}

/** How much two records of one form are alike, and why. @param {Traits} one @param {Traits} other */
export function compare_traits(one, other) {
  const reasons = [
    ids(one.ids, other.ids),
    !one.phones.length || !other.phones.length ? "" : shares(one.phones, other.phones) ? "phone_same" : "phone_differs",
    compare_names(one.name, other.name),
    births(one.born, other.born),
    !one.place || !other.place ? "" : one.place === other.place ? "place_same" : "place_differs",
    shares(one.keys, other.keys) ? "key_same" : "",
  ];
  const given = reasons.filter(Boolean).sort((a, b) => POINTS[b] - POINTS[a]);
  const enough = given.includes("id_same") || given.includes("key_same") ? ALIKE : 0;
  const score = given.reduce((sum, reason) => sum + POINTS[reason], 0);
  return { score: Math.max(enough, 0, Math.min(100, score)), reasons: given };
}

/** @param {string[]} one @param {string[]} other */
function shares(one, other) {
  return one.some((each) => other.includes(each));
}

/** @param {string[]} one @param {string[]} other */
function ids(one, other) {
  if (shares(one, other)) return "id_same";
  const alike = one.flatMap((a) => other.filter((b) => a.length === b.length).map((b) => one_off(a, b)));
  return !alike.length ? "" : alike.includes(true) ? "id_near" : "id_differs";
}

/** @param {string} one @param {string} other */
function births(one, other) {
  const [a, b] = [one, other].map((born) => (/^\d{4}/.test(born) ? Number(born.slice(0, 4)) : NaN));
  if (Number.isNaN(a) || Number.isNaN(b)) return "";
  if (a === b) return one.length === 10 && one === other ? "birth_same" : "birth_year_same";
  return Math.abs(a - b) === 1 ? "birth_year_near" : "birth_differs";
}
