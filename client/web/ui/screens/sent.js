/** Right after finalising: the truth about where the record is, changing by itself when the receipt comes. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { heading, icon, moment, phase_mark } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";
import { urgent_panel } from "../urgent.js";

export class SentScreen extends Screen {
  async load() {
    const { device } = this.ctx;
    const record = await device.open({ rec: this.params.rec });
    const { phase, pending, receipt, form, title } = record;
    const urgent = record.urgent && { rec: record.rec, urgent: record.urgent, pending, receipt, title: (await device.program({ form_id: form.id, version: form.version })).title };
    return { urgent, waiting: phase === "waiting" || pending.some((/** @type {any} */ op) => !op.settled), receipt, form, title };
  }

  /** @param {any} data */
  view({ waiting, receipt, form, title, urgent }) {
    return [
      heading({ title: this.ctx.status.practice ? t("practice.sent") : t(waiting ? "sent.waiting_title" : "sent.received_title") }),
      urgent && urgent_panel(urgent, urgent.title),
      html`
        <div class="panel sent ${waiting ? "waiting" : "received"}">
          ${icon(waiting ? "ui/clock.svg" : "ui/received.svg")}
          <p class="big">${title}</p>
          ${!this.ctx.status.practice && html`<p>${phase_mark(waiting ? "waiting" : "received")}</p>`}
          <p role="status">${this.ctx.status.practice ? t("practice.text_sent") : t(waiting ? "sent.waiting" : "sent.received")} ${!waiting && receipt?.received_at && moment(receipt.received_at)}</p>
        </div>`,
      html`
        <div class="actions stacked">
          ${waiting && !this.ctx.status.practice && html`<button type="button" class="main" @click=${() => this.#sync()}>${icon("ui/sync.svg")}${t("sync.now")}</button>`}
          <button type="button" @click=${() => this.#another(form.id)}>${icon("ui/plus.svg")}${t("sent.another")}</button>
          <a class="button" href=${link("record", this.params.rec)}>${t("sent.look")}</a>
          <a class="button" href=${link("home")}>${t("app.home")}</a>
        </div>`,
    ].filter(Boolean);
  }

  async #sync() {
    await this.ctx.device.sync({});
    this.ctx.say(t("sync.started"));
  }

  /** @param {string} form_id */
  async #another(form_id) {
    const { rec } = await this.ctx.device.start({ form_id });
    this.ctx.go(link("fill", rec));
  }
}
