/** How one name, phone or paper's number may be written (docs/duplicates.md). The twin of sync/spelling.py. */
import { fold } from "./text.js";

/** @typedef {[letters: string, tone: string]} Syllable */

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
/** @type {[RegExp, string][]} */
const SOUNDS = [
  [/^ngh/, "ng"], [/^gh/, "g"], [/^gi(?=[aeiouy])/, "d"], [/^gi/, "di"], [/^[rzj]/, "d"], [/^tr/, "ch"], [/^x/, "s"],
  [/^(c(?!h)|q)/, "k"], [/^ph/, "f"], [/^w/, "v"], [/^n(?![gh])/, "l"], [/([^aeiouy]|ku)y$/, "$1i"],
];
const PREFIXES = "0120070 0121079 0122077 0126076 0128078 0123083 0124084 0125085 0127081 0129082 0186056 0188058 0199059";
const NEAR_LETTERS = 4;

/** A name's syllables, each with its tone apart, wherever it was placed. @param {string} name @returns {Syllable[]} */
export function syllables(name) {
  return (name.normalize("NFC").toLowerCase().match(/\p{L}+/gu) ?? []).map((part) => {
    const spread = part.normalize("NFD");
    const letters = spread.replace(TONES, "").normalize("NFC");
    return [letters.replace(/([^aeiouyăâêôơư]|^qu)y$/, "$1i"), (spread.match(TONES) ?? []).join("")];
  });
}

/** @param {string} letters a syllable as it is heard in the north, without marks */
export function sound(letters) {
  return SOUNDS.reduce((heard, [pattern, instead]) => heard.replace(pattern, instead), fold(letters));
}

/** How two names agree, a key of POINTS; "" if one is blank. @param {string} one @param {string} other */
export function compare_names(one, other) {
  const a = syllables(one);
  const b = syllables(other);
  if (!a.length || !b.length) return "";
  if (String(a) === String(b)) return "name_same";
  const [x, y] = [a, b].map((name) => name.map(([letters]) => sound(letters)));
  if (String(x) === String(y)) return by_marks(a, b);
  if (String([...x].sort()) === String([...y].sort())) return "name_order";
  if (x.length > 1 && y.length > 1 && x[0] === y[0] && x.at(-1) === y.at(-1) && left_out(x, y)) return "name_short";
  const apart = x.length === y.length && x.length > 1 ? x.flatMap((part, at) => (part === y[at] ? [] : [at])) : [];
  return apart.length === 1 && slip(x[apart[0]], y[apart[0]]) ? "name_near" : "name_differs";
}

/** @param {Syllable[]} a @param {Syllable[]} b two names that sound alike, by what their marks say */
function by_marks(a, b) {
  const one_bare = bare(a) || bare(b);
  const same = a.every(([letters], at) => fold(letters) === fold(b[at][0]));
  if (same && one_bare) return "name_unmarked";
  if (!one_bare && !compatible(a, b)) return "name_marks";
  return same ? "name_marks_missing" : "name_sound";
}

/** @param {Syllable[]} name */
function bare(name) {
  return name.every(([letters, tone]) => !tone && letters === fold(letters));
}

/** No mark of one contradicts a mark of the other. @param {Syllable[]} a @param {Syllable[]} b */
function compatible(a, b) {
  const fits = (/** @type {string} */ x, /** @type {string} */ y) => x === y || !x || !y;
  return a.every(([letters, tone], at) => fits(tone, b[at][1]) && fits(marks(letters), marks(b[at][0])));
}

/** @param {string} letters */
function marks(letters) {
  return [...letters].filter((letter) => fold(letter) !== letter).join("");
}

/** The shorter name is the longer one with middle names left out. @param {string[]} a @param {string[]} b */
function left_out(a, b) {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  let at = 0;
  for (const part of long) if (part === short[at]) at += 1;
  return short.length < long.length && at === short.length;
}

/** @param {string} x @param {string} y */
function slip(x, y) {
  return Math.min(x.length, y.length) >= NEAR_LETTERS && Math.abs(x.length - y.length) < 2 && one_off(x, y);
}

/** Whether one letter more, less or other, or a swap of neighbours, makes x into y. @param {string} x @param {string} y */
export function one_off(x, y) {
  let at = 0;
  while (at < Math.min(x.length, y.length) && x[at] === y[at]) at += 1;
  const [a, b] = [x.slice(at), y.slice(at)];
  return (
    a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1) ||
    (a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}

/** A phone's present national number, "" for what is none. @param {string} text */
export function phone(text) {
  let digits = text.replace(/[^0-9]/g, "");
  if (digits.startsWith("84") && digits.length >= 11) digits = `0${digits.slice(2)}`;
  if (digits.length === 11) {
    digits = digits.replace(/^016([2-9])/, "03$1");
    const old = PREFIXES.split(" ").find((each) => digits.startsWith(each.slice(0, 4)));
    if (old && digits.length === 11) digits = old.slice(4) + digits.slice(4);
  }
  digits = [10, 11].includes(digits.length) ? digits.replace(/^0231/, "0213") : digits;
  return digits.length >= 8 ? digits : "";
}

/** The number on a paper, bare; "" for what is too short to tell anybody apart. @param {string} text */
export function paper_number(text) {
  const plain = fold(text).replace(/[^0-9a-z]/g, "");
  return plain.length >= 6 ? plain : "";
}
