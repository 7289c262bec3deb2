/** The last page of a form: what still needs attention, and every answer to be read once more before it goes. */
import { offset_text } from "../format.js";
import { html } from "../html.js";
import { t, text_of } from "../i18n.js";
import { icon } from "../parts.js";
import { answer_sections } from "../answer_list.js";
import { changed_section } from "../changes.js";

/**
 * @param {import("../form_session.js").FormSession} session
 * @param {{go_to: (path: string) => void, page_link: (page: import("../pages.js").Page) => string}} ways
 */
export function review_page(session, { go_to, page_link }) {
  const problems = session.problems();
  return html`
    <div class="review">
      ${problems.length
        ? html`
          <section class="problems" aria-label=${t("fill.problems_title")}>
            <h2>${icon("ui/warning.svg")}${t("fill.problems", { n: problems.length })}</h2>
            <ul>${problems.map((/** @type {any} */ problem) => html`<li><button type="button" class="link" @click=${() => go_to(problem.path)}><strong>${session.state(problem.path).label}</strong> ${text_of(problem.message)}</button></li>`)}</ul>
          </section>`
        : html`<p class="good">${icon("ui/check.svg")}<span>${t("fill.ready")}</span></p>`}
      ${session.record.base && changed_section(session, session.record.answers, t("fill.changed"))}
      ${answer_sections(session, { page_link })}
      ${behalf_panel(session)}
    </div>`;
}

/** A sheet of paper keyed in for somebody else: whose it is, and when it was written. @param {import("../form_session.js").FormSession} session */
function behalf_panel(session) {
  const { reporter = "", at = "" } = session.behalf ?? {};
  const who = /** @type {HTMLInputElement} */ (html`<input type="text" maxlength="80" autocomplete="off" .value=${reporter}>`);
  const when = /** @type {HTMLInputElement} */ (html`<input type="datetime-local" .value=${at.slice(0, 16)}>`);
  const told = html`<p class="problem" role="alert"></p>`;
  const take = () => {
    const [name, written] = [who.value.trim().normalize("NFC"), when.value];
    told.textContent = Boolean(name) === Boolean(written) ? "" : t("behalf.both");
    session.set_behalf(name && written ? { reporter: name, at: `${written}:00${offset_text(-new Date(written).getTimezoneOffset())}` } : null);
  };
  return html`
    <details class="panel" ?open=${Boolean(session.behalf)} @change=${take}>
      <summary>${t("behalf.title")}</summary>
      <p>${t("behalf.why")}</p>
      <label class="field">${t("behalf.reporter")}${who}</label>
      <label class="field">${t("behalf.at")}${when}</label>
      ${told}
    </details>`;
}
