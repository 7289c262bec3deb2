/** The questions of a page: elements for program nodes at a place in the answers, groups nested as in the form. */
import { children_of } from "../appearances.js";
import { html } from "../html.js";
import { is_visible } from "../pages.js";

/** @typedef {import("../types.js").Spec} Spec */
/** @typedef {import("../form_session.js").FormSession} FormSession */

const ELEMENTS = { question: "cs-question", group: "cs-group", repeat: "cs-repeat" };

/** @param {Spec[]} nodes @param {string} parent path of the group or row around them @param {FormSession} session @returns {any[]} elements with update() */
export function body_of(nodes, parent, session) {
  return nodes.filter(is_visible).map((spec) => {
    const element = /** @type {any} */ (document.createElement(ELEMENTS[spec.kind]));
    element.given = { spec, path: `${parent}/${spec.name}`, session };
    return element;
  });
}

/** A group within a page. */
export class FieldGroup extends HTMLElement {
  /** @param {{spec: Spec, path: string, session: FormSession}} given */
  set given({ spec, path, session }) {
    this.path = path;
    this.session = session;
    this.legend = html`<legend></legend>`;
    this.inner = body_of(children_of(spec), path, session);
    this.replaceChildren(html`<fieldset>${this.legend}${this.inner}</fieldset>`);
    this.update();
  }

  /** @param {Set<string>} [paths] what changed */
  update(paths) {
    const state = /** @type {FormSession} */ (this.session).state(/** @type {string} */ (this.path));
    this.hidden = !state.relevant;
    if (this.hidden || !this.legend) return;
    this.legend.textContent = state.label;
    this.legend.hidden = !state.label;
    const below = this.path && paths?.has(this.path) ? undefined : paths;
    for (const element of this.inner ?? []) element.update(below);
  }
}
