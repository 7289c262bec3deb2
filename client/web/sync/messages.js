/**
 * What the server says, believed only on its signature (P-19): responses, certificates, kept receipts, new keys.
 */
import { key_id, text_of, utf8, verify } from "./crypto.js";

/** @typedef {{text: string, sig: string, key: string}} Signed a signed text that is kept; key is the key's id */
/** @typedef {{sign: string, seal: string, previous?: {sign: string, seal?: string, sig: string}[]}} ServerKeys points, b64 */

/**
 * The JSON of a response whose signature by `server_sign` verifies, else null.
 * @param {BufferSource} body exact bytes
 * @param {string|null} signature header Chungsuc-Signature: `<key id>.<sig>`
 * @param {import("./crypto.js").Kind} kind
 * @param {string} server_sign the pinned point
 * @returns {Promise<any|null>}
 */
export async function verify_response(body, signature, kind, server_sign) {
  const [id, sig] = (signature ?? "").split(".");
  if (!sig || id !== (await key_id(server_sign)) || !(await verify(server_sign, kind, body, sig))) return null;
  return JSON.parse(text_of(body));
}

/**
 * The content of a kept signed text (certificate, receipt) if this server signed it, else null.
 * @param {Signed} signed
 * @param {"cert"|"receipt"|"down"} kind
 * @param {string} server_sign
 * @returns {Promise<any|null>}
 */
export async function verify_signed(signed, kind, server_sign) {
  if (typeof signed?.text !== "string" || signed.key !== (await key_id(server_sign))) return null;
  return (await verify(server_sign, kind, utf8(signed.text), signed.sig)) ? JSON.parse(signed.text) : null;
}

/**
 * The server's keys after a rotation, if the pinned key vouches for them (kind `keys`, over the canonical new pair).
 * @param {ServerKeys} pinned
 * @param {ServerKeys} offered from a message not believed yet
 * @returns {Promise<ServerKeys|null>} what to pin from now on; null: not vouched for
 */
export async function adopt_keys(pinned, offered) {
  const next = { sign: offered?.sign, seal: offered?.seal };
  if (typeof next.sign !== "string" || typeof next.seal !== "string") return null;
  if (next.sign === pinned.sign) return next;
  const pair = utf8(JSON.stringify({ seal: next.seal, sign: next.sign })); // the canonical text; of what has none, nothing verifies
  for (const old of Array.isArray(offered.previous) ? offered.previous : []) {
    if (old?.sign === pinned.sign && (await verify(pinned.sign, "keys", pair, old.sig))) return next;
  }
  return null;
}
