/** A slip for who handed something over: on screen and on paper, with a code. It says who holds it; it is no receipt. */
import { format_time } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { heading, icon } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

export class SlipScreen extends Screen {
  async load() {
    return this.ctx.device.slip({ id: this.params.id });
  }

  /** @param {any} data */
  view({ parts, carrier, text, qr }) {
    const [first] = parts;
    const sum = (/** @type {string} */ key) => parts.reduce((/** @type {number} */ total, /** @type {any} */ part) => total + part[key], 0);
    /** @param {string} term @param {any} value */
    const line = (term, value) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
    return [
      heading({ title: t("slip.title"), back: link("hand_over") }),
      html`
        <section class="panel" aria-label=${t("slip.title")}><dl class="about">
          ${line(t("slip.from"), `${first.person_name} · ${first.device_name}`)}
          ${line(t("slip.holds"), t("hand.holds", { n: sum("ops"), files: sum("files") }))}
          ${line(t("slip.parts"), `${parts.length}/${first.parts}`)}
          ${line(t("slip.made"), format_time(first.made_at))}
          ${line(t("slip.taken"), format_time(first.taken_at))}
          ${line(t("slip.by"), `${carrier.person_name} · ${carrier.device_name}`)}
          </dl>
          <img class="qr" src=${qr} alt=${t("slip.code")}>
          <p class="quiet slip-text">${text}</p>
        </section>`,
      html`<p class="notice">${icon("ui/info.svg")}<span>${t("hand.not_received")}</span></p>`,
      html`<div class="actions record-acts"><button type="button" class="main" @click=${() => window.print()}>${icon("ui/file.svg")}${t("slip.print")}</button></div>`,
    ];
  }
}
