/** A question answered in words, on one line or several; and numbers and dates' common way of taking typed text. */
import { html } from "../html.js";

const PAUSE_MS = 400;

/** Fires "answer" ({value, settled}) while typing pauses, and settled when the field is left. */
export class FieldText extends HTMLElement {
  /** @type {HTMLInputElement | HTMLTextAreaElement | undefined} */
  input;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #sent = "";

  /** @param {{spec: import("../types.js").Spec, key: string}} given */
  set given({ spec, key }) {
    this.spec = spec;
    const long = spec.appearance?.includes("multiline");
    const input = /** @type {any} */ (long ? html`<textarea rows="4"></textarea>` : html`<input type="text" autocomplete="off">`);
    if (spec.appearance?.includes("numbers")) input.inputMode = "tel";
    describe(input, key);
    input.addEventListener("input", () => {
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#tell(false), PAUSE_MS);
    });
    input.addEventListener("change", () => this.#tell(true));
    this.input = input;
    this.replaceChildren(input);
  }

  /** @param {boolean} settled */
  #tell(settled) {
    clearTimeout(this.#pause);
    const typed = this.input?.value ?? "";
    if (!settled && typed === this.#sent) return;
    this.#sent = typed;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value: this.parse(typed), settled } }));
  }

  /** A typed text as an answer. @param {string} typed @returns {any} */
  parse(typed) {
    const text = typed.normalize("NFC").trim();
    return text === "" ? null : text;
  }

  /** An answer as text in the field. @param {any} value @returns {string} */
  print(value) {
    return String(value ?? "");
  }

  /** @param {any} state */
  show({ value, required, wrong }) {
    const { input } = this;
    if (!input) return;
    const printed = this.print(value);
    if (document.activeElement !== input && input.value !== printed) input.value = printed;
    input.setAttribute("aria-required", String(required));
    input.setAttribute("aria-invalid", String(wrong));
  }
}

/** Names a field by its question's label and describes it by hint and problem. @param {HTMLElement} field @param {string} key */
export function describe(field, key) {
  field.setAttribute("aria-labelledby", `${key}-label`);
  field.setAttribute("aria-describedby", `${key}-hint ${key}-problem`);
}
