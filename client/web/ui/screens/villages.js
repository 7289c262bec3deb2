/** The villages of a reviewer: how much each sent, what waits, and who has sent nothing for how long. */
import { html } from "../html.js";
import { t, text_of } from "../i18n.js";
import { empty, heading, icon, moment, phase_mark } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

/** Days of silence after which a village stands out. */
const LONG_DAYS = 3;

/** Those that never sent first, then the longest silent. @param {any} place */
function silence({ silent_days }) {
  return silent_days ?? Infinity;
}

export class VillagesScreen extends Screen {
  async load() {
    return this.ctx.device.overview({});
  }

  /** @param {any} data */
  view({ places, as_of }) {
    const ordered = [...places].sort((a, b) => (silence(a) === silence(b) ? 0 : silence(b) - silence(a)));
    const silent = places.filter((/** @type {any} */ place) => silence(place) >= LONG_DAYS).length;
    const waiting = places.reduce((/** @type {number} */ sum, /** @type {any} */ { mine }) => sum + mine, 0);
    return [
      heading({ title: t("villages.title"), back: link("queue") }),
      html`<p class="lead">${as_of ? html`<span>${t("villages.as_of")} ${moment(as_of)}</span>` : t("home.never")}</p>`,
      places.length ? html`<p class="big" role="status">${t("villages.sum", { n: places.length, silent, waiting })}</p>` : empty(t("villages.none")),
      html`<ul class="list villages">${ordered.map(place_row)}</ul>`,
    ];
  }
}

/** @param {any} place */
function place_row({ unit, name, total, mine, counts, states, last_at, silent_days, people }) {
  const long = silence({ silent_days }) >= LONG_DAYS;
  return html`
    <li class="row lines ${long ? "attention" : ""}">
      <span class="row-line"><strong>${name}</strong><span class="mark ${long ? "hot" : "calm"}">${last_at ? html`<span>${t("villages.last")} ${moment(last_at)}</span>` : t("villages.never")}</span></span>
      <span class="marks">${Object.entries(counts).filter(([, n]) => n).map(([phase, n]) => phase_mark(phase, `${t(`phase.${phase}`)}: ${n}`))}</span>
      ${mine > 0 && html`<a class="button main" href=${link("queue", "mine", unit)}>${icon("ui/check.svg")}${t("villages.mine", { n: mine })}</a>`}
      ${total > 0 && html`
        <details>
          <summary>${t("villages.more", { n: total })}</summary>
          <ul class="story">
            ${states.map((/** @type {any} */ each) => html`<li>${text_of(each.label)}: ${each.count}</li>`)}
            ${people.map((/** @type {any} */ each) => html`<li><strong>${each.name}</strong> <span class="quiet">${t("villages.person", { n: each.count })} ${moment(each.last_at)}</span></li>`)}
          </ul>
          <a class="button quiet" href=${link("queue", "all", unit)}>${t("villages.all")}</a>
        </details>`}
    </li>`;
}
