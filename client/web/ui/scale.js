/** The steps of a range question: which numbers it offers, as answers are kept. Pure. */

/** @param {string} text */
const decimals = (text) => text.split(".")[1]?.length ?? 0;

export class Scale {
  /** @param {{parameters: {start: string, end: string, step: string}, answer?: string}} spec */
  constructor({ parameters: { start, end, step }, answer }) {
    this.whole = answer === "integer";
    this.places = Math.max(decimals(start), decimals(step));
    this.power = 10 ** this.places;
    // Counted in the smallest place, where every step is a whole number: 0.1 + 0.2 is 0.3 here.
    this.first = Math.round(Number(start) * this.power);
    this.step = Math.round(Number(step) * this.power);
    /** How many steps lie between start and end. */
    this.steps = Math.floor((Number(end) * this.power - this.first) / this.step + 1e-9);
  }

  /** The answer at a step, from 0. @param {number} n @returns {number | string} */
  at(n) {
    const value = (this.first + Math.min(Math.max(n, 0), this.steps) * this.step) / this.power;
    return this.whole ? value : String(Number(value.toFixed(this.places)));
  }

  /** The step nearest to an answer; null when it is blank or no number. @param {any} answer @returns {number | null} */
  place(answer) {
    if (answer === null || answer === undefined || answer === "") return null;
    const n = Math.round((Number(answer) * this.power - this.first) / this.step);
    return Number.isNaN(n) ? null : Math.min(Math.max(n, 0), this.steps);
  }
}
