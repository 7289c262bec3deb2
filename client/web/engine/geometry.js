/**
 * Points, lines and areas on the earth, of texts "lat lon alt acc; lat lon alt acc; …" as questions keep them.
 * On a sphere with the radius that other tools take, in metres. Twin: forms/expressions/geometry.py.
 */
import { atan2, cos, sin } from "./transcendental.js";
import { to_number, words } from "./values.js";

/** @typedef {[number, number]} Point latitude and longitude in degrees */

const RADIUS_M = 6_378_100;
const radians = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;

/** @param {string[]} texts @returns {Point[]} */
export function points(texts) {
  const parts = texts.flatMap((whole) => whole.split(";")).map(words).filter((part) => part.length);
  const found = parts.map(([latitude, longitude = ""]) => /** @type {Point} */ ([to_number(latitude), to_number(longitude)]));
  return found.every(([latitude, longitude]) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) ? found : [];
}

/** @param {Point[]} line */
export function length(line) {
  let total = 0;
  for (let i = 1; i < line.length; i++) total += way(line[i - 1], line[i]);
  return line.length > 1 ? total : NaN;
}

/** @param {Point} a @param {Point} b */
function way(a, b) {
  const [up, across] = [sin(radians(b[0] - a[0]) / 2), sin(radians(b[1] - a[1]) / 2)];
  const half = up * up + cos(radians(a[0])) * cos(radians(b[0])) * across * across;
  return RADIUS_M * 2 * atan2(Math.sqrt(half), Math.sqrt(1 - Math.min(half, 1)));
}

/** @param {Point[]} shape */
export function area(shape) {
  if (shape.length < 3) return NaN;
  let total = 0;
  shape.forEach((a, i) => {
    const b = shape[(i + 1) % shape.length];
    total += radians(b[1] - a[1]) * (2 + sin(radians(a[0])) + sin(radians(b[0])));
  });
  return Math.abs((total * RADIUS_M * RADIUS_M) / 2);
}

/** @param {Point} point @param {Point[]} shape */
export function inside([y, x], shape) {
  let crossed = false;
  shape.forEach(([y1, x1], i) => {
    const [y2, x2] = shape[(i + 1) % shape.length];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) crossed = !crossed;
  });
  return crossed;
}
