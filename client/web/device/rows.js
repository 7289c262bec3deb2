/**
 * List rows: the little of each record that home, lists and the outbox show, so that they open without decrypting
 * every record (P-18). Pure. What a row shows follows from what it holds and the current epoch (P-12).
 */
import { CONTENT_TYPES } from "../sync/overlay.js";

/** When a record came into its state, by the server's clock. @param {any} doc @returns {string} */
export function since_of(doc) {
  return (doc?.history ?? []).filter((/** @type {any} */ entry) => entry.from !== entry.to).at(-1)?.received_at ?? "";
}

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
 * @property {{phase: string, state: string, at: string, remarks: number, conflicts: number, ops: string[], answers_hash?: string, since?: string, author?: string, urgent?: string|null}|null} doc what the server's copy says
 * @property {string} [opened] the answers_hash a reviewer has had before her
 * @property {boolean} draft
 * @property {OwnOp[]} ops
 */
/** @typedef {"draft"|"waiting"|"received"|"has_issues"|"approved"|"rejected"} Phase */

/** @type {Phase[]} */
export const PHASES = ["draft", "waiting", "received", "has_issues", "approved", "rejected"];
const NEEDS_A_PERSON = new Set(["adjudicate", "parked", "conflict"]);
export const DECIDED = new Set(["accepted", "rejected", "attached", "redirected"]); // by a person, of what could not be applied
const ENDED = new Set(["rejected", "attached", "redirected"]); // decided by a person, and not into this record

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
  if (unfolded(row, epoch).some(({ type, verdict }) => CONTENT_TYPES.has(type) && !ENDED.has(verdict ?? ""))) return "received";
  if (row.doc) return /** @type {Phase} */ (row.doc.phase);
  if (!row.ops.length) return "draft";
  return row.ops.every(({ verdict }) => verdict === "rejected") ? "rejected" : "received";
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

/**
 * What a document's answers were when this device last judged them, or first had them: changes are marked against it.
 * @param {any|null} old @param {any} doc @returns {{answers: any, rev: number}|undefined}
 */
export function before_of(old, doc) {
  if (!old || old.before) return old?.before;
  return old.answers_hash === doc.answers_hash ? undefined : { answers: old.answers, rev: old.rev };
}

/** @param {Row} row @param {any} doc the server's DOC @param {string|null} [urgent] what it says of its urgency @returns {Row} */
export function with_doc(row, doc, urgent = null) {
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
      answers_hash: doc.answers_hash,
      since: since_of(doc),
      author: doc.author?.name,
      urgent,
    },
  };
}

/** @param {Row} row nothing of it is left on the device */
export function is_empty(row) {
  return !row.draft && !row.doc && !row.ops.length;
}
