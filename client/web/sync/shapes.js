/**
 * Shapes of what comes over the wire: what a message must hold so that its reader finds what it reads. A signature says
 * who spoke, not that it makes sense. Keys not named here are left alone (P-26). The twin of sync/shapes.py.
 */
const TEXT = "string", WHOLE = "number", YES = "boolean", OBJECT = {};
export const SIGNED = { text: TEXT, sig: TEXT, key: TEXT };
const TEXTS = { "*": TEXT };
const REC = like(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const MOMENT = like(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/);
const DOC = {
  rec: REC, form: { id: TEXT, version: TEXT }, scope: TEXT, state: TEXT, phase: TEXT, rev: WHOLE, hash: TEXT,
  answers_hash: TEXT, answers: OBJECT, author: OBJECT, received_at: TEXT, created_at: TEXT, "title?": TEXT, "subtitle?": TEXT,
  open: YES, remarks: [OBJECT], history: [OBJECT], conflicts: [{ path: TEXT }], ops: [TEXT],
};
/** One of these: what leaves brings no document. */
const CHANGE = one_of(
  { rec: REC, seq: WHOLE, kind: is("leave"), "to?": TEXT, "erased?": YES },
  { rec: REC, seq: WHOLE, kind: is("doc"), doc: DOC },
  { rec: REC, seq: WHOLE, kind: is("void"), doc: DOC },
);
const PAGE = { scope: TEXT, gen: WHOLE, epoch: TEXT, from: WHOLE, next: WHOLE, changes: [CHANGE] };
const VERDICT = { h: TEXT, rec: REC, verdict: TEXT, "was?": TEXT, "reason?": TEXT, "message?": TEXTS, "rev?": WHOLE };
const BLOB = { blob: TEXT, state: TEXT, have: [WHOLE] };
const SERVER_KEYS = { sign: TEXT, seal: TEXT, "previous?": [{ sign: TEXT, sig: TEXT }] };
const WORD = {
  epoch: TEXT, server_time: MOMENT, safe_seq: WHOLE, "counter?": WHOLE, "address?": TEXT, state: TEXT, person: OBJECT, grants: [{ scope: TEXT, gen: WHOLE }],
  documents: [{ kind: TEXT, hash: TEXT, id: TEXT, version: TEXT, "current?": YES }], server_keys: SERVER_KEYS,
  "chain?": OBJECT, "decisions?": [{ h: TEXT, rec: REC, verdict: TEXT, message: TEXTS }],
  "reviewers?": [{ device: TEXT, name: TEXT, seal_key: TEXT, scopes: [TEXT] }],
};
/** By the kind of the signature; of the kinds that sign several answers, by the call. @type {Record<string, any>} */
const ANSWERS = {
  challenge: { challenge: TEXT },
  hello: { ...WORD, token: TEXT },
  receipt: { epoch: TEXT, device: TEXT, server_time: TEXT, verdicts: [VERDICT] },
  blob: { epoch: TEXT, device: TEXT, blobs: [BLOB] },
  bundle: { device: TEXT, server: TEXT, made_at: TEXT, sealed: TEXT },
  down: { ...WORD, device: TEXT, texts: TEXTS, verdicts: [VERDICT], blobs: [BLOB], pages: [PAGE] },
  pull: { pages: [PAGE], drop: [TEXT], more: YES },
  digest: { scopes: { "*": [TEXT] } },
  repair: { epoch: TEXT, scope: TEXT, gen: WHOLE, at: WHOLE, changes: [CHANGE], more: YES },
  address: { address: TEXT, server_keys: SERVER_KEYS },
  "enrol/peek": { person_name: TEXT, unit_name: TEXT, campaign: OBJECT, demo: YES },
  enrol: { cert: SIGNED, server_keys: SERVER_KEYS, epoch: TEXT, server_time: TEXT, person: { id: TEXT, name: TEXT } },
};

/** @param {...any} shapes */
function one_of(...shapes) {
  return (/** @type {any} */ value) => shapes.some((shape) => fits(shape, value));
}

/** @param {RegExp} pattern */
function like(pattern) {
  return (/** @type {any} */ value) => typeof value === "string" && pattern.test(value);
}

/** @param {any} literal */
function is(literal) {
  return (/** @type {any} */ value) => value === literal;
}

/**
 * Whether a value has a shape: a type (numbers are whole and not below 0), a list of one shape, or an object with these
 * keys; "key?" may be absent or null, "*" stands for every key.
 * @param {any} shape
 * @param {any} value
 * @returns {boolean}
 */
export function fits(shape, value) {
  if (typeof shape === "function") return shape(value);
  if (shape === WHOLE) return Number.isSafeInteger(value) && value >= 0;
  if (typeof shape === "string") return typeof value === shape;
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((each) => fits(shape[0], each));
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  if ("*" in shape) return Object.values(value).every((each) => fits(shape["*"], each));
  return Object.keys(shape).every((key) => {
    const name = key.replace("?", "");
    const held = Object.hasOwn(value, name) ? value[name] : null;
    return (name !== key && held === null) || fits(shape[key], held);
  });
}

/** Whether a believed answer to a call, signed as this kind, holds what its reader needs. @param {string} kind @param {string} call @param {any} value */
export function answers(kind, call, value) {
  return fits(ANSWERS[kind === "page" || kind === "enrol" ? call : kind], value);
}
