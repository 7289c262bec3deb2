/**
 * Sealing (P-02): HPKE of RFC 9180, base mode, single shot, DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256, on WebCrypto.
 * sealed = enc (65 bytes) ‖ ciphertext; info names the protocol and the use; aad is empty,
 * since the Python side's single shot takes none.
 */
import { join_bytes, utf8 } from "./crypto.js";

/** @typedef {import("./crypto.js").Bytes} Bytes */
/** @typedef {{aead_id: number, key_bytes: number}} Aead */

export const SEAL_INFO = "chungsuc/seal/1";
/** @type {Aead} */
export const AES_256_GCM = { aead_id: 0x0002, key_bytes: 32 };
/** Only the RFC's own vectors for this KEM use it. @type {Aead} */
export const AES_128_GCM = { aead_id: 0x0001, key_bytes: 16 };

const KEM_ID = 0x0010;
const KDF_ID = 0x0001;
const ENC_BYTES = 65;
const NONCE_BYTES = 12;
const HASH_BYTES = 32;
const ECDH = { name: "ECDH", namedCurve: "P-256" };
const KEM_SUITE = join_bytes(utf8("KEM"), two_bytes(KEM_ID));
const EMPTY = new Uint8Array(0);

/**
 * Seal to the owner of a public key.
 * @param {Bytes} point recipient's 65-byte point
 * @param {Bytes} use what it is sealed for, as outbox/1: it opens for nothing else
 * @param {Bytes} plain
 * @returns {Promise<Bytes>}
 */
export async function seal(point, use, plain) {
  const ephemeral = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(ECDH, true, ["deriveBits"]));
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const shared = await shared_secret(ephemeral.privateKey, point, enc, point);
  const { key, nonce } = await key_schedule(shared, info_for(use), AES_256_GCM);
  const cipher = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: EMPTY }, key, plain);
  return join_bytes(enc, new Uint8Array(cipher));
}

/**
 * Open what was sealed to this key pair.
 * @param {CryptoKeyPair} keys ECDH P-256; the public key must be exportable
 * @param {Bytes} use what it was sealed for
 * @param {Bytes} sealed
 * @param {{info?: Bytes, aad?: Bytes, aead?: Aead}} [vector] other than the protocol's: the RFC's vectors
 * @returns {Promise<Bytes>}
 * @throws {Error} when it was sealed to another key, for another use, or altered
 */
export async function open(keys, use, sealed, { info = info_for(use), aad = EMPTY, aead = AES_256_GCM } = {}) {
  const own_point = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
  const enc = sealed.slice(0, ENC_BYTES);
  const shared = await shared_secret(keys.privateKey, enc, enc, own_point);
  const { key, nonce } = await key_schedule(shared, info, aead);
  const cipher = sealed.slice(ENC_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: aad }, key, cipher));
}

/** @param {Bytes} use */
function info_for(use) {
  return join_bytes(utf8(`${SEAL_INFO}/`), use);
}

/** RFC 9180 §4.1, Encap and Decap alike. @param {CryptoKey} own @param {Bytes} other @param {Bytes} enc @param {Bytes} recipient */
async function shared_secret(own, other, enc, recipient) {
  const public_key = await crypto.subtle.importKey("raw", other, ECDH, false, []);
  const dh = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: public_key }, own, 256));
  const prk = await labeled_extract(KEM_SUITE, EMPTY, "eae_prk", dh);
  return labeled_expand(KEM_SUITE, prk, "shared_secret", join_bytes(enc, recipient), HASH_BYTES);
}

/** RFC 9180 §5.1, mode_base. @param {Bytes} shared @param {Bytes} info @param {Aead} aead */
async function key_schedule(shared, info, aead) {
  const suite = join_bytes(utf8("HPKE"), two_bytes(KEM_ID), two_bytes(KDF_ID), two_bytes(aead.aead_id));
  const psk_id_hash = await labeled_extract(suite, EMPTY, "psk_id_hash", EMPTY);
  const info_hash = await labeled_extract(suite, EMPTY, "info_hash", info);
  const context = join_bytes(new Uint8Array([0]), psk_id_hash, info_hash);
  const secret = await labeled_extract(suite, shared, "secret", EMPTY);
  const key = await labeled_expand(suite, secret, "key", context, aead.key_bytes);
  const nonce = await labeled_expand(suite, secret, "base_nonce", context, NONCE_BYTES);
  return { key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]), nonce };
}

/** @param {Bytes} suite @param {Bytes} salt @param {string} label @param {Bytes} material */
function labeled_extract(suite, salt, label, material) {
  // WebCrypto refuses an empty HMAC key; HMAC pads keys with zeros, so a block of zeros is the same key.
  return hmac(salt.length ? salt : new Uint8Array(HASH_BYTES), join_bytes(utf8("HPKE-v1"), suite, utf8(label), material));
}

/** HKDF-Expand for at most one hash's length, which is all HPKE asks here. @param {Bytes} suite @param {Bytes} prk @param {string} label @param {Bytes} info @param {number} size */
async function labeled_expand(suite, prk, label, info, size) {
  const labeled = join_bytes(two_bytes(size), utf8("HPKE-v1"), suite, utf8(label), info);
  return (await hmac(prk, join_bytes(labeled, new Uint8Array([1])))).slice(0, size);
}

/** @param {Bytes} key @param {Bytes} message @returns {Promise<Bytes>} */
async function hmac(key, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

/** @param {number} value @returns {Bytes} */
function two_bytes(value) {
  return new Uint8Array([value >> 8, value & 255]);
}
