/**
 * List rows: the little of each record that home, lists and the outbox show, so that they open without decrypting
 * every record (P-18). Pure. What a row shows follows from what it holds and the current epoch (P-12).
 */
import { CONTENT_TYPES } from "../sync/overlay.js";

/**
 * One own op. `epoch` is that of the receipt that says it is stored; a receipt of another epoch does not count.
 * @typedef {{h: string, n: number, type: string, at: string, epoch: string|null, verdict: string|null, reason?: string, message?: Record<string, string>, received_at?: string, rev?: number}} OwnOp
 */
/**
 * @typedef {object} Row
 * @property {string} rec
 * @property {{id: string, version: string}} form
 * @property {string} scope
 * @property {string} title
 * @property {string} subtitle
 * @property {string} at of the last change
 * @property {{phase: string, state: string, at: string, remarks: number, conflicts: number, ops: string[]}|null} doc what the server's copy says
 * @property {boolean} draft
 * @property {OwnOp[]} ops
 */
/** @typedef {"draft"|"waiting"|"received"|"has_issues"|"approved"|"rejected"} Phase */

/** @type {Phase[]} */
export const PHASES = ["draft", "waiting", "received", "has_issues", "approved", "rejected"];
const NEEDS_A_PERSON = new Set(["adjudicate", "parked", "conflict"]);

/** @param {Row} row @param {string|null} epoch own ops without a receipt of this epoch */
export function unsent(row, epoch) {
  return row.ops.filter((op) => !op.epoch || op.epoch !== epoch);
}

/** Ops the server holds but has not folded into the document this device has. @param {Row} row @param {string|null} epoch */
export function unfolded(row, epoch) {
  return row.ops.filter((op) => op.epoch && op.epoch === epoch && !row.doc?.ops.includes(op.h));
}

/** @param {Row} row @param {string|null} epoch @returns {Phase} */
export function phase_of(row, epoch) {
  if (unsent(row, epoch).length) return "waiting";
  if (unfolded(row, epoch).some(({ type }) => CONTENT_TYPES.has(type))) return "received";
  if (row.doc) return /** @type {Phase} */ (row.doc.phase);
  return row.ops.length ? "received" : "draft";
}

/** Whether a person should look: returned, in conflict, refused for now. @param {Row} row @param {string|null} epoch */
export function attention_of(row, epoch) {
  const open = [...unsent(row, epoch).filter(({ verdict }) => verdict), ...unfolded(row, epoch).filter(needs_a_person)];
  return phase_of(row, epoch) === "has_issues" || Boolean(row.doc?.conflicts) || open.length > 0;
}

/** @param {OwnOp} op */
export function needs_a_person({ verdict }) {
  return verdict !== null && NEEDS_A_PERSON.has(verdict);
}

/** @param {Row} row @param {any} doc the server's DOC @returns {Row} */
export function with_doc(row, doc) {
  return {
    ...row,
    form: doc.form,
    scope: doc.scope,
    at: doc.received_at ?? row.at,
    doc: {
      phase: doc.phase,
      state: doc.state,
      at: doc.received_at,
      remarks: doc.remarks?.length ?? 0,
      conflicts: doc.conflicts?.length ?? 0,
      ops: row.ops.map(({ h }) => h).filter((h) => doc.ops?.includes(h)), // others' ops are no news here
    },
  };
}

/** @param {Row} row nothing of it is left on the device */
export function is_empty(row) {
  return !row.draft && !row.doc && !row.ops.length;
}
