/** Receipts: which waiting ops the server says it stored (P-06, P-12, I7). */

/** @typedef {{h: string, rec: string, verdict: string, rev?: number, was?: string, reason?: string, message?: Record<string, string>, wanted?: string[]}} Verdict */
/** @typedef {{v: 1, req: string, epoch: string, device: string, server_time: string, counter: number, contiguous: number, verdicts: Verdict[]}} Receipt */

/** Verdicts that mean the server holds the op. The others, `retry` and `unreadable`, leave it waiting. */
export const STORED = new Set(["applied", "merged", "conflict", "parked", "adjudicate", "duplicate"]);

/**
 * What a verified receipt changes. One of another epoch or device changes nothing: it may be a late or a stolen one.
 * @template {{h: string}} T
 * @param {T[]} outbox ops without a receipt of this epoch
 * @param {Pick<Receipt, "epoch"|"device"|"verdicts">} receipt its signature verified by the caller
 * @param {{epoch: string, device: string}} now
 * @returns {{outbox: T[], settled: Verdict[], stuck: Verdict[]}} what still waits; the verdicts of this outbox's ops, stored or not
 */
export function take_receipt(outbox, receipt, { epoch, device }) {
  if (receipt.epoch !== epoch || receipt.device !== device) return { outbox, settled: [], stuck: [] };
  const waiting = new Set(outbox.map(({ h }) => h));
  const ours = receipt.verdicts.filter(({ h }) => waiting.has(h));
  const settled = ours.filter(({ verdict }) => STORED.has(verdict));
  const stored = new Set(settled.map(({ h }) => h));
  return {
    outbox: outbox.filter(({ h }) => !stored.has(h)),
    settled,
    stuck: ours.filter(({ verdict }) => !STORED.has(verdict)),
  };
}

/** The verdict that says what became of the op: a duplicate tells what it was the first time. @param {Verdict} verdict */
export function effective(verdict) {
  return verdict.verdict === "duplicate" && verdict.was ? verdict.was : verdict.verdict;
}
