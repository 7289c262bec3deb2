/** What is only read: notes, labelled calculations and answers this person may not change. */
import { format_date } from "../format.js";
import { html } from "../html.js";
import { t, text_of } from "../i18n.js";
import { icon } from "../parts.js";
import { print_number } from "./number.js";

/** How an answer of each type reads. */
const PRINTERS = /** @type {Record<string, (spec: any, value: any, choices: any[]) => string>} */ ({
  integer: print_number,
  decimal: print_number,
  date: (_, value) => format_date(value),
  select_one: (_, value, choices) => label_of(choices, value),
  select_multiple: (_, value, choices) => [value].flat().map((name) => label_of(choices, name)).join(", "),
});

/** @param {any[]} choices @param {any} name */
function label_of(choices, name) {
  return text_of(choices.find((choice) => choice.name === name)?.label) || String(name);
}

/** An answer in words, "" when blank. @param {any} program @param {import("../types.js").Spec} spec @param {any} value @returns {string} */
export function print_answer(program, spec, value) {
  if (value === null || value === undefined || value === "") return "";
  return (PRINTERS[spec.type] ?? ((_, text) => String(text)))(spec, value, spec.list ? program.choices[spec.list] ?? [] : []);
}

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
    const text = print_answer(/** @type {any} */ (this.session).program, /** @type {any} */ (this.spec), value);
    this.replaceChildren(html`<output class=${text ? "value" : "value quiet"}>${text || t("question.blank")}</output>`);
  }
}
