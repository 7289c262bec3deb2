/** The commune's desk: what waits to be decided, the most urgent first; filters; several at once, once each was opened. */
import { ask } from "../dialog.js";
import { format_date } from "../format.js";
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { empty, heading, icon, moment, phase_mark } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

const PAGE_ROWS = 50;
const PAUSE_MS = 250;
const TABS = /** @type {[string, string, string][]} tab, words, words when there is nothing */ ([
  ["mine", "queue.mine", "queue.empty_mine"],
  ["decided", "queue.decided", "queue.empty_decided"],
  ["all", "queue.all", "queue.empty_all"],
]);
const AGES = [2, 7, 30];
const ORDERS = /** @type {[string, string][]} */ ([
  ["urgency", "queue.by_urgency"],
  ["due", "queue.by_due"],
  ["oldest", "queue.by_oldest"],
  ["place", "queue.by_place"],
]);

export class QueueScreen extends Screen {
  /** What was asked for last stays asked for, also after a record was opened. @type {Record<string, any>} */
  static #asked = {};
  #limit = PAGE_ROWS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  /** Records taken out of what is decided together. @type {Set<string>} */
  #without = new Set();

  #tab() {
    return TABS.find(([tab]) => tab === this.params.tab) ?? TABS[0];
  }

  async start() {
    if (this.params.place) QueueScreen.#asked = { place: this.params.place };
    await super.start();
  }

  async load() {
    const asked = { ...QueueScreen.#asked };
    return { asked, found: await this.ctx.device.queue({ ...asked, tab: this.#tab()[0], limit: this.#limit }) };
  }

  /** @param {any} data */
  view({ asked, found }) {
    const narrowed = Object.values(asked).filter(Boolean).length;
    return [
      heading({ title: t("queue.title"), side: html`<a class="button quiet" href=${link("villages")}>${icon("ui/place.svg")}${t("villages.title")}</a>` }),
      html`
        <nav class="tabs" aria-label=${t("queue.title")}>
          ${TABS.map(([tab, words]) => html`<a class="tab" href=${link("queue", tab)} aria-current=${tab === this.#tab()[0] && "page"}>${t(words)}<span class="count">${found.counts[tab]}</span></a>`)}
        </nav>`,
      html`
        <label class="search"><span class="sr">${t("records.search")}</span>${icon("ui/search.svg")}
          <input type="search" id="queue-search" placeholder=${t("records.search")} .value=${asked.query ?? ""} @input=${this.#search}>
        </label>`,
      html`
        <details class="panel filters" open=${narrowed > (asked.query ? 1 : 0) && ""}>
          <summary>${t("queue.filters")}${narrowed > 0 && html`<span class="count"> · ${narrowed}</span>`}</summary>
          <div class="filter-fields" @change=${this.#filter}>
            ${select("form_id", t("queue.form"), found.forms.map((/** @type {any} */ each) => [each.form_id, `${text_of(each.title)} (${each.count})`]), asked)}
            ${select("place", t("queue.place"), found.places.map((/** @type {any} */ each) => [each.unit, `${each.name} (${each.count})`]), asked)}
            ${select("state", t("queue.state"), found.states.map((/** @type {any} */ each) => [each.state, `${text_of(each.label)} (${each.count})`]), asked)}
            ${select("days", t("queue.age"), AGES.map((days) => [String(days), t("queue.age_days", { n: days })]), asked)}
            ${select("order", t("queue.order"), ORDERS.map(([order, words]) => [order, t(words)]), { order: ORDERS[0][0], ...asked }, false)}
          </div>
          ${narrowed > 0 && html`<button type="button" class="quiet" @click=${this.#clear}>${t("queue.clear")}</button>`}
        </details>`,
      this.#together(found.rows),
      this.#found(found, narrowed > 0),
    ].filter(Boolean);
  }

  /** @param {any} found @param {boolean} narrowed */
  #found({ rows, total }, narrowed) {
    if (!rows.length) return empty(t(narrowed ? "queue.none_fit" : this.#tab()[2]));
    return html`
      <div class="results"><div>
        <p class="quiet" role="status">${t("records.found", { n: total })}</p>
        <ul class="list">${rows.map((/** @type {any} */ row) => queue_row(row))}</ul>
        ${rows.length < total && html`<button type="button" @click=${this.#more}>${t("records.more", { n: total - rows.length })}</button>`}
      </div></div>`;
  }

  /** What was opened and can go onward by one step without words. @param {any[]} rows */
  #together(rows) {
    const ready = rows.filter(({ together }) => together.length);
    if (ready.length < 2) return null;
    const chosen = ready.filter(({ rec }) => !this.#without.has(rec));
    /** @type {Map<string, any>} */
    const steps = new Map(chosen.flatMap(({ together }) => together.map((/** @type {any} */ { action, label }) => [action, label])));
    return html`
      <section class="panel" aria-labelledby="queue-together">
        <h2 id="queue-together">${t("queue.together")}</h2>
        <p class="quiet">${t("queue.together_how")}</p>
        <div class="together" @change=${this.#choose}>
          ${ready.map(({ rec, title }) => html`<label class="tick"><input type="checkbox" value=${rec} id=${`together-${rec}`} .checked=${!this.#without.has(rec)}><span>${title || t("record.untitled")}</span></label>`)}
        </div>
        <div class="actions">
          ${[...steps].map(([action, label]) => this.#take_button(action, text_of(label), chosen.filter(({ together }) => together.some((/** @type {any} */ each) => each.action === action))))}
        </div>
      </section>`;
  }

  /** @param {string} action @param {string} label @param {any[]} rows */
  #take_button(action, label, rows) {
    return html`<button type="button" class="main" id=${`together-take-${action}`} @click=${() => this.#take(action, label, rows)}>${icon("ui/check.svg")}${t("queue.take", { step: label, n: rows.length })}</button>`;
  }

  /** @param {string} action @param {string} label @param {any[]} rows */
  async #take(action, label, rows) {
    const names = rows.map(({ title }) => title || t("record.untitled")).join("; ");
    if (!(await ask({ title: t("queue.take", { step: label, n: rows.length }), text: names, yes: label }))) return;
    try {
      const { done, refused } = await this.ctx.device.step_all({ action, recs: rows.map(({ rec }) => rec) });
      this.ctx.say(t(refused.length ? "queue.taken_some" : "queue.taken", { n: done.length, left: refused.length }));
      await this.refresh();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  /** @param {Event} event */
  #choose = (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box.checked) this.#without.delete(box.value);
    else this.#without.add(box.value);
    void this.moved(this.params);
  };

  /** @param {Event} event */
  #filter = (event) => {
    const { name, value } = /** @type {HTMLSelectElement} */ (event.target);
    QueueScreen.#asked = { ...QueueScreen.#asked, [name]: value || undefined };
    void this.refresh();
  };

  /** @param {Event} event */
  #search = (event) => {
    const query = /** @type {HTMLInputElement} */ (event.target).value.trim();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      QueueScreen.#asked = { ...QueueScreen.#asked, query: query || undefined };
      void this.refresh();
    }, PAUSE_MS);
  };

  #clear = () => {
    QueueScreen.#asked = {};
    void this.refresh();
  };

  #more = () => {
    this.#limit += PAGE_ROWS;
    void this.refresh();
  };

  async leave() {
    clearTimeout(this.#pause);
  }
}

/** @param {string} name @param {string} label @param {string[][]} options value, words @param {Record<string, any>} asked @param {boolean} [any] */
function select(name, label, options, asked, any = true) {
  return html`
    <label class="field">${label}
      <select name=${name} id=${`queue-${name}`}>
        ${any && html`<option value="">${t("queue.any")}</option>`}
        ${options.map(([value, words]) => html`<option value=${value} .selected=${asked[name] === value}>${words}</option>`)}
      </select>
    </label>`;
}

/** @param {any} row of device.queue */
export function queue_row(row) {
  const late = row.due && row.due < new Date().toISOString();
  return html`
    <li>
      <a class="row lines ${row.urgency?.rank === 0 ? "attention" : ""}" href=${link("review", row.rec)}>
        <span class="row-line"><strong>${row.title || t("record.untitled")}</strong>${phase_mark(row.phase, text_of(row.state_label))}</span>
        <span class="row-line quiet"><span>${row.subtitle.includes(row.place_name) ? row.subtitle : [row.place_name, row.subtitle].filter(Boolean).join(" · ")}</span><span class="row-side">${moment(row.received_at)}</span></span>
        <span class="marks">
          ${row.urgency && html`<span class="mark ${row.urgency.rank === 0 ? "hot" : "calm"}">${text_of(row.urgency.label)}</span>`}
          ${row.due && html`<span class="mark ${late ? "hot" : "calm"}">${t(late ? "queue.late" : "queue.due", { day: format_date(row.due) })}</span>`}
          ${row.carried && html`<span class="mark carried">${t("queue.carried")}</span>`}
          ${row.unsent > 0 && html`<span class="mark carried">${t("queue.unsent")}</span>`}
          ${row.conflicts > 0 && html`<span class="mark hot">${t("queue.conflict")}</span>`}
          ${row.opened && html`<span class="mark calm">${t("queue.opened")}</span>`}
        </span>
      </a>
    </li>`;
}
