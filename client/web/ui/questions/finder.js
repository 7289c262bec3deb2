/** A sheet to choose from a long list: search without diacritics, the first matches at once, more as one scrolls. */
import { open_dialog } from "../dialog.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { find, keys_of } from "../search.js";
import { card_of } from "./card.js";

/** Cards drawn at a time: a screenful and a bit; 20,000 would stop a phone. */
const BATCH = 40;
/** Fewer than this need no search box. */
const SEARCHED = 8;

/**
 * @param {import("./card.js").Offered[]} offered
 * @param {{session: any, label: string, required: boolean, multiple: boolean, chosen: Set<string>, search_first: boolean}} question
 * @returns {Promise<string | string[] | null | undefined>} what was chosen; null: nothing any more; undefined: left as it was
 */
export function open_finder(offered, question) {
  return open_dialog((done) => new Finder(offered, question, done).view(), { label: question.label, wide: true });
}

class Finder {
  #offered;
  #question;
  #done;
  #chosen;
  /** @type {string[] | undefined} */
  #keys;
  /** @type {number[]} places of what is found */
  #found;
  #drawn = 0;
  #list = html`<div class="cards sheet"></div>`;
  #told = html`<p class="quiet" role="status"></p>`;

  /** @param {import("./card.js").Offered[]} offered @param {Parameters<typeof open_finder>[1]} question @param {(value: any) => void} done */
  constructor(offered, question, done) {
    this.#offered = offered;
    this.#question = question;
    this.#done = done;
    this.#chosen = new Set(question.chosen);
    this.#found = offered.map((_, i) => i);
    // What is chosen stands first, so that it is seen and can be taken back.
    if (this.#chosen.size) this.#found.sort((a, b) => Number(this.#chosen.has(offered[b].name)) - Number(this.#chosen.has(offered[a].name)));
  }

  view() {
    const { label, required, multiple, search_first } = this.#question;
    const list = this.#list;
    list.setAttribute("role", multiple ? "group" : "radiogroup");
    list.setAttribute("aria-label", label);
    list.addEventListener("change", (event) => this.#note(/** @type {HTMLInputElement} */ (event.target)));
    // A click chooses at once; arrow keys only move through radios (their click event has no pointer detail).
    if (!multiple) list.addEventListener("click", (event) => {
      const input = /** @type {HTMLElement} */ (event.target).closest("label")?.querySelector("input");
      if (input && event.detail > 0) this.#done(input.value);
    });
    const searched = this.#offered.length > SEARCHED || search_first;
    const scroller = html`<div class="finder-list" @scroll=${() => scroller.scrollTop + 2 * scroller.clientHeight > scroller.scrollHeight && this.#more()}>${list}${this.#told}</div>`;
    this.#redraw();
    return html`
      <form class="finder" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); this.#give(); }}>
        <header class="heading"><button type="button" class="icon-button" aria-label=${t("app.back")} @click=${() => this.#done(undefined)}>${icon("ui/back.svg")}</button><h2>${label}</h2></header>
        ${searched && html`<label class="search"><span class="sr">${t("choice.search")}</span>${icon("ui/search.svg")}<input type="search" autocomplete="off" ?autofocus=${search_first} placeholder=${t("choice.search")} @input=${(/** @type {any} */ event) => this.#search(event.target.value)}></label>`}
        ${scroller}
        <div class="actions">${this.#chosen.size > 0 && !required && html`<button type="button" @click=${() => this.#done(null)}>${t("choice.clear")}</button>`}<button class="main">${t("choice.done")}</button></div>
      </form>`;
  }

  /** @param {string} typed */
  #search(typed) {
    this.#keys ??= keys_of(this.#offered.map(({ label }) => label));
    this.#found = find(this.#keys, typed);
    this.#redraw();
  }

  #redraw() {
    this.#drawn = 0;
    this.#list.replaceChildren();
    this.#more();
    this.#list.parentElement?.scrollTo(0, 0);
    this.#told.textContent = this.#found.length ? t("choice.found", { n: this.#found.length }) : t("choice.none_found");
  }

  #more() {
    const { session, multiple } = this.#question;
    const next = this.#found.slice(this.#drawn, this.#drawn + BATCH);
    this.#drawn += next.length;
    this.#list.append(...next.map((i) => card_of(this.#offered[i], { key: "finder", multiple, chosen: this.#chosen.has(this.#offered[i].name), session })));
  }

  /** @param {HTMLInputElement} input */
  #note(input) {
    if (!this.#question.multiple) this.#chosen.clear();
    if (input.checked) this.#chosen.add(input.value);
    else this.#chosen.delete(input.value);
    for (const each of this.#list.querySelectorAll("input")) each.closest(".card")?.classList.toggle("chosen", each.checked);
  }

  #give() {
    const names = [...this.#chosen];
    this.#done(this.#question.multiple ? names : names[0] ?? null);
  }
}
