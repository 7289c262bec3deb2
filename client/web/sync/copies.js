/** An op as reviewers may read it on its way (P-21), sealed to their named devices. The twin of sync/copies.py; phones make copies and open none. */
import { b64, utf8 } from "./crypto.js";
import { gzip } from "./bundles.js";
import { seal } from "./hpke.js";
import { wire_bytes } from "./ops.js";

const USE = "copy/1";
const NONCE = new Uint8Array(12); // the key serves one copy alone

/**
 * @param {string} h
 * @param {import("./ops.js").Wire} wire
 * @param {[device: string, seal_key: string][]} recipients
 * @returns {Promise<{sealed: string, keys: Record<string, string>}|null>} null where there are none
 */
export async function make_copy(h, wire, recipients) {
  if (!recipients.length) return null;
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const packed = await gzip(wire_bytes(wire));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: NONCE, additionalData: utf8(h) }, key, packed));
  const keys = await Promise.all(recipients.map(async ([device, point]) => [device, b64(await seal(point, USE, raw))]));
  return { sealed: b64(sealed), keys: Object.fromEntries(keys) };
}
