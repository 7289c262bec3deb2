/** Pages of a scope's feed: which apply, and the cursor after them (P-11). */

/** @typedef {{scope: string, gen: number, cursor: number, epoch: string}} CursorState */
/** @typedef {{rec: string, rev: number, hash: string, seq: number, kind: "doc"|"leave"|"void", doc?: any, to?: string, erased?: boolean}} Change of one that leaves: the scope it went to, where this device holds that; whether it was erased */
/** @typedef {{scope: string, gen: number, epoch: string, from: number, next: number, more: boolean, changes: Change[]}} Page */

export const PULL_LIMIT = 200;
const LEAST_LIMIT = 25;

/**
 * How many changes to ask for next, after an answer of at most `limit` came or was cut off on its way. What is cut comes
 * again as a whole, so a road that breaks gets small answers, and gradually larger ones.
 * @param {number} limit
 * @param {boolean} arrived
 */
export function next_limit(limit, arrived) {
  return arrived ? Math.min(PULL_LIMIT, limit + Math.floor(limit / 4)) : Math.max(LEAST_LIMIT, Math.floor(limit / 4));
}

/**
 * Decide on one page. Late, repeated and carried pages are harmless: they either overlap the cursor or do not apply.
 * @param {CursorState} state
 * @param {Page} page out of a verified response
 * @param {{epoch: string}} now the server's current epoch as this device knows it
 * @returns {{applies: boolean, rows: Change[], cursor_state: CursorState}} rows and cursor are stored in one transaction
 */
export function apply_page(state, page, { epoch }) {
  const fits = page.scope === state.scope && page.gen === state.gen && page.epoch === epoch && state.epoch === epoch;
  if (!fits || page.from > state.cursor || page.next <= state.cursor) {
    return { applies: false, rows: [], cursor_state: state };
  }
  const rows = page.changes.filter(({ seq }) => seq > state.cursor && seq <= page.next);
  return { applies: true, rows, cursor_state: { ...state, cursor: page.next } };
}
