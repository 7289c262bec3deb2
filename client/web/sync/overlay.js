/** A record as its holder sees it: the server's copy with the device's own pending ops laid over it. */

/**
 * An op the device made, as far as the view needs it.
 * @typedef {object} PendingOp
 * @property {string} h
 * @property {number} n
 * @property {string} type
 * @property {string} at
 * @property {{id: string, version: string}} form
 * @property {any} [answers] of submit, edit and correct
 * @property {string} [title]
 * @property {boolean} settled a receipt of the current epoch names it as stored
 */

/** Ops that carry a full snapshot of answers. */
export const CONTENT_TYPES = new Set(["submit", "edit", "correct"]);

/**
 * @param {any|null} doc the server's DOC, null before the first pull
 * @param {PendingOp[]} ops every op of this record the device still holds, any order
 * @returns {{answers: any, form: any, base: string|null, title: string|null, phase: string, pending: {h: string, type: string, at: string}[]}}
 *   base: what an edit made now has been made from. phase `waiting` while any op has no receipt of the current epoch.
 */
export function overlay(doc, ops) {
  const folded = new Set(doc?.ops ?? []);
  const pending = ops.filter(({ h }) => !folded.has(h)).sort((a, b) => a.n - b.n);
  const top = pending.filter(({ type }) => CONTENT_TYPES.has(type)).at(-1);
  return {
    answers: top ? top.answers : (doc?.answers ?? null),
    form: top ? top.form : (doc?.form ?? null),
    base: top ? top.h : (doc?.hash ?? null),
    title: top?.title ?? doc?.title ?? null,
    phase: phase_of(doc, pending, top),
    pending: pending.map(({ h, type, at }) => ({ h, type, at })),
  };
}

/** @param {any|null} doc @param {PendingOp[]} pending @param {PendingOp|undefined} top */
function phase_of(doc, pending, top) {
  if (pending.some(({ settled }) => !settled)) return "waiting";
  return top ? "received" : (doc?.phase ?? "received");
}
