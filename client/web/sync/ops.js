/**
 * Ops: the immutable signed changes a device makes (P-01, P-04), built and read.
 * `h`, the op's name everywhere, is the SHA-256 of its header's exact bytes.
 */
import { canonical, has_lone_surrogate } from "./canonical.js";
import { b64, sha, sign, unb64, utf8, verify } from "./crypto.js";
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
/** @typedef {{code: string, where: string, h: string}} Problem */
/** @typedef {{type: string, rec: string, base: string|null, form: {id: string, version: string}, scope: string, blobs?: string[], payload: Record<string, any>}} Intent */

const SALT_BYTES = 16;
const [MAX_HEADER, MAX_PAYLOAD, MAX_DEPTH] = [8_192, 262_144, 32]; // bytes, bytes, levels
const TYPES = new Set(["submit", "edit", "correct", "step", "comment", "void", "resolve", "link", "move", "erase"]);
const SERVER = "server";
const HEX64 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SCOPE = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}\/[A-Za-z_][A-Za-z0-9_]{0,79}$/;
const NAME = /^[^\u0000-\u001f\u007f]{1,80}$/u;
const MOMENT =
  /^((?:19|2\d)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;
const SALTED = '{"salt":"'; // a payload's first characters: nothing stands before the salt
const QUOTED = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

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
  type: (value) => TYPES.has(value),
  rec: (value) => matches(UUID, value),
  base: (value) => value === null || matches(HEX64, value),
  dev: (value) => value === SERVER || matches(UUID, value),
  n: (value) => value === null || (Number.isSafeInteger(value) && value > 0),
  prev: (value) => value === null || matches(HEX64, value),
  form: (value) => matches(NAME, value?.id) && matches(NAME, value?.version),
  scope: (value) => matches(SCOPE, value),
  at: (value) => is_moment(value),
  blobs: (value) => Array.isArray(value) && value.length <= 100 && value.every((blob) => matches(HEX64, blob)),
  payload_sha256: (value) => matches(HEX64, value),
};
/** @type {Record<string, Record<string, "object"|"string">>} */
const PAYLOAD_SHAPE = {
  submit: { answers: "object" },
  edit: { answers: "object" },
  correct: { answers: "object" },
  step: { action: "string", answers_hash: "string" },
  comment: { text: "string" },
  void: { reason: "string" },
  resolve: { values: "object", revision: "string" },
  link: { to: "string", kind: "string" },
  move: { to: "string", reason: "string" },
};

/**
 * Read an op off the wire. Its signature is the caller's to verify (`verify_op`): the key is not in the op.
 * Texts inside are taken in NFC; the bytes stay as they came.
 * @param {any} wire
 * @returns {Promise<{op: Op} | {problem: Problem}>} never throws
 */
export async function read_op(wire) {
  const { header, payload, sig } = wire ?? {};
  if (![header, payload, sig].every((text) => typeof text === "string" && !has_lone_surrogate(text))) return refuse("wire");
  const [header_bytes, payload_bytes] = [utf8(header), utf8(payload)];
  const h = await sha(header_bytes);
  if (header_bytes.length > MAX_HEADER || payload_bytes.length > MAX_PAYLOAD || sig.length > 100) return refuse("size", h);
  const head = parsed_object(header);
  if (!head) return refuse("header", h);
  for (const [key, fits] of Object.entries(HEADER_SHAPE)) {
    if (!(key in head) || !fits(head[key])) return refuse(`header.${key}`, h);
  }
  if ((head.dev === SERVER) !== (head.n === null) || (head.n === null && head.prev !== null)) return refuse("header.n", h);
  if ((await sha(payload_bytes)) !== head.payload_sha256) return refuse("payload_sha256", h);
  const content = parsed_object(payload);
  if (!content || !payload.startsWith(SALTED) || !is_salt(content.salt)) return refuse("payload", h);
  for (const [key, kind] of Object.entries(PAYLOAD_SHAPE[head.type] ?? {})) {
    if (kind === "object" ? !is_object(content[key]) : typeof content[key] !== kind) return refuse(`payload.${key}`, h);
  }
  return { op: { h, header: /** @type {Header} */ (head), payload: nfc_deep(content), wire: { header, payload, sig } } };
}

/** Whether the key of this point signed exactly this header. @param {Op} op @param {string} point */
export function verify_op(op, point) {
  return verify(point, "op", utf8(op.wire.header), op.wire.sig);
}

/** The bytes an op is sealed as for the forgotten-PIN road (P-17). @param {Wire} wire */
export function wire_bytes({ header, payload, sig }) {
  return utf8(canonical({ header, payload, sig }));
}

/** @param {string} where @param {string} [h] of the header, when there was one */
function refuse(where, h = "") {
  return { problem: { code: "op.unreadable", where, h } };
}

/** A JSON object that has a canonical text and is not nested too deeply, else null. @param {string} text @returns {Record<string, any>|null} */
function parsed_object(text) {
  try {
    const value = JSON.parse(text);
    if (/[\d][.eE]/.test(text.replace(QUOTED, ""))) return null; // 1.0 and 1e2 would read as integers here
    canonical(value);
    return is_object(value) && depth(value) <= MAX_DEPTH ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {number} */
function depth(value) {
  if (value === null || typeof value !== "object") return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}

/** @param {any} salt */
function is_salt(salt) {
  try {
    return unb64(salt).length === SALT_BYTES;
  } catch {
    return false;
  }
}

/** @param {any} value */
function is_object(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** @param {RegExp} pattern @param {unknown} value */
function matches(pattern, value) {
  return typeof value === "string" && pattern.test(value);
}

/** Whether the calendar has this day and the clock this time. @param {unknown} value */
function is_moment(value) {
  const [, year, month, day] = (typeof value === "string" && MOMENT.exec(value)?.map(Number)) || [];
  return day !== undefined && new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
