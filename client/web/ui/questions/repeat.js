/** Rows of a repeat as cards: one open at a time to be filled in, the others told in a line; a removed row can come back. */
import { print_answer } from "../answer_text.js";
import { children_of } from "../appearances.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { is_visible } from "../pages.js";
import { icon } from "../parts.js";
import { body_of } from "./body.js";

const TOLD = 3;

/** Fires "removed" ({undo}) so that the screen can offer to take it back. */
export class FieldRepeat extends HTMLElement {
  /** @type {any[]} */
  #inner = [];
  #drawn = "";
  /** @type {string | null} the row being filled in */
  #open = null;

  /** @param {{spec: import("../types.js").Spec, path: string, session: import("../form_session.js").FormSession}} given */
  set given({ spec, path, session }) {
    this.spec = spec;
    this.path = path;
    this.session = session;
    this.dataset.path = path;
    this.update();
  }

  /** Opens the row a path lies in. @param {string} path */
  open_for(path) {
    const row_id = path.slice(String(this.path).length).match(/^\[([^\]]+)\]/)?.[1];
    if (row_id && row_id !== this.#open) {
      this.#open = row_id;
      this.update();
    }
  }

  /** @param {Set<string>} [paths] what changed */
  update(paths) {
    const { spec, path, session } = /** @type {any} */ (this);
    const state = session.state(path);
    this.hidden = !state.relevant;
    if (this.hidden) return;
    const rows = session.rows(path);
    const drawn = JSON.stringify([rows, this.#open]);
    if (drawn === this.#drawn) for (const element of this.#inner) element.update(paths?.has(path) ? undefined : paths);
    else {
      this.#drawn = drawn;
      this.#inner = [];
      const fixed = state.read_only || spec.repeat_count !== undefined;
      this.replaceChildren(html`
        <div class="repeat">
          ${path.lastIndexOf("/") > 0 && html`<h2>${state.label}</h2>`}
          ${rows.length === 0 && html`<p class="quiet">${t("repeat.none")}</p>`}
          ${rows.map((/** @type {string} */ row_id, /** @type {number} */ i) => this.#card(row_id, i, fixed, state.read_only))}
          ${!fixed && html`<button type="button" class="add" @click=${this.#add}>${icon("ui/plus.svg")}${t("repeat.add")}</button>`}
        </div>`);
    }
    const closed = rows.some((/** @type {string} */ row_id) => row_id !== this.#open);
    const problems = closed ? session.problems().filter((/** @type {any} */ problem) => problem.path.startsWith(`${path}[`)) : [];
    const wrong = new Set(problems.map((/** @type {any} */ problem) => problem.path.slice(path.length).match(/^\[([^\]]+)\]/)?.[1]));
    for (const card of this.querySelectorAll(":scope > .repeat > [data-row]")) {
      const row_id = /** @type {HTMLElement} */ (card).dataset.row;
      card.classList.toggle("unfinished", wrong.has(row_id) && row_id !== this.#open);
      const told = card.querySelector(".told");
      if (told) told.textContent = this.#told(/** @type {string} */ (row_id));
    }
  }

  /** @param {string} row_id @param {number} i @param {boolean} fixed @param {boolean} read_only */
  #card(row_id, i, fixed, read_only) {
    const { spec, path, session } = /** @type {any} */ (this);
    const open = row_id === this.#open;
    const inner = open ? body_of(children_of(spec), `${path}[${row_id}]`, session) : [];
    this.#inner.push(...inner);
    const label = t("repeat.row", { n: i + 1 });
    return html`
      <section class="row-card ${open ? "open" : ""}" data-row=${row_id} aria-label="${session.state(path).label}, ${label}">
        <div class="row-head">
          <p><strong>${label}</strong> ${!open && html`<span class="told"></span>`}<span class="unfinished-mark">${t("repeat.unfinished")}</span></p>
          ${!open && html`<button type="button" class="icon-button" aria-label=${t(read_only ? "repeat.look" : "repeat.edit", { n: i + 1 })} @click=${() => this.#turn(row_id)}>${icon(read_only ? "ui/down.svg" : "ui/edit.svg")}</button>`}
          ${!fixed && html`<button type="button" class="icon-button" aria-label=${t("repeat.remove", { n: i + 1 })} @click=${() => this.#remove(row_id)}>${icon("ui/trash.svg")}</button>`}
        </div>
        ${inner}
        ${open && html`<div class="actions"><button type="button" class="main" @click=${() => this.#turn(null)}>${t("repeat.done")}</button></div>`}
      </section>`;
  }

  /** What a closed card says: the first answers of the row. @param {string} row_id */
  #told(row_id) {
    const { spec, path, session } = /** @type {any} */ (this);
    const told = [];
    for (const child of spec.children ?? []) {
      if (child.kind !== "question" || child.type === "note" || !child.label || !is_visible(child)) continue;
      const { relevant, value } = session.state(`${path}[${row_id}]/${child.name}`);
      const text = relevant ? print_answer(session.instance, child, value) : "";
      if (text) told.push(text);
    }
    return told.slice(0, TOLD).join(" · ");
  }

  /** @param {string | null} row_id */
  #turn(row_id) {
    this.#open = row_id;
    this.update();
    if (row_id) this.#inner[0]?.focus_control?.();
    else /** @type {HTMLElement | null} */ (this.querySelector(".add"))?.focus();
  }

  #add = () => {
    const { path, session } = /** @type {any} */ (this);
    this.#turn(session.add_row(path));
  };

  /** @param {string} row_id */
  #remove(row_id) {
    const { path, session } = /** @type {any} */ (this);
    const undo = session.remove_row(path, row_id);
    this.dispatchEvent(new CustomEvent("removed", { bubbles: true, detail: { undo } }));
    /** @type {HTMLElement | null} */ (this.querySelector(".add"))?.focus();
  }
}
