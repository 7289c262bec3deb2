/**
 * The list index: rows in pages of about 500, each page encrypted as one value (P-18). Pure; a change returns a new
 * index and says which pages it touched.
 */
import { fold } from "../sync/text.js";
import { local_date } from "./clock.js";
import { attention_of, phase_of, PHASES, unsent } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {Map<number, Map<string, Row>>} Index page number → rows by record */

export const PAGE_ROWS = 500;

/** @param {Index} index @param {string} rec */
export function row_in(index, rec) {
  for (const rows of index.values()) {
    const row = rows.get(rec);
    if (row) return row;
  }
  return undefined;
}

/**
 * @param {Index} index
 * @param {[rec: string, row: Row|null][]} changes null takes a row out
 * @returns {{index: Index, touched: number[]}}
 */
export function with_rows(index, changes) {
  const next = new Map(index);
  /** @type {Set<number>} */
  const touched = new Set();
  for (const [rec, row] of changes) {
    const page = page_of(next, rec) ?? (row ? page_with_room(next) : undefined);
    if (page === undefined) continue;
    if (!touched.has(page)) next.set(page, new Map(next.get(page)));
    touched.add(page);
    const rows = /** @type {Map<string, Row>} */ (next.get(page));
    if (row) rows.set(rec, row);
    else rows.delete(rec);
  }
  return { index: next, touched: [...touched] };
}

/** @param {Index} index @param {string} rec */
function page_of(index, rec) {
  for (const [page, rows] of index) if (rows.has(rec)) return page;
  return undefined;
}

/** @param {Index} index */
function page_with_room(index) {
  for (const [page, rows] of index) if (rows.size < PAGE_ROWS) return page;
  return index.size;
}

/** @param {Index} index @returns {Row[]} */
export function all_rows(index) {
  return [...index.values()].flatMap((rows) => [...rows.values()]);
}

/** @param {Index} index @param {string|null} epoch @returns {Record<import("./rows.js").Phase, number>} */
export function counts(index, epoch) {
  const of_phase = Object.fromEntries(PHASES.map((phase) => [phase, 0]));
  for (const row of all_rows(index)) of_phase[phase_of(row, epoch)] += 1;
  return /** @type {Record<import("./rows.js").Phase, number>} */ (of_phase);
}

/** @param {Index} index @param {string|null} epoch */
export function unsent_count(index, epoch) {
  return all_rows(index).reduce((sum, row) => sum + unsent(row, epoch).length, 0);
}

/** @typedef {{phase?: string, query?: string, form_id?: string, since?: string, until?: string}} Query since, until: days, YYYY-MM-DD, of the last change */

/**
 * Rows that fit, those that want attention first, then the newest. Every word of the query must be found; case, marks and đ do not matter.
 * @param {Index} index
 * @param {string|null} epoch
 * @param {Query} query
 * @returns {Row[]}
 */
export function find_rows(index, epoch, { phase, query = "", form_id, since, until }) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const wanted = all_rows(index).filter(
    (row) =>
      (!phase || phase_of(row, epoch) === phase) &&
      (!form_id || row.form.id === form_id) &&
      (!since || day_of(row) >= since) &&
      (!until || day_of(row) <= until) &&
      (!words.length || contains(fold(`${row.title} ${row.subtitle}`), words)),
  );
  const urgent = new Map(wanted.map((row) => [row, attention_of(row, epoch) ? 0 : 1]));
  return wanted.sort((a, b) => /** @type {number} */ (urgent.get(a)) - /** @type {number} */ (urgent.get(b)) || newest_first(a, b));
}

/** @param {Row} row */
function day_of(row) {
  return local_date(new Date(row.at));
}

/** @param {string} text @param {string[]} words */
function contains(text, words) {
  return words.every((word) => text.includes(word));
}

/** @param {Row} a @param {Row} b */
function newest_first(a, b) {
  return Date.parse(b.at) - Date.parse(a.at) || (a.rec < b.rec ? 1 : -1);
}
