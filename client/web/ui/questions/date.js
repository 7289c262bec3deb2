/**
 * A date in three boxes: day, month, year. No phone's calendar shows dd/mm/yyyy for sure, and nobody scrolls a
 * calendar back to 1951. A button says today; the phone's calendar is one more button where the browser can open it.
 */
import { date_from_parts, date_parts } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";

const BOXES = /** @type {[string, number, string][]} label, digits, autocomplete-proof name */ ([
  ["date.day", 2, "d"],
  ["date.month", 2, "m"],
  ["date.year", 4, "y"],
]);

/** Fires "answer" ({value: ISO date | null | the text as typed, settled}). */
export class FieldDate extends HTMLElement {
  /** @type {HTMLInputElement[]} */
  #boxes = [];

  /** @param {{key: string, today?: string, session?: any}} given */
  set given({ key, today, session }) {
    const now = today ?? session.instance.env?.today ?? "";
    this.#boxes = BOXES.map(([label, digits, name], i) => this.#box(`${key}-${name}`, digits, i, `${key}-label`, label));
    const calendar = /** @type {HTMLInputElement} */ (html`<input type="date" class="calendar" tabindex="-1" aria-hidden="true">`);
    calendar.addEventListener("change", () => this.#put(calendar.value));
    const can_open = "showPicker" in calendar;
    this.replaceChildren(html`
      <div class="date-boxes">
        ${BOXES.map(([label, , name], i) => html`<label class="date-box ${name}"><span id=${`${key}-${name}`}>${t(label)}</span>${this.#boxes[i]}</label>`)}
        <div class="date-buttons">
          <button type="button" @click=${() => this.#put(now)}>${t("date.today")}</button>
          ${can_open && html`<span class="calendar-holder">
            ${calendar}
            <button type="button" class="icon-button" aria-label=${t("date.calendar")} @click=${() => /** @type {any} */ (calendar).showPicker()}>${icon("ui/calendar.svg")}</button>
          </span>`}
        </div>
      </div>`);
  }

  /** @param {string} id @param {number} digits @param {number} place @param {string} question @param {string} label */
  #box(id, digits, place, question, label) {
    const box = /** @type {HTMLInputElement} */ (html`<input type="text" inputmode="numeric" autocomplete="off" maxlength=${digits} placeholder=${t(`${label}_sign`)}>`);
    box.setAttribute("aria-labelledby", `${question} ${id}`);
    box.addEventListener("input", () => {
      const full = box.value.length === digits;
      this.#tell(false);
      if (full && place < 2 && document.activeElement === box) this.#boxes[place + 1].focus();
    });
    box.addEventListener("change", () => this.#tell(this.#boxes.every((each) => each.value !== "")));
    return box;
  }

  /** @param {string} iso */
  #put(iso) {
    date_parts(iso).forEach((part, i) => { this.#boxes[i].value = part; });
    this.#tell(true);
  }

  /** @param {boolean} settled */
  #tell(settled) {
    const [day, month, year] = this.#boxes.map((box) => box.value.trim());
    const iso = date_from_parts(day, month, year);
    // Half a date is kept as typed, so that leaving the page loses nothing and the question says it is no date.
    const value = iso === undefined ? `${day}/${month}/${year}` : iso;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled } }));
  }

  /** @param {any} state */
  show({ value, required, wrong }) {
    const typed = String(value ?? "").split("/");
    const parts = typed.length === 3 ? typed : date_parts(value);
    this.#boxes.forEach((box, i) => {
      if (!this.contains(document.activeElement) && box.value !== parts[i]) box.value = parts[i];
      box.setAttribute("aria-required", String(required));
      box.setAttribute("aria-invalid", String(wrong));
    });
  }
}
