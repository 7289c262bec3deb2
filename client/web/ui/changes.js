/** What differs between two states of one record's answers, question by question: before → after. */
import { print_answer } from "./answer_text.js";
import { html } from "./html.js";
import { t } from "./i18n.js";
import { is_visible } from "./pages.js";

/** @typedef {import("./types.js").Spec} Spec */

/**
 * @param {import("./form_session.js").FormSession} session its answers are the later ones
 * @param {any} before
 * @param {string} title
 * @returns {HTMLElement | ""} nothing where nothing differs
 */
export function changed_section(session, before, title) {
  const lines = changed_lines(session, session.program.root, "", before, session.instance.answers());
  return lines.length ? html`<section class="answers changed" aria-label=${title}><h2>${title}</h2><dl>${lines}</dl></section>` : "";
}

/** @param {import("./form_session.js").FormSession} session @param {Spec[]} nodes @param {string} parent @param {any} was @param {any} is @returns {HTMLElement[]} */
function changed_lines(session, nodes, parent, was, is) {
  return nodes.flatMap((spec) => {
    const path = `${parent}/${spec.name}`;
    const [before, after] = [was?.[spec.name] ?? null, is?.[spec.name] ?? null];
    if (spec.kind === "group") return changed_lines(session, spec.children ?? [], path, before, after);
    if (!is_visible(spec) || !session.state(path).relevant || same(before, after)) return [];
    const said = (/** @type {any} */ value) =>
      (spec.kind === "repeat" ? t("repeat.rows", { n: value?.length ?? 0 }) : print_answer(session.instance, spec, value)) || t("question.blank");
    return [html`<div><dt>${session.state(path).label || spec.name}</dt><dd><del>${said(before)}</del> → <ins>${said(after)}</ins></dd></div>`];
  });
}

/** Blank is blank, however it is kept. @param {any} a @param {any} b @returns {boolean} */
function same(a, b) {
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

/** @param {string} _ @param {any} value keys in one order, blanks left out */
function plain(_, value) {
  if (!value || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().filter((key) => ![null, undefined, ""].includes(value[key])).map((key) => [key, value[key]]));
}
