/**
 * Ops: the immutable signed changes a device makes (P-01, P-04), built and read.
 * `h`, the op's name everywhere, is the SHA-256 of its header's exact bytes.
 */
import { canonical } from "./canonical.js";
import { b64, digest, hex, sha, sign, utf8 } from "./crypto.js";
import { nfc_deep } from "./text.js";

/** @typedef {{header: string, payload: string, sig: string}} Wire exact texts, as sent and kept */
/** @typedef {{device: string, n: number, prev: string|null, sign_key: CryptoKey}} ChainState n: the last one used, 0 before the first */
/**
 * @typedef {object} Header
 * @property {1} v
 * @property {string} type
 * @property {string} rec
 * @property {string|null} base
 * @property {string} dev
 * @property {number|null} n
 * @property {string|null} prev
 * @property {{id: string, version: string}} form
 * @property {string} scope
 * @property {string} at
 * @property {string[]} blobs
 * @property {string} payload_sha256
 */
/** @typedef {{h: string, header: Header, payload: Record<string, any>, wire: Wire}} Op */
/** @typedef {{code: string, where: string}} Problem */
/** @typedef {{type: string, rec: string, base: string|null, form: {id: string, version: string}, scope: string, blobs?: string[], payload: Record<string, any>}} Intent */

const SALT_BYTES = 16;
const HEX64 = /^[0-9a-f]{64}$/;

/**
 * Append one op to a device's chain and sign it.
 * @param {ChainState} state
 * @param {Intent} intent `payload` without its salt
 * @param {(size: number) => Uint8Array} random that many random bytes
 * @param {() => string} clock now, ISO with offset: a claim, never an order (P-05)
 * @returns {Promise<{op: Op, state: ChainState}>}
 * @throws {import("./canonical.js").CanonicalError} for a payload that is not protocol JSON
 */
export async function build_op(state, intent, random, clock) {
  const content = nfc_deep(intent.payload);
  const salt = canonical({ salt: b64(random(SALT_BYTES)) });
  const rest = canonical(content);
  const payload = rest === "{}" ? salt : `${salt.slice(0, -1)},${rest.slice(1)}`; // the salt comes first
  /** @type {Header} */
  const header = {
    v: 1,
    type: intent.type,
    rec: intent.rec,
    base: intent.base,
    dev: state.device,
    n: state.n + 1,
    prev: state.prev,
    form: { id: intent.form.id, version: intent.form.version },
    scope: intent.scope,
    at: clock(),
    blobs: intent.blobs ?? [],
    payload_sha256: await sha(utf8(payload)),
  };
  const text = canonical(header);
  const h = await sha(utf8(text));
  const wire = { header: text, payload, sig: await sign(state.sign_key, "op", utf8(text)) };
  const op = { h, header, payload: JSON.parse(payload), wire };
  return { op, state: { ...state, n: state.n + 1, prev: h } };
}

/** What a header must have, by key. @type {Record<string, (value: any) => boolean>} */
const HEADER_SHAPE = {
  v: (value) => value === 1,
  type: is_text,
  rec: is_text,
  base: (value) => value === null || HEX64.test(value),
  dev: is_text,
  n: (value) => value === null || (Number.isSafeInteger(value) && value > 0),
  prev: (value) => value === null || HEX64.test(value),
  form: (value) => is_text(value?.id) && is_text(value?.version),
  scope: is_text,
  at: is_text,
  blobs: (value) => Array.isArray(value) && value.every((blob) => HEX64.test(blob)),
  payload_sha256: (value) => HEX64.test(value),
};

/**
 * Read an op off the wire. Its signature is the caller's to verify: the key is not in the op.
 * @param {unknown} wire
 * @returns {Promise<{op: Op} | {problem: Problem}>}
 */
export async function read_op(wire) {
  const { header, payload, sig } = /** @type {Record<string, unknown>} */ (wire ?? {});
  if (typeof header !== "string" || typeof payload !== "string" || typeof sig !== "string") return refuse("wire");
  const head = parsed_object(header);
  if (!head) return refuse("header");
  for (const [key, fits] of Object.entries(HEADER_SHAPE)) {
    if (!fits(head[key])) return refuse(`header.${key}`);
  }
  const header_digest = await digest(utf8(header));
  if ((await sha(utf8(payload))) !== head.payload_sha256) return refuse("payload_sha256");
  const content = parsed_object(payload);
  if (!content) return refuse("payload");
  const op = { h: hex(header_digest), header: /** @type {Header} */ (head), payload: content, wire: { header, payload, sig } };
  return { op };
}

/** The bytes an op is sealed as for the forgotten-PIN road (P-17). @param {Wire} wire */
export function wire_bytes({ header, payload, sig }) {
  return utf8(canonical({ header, payload, sig }));
}

/** @param {string} where */
function refuse(where) {
  return { problem: { code: "op.unreadable", where } };
}

/** @param {string} text @returns {Record<string, any>|null} */
function parsed_object(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
function is_text(value) {
  return typeof value === "string" && value !== "";
}
