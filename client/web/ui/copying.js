/** A new record begun from an earlier one: what may be asked of the same household again stands there already. Pure. */
import { FILE_TYPES } from "./answer_text.js";
import { is_visible } from "./pages.js";

/** @typedef {import("./types.js").Spec} Spec */

/** Given by a person for one record: agreement and confirmation. Signatures are files. */
const CONFIRMED = new Set(["acknowledge", "trigger"]);
/** Moments belong to a visit: where the form fills one in by itself, the new record gets its own. */
const MOMENTS = new Set(["date", "time", "datetime"]);

/**
 * The answers to begin with. Left behind: what the form marks `anew` (consent), what was confirmed, files (signatures too), what devices and calculations note,
 * moments with a default, and what a draft's author may not write (amounts approved, decisions).
 * @param {{root: Spec[]}} program of the new record, which may be of a later version
 * @param {any} answers of the earlier one
 * @param {() => string} new_id
 */
export function copied(program, answers, new_id) {
  return children(program.root, answers, true, new_id);
}

/** @param {Spec[]} nodes @param {any} from @param {boolean} writable @param {() => string} new_id */
function children(nodes, from, writable, new_id) {
  /** @type {Record<string, any>} */
  const to = {};
  for (const spec of nodes) {
    const value = from?.[spec.name];
    const may = spec.writable_by ? spec.writable_by.some((/** @type {any} */ { states }) => states === "*" || states.includes("draft")) : writable;
    if (value === null || value === undefined || spec.anew) continue;
    if (spec.kind === "group") to[spec.name] = children(spec.children ?? [], value, may, new_id);
    else if (spec.kind === "repeat") to[spec.name] = rows(spec, value, may, new_id);
    else if (may && is_visible(spec) && spec.type !== "calculate" && !FILE_TYPES.has(spec.type) && !CONFIRMED.has(spec.type) && !(spec.default && MOMENTS.has(spec.type))) to[spec.name] = value;
  }
  return to;
}

/** @param {Spec} spec @param {any} value @param {boolean} writable @param {() => string} new_id */
function rows(spec, value, writable, new_id) {
  if (!writable || !Array.isArray(value)) return [];
  return value.map((row) => ({ __id: new_id(), ...children(spec.children ?? [], row, writable, new_id) }));
}
