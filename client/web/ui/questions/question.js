/** The frame of one question: label, picture and sound, required mark, hint, guidance, what reviewers said, the control, the problem. */
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { icon, moment } from "../parts.js";
import { control_of, make } from "./controls.js";
import { picture, play_button } from "./media.js";

let last_number = 0;

/** What a question shows beside its own answer and relevance, which the engine tells of. */
const SHOWN = ["label", "hint", "required", "read_only", "constraint", "choice_filter", "required_message", "constraint_message", "seed"];
/** @type {WeakMap<object, boolean>} */
const readers = new WeakMap();

/** Whether other answers may change how a question stands. @param {import("../types.js").Spec} spec */
function reads_others(spec) {
  let reads = readers.get(spec);
  if (reads === undefined) readers.set(spec, (reads = /\["(ref|path|instance)"/.test(JSON.stringify(SHOWN.map((key) => spec[key])))));
  return reads;
}

/** Takes `spec`, `path` and `session`; writes answers to the session itself, so its parents only say `update()`. */
export class FieldQuestion extends HTMLElement {
  /** @type {any} */
  #parts;
  #read_only = false;

  /** @param {{spec: import("../types.js").Spec, path: string, session: import("../form_session.js").FormSession}} given */
  set given({ spec, path, session }) {
    this.spec = spec;
    this.path = path;
    this.session = session;
    this.dataset.path = path;
    const state = session.state(path);
    this.hidden = !state.relevant;
    if (state.relevant) this.update(); // the others are built when they are asked
  }

  /** @param {boolean} read_only */
  #build(read_only) {
    const { spec, path, session } = /** @type {any} */ (this);
    const key = `q${++last_number}`;
    const label = html`<span></span>`;
    const required = html`<span class="required" aria-hidden="true"> *</span>`;
    const hint = html`<p class="hint" id="${key}-hint"></p>`;
    const problem = html`<p class="problem" id="${key}-problem" aria-live="polite"></p>`;
    const guidance = session.instance.text(spec.guidance_hint, session.instance.root);
    const place = html`<div class="control"></div>`;
    const media = spec.media ?? {};
    const photo = text_of(media.big_image ?? media.image);
    const shown = photo && picture(session, photo);
    if (shown && media.big_image) shown.classList.add("big");
    const sound = session.sound(spec);
    this.#read_only = read_only;
    this.#parts = { label, required, hint, problem, control: null };
    this.replaceChildren(html`
      <div class="question ${spec.type}" role="group" aria-labelledby="${key}-label">
        <div class="label-line"><p class="label" id="${key}-label">${label}${required}</p>${sound.name && play_button(session, sound.name, session.state(path).label, sound.own)}</div>
        ${shown}
        ${hint}
        ${guidance && html`<details class="guidance"><summary>${t("question.guidance")}</summary><p>${guidance}</p></details>`}
        ${session.remarks(path).map(remark_box)}
        ${place}
        ${problem}
      </div>`);
    /** @param {any} element */
    const begin = (element) => {
      this.#parts.control = element;
      element.given = { spec, path, session, key };
      element.addEventListener("answer", (/** @type {CustomEvent} */ event) => {
        session.set(path, event.detail.value, event.detail.settled);
      });
      place.replaceChildren(element);
    };
    const ask = () => {
      const control = make(control_of(spec, read_only));
      if (control instanceof HTMLElement) return begin(control);
      /** @param {any} error */
      const failed = (error) => place.replaceChildren(html`<p class="waiting">${icon("ui/offline.svg")}<span>${error_text(error)}</span></p>`, html`<button type="button" @click=${ask}>${t("error.retry")}</button>`);
      void control.then((/** @type {any} */ element) => { begin(element); this.update(); }, failed);
    };
    ask();
  }

  /** Shows the question as it stands now; called after every answer of the form. @param {Set<string>} [paths] what changed, where that is known */
  update(paths) {
    const { spec, path, session } = /** @type {any} */ (this);
    if (paths && !paths.has(path) && !reads_others(spec)) return;
    const state = session.state(path);
    this.hidden = !state.relevant;
    if (!state.relevant) return;
    if (!this.#parts || (state.read_only !== this.#read_only && spec.type !== "note")) this.#build(state.read_only);
    const message = session.problem(path);
    const { label, required, hint, problem, control } = this.#parts;
    set_text(label, state.label || spec.name);
    required.hidden = !state.required;
    set_text(hint, state.hint);
    set_text(problem, message);
    this.classList.toggle("wrong", Boolean(message));
    control?.show({ ...state, wrong: Boolean(message) });
  }

  /** The first thing to touch, once it is there. */
  focus_control() {
    this.scrollIntoView({ block: "center" });
    const inside = this.#parts?.control?.querySelector("input:not([hidden]), textarea, select, button");
    if (inside) inside.focus({ preventScroll: true });
    else {
      this.tabIndex = -1;
      this.focus({ preventScroll: true });
    }
  }
}

/** @param {HTMLElement} node @param {string} text */
function set_text(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}

/** What a reviewer said about a question. Its button fires "reply" ({path}). @param {import("../types.js").Remark} remark */
export function remark_box(remark) {
  /** @param {Event} event */
  const reply = (event) => event.target?.dispatchEvent(new CustomEvent("reply", { bubbles: true, detail: { path: remark.path } }));
  const by = text_of(remark.role) || text_of(remark.by?.name ?? remark.by) || t("remark.reviewer");
  return html`
    <div class="remark" role="note">
      ${icon("ui/comment.svg")}
      <p><strong>${t("remark.says", { by })}</strong> ${remark.text} ${remark.at && html`<span class="quiet">${moment(remark.at)}</span>`} <button type="button" class="link" @click=${reply}>${t("remark.reply")}</button></p>
    </div>`;
}
