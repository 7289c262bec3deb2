/** Answers to be read: each under its label, group by group, rows by number, what reviewers said beside them. */
import { FILE_TYPES, print_answer } from "./answer_text.js";
import { html } from "./html.js";
import { t } from "./i18n.js";
import { is_visible } from "./pages.js";
import { file_view } from "./questions/file_line.js";
import { remark_box } from "./questions/question.js";

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {import("./form_session.js").FormSession} FormSession */

/** @typedef {(path: string, spec: Spec, label: string, text: string) => any[]} Beside  more nodes under an answer */

/** @param {FormSession} session @param {{page_link?: (page: import("./pages.js").Page) => string, beside?: Beside}} [ways] page_link: where a section is changed; with beside, blank questions are listed too */
export function answer_sections(session, { page_link, beside } = {}) {
  return session.shown_pages().map((page) => {
    const { spec, nodes } = page;
    const lines = nodes.flatMap((node) => lines_of(session, node, node.kind === "repeat" || !spec ? "" : spec.path, beside));
    const title = spec ? session.state(spec.path).label : "";
    if (!lines.length && !page_link) return null;
    return html`
      <section class="answers" aria-label=${title || t("fill.answers")}>
        <div class="answers-head"><h2>${title}</h2>${page_link && html`<a href=${page_link(page)} aria-label=${t("fill.change_page", { page: title })}>${t("fill.change")}</a>`}</div>
        ${lines.length ? html`<dl>${lines}</dl>` : html`<p class="quiet">${t("fill.nothing")}</p>`}
      </section>`;
  });
}

/** @param {FormSession} session @param {Spec} spec @param {string} parent @param {Beside} [beside] @returns {HTMLElement[]} */
function lines_of(session, spec, parent, beside) {
  const path = `${parent}/${spec.name}`;
  const { relevant, label, value } = session.state(path);
  if (!relevant) return [];
  const children = spec.children ?? [];
  if (spec.kind === "group") return children.flatMap((child) => lines_of(session, child, path, beside));
  if (spec.kind === "repeat") {
    return session.rows(path).flatMap((row_id, i) => [
      html`<div class="row-title"><dt>${t("repeat.row", { n: i + 1 })}</dt><dd></dd></div>`,
      ...children.flatMap((child) => lines_of(session, child, `${path}[${row_id}]`, beside)),
    ]);
  }
  const text = print_answer(session.instance, spec, value);
  const remarks = session.remarks(path);
  if (!is_visible(spec) || spec.type === "note" || !spec.label || (!text && !remarks.length && !beside)) return [];
  return [html`<div><dt>${label}</dt><dd>${(FILE_TYPES.has(spec.type) && text && file_view(session, value, label)) || text || html`<span class="quiet">${t("question.blank")}</span>`}${remarks.map(remark_box)}${beside?.(path, spec, label, text)}</dd></div>`];
}
