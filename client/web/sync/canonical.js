/**
 * The one JSON text of a value, and the hashes made over it (docs/protocol.md, "Bytes, signatures, hashes").
 * Knows nothing of ops, storage or network.
 */
import { sha, utf8 } from "./crypto.js";

/** A value that has no canonical text: a float, an integer beyond 2^53, a lone surrogate, a function. */
export class CanonicalError extends Error {}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/**
 * Canonical JSON: keys sorted by code point, no white space, non-ASCII as is, integers only.
 * @param {unknown} value
 * @returns {string}
 * @throws {CanonicalError}
 */
export function canonical(value) {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return canonical_text(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new CanonicalError(`not an integer below 2^53: ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const members = /** @type {Record<string, unknown>} */ (value);
    const keys = Object.keys(members).sort(by_code_point);
    return `{${keys.map((key) => `${canonical_text(key)}:${canonical(members[key])}`).join(",")}}`;
  }
  throw new CanonicalError(`not a JSON value: ${typeof value}`);
}

/** @param {string} text */
function canonical_text(text) {
  if (has_lone_surrogate(text)) throw new CanonicalError("lone surrogate in a text");
  return JSON.stringify(text); // ECMAScript escapes exactly what the protocol wants: ", \ and U+0000-U+001F
}

/** A text that UTF-8 cannot carry. @param {string} text */
export function has_lone_surrogate(text) {
  return LONE_SURROGATE.test(text);
}

/**
 * JavaScript compares UTF-16 units, which puts U+10000 and above before U+E000-U+FFFF; the protocol wants code points.
 * @param {string} a
 * @param {string} b
 */
function by_code_point(a, b) {
  const here = [...a];
  const there = [...b];
  for (let i = 0; i < Math.min(here.length, there.length); i++) {
    const difference = /** @type {number} */ (here[i].codePointAt(0)) - /** @type {number} */ (there[i].codePointAt(0));
    if (difference) return difference;
  }
  return here.length - there.length;
}

/**
 * Hash of what a submission says: its answers, form version and attachments.
 * @param {unknown} answers
 * @param {{id: string, version: string}} form
 * @param {string[]} blobs sha256 of each, any order
 * @returns {Promise<string>} 64 hex characters
 */
export function answers_hash(answers, form, blobs) {
  const named = { answers, form: { id: form.id, version: form.version }, blobs: [...blobs].sort() };
  return sha(utf8(canonical(named)));
}

/**
 * @param {{rec: string, rev: number, prev: string|null, op: string, answers_hash: string, state: string, scope: string}} revision
 * @returns {Promise<string>} 64 hex characters
 */
export function revision_hash({ rec, rev, prev, op, answers_hash, state, scope }) {
  return sha(utf8(canonical({ rec, rev, prev, op, answers_hash, state, scope })));
}
