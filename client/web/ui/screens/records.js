/** My records: one tab a phase with its count, search without marks, more on demand. */
import { copy_text } from "../copy_text.js";
import { format_date, vietnam_day } from "../format.js";
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { PHASES, empty, heading, icon, record_row } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

const PAGE_ROWS = 50;
const PAUSE_MS = 250;
const DAY_MS = 24 * 60 * 60_000;
const PERIODS = /** @type {[string, string][]} days back, words */ ([["", "records.ever"], ["1", "records.today"], ["7", "records.week"], ["30", "records.month"]]);
const EMPTY = /** @type {Record<string, string>} */ ({
  draft: "records.empty_draft",
  waiting: "records.empty_waiting",
  received: "records.empty_received",
  has_issues: "records.empty_has_issues",
  approved: "records.empty_approved",
  rejected: "records.empty_rejected",
});

export class RecordsScreen extends Screen {
  #query = "";
  #form = "";
  #days = "";
  #limit = PAGE_ROWS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #results = html`<div class="results"></div>`;

  #phase() {
    return this.params.phase ?? "";
  }

  #since() {
    return this.#days ? vietnam_day(Date.now() - (Number(this.#days) - 1) * DAY_MS) : undefined;
  }

  async load() {
    const { device } = this.ctx;
    const asked = { phase: this.#phase() || undefined, query: this.#query || undefined, form_id: this.#form || undefined, since: this.#since(), limit: this.#limit };
    const [found, home] = await Promise.all([device.list(asked), device.home({})]);
    return { found, forms: home.forms, asked };
  }

  /** @param {any} data */
  view({ found, forms }) {
    const titles = Object.fromEntries(forms.map((/** @type {any} */ form) => [form.form_id, text_of(form.title)]));
    this.#results.replaceChildren(this.#found(found, titles));
    return [
      heading({ title: t("records.title") }),
      html`
        <label class="search"><span class="sr">${t("records.search")}</span>${icon("ui/search.svg")}
          <input type="search" id="records-search" placeholder=${t("records.search")} .value=${this.#query} @input=${this.#search}>
        </label>`,
      html`
        <nav class="tabs" aria-label=${t("records.by_phase")}>
          ${this.#tab("", t("records.all"), null)}
          ${PHASES.map(({ phase, label }) => this.#tab(phase, t(label), found.counts[phase] ?? 0))}
        </nav>`,
      html`
        <div class="narrowing">
          ${select("records-form", t("records.form"), [["", t("records.every_form")], ...Object.entries(titles)], this.#form, (value) => { this.#form = value; this.#again(); })}
          ${select("records-days", t("records.when"), PERIODS.map(([days, words]) => [days, t(words)]), this.#days, (value) => { this.#days = value; this.#again(); })}
        </div>`,
      this.#results,
      html`<button type="button" @click=${() => this.#summary(forms)}>${icon("ui/comment.svg")}${t("records.copy")}</button>`,
    ];
  }

  /** @param {string} phase @param {string} label @param {number | null} count */
  #tab(phase, label, count) {
    const here = phase === this.#phase();
    return html`<a class="tab ${phase}" href=${phase ? link("records", phase) : link("records")} aria-current=${here && "page"}>${label}${count !== null && html`<span class="count">${count}</span>`}</a>`;
  }

  /** @param {any} found @param {Record<string, string>} titles */
  #found({ rows, total }, titles) {
    if (!rows.length && this.#query) return empty(t("records.not_found", { query: this.#query }));
    if (!rows.length && (this.#form || this.#days)) return empty(t("records.filtered"));
    if (!rows.length) return empty(t(EMPTY[this.#phase()] ?? "records.empty"), html`<a class="button main" href=${link("home")}>${t("records.begin")}</a>`);
    return html`
      <div>
        <p class="quiet" role="status">${t("records.found", { n: total })}</p>
        <ul class="list">${rows.map((/** @type {any} */ row) => record_row(row, titles[row.form_id]))}</ul>
        ${rows.length < total && html`<button type="button" @click=${this.#more}>${t("records.more", { n: total - rows.length })}</button>`}
      </div>`;
  }

  /** @param {Event} event */
  #search = (event) => {
    this.#query = /** @type {HTMLInputElement} */ (event.target).value.trim();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#again(), PAUSE_MS);
  };

  /** Only the results are drawn again: the keyboard stays up. */
  async #again() {
    try {
      const { found, forms } = await this.load();
      this.#results.replaceChildren(this.#found(found, Object.fromEntries(forms.map((/** @type {any} */ form) => [form.form_id, text_of(form.title)]))));
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  /** For chat groups: how many of what and where they stand, and not one name. @param {any[]} forms */
  async #summary(forms) {
    const { device, status } = this.ctx;
    const since = this.#since();
    try {
      const counted = await Promise.all(forms.map(async ({ form_id, title }) => `${text_of(title)}: ${(await device.list({ form_id, since, limit: 1 })).total}`));
      const { counts } = await device.list({ limit: 1 });
      const stand = PHASES.map(({ phase, label }) => `${t(label)} ${counts[phase] ?? 0}`).join(", ");
      const where = [...new Set((status.person?.roles ?? []).map((role) => role.unit_name))].join(", ");
      const when = t(PERIODS.find(([days]) => days === this.#days)?.[1] ?? "records.ever");
      const text = [`${where} · ${format_date(vietnam_day(Date.now()))}`, `${when}:`, ...counted.filter((line) => !line.endsWith(": 0")), stand].join("\n");
      await copy_text(text);
      this.ctx.say(t("records.copied"));
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  #more = () => {
    this.#limit += PAGE_ROWS;
    this.refresh();
  };

  async leave() {
    clearTimeout(this.#pause);
  }
}

/** @param {string} key @param {string} label @param {string[][]} options value, words @param {string} chosen @param {(value: string) => void} take */
function select(key, label, options, chosen, take) {
  return html`<label class="field">${label}<select id=${key} @change=${(/** @type {any} */ event) => take(event.target.value)}>${options.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}</select></label>`;
}
