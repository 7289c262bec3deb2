/** The frame of one question: label, required mark, hint, guidance, what reviewers said, the control, the problem. */
import { html } from "../html.js";
import { t, text_of } from "../i18n.js";
import { icon, moment } from "../parts.js";

/** Which element asks which type. A type without a control is told, not hidden. */
export const CONTROLS = /** @type {Record<string, string>} */ ({
  text: "cs-text",
  integer: "cs-number",
  decimal: "cs-number",
  date: "cs-date",
  select_one: "cs-choice",
  select_multiple: "cs-choice",
  note: "cs-note",
  calculate: "cs-value",
});

let last_number = 0;

/** Takes `spec`, `path` and `session`; writes answers to the session itself, so its parents only say `update()`. */
export class FieldQuestion extends HTMLElement {
  /** @type {any} */
  #parts;

  /** @param {{spec: import("../types.js").Spec, path: string, session: import("../form_session.js").FormSession}} given */
  set given({ spec, path, session }) {
    this.spec = spec;
    this.path = path;
    this.session = session;
    this.#build();
  }

  #build() {
    const { spec, path, session } = /** @type {any} */ (this);
    const key = `q${++last_number}`;
    const label = html`<span></span>`;
    const required = html`<span class="required" aria-hidden="true"> *</span>`;
    const hint = html`<p class="hint" id="${key}-hint"></p>`;
    const problem = html`<p class="problem" id="${key}-problem" aria-live="polite"></p>`;
    const guidance = text_of(spec.guidance_hint);
    const read_only = session.state(path).read_only;
    const control = /** @type {any} */ (document.createElement(read_only && spec.type !== "note" ? "cs-value" : CONTROLS[spec.type] ?? "cs-value"));
    const remarks = session.remarks(path).map(remark_box);
    this.#parts = { label, required, hint, problem, control };
    this.dataset.path = path;
    this.replaceChildren(html`
      <div class="question ${spec.type}" role="group" aria-labelledby="${key}-label">
        <p class="label" id="${key}-label">${label}${required}</p>
        ${hint}
        ${guidance && html`<details class="guidance"><summary>${t("question.guidance")}</summary><p>${guidance}</p></details>`}
        ${remarks}
        ${control}
        ${problem}
      </div>`);
    control.given = { spec, path, session, key };
    control.addEventListener("answer", (/** @type {CustomEvent} */ event) => {
      session.set(path, event.detail.value);
      if (event.detail.settled) session.reveal([path]);
    });
    this.update();
  }

  /** Shows the question as it stands now; called after every answer of the form. */
  update() {
    const { spec, path, session } = /** @type {any} */ (this);
    const state = session.state(path);
    const { label, required, hint, problem, control } = this.#parts;
    this.hidden = !state.relevant;
    if (!state.relevant) return;
    const message = session.problem(path);
    set_text(label, state.label || spec.name);
    required.hidden = !state.required;
    set_text(hint, state.hint);
    set_text(problem, message);
    this.classList.toggle("wrong", Boolean(message));
    control.show({ ...state, wrong: Boolean(message) });
  }

  focus_control() {
    const control = this.#parts.control;
    const inside = control.querySelector("input, textarea, select, button");
    this.scrollIntoView({ block: "center" });
    (inside ?? this).focus({ preventScroll: true });
  }
}

/** @param {HTMLElement} node @param {string} text */
function set_text(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}

/** What a reviewer said about a question. @param {import("../types.js").Remark} remark */
export function remark_box(remark) {
  const by = text_of(remark.role) || text_of(remark.by?.name ?? remark.by) || t("remark.reviewer");
  return html`
    <div class="remark" role="note">
      ${icon("ui/comment.svg")}
      <p><strong>${t("remark.says", { by })}</strong> ${remark.text} ${remark.at && html`<span class="quiet">${moment(remark.at)}</span>`}</p>
    </div>`;
}
