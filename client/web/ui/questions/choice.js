/** Choosing one or several: big cards with pictures; a long list or `minimal` opens a list that can be searched. */
import { fold } from "../../sync/text.js";
import { open_dialog } from "../dialog.js";
import { html } from "../html.js";
import { t, text_of } from "../i18n.js";
import { icon } from "../parts.js";

/** More choices than this are a list to search; with pictures people find their way among more. */
const MANY = { plain: 9, pictured: 16 };

/** Fires "answer" ({value: a name, or names in the list's order, or null; settled}). */
export class FieldChoice extends HTMLElement {
  /** @type {string} */
  #drawn = "";

  /** @param {any} given */
  set given({ spec, path, session, key }) {
    this.spec = spec;
    this.path = path;
    this.session = session;
    this.key = key;
    this.choices = /** @type {import("../types.js").Choice[]} */ (session.program.choices[spec.list]);
    this.multiple = spec.type === "select_multiple";
  }

  /** @param {any} state */
  show({ value, choices, required, wrong }) {
    const offered = (this.choices ?? []).filter(({ name }) => choices.includes(name));
    const chosen = new Set([value ?? []].flat());
    const drawn = JSON.stringify([[...chosen], choices, required]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      const focused = /** @type {any} */ (document.activeElement);
      const again = this.contains(focused) ? focused.value : undefined;
      const many = offered.every((choice) => choice.icon) ? MANY.pictured : MANY.plain;
      const in_list = offered.length > many || this.spec?.appearance?.includes("minimal");
      this.replaceChildren(in_list ? this.#opener(offered, chosen) : this.#cards(offered, chosen, required));
      if (again !== undefined) /** @type {HTMLElement | null} */ (this.querySelector(`[value="${CSS.escape(again)}"], button`))?.focus();
    }
    this.firstElementChild?.setAttribute("aria-invalid", String(wrong));
  }

  /** @param {import("../types.js").Choice[]} offered @param {Set<any>} chosen @param {boolean} required */
  #cards(offered, chosen, required) {
    const one = !this.multiple;
    const clear = one && chosen.size > 0 && !required;
    return html`
      <div class="cards" role=${one ? "radiogroup" : "group"} aria-labelledby="${this.key}-label" aria-describedby="${this.key}-hint ${this.key}-problem" @change=${this.#picked}>
        ${offered.map((choice) => this.#option(choice, chosen))}
        ${clear && html`<button type="button" class="link" @click=${() => this.#tell(null)}>${t("choice.clear")}</button>`}
      </div>`;
  }

  /** @param {import("../types.js").Choice} choice @param {Set<any>} chosen */
  #option({ name, label, icon: picture }, chosen) {
    return html`
      <label class="card ${picture ? "pictured" : ""} ${chosen.has(name) ? "chosen" : ""}">
        <input type=${this.multiple ? "checkbox" : "radio"} name=${this.key} value=${name} .checked=${chosen.has(name)}>
        ${picture && icon(picture)}
        <span>${text_of(label)}</span>
      </label>`;
  }

  /** @param {Event} event */
  #picked = (event) => {
    const inputs = [...this.querySelectorAll("input")];
    event.stopPropagation();
    if (this.multiple) this.#tell(inputs.filter((input) => input.checked).map((input) => input.value));
    else this.#tell(inputs.find((input) => input.checked)?.value ?? null);
  };

  /** @param {any} value */
  #tell(value) {
    const answer = Array.isArray(value) && !value.length ? null : value;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value: answer, settled: true } }));
  }

  /** @param {import("../types.js").Choice[]} offered @param {Set<any>} chosen */
  #opener(offered, chosen) {
    const labels = offered.filter(({ name }) => chosen.has(name)).map(({ label }) => text_of(label));
    return html`
      <button type="button" class="opener" aria-haspopup="dialog" aria-labelledby="${this.key}-label ${this.key}-chosen" @click=${() => this.#open(offered, chosen)}>
        <span id="${this.key}-chosen">${labels.join(", ") || t("choice.open")}</span>${icon("ui/down.svg")}
      </button>`;
  }

  /** @param {import("../types.js").Choice[]} offered @param {Set<any>} chosen */
  async #open(offered, chosen) {
    const { label: title, required } = /** @type {any} */ (this.session).state(this.path);
    const value = await open_dialog((done) => this.#finder(offered, chosen, { title, required }, done), { label: title, wide: true });
    if (value !== undefined) this.#tell(value);
  }

  /** @param {import("../types.js").Choice[]} offered @param {Set<any>} chosen @param {{title: string, required: boolean}} question @param {(value: any) => void} done */
  #finder(offered, chosen, { title, required }, done) {
    const cards = offered.map((choice) => ({ key: fold(text_of(choice.label)), card: this.#option(choice, chosen) }));
    const nothing = html`<p class="quiet" role="status" hidden>${t("choice.none_found")}</p>`;
    /** @param {Event} event */
    const find = (event) => {
      const wanted = fold(/** @type {HTMLInputElement} */ (event.target).value.trim());
      for (const { key, card } of cards) card.hidden = !key.includes(wanted);
      nothing.hidden = cards.some(({ card }) => !card.hidden);
    };
    const list = html`<div class="cards list" role=${this.multiple ? "group" : "radiogroup"} aria-label=${title}>${cards.map(({ card }) => card)}</div>`;
    const values = () => [...list.querySelectorAll("input")].filter((input) => input.checked).map((input) => input.value);
    // A click chooses at once; arrow keys only move through radios (their click event has no pointer detail).
    if (!this.multiple) list.addEventListener("click", (event) => {
      const input = /** @type {HTMLElement} */ (event.target).closest("label")?.querySelector("input");
      if (input && event.detail > 0) done(input.value);
    });
    return html`
      <form class="finder" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); done(this.multiple ? values() : values()[0] ?? null); }}>
        <header class="heading"><button type="button" class="icon-button" aria-label=${t("app.back")} @click=${() => done(undefined)}>${icon("ui/back.svg")}</button><h2>${title}</h2></header>
        <label class="search"><span class="sr">${t("choice.search")}</span>${icon("ui/search.svg")}<input type="search" placeholder=${t("choice.search")} @input=${find}></label>
        <div class="finder-list">${list}${nothing}</div>
        <div class="actions">${chosen.size > 0 && !required && html`<button type="button" @click=${() => done(null)}>${t("choice.clear")}</button>`}<button class="main">${t("choice.done")}</button></div>
      </form>`;
  }
}
