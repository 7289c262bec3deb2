/** Choosing one or several: big cards with pictures and sound, laid out as the form asks; a long list opens a sheet to search. */
import { layout_of } from "../appearances.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { card_of } from "./card.js";
import { open_finder } from "./finder.js";

/** @typedef {import("./card.js").Offered} Offered */

/** More choices than this are a list to search; with pictures people find their way among more. */
const MANY = { plain: 9, pictured: 16 };
/** Lists this long are surely searched: their choices are not even looked at before the sheet is open. */
const ENDLESS = 200;

/** Fires "answer" ({value: a name, or names in the list's order, or null; settled}) and "quick" once one is chosen where the form wants to go on at once. */
export class FieldChoice extends HTMLElement {
  /** @type {string[]} what is drawn */
  #choices = [];
  /** @type {Offered[]} */
  #offered = [];
  #drawn = "";

  /** @param {any} given */
  set given({ spec, path, session, key }) {
    this.spec = spec;
    this.path = path;
    this.session = session;
    this.key = key;
    this.layout = layout_of(spec);
    this.multiple = spec.type === "select_multiple";
  }

  /** @param {any} state */
  show({ value, choices, required, wrong }) {
    const chosen = new Set([value ?? []].flat());
    const others = !this.firstElementChild || !same_names(this.#choices, choices);
    if (others) {
      this.#choices = choices;
      this.#offered = choices.length > ENDLESS ? [] : this.session.instance.offered(this.path);
    }
    if (others || this.querySelector(".opener")) this.#draw(chosen);
    this.#mark(chosen, required);
    this.firstElementChild?.setAttribute("aria-invalid", String(wrong));
  }

  /** @param {Set<any>} chosen */
  #draw(chosen) {
    const drawn = `${[...chosen]}|${this.#choices.length}`;
    if (this.firstElementChild?.matches(".opener") && drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = /** @type {any} */ (document.activeElement);
    const again = this.contains(focused) ? focused.value : undefined;
    this.replaceChildren(this.#in_sheet(this.#choices) ? this.#opener(chosen) : this.#cards(chosen));
    if (again !== undefined) /** @type {HTMLElement | null} */ (this.querySelector(`[value="${CSS.escape(again)}"], button`))?.focus();
  }

  /** Cards that stand already only change their marks: drawing them anew costs a slow phone a tenth of a second. @param {Set<any>} chosen @param {boolean} required */
  #mark(chosen, required) {
    for (const input of this.querySelectorAll("input")) {
      input.checked = chosen.has(input.value);
      input.closest(".card")?.classList.toggle("chosen", input.checked);
    }
    const clear = /** @type {HTMLElement | null} */ (this.querySelector(".clear"));
    if (clear) clear.hidden = chosen.size === 0 || required;
  }

  /** @param {string[]} choices */
  #in_sheet(choices) {
    if (this.layout?.sheet || choices.length > ENDLESS) return true;
    if (this.layout?.kind !== "cards") return false;
    const pictured = this.#offered.every((choice) => choice.icon || choice.image);
    return choices.length > (pictured ? MANY.pictured : MANY.plain);
  }

  /** @param {Set<any>} chosen */
  #cards(chosen) {
    const { layout, key, multiple } = /** @type {any} */ (this);
    const headed = layout.kind === "labels" || this.spec?.heads;
    const heads = headed && html`<div class="heads" aria-hidden=${layout.kind === "labels" ? null : "true"}>${this.#offered.map(({ label }) => html`<span>${label}</span>`)}</div>`;
    if (heads) heads.style.setProperty("--columns", String(this.#offered.length));
    if (layout.kind === "labels") return heads;
    const cards = html`
      <div class="cards ${layout.kind}" role=${multiple ? "group" : "radiogroup"} aria-labelledby="${key}-label" aria-describedby="${key}-hint ${key}-problem" @change=${this.#picked}>
        ${this.#offered.map((choice) => card_of(choice, { key, multiple, chosen: chosen.has(choice.name), session: this.session, bare: layout.kind === "bare" }))}
        ${!multiple && html`<button type="button" class="link clear" @click=${() => this.#tell(null)}>${t("choice.clear")}</button>`}
      </div>`;
    const columns = layout.columns || (layout.kind === "bare" ? this.#offered.length : 0);
    if (columns) cards.style.setProperty("--columns", String(columns));
    return heads ? html`<div>${heads}${cards}</div>` : cards;
  }

  /** @param {Event} event */
  #picked = (event) => {
    const inputs = [...this.querySelectorAll("input")];
    event.stopPropagation();
    if (this.multiple) return this.#tell(inputs.filter((input) => input.checked).map((input) => input.value));
    this.#tell(inputs.find((input) => input.checked)?.value ?? null);
    // Arrow keys choose on their way: only a tap or click goes on.
    if (this.layout?.quick && this.#tapped) this.dispatchEvent(new CustomEvent("quick", { bubbles: true, detail: { path: this.path } }));
  };

  #tapped = false;

  connectedCallback() {
    this.addEventListener("pointerdown", () => { this.#tapped = true; });
    this.addEventListener("keydown", () => { this.#tapped = false; });
  }

  /** @param {any} value */
  #tell(value) {
    const answer = Array.isArray(value) && !value.length ? null : value;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value: answer, settled: true } }));
  }

  /** @param {Set<any>} chosen */
  #opener(chosen) {
    const { instance } = this.session;
    const named = [...chosen].map((name) => instance.choices(this.spec?.path).named(name)[0]);
    const labels = named.map((choice, i) => (choice && instance.text(choice.label, instance.root)) || [...chosen][i]);
    return html`
      <button type="button" class="opener" aria-haspopup="dialog" aria-labelledby="${this.key}-label ${this.key}-chosen" aria-describedby="${this.key}-hint ${this.key}-problem" @click=${() => this.#open(chosen)}>
        <span id="${this.key}-chosen">${labels.join(", ") || t("choice.open")}</span>${icon("ui/down.svg")}
      </button>`;
  }

  /** @param {Set<any>} chosen */
  async #open(chosen) {
    const { path, session, multiple } = /** @type {any} */ (this);
    const { label, required } = session.state(path);
    const value = await open_finder(session.instance.offered(path), { session, label, required, multiple, chosen, search_first: /autocomplete/.test(this.spec?.appearance ?? "") });
    if (value === undefined) return;
    this.#tell(value);
    if (this.layout?.quick && value) this.dispatchEvent(new CustomEvent("quick", { bubbles: true, detail: { path } }));
  }
}

/** @param {string[]} a @param {string[]} b */
function same_names(a, b) {
  return a === b || (a.length === b.length && a.every((name, i) => name === b[i]));
}
