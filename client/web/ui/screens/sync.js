/** Sending and receiving: what is under way, what waits, what is stuck and why, when the server last answered. */
import { format_integer } from "../format.js";
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { heading, icon, moment, progress_words, unsent_words } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

export class SyncScreen extends Screen {
  async load() {
    const { device } = this.ctx;
    const [{ sync, last_sync, unsent, unsent_files }, outbox] = await Promise.all([device.home({}), device.outbox({})]);
    return { sync, last_sync, unsent, unsent_files, outbox };
  }

  /** @param {any} data */
  view({ sync, last_sync, unsent, unsent_files, outbox }) {
    return [
      heading({ title: t("sync.title") }),
      html`
        <section class="panel sync-now" aria-label=${t("sync.title")}>
          ${sync.running ? this.#progress(sync) : html`<p class="big">${unsent_words(unsent, unsent_files)}</p>`}
          <p class="sentence">${last_sync ? html`<span>${t(last_sync.ok ? "home.last_ok" : "home.last_failed")} ${moment(last_sync.at)}</span>` : t("home.never")}</p>
          ${!sync.running && last_sync && !last_sync.ok && html`<p class="problem" role="status">${error_text(last_sync)}</p>`}
          <button type="button" id="sync-now" class="main" ?disabled=${sync.running} @click=${this.#start}>${icon("ui/sync.svg")}${t("sync.now")}</button>
          <a class="button" href=${link("hand_over")}>${icon("ui/file.svg")}${t("hand.title")}</a>
        </section>`,
      this.#honest(outbox, last_sync),
      outbox.stuck.length > 0 && html`<h2>${t("sync.stuck")}</h2>`,
      outbox.stuck.length > 0 && html`<ul class="list">${outbox.stuck.map(stuck_row)}</ul>`,
      html`<h2>${t("sync.waiting")}</h2>`,
      outbox.waiting.length
        ? html`<ul class="list">${outbox.waiting.map((/** @type {any} */ row) => html`<li><a class="row" href=${link("record", row.rec)}><span class="row-text"><strong>${row.title || t("record.untitled")}</strong>${row.handed_at && html`<span>${t("sync.handed")} ${moment(row.handed_at)}</span>`}</span><span class="row-side quiet">${moment(row.at)}</span></a></li>`)}</ul>`
        : html`<p class="quiet">${t("sync.nothing_waits")}</p>`,
      outbox.files.length > 0 && html`<h2>${t("sync.files")}</h2>`,
      outbox.files.length > 0 && html`<ul class="list">${outbox.files.map(files_row)}</ul>`,
      outbox.receipts.length > 0 && html`<h2>${t("sync.receipts")}</h2>`,
      outbox.receipts.length > 0 && html`<ul class="receipts">${outbox.receipts.map((/** @type {any} */ receipt) => html`<li>${icon("ui/received.svg")}<span>${receipt.title ?? t("sync.receipt", { n: receipt.count ?? receipt.n ?? receipt.verdicts?.length ?? 1 })} ${moment(receipt.server_time ?? receipt.at)}</span></li>`)}</ul>`,
    ].filter(Boolean);
  }

  /** Each count with the moment it is true for: what the server signed as of its own time, the rest as of now. @param {any} outbox @param {any} last_sync */
  #honest({ confirmed, waiting, stuck, as_of }, last_sync) {
    const handed = waiting.filter((/** @type {any} */ row) => row.handed_at).length;
    const told = as_of && html`<span class="quiet">${t("sync.as_of")} ${moment(as_of)}</span>`;
    const now = html`<span class="quiet">${t("sync.as_of")} ${t("time.now")}</span>`;
    return html`
      <dl class="panel counts">
        <div><dt>${t("sync.confirmed")}</dt><dd><strong id="count-confirmed">${confirmed}</strong> ${last_sync && told}</dd></div>
        <div><dt>${t("sync.waiting")}</dt><dd><strong id="count-waiting">${waiting.length - handed}</strong> ${now.cloneNode(true)}</dd></div>
        <div><dt>${t("sync.handed")}</dt><dd><strong id="count-handed">${handed}</strong> ${now.cloneNode(true)}</dd></div>
        <div><dt>${t("sync.stuck")}</dt><dd><strong id="count-stuck">${stuck.length}</strong> ${told && told.cloneNode(true)}</dd></div>
      </dl>`;
  }

  /** @param {any} sync */
  #progress(sync) {
    const { done, total } = sync;
    return html`
      <div>
        <p class="big" role="status">${progress_words(sync)}</p>
        <progress max=${total || 1} value=${total ? done : false} aria-label=${t("sync.title")}></progress>
      </div>`;
  }

  #start = async () => {
    try {
      await this.ctx.device.sync({});
      await this.refresh();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  };
}

/** Photos and files of one record. @param {any} row */
function files_row({ rec, title, count, bytes, problem }) {
  const size = t("sync.files_size", { n: count, kb: format_integer(Math.ceil(bytes / 1024)) });
  return html`
    <li><a class="row ${problem ? "attention" : ""}" href=${link("record", rec)}>
      <span class="row-text"><strong>${title || t("record.untitled")}</strong><span>${problem ? t("sync.files_problem") : size}</span></span>
      <span class="row-side">${icon(problem ? "ui/warning.svg" : "ui/clock.svg")}</span>
    </a></li>`;
}

/** @param {any} row */
function stuck_row(row) {
  return html`
    <li><a class="row attention" href=${link("record", row.rec)}>
      <span class="row-text"><strong>${row.title || t("record.untitled")}</strong><span>${text_of(row.message) || row.reason}</span></span>
      <span class="row-side">${icon("ui/warning.svg")}</span>
    </a></li>`;
}
