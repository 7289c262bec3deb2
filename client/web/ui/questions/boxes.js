/** Boxes for the parts of a date or time: a full one leads on to the next, a blank one's backspace leads back. */
import { html } from "../html.js";
import { t } from "../i18n.js";

/** @typedef {{label: string, digits: number, name: string}} Box  label: the key of its words */

export class Boxes {
  /** @type {HTMLInputElement[]} */
  #inputs;

  /**
   * @param {Box[]} boxes
   * @param {string} key of the question
   * @param {(settled: boolean) => void} tell something was typed; settled: every box was left with something in it
   * @param {(typed: string) => string[] | null} split a text that holds all parts, as pasted
   */
  constructor(boxes, key, tell, split) {
    this.#inputs = boxes.map((box) => this.#input(box, key));
    this.nodes = boxes.map(({ label, name }, i) => html`<label class="date-box ${name}"><span id="${key}-${name}">${t(label)}</span>${this.#inputs[i]}</label>`);
    this.#inputs.forEach((input, i) => {
      input.addEventListener("input", () => {
        input.value = input.value.replace(/^[/.:\- ]+/, ""); // typed after a full box that led here already
        const parts = split(input.value);
        if (parts) this.put(parts);
        else if (/^\d+[/.:\- ]$/.test(input.value)) {
          input.value = input.value.slice(0, -1);
          this.#inputs[i + 1]?.focus();
        } else if (input.value.length >= boxes[i].digits && document.activeElement === input) this.#inputs[i + 1]?.focus();
        tell(false);
      });
      input.addEventListener("keydown", (event) => {
        if (event.key === "Backspace" && !input.value) this.#inputs[i - 1]?.focus();
      });
      input.addEventListener("change", () => tell(this.#inputs.every((each) => each.value !== "")));
    });
  }

  /** @param {Box} box @param {string} key @returns {HTMLInputElement} */
  #input({ label, name }, key) {
    const input = /** @type {HTMLInputElement} */ (html`<input type="text" inputmode="numeric" autocomplete="off" placeholder=${t(`${label}_sign`)}>`);
    input.setAttribute("aria-labelledby", `${key}-label ${key}-${name}`);
    input.setAttribute("aria-describedby", `${key}-hint ${key}-problem`);
    return input;
  }

  /** What stands in each box. */
  typed() {
    return this.#inputs.map((input) => input.value.trim());
  }

  /** @param {string[]} parts */
  put(parts) {
    this.#inputs.forEach((input, i) => { input.value = parts[i] ?? ""; });
  }

  /** @param {string[]} parts @param {{required: boolean, wrong: boolean, keep: boolean}} state keep: somebody is typing */
  show(parts, { required, wrong, keep }) {
    this.#inputs.forEach((input, i) => {
      if (!keep && input.value !== (parts[i] ?? "")) input.value = parts[i] ?? "";
      input.setAttribute("aria-required", String(required));
      input.setAttribute("aria-invalid", String(wrong));
    });
  }
}
