/** Random ids. UUIDv7 for records: time-ordered ids insert faster on the server; only uniqueness is relied on. */
import { hex } from "../sync/crypto.js";

/** @param {number} size */
export function random_bytes(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** @param {number} size bytes */
export function random_hex(size) {
  return hex(random_bytes(size));
}

/** @param {number} now_ms */
export function uuid7(now_ms) {
  const bytes = random_bytes(16);
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now_ms / 256 ** (5 - i)) & 255;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
