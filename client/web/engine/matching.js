/**
 * The search of regex(): all ways through a pattern at once, one character after the other, none of them twice.
 * Where the steps come from: forms/expressions/patterns.py. Twin: forms/expressions/matching.py.
 */

/** @typedef {(number | number[] | string)[]} Steps a number takes a character of that set, a list goes on that many steps further, a text holds or not */

/** @param {{sets: string[], code: Steps}} pattern of the program @returns {(text: string) => boolean} whether it is anywhere in a text */
export function search({ sets, code }) {
  const tests = sets.map((set) => new RegExp(`^${set}$`, "u"));
  return (text) => {
    const letters = [...text];
    /** @type {number[]} */
    let reached = [];
    for (let at = 0; at <= letters.length; at++) {
      const waiting = steps_waiting(code, [...reached, 0], letters, at);
      if (!waiting) return true;
      const fits = tests.map((test) => at < letters.length && test.test(letters[at]));
      reached = waiting.filter((step) => fits[/** @type {number} */ (code[step])]).map((step) => step + 1);
    }
    return false;
  };
}

/** The steps that wait for the character at `at`; null: it is found. @param {Steps} code @param {number[]} ways @param {string[]} letters @param {number} at */
function steps_waiting(code, ways, letters, at) {
  const seen = new Set();
  const waiting = [];
  while (ways.length) {
    const step = /** @type {number} */ (ways.pop());
    if (step === code.length) return null;
    if (seen.has(step)) continue;
    seen.add(step);
    const what = code[step];
    if (typeof what === "number") waiting.push(step);
    else if (typeof what === "string") PLACES[what](letters, at) && ways.push(step + 1);
    else ways.push(...what.map((further) => step + further));
  }
  return waiting;
}

const is_word = (/** @type {string|undefined} */ letter) => letter !== undefined && /^\w$/.test(letter);
/** @type {Record<string, (letters: string[], at: number) => boolean>} */
const PLACES = {
  "^": (_, at) => at === 0,
  $: (letters, at) => at === letters.length,
  b: (letters, at) => is_word(letters[at - 1]) !== is_word(letters[at]),
};
