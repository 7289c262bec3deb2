/**
 * Chance that everybody finds again: what random(), uuid() and shuffled choices draw follows from the record and the
 * place. A record's seed is its id. Not for secrets. Twin: forms/chance.py.
 */

/** Park and Miller's generator, as ODK's tools have it. */
export const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 16807;

/** @param {string} place @param {number} number */
export function word(place, number) {
  let bits = 0x811c9dc5 ^ Math.imul(number, 0x9e3779b9);
  for (const letter of place) bits = Math.imul(bits ^ /** @type {number} */ (letter.codePointAt(0)), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** @param {string} place */
export function fraction(place) {
  return ((word(place, 0) >>> 5) * 2 ** 26 + (word(place, 1) >>> 6)) / 2 ** 53;
}

/** @param {string} place @param {number} length */
export function letters(place, length) {
  const words = Array.from({ length: Math.ceil(length / 8) }, (_, number) => word(place, number).toString(16).padStart(8, "0"));
  return words.join("").slice(0, length);
}

/** @param {string} place */
export function uuid(place) {
  const digits = letters(place, 32);
  const variant = "89ab"[parseInt(digits[16], 16) % 4];
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** @template T @param {T[]} items @param {number} seed @returns {T[]} */
export function shuffled(items, seed) {
  /** @type {T[]} */
  const done = [];
  let state = Math.trunc(seed) % MODULUS;
  if (state <= 0) state += MODULUS - 1;
  for (const item of items) {
    state = (state * MULTIPLIER) % MODULUS;
    const chosen = Math.floor(((state - 1) / (MODULUS - 1)) * (done.length + 1));
    done.push(item);
    done[done.length - 1] = done[chosen];
    done[chosen] = item;
  }
  return done;
}
