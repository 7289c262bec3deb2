/** A PIN typed with big keys or a keyboard. The digits live in a password field and leave it only in the event. */
import { html } from "./html.js";
import { t } from "./i18n.js";
import { icon } from "./parts.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
export const PIN_MIN = 6;
export const PIN_MAX = 12;

/** Fires "pin" ({pin}) when the person says it is complete. Properties: label, busy. */
export class PinPad extends HTMLElement {
  #input = /** @type {HTMLInputElement} */ (html`<input type="password" inputmode="none" autocomplete="off" maxlength=${PIN_MAX} pattern="[0-9]*">`);
  #label = html`<span></span>`;
  #keys = html`<div class="keys"></div>`;

  connectedCallback() {
    if (this.firstChild) return;
    /** @param {string} key */
    const digit = (key) => html`<button type="button" @click=${() => this.#type(key)}>${key}</button>`;
    this.#keys.append(
      ...KEYS.map(digit),
      html`<button type="button" class="quiet" aria-label=${t("pin.delete")} @click=${this.#delete}>${icon("ui/backspace.svg")}</button>`,
      digit("0"),
      html`<button class="main" aria-label=${t("pin.ok")}>${icon("ui/check.svg")}</button>`,
    );
    this.#input.addEventListener("input", () => { this.#input.value = this.#input.value.replace(/\D/g, ""); });
    this.append(html`<form class="pin" @submit=${this.#submit}><label>${this.#label}${this.#input}</label>${this.#keys}</form>`);
  }

  /** @param {string} text */
  set label(text) {
    this.#label.textContent = text;
  }

  /** While a PIN is being tried nothing else is taken. @param {boolean} busy */
  set busy(busy) {
    for (const key of this.#keys.querySelectorAll("button")) key.disabled = busy;
    this.#input.readOnly = busy;
  }

  clear() {
    this.#input.value = "";
  }

  focus() {
    this.#input.focus();
  }

  /** @param {string} key */
  #type(key) {
    if (this.#input.value.length < PIN_MAX) this.#input.value += key;
  }

  #delete = () => {
    this.#input.value = this.#input.value.slice(0, -1);
  };

  /** @param {Event} event */
  #submit = (event) => {
    event.preventDefault();
    if (!this.#input.readOnly) this.dispatchEvent(new CustomEvent("pin", { detail: { pin: this.#input.value } }));
  };
}
