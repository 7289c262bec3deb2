/**
 * Signatures, hashes, key ids and base64url of the protocol (P-01), on WebCrypto alone.
 * Public keys travel as the 65-byte uncompressed P-256 point in base64url.
 */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {"op"|"receipt"|"cert"|"hello"|"page"|"challenge"|"keys"|"enrol"|"blob"|"down"|"bundle"|"address"|"slip"} Kind */

const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA_SHA256 = { name: "ECDSA", hash: "SHA-256" };
const ECDH = { name: "ECDH", namedCurve: "P-256" };

/** @param {string} text @returns {Bytes} */
export function utf8(text) {
  return /** @type {Bytes} */ (new TextEncoder().encode(text));
}

/**
 * The text of UTF-8 bytes.
 * @param {BufferSource} bytes
 * @throws {TypeError} where the bytes are not UTF-8: signed bytes are never repaired
 */
export function text_of(bytes) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** @param {...Uint8Array} parts @returns {Bytes} */
export function join_bytes(...parts) {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** base64url without padding. @param {Uint8Array} bytes */
export function b64(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * @param {string} text base64url without padding
 * @returns {Bytes}
 * @throws {TypeError} for anything else
 */
export function unb64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new TypeError("not base64url");
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes lower hex */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {BufferSource} bytes @returns {Promise<Bytes>} */
export async function digest(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** SHA-256 as 64 lower hex characters. @param {BufferSource} bytes */
export async function sha(bytes) {
  return hex(await digest(bytes));
}

/** A key's id: the first 16 hex characters of the hash of its point. @param {string} point b64 */
export async function key_id(point) {
  return (await sha(unb64(point))).slice(0, 16);
}

/** @param {boolean} [extractable] whether the private key may be exported (to be wrapped once, at enrolment) */
export function new_sign_keys(extractable = false) {
  return /** @type {Promise<CryptoKeyPair>} */ (crypto.subtle.generateKey(ECDSA, extractable, ["sign", "verify"]));
}

/** @param {boolean} [extractable] */
export function new_seal_keys(extractable = false) {
  return /** @type {Promise<CryptoKeyPair>} */ (crypto.subtle.generateKey(ECDH, extractable, ["deriveBits"]));
}

/** The point of a public key, b64. @param {CryptoKey} public_key */
export async function point_of(public_key) {
  return b64(new Uint8Array(await crypto.subtle.exportKey("raw", public_key)));
}

/**
 * @param {CryptoKey} sign_key private ECDSA P-256
 * @param {Kind} kind
 * @param {BufferSource} bytes
 * @returns {Promise<string>} b64 of r‖s (64 bytes)
 */
export async function sign(sign_key, kind, bytes) {
  return b64(new Uint8Array(await crypto.subtle.sign(ECDSA_SHA256, sign_key, await signed_bytes(kind, bytes))));
}

/**
 * Whether `sig` is this key's over these bytes. Garbage of any sort is false, never an exception.
 * @param {string} point b64 public key
 * @param {Kind} kind
 * @param {BufferSource} bytes
 * @param {string} sig b64
 */
export async function verify(point, kind, bytes, sig) {
  try {
    const key = await crypto.subtle.importKey("raw", unb64(point), ECDSA, false, ["verify"]);
    return await crypto.subtle.verify(ECDSA_SHA256, key, unb64(sig), await signed_bytes(kind, bytes));
  } catch {
    return false;
  }
}

/** @param {Kind} kind @param {BufferSource} bytes */
async function signed_bytes(kind, bytes) {
  return join_bytes(utf8(`chungsuc/${kind}/1\0`), await digest(bytes));
}
