/**
 * Exponentials, logarithms, angles: worked out here, because each machine's own differ in the last digit.
 * Only + - * / and the square root, in the same order as the twin, forms/expressions/transcendental.py.
 */

const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10]; // their sum is ln 2; the first ends in zeros
const [QUARTER_HIGH, QUARTER_LOW] = [1.5707963267341256, 6.077100506506192e-11]; // their sum is half of pi
const LN10 = 2.302585092994046;
const MAX_ANGLE = 1e6; // radians: beyond, no digits of the turn are left

/** @param {number} number */
export const shown = (number) => (Number.isFinite(number) ? Number(number.toPrecision(14)) : number);

/** @param {number} x */
function exp(x) {
  if (Number.isNaN(x) || x > 709.78) return Number.isNaN(x) ? x : Infinity;
  if (x < -745.13) return 0;
  const times = Math.floor(x / LN2_HIGH + 0.5);
  const rest = x - times * LN2_HIGH - times * LN2_LOW;
  let found = 1;
  for (let n = 20; n > 0; n--) found = 1 + (rest * found) / n;
  for (let i = Math.abs(times); i > 0; i--) found = times > 0 ? found * 2 : found / 2;
  return found;
}

/** @param {number} x */
function log(x) {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? Infinity : NaN;
  let times = 0;
  for (; x > 1.5; times++) x /= 2;
  for (; x < 0.75; times--) x *= 2;
  const part = (x - 1) / (x + 1);
  const square = part * part;
  let found = 0;
  for (let n = 41; n > 0; n -= 2) found = 1 / n + square * found;
  return times * LN2_HIGH + (times * LN2_LOW + 2 * part * found);
}

/** @param {number} base @param {number} exponent */
export function power(base, exponent) {
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) return NaN;
  let found = 1;
  if (Number.isInteger(exponent)) {
    for (let times = Math.abs(exponent); times && Number.isFinite(found); times = Math.floor(times / 2)) {
      if (times % 2) found *= base;
      base *= base;
    }
    if (exponent < 0) found = found ? 1 / found : NaN;
  } else if (base === 0) found = exponent > 0 ? 0 : NaN;
  else found = shown(exp(exponent * log(base)));
  return Number.isFinite(found) ? found : NaN;
}

/** Sine of an angle so many quarter turns ahead, from what is left without its own. @param {number} x @param {number} ahead */
function wave(x, ahead) {
  if (!(Math.abs(x) <= MAX_ANGLE)) return NaN;
  const times = Math.floor(x / QUARTER_HIGH + 0.5);
  const rest = x - times * QUARTER_HIGH - times * QUARTER_LOW;
  const square = rest * rest;
  let [sine, cosine] = [1, 1];
  for (let n = 20; n > 0; n -= 2) {
    sine = 1 - (square * sine) / (n * (n + 1));
    cosine = 1 - (square * cosine) / (n * (n - 1));
  }
  sine = rest * sine;
  return [sine, cosine, -sine, -cosine][(((times + ahead) % 4) + 4) % 4];
}

/** @param {number} x */
export const sin = (x) => wave(x, 0);

/** @param {number} x */
export const cos = (x) => wave(x, 1);

/** @param {number} x @returns {number} */
function atan(x) {
  if (Math.abs(x) > 1) return (x > 0 ? Math.PI / 2 : -Math.PI / 2) - atan(1 / x);
  for (let i = 0; i < 2; i++) x = x / (1 + Math.sqrt(1 + x * x));
  const square = x * x;
  let found = 0;
  for (let n = 31; n > 0; n -= 2) found = 1 / n - square * found;
  return 4 * (x * found);
}

/** @param {number} y @param {number} x */
export function atan2(y, x) {
  if (Number.isNaN(x) || Number.isNaN(y) || (!Number.isFinite(x) && !Number.isFinite(y))) return NaN;
  if (x === 0) return y === 0 ? 0 : y > 0 ? Math.PI / 2 : -Math.PI / 2;
  return x > 0 ? atan(y / x) : atan(y / x) + (y >= 0 ? Math.PI : -Math.PI);
}

/** The other leg of a right-angled triangle in the unit circle; NaN outside it. @param {number} x */
const leg = (x) => (Math.abs(x) <= 1 ? Math.sqrt((1 - x) * (1 + x)) : NaN);

/** As functions of a form, by their names there. @type {Record<string, (x: number) => number>} */
export const OF_ONE = {
  exp, log, sin, cos, atan,
  exp10: (x) => power(10, x),
  log10: (x) => log(x) / LN10,
  tan: (x) => sin(x) / cos(x),
  asin: (x) => atan2(x, leg(x)),
  acos: (x) => atan2(leg(x), x),
};
