/**
 * Digests of what a scope holds (P-14): one root, and 256 buckets to find where two sides differ. Computed, never
 * adopted. A record's bucket is the last byte of its id, which is random in every version of UUID in use.
 */
import { sha, utf8 } from "./crypto.js";

/** @typedef {Map<string, string>} Held record → hash of its head revision */

const BUCKETS = 256;
const BUCKET_HEX = 16; // 8 bytes
const ROOT_HEX = 32;

/** 0 to 255. @param {string} rec */
export function bucket_of(rec) {
  return parseInt(rec.slice(-2), 16);
}

/**
 * Of each bucket: the first 8 bytes, hex, of the SHA-256 of its lines "<rec> <hash>", ordered by rec.
 * @param {Held} held
 * @returns {Promise<string[]>}
 */
export function bucket_digests(held) {
  const lines = Array.from({ length: BUCKETS }, () => "");
  for (const rec of [...held.keys()].sort()) lines[bucket_of(rec)] += `${rec} ${held.get(rec)}\n`;
  return Promise.all(lines.map(async (bucket) => (await sha(utf8(bucket))).slice(0, BUCKET_HEX)));
}

/** The first 16 bytes, hex, of the SHA-256 of all buckets' digests. @param {string[]} buckets */
export async function root_digest(buckets) {
  return (await sha(utf8(buckets.join("")))).slice(0, ROOT_HEX);
}

/** The buckets in which the two sides differ; none where theirs are no bucket digests. @param {string[]} ours @param {any} theirs */
export function differing(ours, theirs) {
  if (!Array.isArray(theirs) || theirs.length !== BUCKETS) return [];
  return ours.flatMap((digest, at) => (digest === theirs[at] ? [] : [at]));
}

/** What lies in these buckets. @param {Held} held @param {number[]} buckets @returns {Record<string, string>} */
export function in_buckets(held, buckets) {
  const chosen = new Set(buckets);
  return Object.fromEntries([...held].filter(([rec]) => chosen.has(bucket_of(rec))));
}

/**
 * Whether a repair out of a verified response fits: made for this scope, at the very place the cursor is now.
 * @param {import("./pages.js").CursorState} state
 * @param {{scope: string, gen: number, at: number, epoch: string}} answer
 * @param {{epoch: string}} now
 */
export function repair_applies(state, answer, { epoch }) {
  const fits = answer.scope === state.scope && answer.gen === state.gen && answer.epoch === epoch && state.epoch === epoch;
  return fits && answer.at === state.cursor;
}
