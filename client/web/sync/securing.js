/**
 * Securing: which sealed copies a device may let go of, since a proven backup of the server has what they hold (I8). The
 * twin of sync/securing.py, which has the table.
 */

/** @typedef {{epoch: string, counter: number, at: string}} Held how far the server's counter stood when it had it already, by the server's time */
/** @typedef {{epoch: string, counter: number, server_time: string, safe_seq: number}} Hello */

const KEPT_MS = 30 * 86_400_000;

/**
 * What a verified hello changes.
 * @param {{id: string, epoch: string|null, held?: Held|null}[]} copies epoch: of the signed word that the server stored it
 * @param {Hello} hello
 * @returns {{noted: string[], free: string[]}} ids that were held when it was said; ids whose copies may go
 */
export function secure(copies, { epoch, server_time, safe_seq }) {
  const stored = copies.filter((copy) => copy.epoch === epoch);
  const ids = (/** @type {(held: Held|null) => boolean} */ fits) => stored.filter(({ held }) => fits(held?.epoch === epoch ? held : null)).map(({ id }) => id);
  return {
    noted: ids((held) => !held),
    free: ids((held) => held !== null && held.counter <= safe_seq && Date.parse(server_time) - Date.parse(held.at) >= KEPT_MS),
  };
}
