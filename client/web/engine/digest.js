/** MD5, SHA-1 and SHA-2, at once: WebCrypto only answers later. Not for secrets. RFC 1321, FIPS 180-4; in Python hashlib's. */

/** @typedef {bigint[]} Words */
/** @typedef {(state: Words, words: Words, bits: number) => Words} Step what a block adds to the state */

/** Bits of a word, bytes of the result. @type {Record<string, [number, number, Step]>} */
export const DIGESTS = {
  MD5: [32, 16, md5],
  "SHA-1": [32, 20, sha1],
  "SHA-256": [32, 32, sha2],
  "SHA-384": [64, 48, sha2],
  "SHA-512": [64, 64, sha2],
};

/** @param {string} name of DIGESTS @param {Uint8Array} bytes @returns {number[]} bytes */
export function digest(name, bytes) {
  const [bits, size, step] = DIGESTS[name];
  const width = bits / 8;
  const word = (/** @type {number} */ at) => Math.floor(at / width);
  const shift = (/** @type {number} */ at) => BigInt(8 * ((step === md5 ? at : ~at) & (width - 1))); // MD5 has the small end first
  /** @type {Words} */
  const words = Array(Math.ceil((bytes.length + 1 + 2 * width) / (16 * width)) * 16).fill(0n);
  [...bytes, 128].forEach((byte, at) => (words[word(at)] |= BigInt(byte) << shift(at)));
  words[words.length - (step === md5 ? 2 : 1)] = BigInt(8 * bytes.length);
  let state = step === sha2 ? primes(size === 48 ? 16 : 8).slice(-8).map((prime) => behind_point(prime, 2n, bits)) : START.slice(0, size / 4);
  for (let at = 0; at < words.length; at += 16) {
    const more = step(state, words.slice(at, at + 16), bits);
    state = state.map((each, i) => BigInt.asUintN(bits, each + more[i]));
  }
  return Array.from({ length: size }, (_, at) => Number((state[word(at)] >> shift(at)) & 255n));
}

/** @param {number} count */
function primes(count) {
  const found = [2];
  for (let n = 3; found.length < count; n += 2) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

/** The first bits behind the point of a root of a prime. @param {number} prime @param {bigint} degree @param {number} bits */
function behind_point(prime, degree, bits) {
  let root = 0n;
  for (let bit = 1n << 70n; bit; bit >>= 1n) if ((root + bit) ** degree <= BigInt(prime) << (degree * 64n)) root += bit;
  return BigInt.asUintN(64, root) >> BigInt(64 - bits);
}

/** @param {number} bits @param {bigint} word @param {number} by */
const turn = (bits, word, by) => BigInt.asUintN(bits, (word >> BigInt(by)) | (word << BigInt(bits - by)));

/** How far SHA-2 turns; of the first two the last is a shift. @type {Record<number, number[][]>} */
const TURNS = { 32: [[7, 18, 3], [17, 19, 10], [6, 11, 25], [2, 13, 22]], 64: [[1, 8, 7], [19, 61, 6], [14, 18, 41], [28, 34, 39]] };
/** @type {Record<number, Words>} */
const constants = {};

/** @type {Step} */
function sha2(state, words, bits) {
  constants[bits] ??= primes(bits === 32 ? 64 : 80).map((prime) => behind_point(prime, 3n, bits));
  const mixed = (/** @type {number} */ which, /** @type {bigint} */ word) => {
    const [a, b, c] = TURNS[bits][which];
    return turn(bits, word, a) ^ turn(bits, word, b) ^ (which < 2 ? word >> BigInt(c) : turn(bits, word, c));
  };
  let [a, b, c, d, e, f, g, h] = state;
  constants[bits].forEach((constant, t) => {
    words[t] ??= BigInt.asUintN(bits, mixed(1, words[t - 2]) + words[t - 7] + mixed(0, words[t - 15]) + words[t - 16]);
    const more = h + mixed(2, e) + ((e & f) ^ (~e & g)) + constant + words[t];
    const next = more + mixed(3, a) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [BigInt.asUintN(bits, next), a, b, c, BigInt.asUintN(bits, d + more), e, f, g];
  });
  return [a, b, c, d, e, f, g, h];
}

const START = [0x67452301n, 0xefcdab89n, 0x98badcfen, 0x10325476n, 0xc3d2e1f0n];

/** @type {Step} */
function sha1([a, b, c, d, e], words) {
  for (let t = 0; t < 80; t++) {
    words[t] ??= turn(32, words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 31);
    const mixed = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][Math.floor(t / 20)];
    const constant = [0x5a827999n, 0x6ed9eba1n, 0x8f1bbcdcn, 0xca62c1d6n][Math.floor(t / 20)];
    [a, b, c, d, e] = [BigInt.asUintN(32, turn(32, a, 27) + mixed + e + constant + words[t]), a, turn(32, b, 2), c, d];
  }
  return [a, b, c, d, e];
}

/** @type {Step} */
function md5([a, b, c, d], words) {
  for (let t = 0; t < 64; t++) {
    const part = Math.floor(t / 16);
    const mixed = [(b & c) | (~b & d), (b & d) | (c & ~d), b ^ c ^ d, c ^ (b | BigInt.asUintN(32, ~d))][part];
    const word = words[([1, 5, 3, 7][part] * t + [0, 1, 5, 0][part]) % 16];
    const constant = BigInt(Math.floor(Math.abs(Math.sin(t + 1)) * 2 ** 32));
    const by = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]][part][t % 4];
    [a, b, c, d] = [d, BigInt.asUintN(32, b + turn(32, BigInt.asUintN(32, a + mixed + constant + word), 32 - by)), b, c];
  }
  return [a, b, c, d];
}
