/** Questions that two people answered otherwise (P-08): both values, who gave each, and when. The commune chooses. */
import { print_answer } from "./answer_text.js";
import { format_time } from "./format.js";
import { html } from "./html.js";
import { t, text_of } from "./i18n.js";

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {{by?: any, at?: string}} Said */
/** @typedef {{path: string, head: any, other: any, other_by: string, other_at: string}} Conflict */

const CONTENT = new Set(["submit", "edit", "correct", "resolve"]);

/**
 * @param {import("./form_session.js").FormSession} session
 * @param {{conflicts: Conflict[], history: any[]}} record
 * @returns {HTMLElement | ""} nothing where no conflict is open
 */
export function conflict_section(session, { conflicts, history }) {
  if (!conflicts.length) return "";
  return html`
    <section class="answers conflicts" aria-label=${t("record.conflicts")}>
      <h2>${t("record.conflicts")}</h2>
      <p class="quiet">${t("record.conflicts_text")}</p>
      <dl>${conflicts.map((conflict) => html`
        <div><dt>${label_of(session, conflict.path)}</dt><dd>
          ${one(session, conflict.path, conflict.head, author_of_head(history, conflict))}
          ${one(session, conflict.path, conflict.other, { by: conflict.other_by, at: conflict.other_at })}
        </dd></div>`)}</dl>
    </section>`;
}

/** @param {import("./form_session.js").FormSession} session @param {string} path @param {any} value @param {Said | undefined} said */
function one(session, path, value, said) {
  const who = [text_of(said?.by?.name ?? said?.by), said?.at && format_time(said.at)].filter(Boolean).join(", ");
  return html`<p>${printed(session, path, value)} <span class="quiet">${who}</span></p>`;
}

/** Whose value the record has: of the last change of content before the one that clashed with it. @param {any[]} history @param {Conflict} conflict @returns {Said | undefined} */
function author_of_head(history, { other_by, other_at }) {
  const clashed = history.map(({ at, by, type }) => at === other_at && (by?.name ?? by) === other_by && CONTENT.has(type)).lastIndexOf(true);
  return history.slice(0, clashed < 0 ? undefined : clashed).filter(({ type }) => CONTENT.has(type)).at(-1);
}

/** @param {import("./form_session.js").FormSession} session @param {string} path @param {any} value */
function printed(session, path, value) {
  const spec = spec_at(session.program.root, path);
  if (value === null || value === undefined || value === "") return t(path.endsWith("]") ? "record.conflict_removed" : "question.blank");
  if (!spec) return typeof value === "object" ? "…" : String(value);
  if (path.endsWith("]")) return (spec.children ?? []).map((child) => print_answer(session.instance, child, value[child.name] ?? null)).filter(Boolean).join("; ");
  return print_answer(session.instance, spec, value);
}

/** @param {Spec[]} nodes @param {string} path @returns {Spec | undefined} */
function spec_at(nodes, path) {
  /** @type {Spec | undefined} */
  let found;
  let among = nodes;
  for (const part of path.slice(1).split("/")) {
    found = among.find(({ name }) => name === part.replace(/\[.*$/, ""));
    among = found?.children ?? [];
  }
  return found;
}

/** The question's words, in the row it stands in; of a row that the record has no more, its name. @param {import("./form_session.js").FormSession} session @param {string} path */
function label_of(session, path) {
  try {
    return session.state(path).label;
  } catch {
    return spec_at(session.program.root, path)?.name ?? path;
  }
}
