/**
 * Sealing (P-02): HPKE of RFC 9180, base mode, single shot, DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256, on WebCrypto.
 * sealed = enc (65 bytes) ‖ ciphertext; info names the protocol and the use; aad is empty,
 * since the Python side's single shot takes none.
 */
import { join_bytes, new_seal_keys, point_of, unb64, utf8 } from "./crypto.js";

/** @typedef {import("./crypto.js").Bytes} Bytes */
/** @typedef {{aead_id: number, key_bytes: number}} Aead */

/** @type {Aead} */
const AES_256_GCM = { aead_id: 0x0002, key_bytes: 32 };
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
 * @param {string} point b64
 * @param {string} use what for, as "outbox/1"
 * @param {Bytes} plain
 * @returns {Promise<Bytes>}
 */
export async function seal(point, use, plain) {
  const recipient = unb64(point);
  const ephemeral = await new_seal_keys(true);
  const enc = unb64(await point_of(ephemeral.publicKey));
  const shared = await shared_secret(ephemeral.privateKey, recipient, enc, recipient);
  const { key, nonce } = await key_schedule(shared, info_of(use), AES_256_GCM);
  const cipher = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, plain);
  return join_bytes(enc, new Uint8Array(cipher));
}

/**
 * Open what was sealed to this key pair for this use.
 * @param {CryptoKeyPair} keys ECDH P-256
 * @param {string} use
 * @param {Bytes} sealed
 * @returns {Promise<Bytes>}
 * @throws {Error} when it was sealed to another key, for another use, or altered
 */
export function unseal(keys, use, sealed) {
  return open(keys, sealed, info_of(use), new Uint8Array(0), AES_256_GCM);
}

/**
 * RFC 9180 §6.1, OpenBase; apart from `unseal` for the RFC's own vectors.
 * @param {CryptoKeyPair} keys
 * @param {Bytes} sealed
 * @param {Bytes} info
 * @param {Bytes} aad
 * @param {Aead} aead
 */
export async function open(keys, sealed, info, aad, aead) {
  const enc = sealed.slice(0, ENC_BYTES);
  const shared = await shared_secret(keys.privateKey, enc, enc, unb64(await point_of(keys.publicKey)));
  const { key, nonce } = await key_schedule(shared, info, aead);
  const cipher = sealed.slice(ENC_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: aad }, key, cipher));
}

/** @param {string} use */
function info_of(use) {
  return utf8(`chungsuc/seal/1/${use}`);
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
