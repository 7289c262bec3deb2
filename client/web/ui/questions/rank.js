/** Putting choices in order: a numbered list whose rows go up and down by buttons, so by thumb, keyboard and screen reader alike. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";

/** Fires "answer" ({value: all names, the first the most important | null; settled}). */
export class FieldRank extends HTMLElement {
  /** @type {string[]} */
  #order = [];
  #drawn = "";
  #said = html`<p class="sr" aria-live="polite"></p>`;
  #list = html`<ol class="rank"></ol>`;
  #keep = html`<button type="button" @click=${() => this.#tell(this.#order)}>${t("rank.keep")}</button>`;
  #clear = html`<button type="button" class="link" @click=${() => this.#tell(null)}>${t("choice.clear")}</button>`;

  /** @param {any} given */
  set given({ path, session, key }) {
    this.path = path;
    this.session = session;
    this.replaceChildren(html`<div role="group" aria-labelledby="${key}-label" aria-describedby="${key}-hint ${key}-problem">${this.#list}${this.#keep}${this.#clear}${this.#said}</div>`);
  }

  /** @param {any} state */
  show({ value, choices, required }) {
    // A choice that the filter lets in later goes to the end; one that it takes away leaves the others' order alone.
    const ranked = [value ?? []].flat().filter((/** @type {string} */ name) => choices.includes(name));
    this.#order = [...ranked, ...choices.filter((/** @type {string} */ name) => !ranked.includes(name))];
    this.classList.toggle("blank", value === null);
    this.#keep.hidden = value !== null;
    this.#clear.hidden = value === null || required;
    const drawn = JSON.stringify(this.#order);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#draw();
  }

  #draw() {
    const labels = new Map(/** @type {any[]} */ (this.session.instance.offered(this.path)).map(({ name, label }) => [name, label]));
    this.#list.replaceChildren(...this.#order.map((name, i) => {
      const label = labels.get(name) ?? name;
      const last = i === this.#order.length - 1;
      return html`
        <li data-name=${name}>
          <span class="place" aria-hidden="true">${i + 1}</span><span class="rank-label">${label}</span>
          <button type="button" class="icon-button up" ?disabled=${i === 0} aria-label=${t("rank.up", { label })} @click=${() => this.#move(i, -1, label)}>${icon("ui/up.svg")}</button>
          <button type="button" class="icon-button down" ?disabled=${last} aria-label=${t("rank.down", { label })} @click=${() => this.#move(i, 1, label)}>${icon("ui/down.svg")}</button>
        </li>`;
    }));
  }

  /** @param {number} from @param {number} by @param {string} label */
  #move(from, by, label) {
    const order = [...this.#order];
    const [name] = order.splice(from, 1);
    order.splice(from + by, 0, name);
    this.#tell(order);
    this.#said.textContent = t("rank.moved", { label, n: from + by + 1 });
    const row = this.#list.querySelector(`[data-name="${CSS.escape(name)}"]`);
    const [wanted, other] = by < 0 ? ["up", "down"] : ["down", "up"];
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector(`.${wanted}:enabled`) ?? row?.querySelector(`.${other}`))?.focus();
  }

  /** @param {string[] | null} value */
  #tell(value) {
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled: true } }));
  }
}
