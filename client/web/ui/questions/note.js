/** What is only read: notes, labelled calculations and answers this person may not change. */
import { print_answer } from "../answer_text.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";

/** The label of the frame is the note; the control only marks it. */
export class FieldNote extends HTMLElement {
  set given(/** @type {any} */ _given) {
    this.replaceChildren(icon("ui/info.svg"));
  }

  show() {}
}

export class FieldValue extends HTMLElement {
  /** @param {any} given */
  set given({ spec, session }) {
    this.spec = spec;
    this.session = session;
  }

  /** @param {any} state */
  show({ value }) {
    const text = print_answer(/** @type {any} */ (this.session).instance, /** @type {any} */ (this.spec), value);
    this.replaceChildren(html`<output class=${text ? "value" : "value quiet"}>${text || t("question.blank")}</output>`);
  }
}
