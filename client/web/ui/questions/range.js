/** A number on a scale: a slider for the thumb, big − and + for the exact step, blank until touched. */
import { html } from "../html.js";
import { print_number } from "../answer_text.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { Scale } from "../scale.js";
import { describe } from "./text.js";

/** Fires "answer" ({value: a step of the scale | null, settled}). */
export class FieldRange extends HTMLElement {
  /** @type {any} */
  #parts;
  /** @type {number | null} the step chosen */
  #place = null;

  /** @param {any} given */
  set given({ spec, key }) {
    this.spec = spec;
    this.scale = new Scale(spec);
    const { steps } = this.scale;
    const slider = /** @type {HTMLInputElement} */ (html`<input type="range" min="0" max=${steps} step="1">`);
    describe(slider, key);
    slider.addEventListener("input", () => this.#tell(Number(slider.value), false));
    slider.addEventListener("change", () => this.#tell(Number(slider.value), true));
    // A tap on the middle, where an untouched slider stands already, is an answer too.
    slider.addEventListener("click", () => this.#place === null && this.#tell(Number(slider.value), true));
    const told = html`<output class="range-value"></output>`;
    const less = this.#button("ui/minus.svg", "range.less", -1);
    const more = this.#button("ui/plus.svg", "range.more", 1);
    const clear = html`<button type="button" class="link" @click=${() => this.#tell(null, true)}>${t("choice.clear")}</button>`;
    this.#parts = { slider, told, less, more, clear };
    this.replaceChildren(html`
      <div class="range">
        ${told}
        <div class="range-row">${less}${slider}${more}</div>
        <p class="range-ends" aria-hidden="true"><span>${this.#print(0)}</span><span>${this.#print(steps)}</span></p>
        ${clear}
      </div>`);
  }

  /** @param {string} picture @param {string} words @param {number} by */
  #button(picture, words, by) {
    const press = () => {
      const middle = Math.round((this.scale?.steps ?? 0) / 2);
      this.#tell(this.#place === null ? middle : this.#place + by, true);
    };
    return html`<button type="button" class="step" aria-label=${t(words)} @click=${press}>${icon(picture)}</button>`;
  }

  /** @param {number | null} place @param {boolean} settled */
  #tell(place, settled) {
    const value = place === null ? null : this.scale?.at(place);
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled } }));
  }

  /** @param {number} place */
  #print(place) {
    return this.spec && this.scale ? print_number(this.spec, this.scale.at(place)) : "";
  }

  /** @param {any} state */
  show({ value, required, wrong }) {
    const { scale } = this;
    if (!scale) return;
    const { slider, told, less, more, clear } = this.#parts;
    const place = scale.place(value);
    this.#place = place;
    if (place === null) slider.value = String(Math.round(scale.steps / 2));
    else if (Number(slider.value) !== place) slider.value = String(place);
    const text = place === null ? t("range.blank") : this.#print(place);
    if (told.textContent !== text) told.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    slider.setAttribute("aria-invalid", String(wrong));
    this.classList.toggle("blank", place === null);
    less.disabled = place === 0;
    more.disabled = place === scale.steps;
    clear.hidden = place === null || required;
  }
}
