/**
 * What every screen is: an element that loads from the device, shows what it loaded, and shows in words what went wrong.
 * A screen knows its context (`ctx`: device, status, and ways to speak and to go) and the parameters of its address.
 */
import { html } from "./html.js";
import { error_text, t } from "./i18n.js";
import { failure } from "./parts.js";

/** @typedef {import("./types.js").Context} Context */

export class Screen extends HTMLElement {
  /** @type {Context} */
  // @ts-expect-error given by the app before the screen is shown
  ctx;
  /** @type {Record<string, string>} */
  params = {};
  #seen = "";

  /** Reads what the screen shows. @returns {Promise<any>} */
  async load() {
    return {};
  }

  /** Nodes for what was read. @param {any} _data @returns {any[]} */
  view(_data) {
    return [];
  }

  /** The first showing. */
  async start() {
    this.replaceChildren(html`<p class="waiting" role="status">${t("app.opening")}</p>`);
    await this.refresh();
  }

  /** Reads again; the screen is rebuilt only when something changed, so nobody loses their place. */
  async refresh() {
    try {
      const data = await this.load();
      const seen = JSON.stringify(data);
      if (seen === this.#seen) return;
      this.#seen = seen;
      keep_focus(this, () => this.replaceChildren(...this.view(data)));
    } catch (error) {
      this.#seen = "";
      this.failed(error);
    }
  }

  /** Says what went wrong and offers to try again. What is no refusal of the device is a mistake of ours: it goes on to the log. @param {any} error */
  failed(error) {
    this.replaceChildren(failure(error_text(error), () => this.start()));
    if (!error?.code) throw error;
  }

  /** The same screen, another address (a page of a form, a tab). @param {Record<string, string>} params */
  async moved(params) {
    this.params = params;
    this.#seen = "";
    await this.refresh();
  }

  /** Called before the app leaves the screen. */
  async leave() {}
}

/** Rebuilding loses the focused element; the one with its id takes the focus again. @param {HTMLElement} host @param {() => void} rebuild */
function keep_focus(host, rebuild) {
  const focused = document.activeElement;
  const id = focused && host.contains(focused) ? focused.id : "";
  rebuild();
  if (id) document.getElementById(id)?.focus();
}
