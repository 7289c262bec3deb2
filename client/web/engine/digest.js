/**
 * MD5, SHA-1 and SHA-2 of bytes, at once: WebCrypto only answers later. Not for secrets. FIPS 180-4 and RFC 1321.
 * In Python these are hashlib's.
 */

/** What shapes each: bits of a word and of the result, rounds. @type {Record<string, {bits: number, size: number, make: (shape: any, bytes: Uint8Array) => bigint[]}>} */
export const DIGESTS = {
  MD5: { bits: 32, size: 16, make: md5 },
  "SHA-1": { bits: 32, size: 20, make: sha1 },
  "SHA-256": { bits: 32, size: 32, make: sha2 },
  "SHA-384": { bits: 64, size: 48, make: sha2 },
  "SHA-512": { bits: 64, size: 64, make: sha2 },
};

/** @param {string} name of DIGESTS @param {Uint8Array} bytes @returns {number[]} its bytes */
export function digest(name, bytes) {
  const shape = DIGESTS[name];
  const words = shape.make(shape, bytes);
  const width = shape.bits / 8;
  const last = shape.make === md5 ? 0 : width - 1; // MD5 writes the smallest byte first
  return Array.from({ length: shape.size }, (_, i) => Number((words[Math.floor(i / width)] >> BigInt(8 * Math.abs((i % width) - last))) & 255n));
}

/** The words of the padded bytes, sixteen a block. @param {number} bits of a word @param {Uint8Array} bytes @param {boolean} small_first */
function blocks(bits, bytes, small_first) {
  const width = bits / 8;
  const total = Math.ceil((bytes.length + 1 + 2 * width) / (16 * width)) * 16 * width;
  const padded = new Uint8Array(total);
  padded.set(bytes);
  padded[bytes.length] = 128;
  const length = BigInt(bytes.length * 8);
  for (let i = 0; i < 8; i++) padded[small_first ? total - 8 + i : total - 1 - i] = Number((length >> BigInt(8 * i)) & 255n);
  /** @type {bigint[]} */
  const words = [];
  for (let at = 0; at < total; at += width) {
    let word = 0n;
    for (let i = 0; i < width; i++) word = (word << 8n) | BigInt(padded[small_first ? at + width - 1 - i : at + i]);
    words.push(word);
  }
  return Array.from({ length: words.length / 16 }, (_, i) => words.slice(i * 16, i * 16 + 16));
}

/** The first bits behind the point of a root of a prime. @param {number} prime @param {bigint} degree 2n or 3n @param {number} bits */
function behind_point(prime, degree, bits) {
  const wanted = BigInt(prime) << (degree * 64n);
  let [low, high] = [0n, 1n << 70n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= wanted) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(64, low) >> BigInt(64 - bits);
}

/** @param {number} count */
function primes(count) {
  const found = [2];
  for (let n = 3; found.length < count; n += 2) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

/** @param {number} bits */
function arithmetic(bits) {
  const wide = BigInt(bits);
  return {
    /** @param {bigint[]} values */
    add: (...values) => BigInt.asUintN(bits, values.reduce((a, b) => a + b)),
    /** @param {bigint} word @param {number} by */
    right: (word, by) => (word >> BigInt(by)) | BigInt.asUintN(bits, word << (wide - BigInt(by))),
    /** @param {bigint} word */
    not: (word) => BigInt.asUintN(bits, ~word),
  };
}

/** How far SHA-2 turns: four times three, the last of the first two pairs a shift. @type {Record<number, number[][]>} */
const TURNS = { 32: [[7, 18, 3], [17, 19, 10], [6, 11, 25], [2, 13, 22]], 64: [[1, 8, 7], [19, 61, 6], [14, 18, 41], [28, 34, 39]] };

/** @param {{bits: number, size: number}} shape @param {Uint8Array} bytes @returns {bigint[]} */
function sha2({ bits, size }, bytes) {
  const { add, right } = arithmetic(bits);
  const [near, far, e_turns, a_turns] = TURNS[bits];
  const constants = primes(bits === 32 ? 64 : 80).map((prime) => behind_point(prime, 3n, bits));
  const shifted = (/** @type {bigint} */ w, /** @type {number[]} */ [a, b, c]) => right(w, a) ^ right(w, b) ^ (w >> BigInt(c));
  const turned = (/** @type {bigint} */ w, /** @type {number[]} */ [a, b, c]) => right(w, a) ^ right(w, b) ^ right(w, c);
  const starting = size === 48 ? primes(16).slice(8) : primes(8);
  let state = starting.map((prime) => behind_point(prime, 2n, bits));
  for (const words of blocks(bits, bytes, false)) {
    for (let t = 16; t < constants.length; t++) words.push(add(shifted(words[t - 2], far), words[t - 7], shifted(words[t - 15], near), words[t - 16]));
    let [a, b, c, d, e, f, g, h] = state;
    words.forEach((word, t) => {
      const one = add(h, turned(e, e_turns), (e & f) ^ (BigInt.asUintN(bits, ~e) & g), constants[t], word);
      const two = add(turned(a, a_turns), (a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [add(one, two), a, b, c, add(d, one), e, f, g];
    });
    state = [a, b, c, d, e, f, g, h].map((word, i) => add(word, state[i]));
  }
  return state;
}

const START = [0x67452301n, 0xefcdab89n, 0x98badcfen, 0x10325476n, 0xc3d2e1f0n];

/** @param {unknown} _ @param {Uint8Array} bytes @returns {bigint[]} */
function sha1(_, bytes) {
  const { add, right, not } = arithmetic(32);
  let state = START;
  for (const words of blocks(32, bytes, false)) {
    for (let t = 16; t < 80; t++) words.push(right(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 31));
    let [a, b, c, d, e] = state;
    words.forEach((word, t) => {
      const part = Math.floor(t / 20);
      const mixed = part === 0 ? (b & c) | (not(b) & d) : part === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const constant = [0x5a827999n, 0x6ed9eba1n, 0x8f1bbcdcn, 0xca62c1d6n][part];
      [a, b, c, d, e] = [add(right(a, 27), mixed, e, constant, word), a, right(b, 2), c, d];
    });
    state = [a, b, c, d, e].map((word, i) => add(word, state[i]));
  }
  return state;
}

/** @param {unknown} _ @param {Uint8Array} bytes @returns {bigint[]} */
function md5(_, bytes) {
  const { add, right, not } = arithmetic(32);
  let state = START.slice(0, 4);
  for (const words of blocks(32, bytes, true)) {
    let [a, b, c, d] = state;
    for (let t = 0; t < 64; t++) {
      const part = Math.floor(t / 16);
      const mixed = [() => (b & c) | (not(b) & d), () => (b & d) | (c & not(d)), () => b ^ c ^ d, () => c ^ (b | not(d))][part]();
      const word = words[([1, 5, 3, 7][part] * t + [0, 1, 5, 0][part]) % 16];
      const constant = BigInt(Math.floor(Math.abs(Math.sin(t + 1)) * 2 ** 32));
      const turn = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]][part][t % 4];
      [a, b, c, d] = [d, add(b, right(add(a, mixed, constant, word), 32 - turn)), b, c];
    }
    state = [a, b, c, d].map((word, i) => add(word, state[i]));
  }
  return state;
}
