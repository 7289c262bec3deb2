/** Look-up lists for the engine's `env.lists`, and pictures and sounds of the forms: documents like any other. */
import { media_type_of } from "../sync/blobs.js";
import { unb64 } from "../sync/crypto.js";

/** @typedef {import("./ledger.js").Head} Head */
/** @typedef {import("./library.js").Library} Library */
/** @typedef {{columns: string[], rows: string[][]}} List */

const AUTHOR = ["name", "label", "role", "unit", "kind"];
const UNIT_COLUMNS = 7; // of org_units; behind them stands one column for each kind of unit

/**
 * The lists a form reads; one that has not arrived is left out. A list stays the same object, for its indexes' sake.
 * @param {Library} library @param {Head} head @param {any} program @param {string} unit @param {string[]} roles
 * @returns {Promise<Record<string, List>>}
 */
export async function lists_of(library, head, program, unit, roles) {
  /** @type {Record<string, List>} */
  const lists = {};
  for (const name of program.lists ?? []) {
    const list = name === "author" ? author_list(head.person.name, [...roles].sort()[0] ?? "", unit, await library.list(head, "org_units")) : await library.list(head, name);
    if (list) lists[name] = list;
  }
  return lists;
}

/** One row about who fills in, and the units around theirs by kind. Twin: forms/lists.py. @param {string} name @param {string} role @param {string} unit @param {List|null} units @returns {List} */
export function author_list(name, role, unit, units) {
  const row = units?.rows.find(([code]) => code === unit);
  const kinds = units?.columns.slice(UNIT_COLUMNS) ?? [];
  const around = kinds.map((_, at) => row?.[UNIT_COLUMNS + at] ?? "");
  return { columns: [...AUTHOR, ...kinds], rows: [[name, name, role, unit, row?.[2] ?? "", ...around]] };
}

/** A picture or sound of the forms, or a question read aloud (its name has spaces), from its bytes as the library keeps them. @param {string} name @param {string} base64 */
export function medium(name, base64) {
  return new Blob([unb64(base64)], { type: name.endsWith(".svg") ? "image/svg+xml" : name.includes(" ") ? "audio/webm" : media_type_of(name) });
}
