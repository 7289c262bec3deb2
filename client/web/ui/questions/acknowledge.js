/** "I have read this": one box to tick; acknowledge and trigger alike. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { describe } from "./text.js";

/** Fires "answer" ({value: "OK" | null, settled}). */
export class FieldAcknowledge extends HTMLElement {
  /** @param {{key: string}} given */
  set given({ key }) {
    const box = /** @type {HTMLInputElement} */ (html`<input type="checkbox" value="OK">`);
    describe(box, key);
    box.setAttribute("aria-labelledby", `${key}-label ${key}-yes`);
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      this.dispatchEvent(new CustomEvent("answer", { detail: { value: box.checked ? "OK" : null, settled: true } }));
    });
    this.box = box;
    this.card = html`<label class="card">${box}<span id="${key}-yes">${t("acknowledge.yes")}</span></label>`;
    this.replaceChildren(this.card);
  }

  /** @param {any} state */
  show({ value, required, wrong }) {
    const { box, card } = this;
    if (!box || !card) return;
    box.checked = value === "OK";
    card.classList.toggle("chosen", box.checked);
    box.setAttribute("aria-required", String(required));
    box.setAttribute("aria-invalid", String(wrong));
  }
}
