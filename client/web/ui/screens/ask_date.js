/** A device whose date cannot be right asks its person, once (P-05). Claim and correction both travel with the record. */
import { open_dialog } from "../dialog.js";
import { format_date } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";

/** @param {import("../types.js").Context} ctx @returns {Promise<string | undefined>} the day a person gave; undefined when no question was needed or answered */
export async function ask_date(ctx) {
  const suspect = ctx.status.date_suspect;
  if (!suspect || ctx.confirmed_date) return ctx.confirmed_date;
  const label = t("date.what_day");
  ctx.confirmed_date = await open_dialog((done) => {
    const field = /** @type {any} */ (document.createElement("cs-date"));
    /** @type {string} */
    let day = "";
    field.addEventListener("answer", (/** @type {any} */ event) => { day = event.detail.value ?? ""; });
    const problem = html`<p class="problem" role="alert"></p>`;
    /** @param {Event} event */
    const give = (event) => {
      event.preventDefault();
      if (/^\d{4}-/.test(day)) done(day);
      else problem.textContent = t("date.not_a_day");
    };
    field.given = { key: "today", today: suspect.server_date };
    return html`
      <form class="question-box" @submit=${give}>
        <h2 id="today-label">${label}</h2>
        <p>${t("date.why", { date: format_date(suspect.device_date) })}</p>
        ${field}${problem}
        <div class="actions"><button class="main">${t("date.give")}</button></div>
      </form>`;
  }, { label });
  return ctx.confirmed_date;
}
