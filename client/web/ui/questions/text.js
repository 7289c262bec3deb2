/** A question answered in words, on one line or several; and numbers' way of taking typed text. */
import { looks } from "../appearances.js";
import { format_integer, group_typed } from "../format.js";
import { html } from "../html.js";

const PAUSE_MS = 400;
const ROWS = 4;

/** Fires "answer" ({value, settled}) while typing pauses, and settled when the field is left. */
export class FieldText extends HTMLElement {
  /** @type {HTMLInputElement | HTMLTextAreaElement | undefined} */
  input;
  /** Thousands get points while they are typed; a decimal's own point becomes the comma. */
  grouped = false;
  decimal = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #sent = "";

  /** @param {{spec: import("../types.js").Spec, key: string}} given */
  set given({ spec, key }) {
    this.spec = spec;
    this.grouped = looks(spec, "thousands-sep");
    const rows = spec.parameters?.rows ?? (looks(spec, "multiline") ? ROWS : 0);
    const input = /** @type {any} */ (rows ? html`<textarea rows=${rows}></textarea>` : html`<input type="text" autocomplete="off">`);
    if (looks(spec, "numbers") || this.grouped) input.inputMode = "tel";
    describe(input, key);
    input.addEventListener("input", (/** @type {InputEvent} */ event) => {
      if (this.grouped) this.#group(input, event);
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#tell(false), PAUSE_MS);
    });
    input.addEventListener("change", () => this.#tell(true));
    this.input = input;
    this.replaceChildren(input);
  }

  /** @param {HTMLInputElement} input @param {InputEvent} event */
  #group(input, event) {
    const at = input.selectionStart ?? input.value.length;
    let typed = input.value;
    if (this.decimal && event.data === "." && !typed.includes(",")) typed = `${typed.slice(0, at - 1)},${typed.slice(at)}`;
    const { text, caret } = group_typed(typed, at);
    if (text === input.value) return;
    input.value = text;
    input.setSelectionRange(caret, caret);
  }

  /** @param {boolean} settled */
  #tell(settled) {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const typed = this.input?.value ?? "";
    if (!settled && typed === this.#sent) return;
    this.#sent = typed;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value: this.parse(typed), settled } }));
  }

  /** Takes what is typed at once: the page may be gone before the pause is over. */
  keep() {
    if (this.#pause !== undefined) this.#tell(false);
  }

  /** A typed text as an answer. @param {string} typed @returns {any} */
  parse(typed) {
    const text = typed.normalize("NFC").trim();
    if (text === "") return null;
    return this.grouped && /^-?[\d.]+$/.test(text) ? text.replaceAll(".", "") : text;
  }

  /** An answer as text in the field. @param {any} value @returns {string} */
  print(value) {
    return this.grouped ? format_integer(value) : String(value ?? "");
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
