/** Home: what may be filled in, one honest line about what was sent, what came back, what was begun. */
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { empty, heading, icon, moment, progress_words, record_row, unsent_words } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

const DRAFTS_SHOWN = 3;

/** @type {Map<string, Promise<string | null>>} */
const drawings = new Map();

/** From here on what waits should leave the phone by another road: a phone can be lost. */
const MANY = 20;
/** Less than this, and a photo may not fit any more. */
const FULL_BYTES = 100e6;
const LONG_MS = 3 * 24 * 60 * 60_000;

/** @param {{at: string}[]} waiting oldest first @param {number} now_ms */
export function is_overdue(waiting, now_ms) {
  return waiting.length >= MANY || waiting.some(({ at }) => now_ms - Date.parse(at) > LONG_MS);
}

export class HomeScreen extends Screen {
  async load() {
    const { device } = this.ctx;
    const home = await device.home({});
    const drafts = home.counts.draft ? await device.list({ phase: "draft", limit: DRAFTS_SHOWN }) : { rows: [] };
    const returned = home.counts.has_issues ? (await device.list({ phase: "has_issues", limit: DRAFTS_SHOWN })).rows : [];
    const waiting = home.unsent ? (await device.outbox({})).waiting : [];
    const { free_bytes } = await device.settings({});
    const full = free_bytes !== null && free_bytes < FULL_BYTES;
    return { home, full, drafts: drafts.rows, returned, stored: this.ctx.status.storage_persisted, overdue: is_overdue(waiting, Date.now()) };
  }

  /** @param {any} data */
  view({ home, full, drafts, returned, stored, overdue }) {
    const { person, campaign } = this.ctx.status;
    const units = [...new Set((person?.roles ?? []).map((role) => role.unit_name))].join(", ");
    const titles = Object.fromEntries(home.forms.map((/** @type {any} */ form) => [form.form_id, text_of(form.title)]));
    return [
      heading({ title: text_of(campaign?.label) || t("app.name") }),
      html`<p class="lead">${[person?.name, units].filter(Boolean).join(" · ")}</p>`,
      home.counts.has_issues > 0 && fix_banner(home.counts.has_issues, home.counts.has_issues === 1 && returned[0]),
      returned.length > 1 && html`<ul class="list">${returned.map((/** @type {any} */ row) => record_row(row, titles[row.form_id]))}</ul>`,
      this.#honest_line(home),
      overdue && html`<p class="notice overdue">${icon("ui/warning.svg")}<span>${t("home.overdue")} <a href=${link("hand_over")}>${t("hand.title")}</a></span></p>`,
      full && html`<p class="notice overdue">${icon("ui/warning.svg")}<span>${t("home.full")} <a href=${link("hand_over")}>${t("hand.title")}</a></span></p>`,
      ...(home.notices ?? []).map((/** @type {any} */ notice) => html`<p class="notice">${icon("ui/info.svg")}<span>${error_text(notice)}</span></p>`),
      html`<h2>${t("home.new")}</h2>`,
      home.forms.length
        ? html`<ul class="tiles">${home.forms.map((/** @type {any} */ form) => this.#tile(form))}</ul>`
        : empty(t("home.no_forms"), html`<button type="button" class="main" @click=${this.#sync}>${t("sync.now")}</button>`),
      drafts.length > 0 && html`<h2>${t("home.drafts")}</h2>`,
      drafts.length > 0 && html`<ul class="list">${drafts.map((/** @type {any} */ row) => record_row(row, titles[row.form_id]))}</ul>`,
      home.counts.draft > DRAFTS_SHOWN && html`<p><a class="button quiet" href=${link("records", "draft")}>${t("home.all_drafts", { n: home.counts.draft })}</a></p>`,
      !stored && html`<p class="notice">${icon("ui/info.svg")}<span>${t("home.not_persisted")}</span></p>`,
    ].filter(Boolean);
  }

  /** @param {any} home */
  #honest_line({ unsent, unsent_files, counts, last_sync, sync }) {
    const received = counts.received + counts.has_issues + counts.approved + counts.rejected;
    const waits = unsent || unsent_files.count;
    return html`
      <section class="honest ${waits ? "unsent" : ""}" aria-label=${t("home.state")}>
        <p>
          <strong>${unsent_words(unsent, unsent_files)}</strong>
          <span> · ${t("home.received", { n: received })} · </span>
          ${last_sync ? html`<span>${t(last_sync.ok ? "home.last_ok" : "home.last_failed")} ${moment(last_sync.at)}</span>` : html`<span>${t("home.never")}</span>`}
        </p>
        ${sync?.running && html`<p class="quiet" role="status">${progress_words(sync)}</p>`}
        <button type="button" id="home-sync" class=${waits ? "main" : ""} ?disabled=${sync?.running} @click=${this.#sync}>${icon("ui/sync.svg")}${t("sync.now")}</button>
      </section>`;
  }

  #sync = async () => {
    try {
      await this.ctx.device.sync({});
      this.ctx.say(t("sync.started"));
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  };

  /** @param {any} form */
  #tile({ form_id, title, icon: picture, description }) {
    return html`
      <li><button type="button" class="tile" @click=${() => (form_id === this.ctx.status.campaign?.question_audio ? this.ctx.go(link("voices")) : this.#begin(form_id))}>
        ${icon(picture ?? "ui/form.svg", picture && this.#own(picture))}<strong>${text_of(title)}</strong>${description && html`<span class="quiet">${text_of(description)}</span>`}
      </button></li>`;
  }

  /** The campaign's own drawing of a name; kept, the tiles are drawn again and again. @param {string} name @returns {Promise<string | null>} */
  #own(name) {
    const known = drawings.get(name) ?? this.ctx.device.media({ name }).then(({ data }) => data && URL.createObjectURL(data), () => null);
    drawings.set(name, known);
    void known.then((address) => address || drawings.delete(name)); // it may arrive yet
    return known;
  }

  /** @param {string} form_id */
  async #begin(form_id) {
    try {
      const { rec } = await this.ctx.device.start({ form_id });
      this.ctx.go(link("fill", rec));
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }
}

/** @param {number} n @param {any} only the record, when there is just one */
function fix_banner(n, only) {
  return html`
    <a class="banner attention" href=${only ? link("record", only.rec) : link("records", "has_issues")}>
      ${icon("ui/warning.svg")}<span>${only ? t("home.fix_one", { title: only.title }) : t("home.fix_many", { n })}</span>
    </a>`;
}
