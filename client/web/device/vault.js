/**
 * One person's vault on this machine (P-18): the keys behind the PIN and the encryption of every value kept.
 *
 *   PIN ─PBKDF2─┐
 *               ├─HKDF─► wrapping key ─AES-GCM─► data key ─AES-GCM─► private keys, records, drafts, ops …
 *   HMAC(device secret, salt) ─┘
 *
 * The device secret is a non-extractable key of this browser, so a copied database without it is worth nothing, and
 * guessing PINs has to happen on this machine, at PBKDF2's price and behind the growing wait.
 */
import { new_seal_keys, new_sign_keys, text_of, utf8 } from "../sync/crypto.js";

/** @typedef {import("../sync/crypto.js").Bytes} Bytes */
/** @typedef {{iv: Bytes, ct: Bytes}} Encrypted */
/** @typedef {{count: number, at_ms: number}} WrongPins count since the last right one; wall clock of the last */
/**
 * What is readable before the PIN.
 * @typedef {object} Locks
 * @property {Bytes} salt
 * @property {number} iterations
 * @property {CryptoKey} secret HMAC, non-extractable
 * @property {Encrypted} data_key
 * @property {Encrypted} sign_private
 * @property {Encrypted} seal_private
 */
/** @typedef {{sign: CryptoKeyPair, seal: CryptoKeyPair}} DeviceKeys extractable until they are wrapped */

export const ITERATIONS = 310_000;
const PIN = /^[0-9]{6,12}$/;
const HKDF_INFO = utf8("chungsuc/vault/1");
const ECDH = { name: "ECDH", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };

/** Seconds to wait after so many wrong PINs in a row; the last entry holds for all beyond. */
const WAITS_S = [0, 0, 0, 5, 15, 30, 60, 120, 300];

/** @param {string} pin */
export function pin_is_strong_enough(pin) {
  return PIN.test(pin);
}

/**
 * Seconds until the next try may be made. The wall clock alone can be set forward, so this page must also have been
 * awake that long since it loaded or since its own last try.
 * @param {WrongPins} wrong
 * @param {{now_ms: number, awake_ms: number}} clocks wall clock; milliseconds on the monotonic one
 */
export function wait_s(wrong, { now_ms, awake_ms }) {
  const wanted_ms = WAITS_S[Math.min(wrong.count, WAITS_S.length - 1)] * 1000;
  const wall_ms = now_ms < wrong.at_ms ? Infinity : now_ms - wrong.at_ms; // a clock set back says nothing
  return Math.max(0, Math.ceil((wanted_ms - Math.min(wall_ms, awake_ms)) / 1000));
}

/** Keys of a new device; they can be exported only to be wrapped by `make_locks`. @returns {Promise<DeviceKeys>} */
export async function new_device_keys() {
  return { sign: await new_sign_keys(true), seal: await new_seal_keys(true) };
}

/**
 * Lock a new device's keys behind a PIN.
 * @param {string} vault
 * @param {string} pin
 * @param {DeviceKeys} keys
 * @param {number} [iterations]
 * @returns {Promise<Locks>}
 */
export async function make_locks(vault, pin, keys, iterations = ITERATIONS) {
  const secret = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapping = await wrapping_key(pin, { salt, iterations, secret });
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const data = await aes_key(raw);
  const locks = {
    salt,
    iterations,
    secret,
    data_key: await encrypt_bytes(wrapping, `${vault}/data_key`, raw),
    sign_private: await encrypt_bytes(data, `${vault}/sign_private`, await pkcs8(keys.sign.privateKey)),
    seal_private: await encrypt_bytes(data, `${vault}/seal_private`, await pkcs8(keys.seal.privateKey)),
  };
  raw.fill(0);
  return locks;
}

/**
 * @param {string} vault
 * @param {Locks} locks
 * @param {string} pin
 * @returns {Promise<Vault|null>} null: wrong PIN
 */
export async function open_vault(vault, locks, pin) {
  const wrapping = await wrapping_key(pin, locks);
  let raw;
  try {
    raw = await decrypt_bytes(wrapping, `${vault}/data_key`, locks.data_key);
  } catch {
    return null;
  }
  const data = await aes_key(raw);
  raw.fill(0);
  const sign_bytes = await decrypt_bytes(data, `${vault}/sign_private`, locks.sign_private);
  const sign_key = await crypto.subtle.importKey("pkcs8", sign_bytes, ECDSA, false, ["sign"]);
  sign_bytes.fill(0);
  const seal_bytes = await decrypt_bytes(data, `${vault}/seal_private`, locks.seal_private);
  const seal_key = await crypto.subtle.importKey("pkcs8", seal_bytes, ECDH, false, ["deriveBits"]);
  seal_bytes.fill(0);
  return new Vault(vault, data, sign_key, seal_key);
}

/** An open vault. Nothing in it can be exported; forgetting the object locks it. */
export class Vault {
  #data;

  /** @param {string} vault @param {CryptoKey} data @param {CryptoKey} sign_key @param {CryptoKey} seal_key */
  constructor(vault, data, sign_key, seal_key) {
    this.vault = vault;
    this.sign_key = sign_key;
    this.seal_key = seal_key;
    this.#data = data;
  }

  /** A JSON value as kept, bound to its place. @param {string} store @param {string} id @param {any} value @returns {Promise<Encrypted>} */
  encrypt(store, id, value) {
    return encrypt_bytes(this.#data, `${this.vault}/${store}/${id}`, utf8(JSON.stringify(value)));
  }

  /** @param {string} store @param {string} id @param {Encrypted} kept @returns {Promise<any>} */
  async decrypt(store, id, kept) {
    return JSON.parse(text_of(await decrypt_bytes(this.#data, `${this.vault}/${store}/${id}`, kept)));
  }
}

/** @param {string} pin @param {{salt: Bytes, iterations: number, secret: CryptoKey}} locks */
async function wrapping_key(pin, { salt, iterations, secret }) {
  const password = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const from_pin = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, password, 256);
  const from_device = await crypto.subtle.sign("HMAC", secret, salt);
  const both = await crypto.subtle.importKey("raw", from_pin, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: from_device, info: HKDF_INFO };
  return crypto.subtle.deriveKey(hkdf, both, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {CryptoKey} key @param {string} place @param {Bytes} plain @returns {Promise<Encrypted>} */
async function encrypt_bytes(key, place, plain) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, plain);
  return { iv, ct: new Uint8Array(ct) };
}

/** @param {CryptoKey} key @param {string} place @param {Encrypted} kept @returns {Promise<Bytes>} */
async function decrypt_bytes(key, place, { iv, ct }) {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, ct));
}

/** @param {Bytes} raw */
function aes_key(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** @param {CryptoKey} private_key @returns {Promise<Bytes>} */
async function pkcs8(private_key) {
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", private_key));
}
