/**
 * A file as an answer. It is on the device, encrypted, before the question is answered with it; then the draft is
 * kept. What photos and recordings share: ways to give one, the view of it, replacing, removing.
 */
import { ask } from "../dialog.js";
import { html } from "../html.js";
import { error_text, t } from "../i18n.js";
import { icon } from "../parts.js";
import { make } from "./controls.js";

/** Fires "answer" ({value: a file answer | null, settled}). */
export class FieldFile extends HTMLElement {
  /** @type {string | null | undefined} what is drawn */
  #drawn;
  #problem = html`<p class="problem" role="alert"></p>`;
  #body = html`<div class="file-body"></div>`;

  /** @param {any} given */
  set given({ spec, path, session, key }) {
    this.spec = spec;
    this.path = path;
    this.session = session;
    this.replaceChildren(html`<div role="group" aria-labelledby="${key}-label" aria-describedby="${key}-hint ${key}-problem">${this.#body}${this.#problem}</div>`);
  }

  /** @param {any} state */
  show({ value, label }) {
    if (value === this.#drawn) return;
    this.#drawn = value;
    this.label = label;
    if (value === null) this.#body.replaceChildren(html`<div class="ways">${this.ways()}</div>`);
    else void this.#show_file(value, label);
  }

  /** @param {string} value @param {string} label */
  async #show_file(value, label) {
    const view = await make("cs-file-view");
    view.given = { session: this.session };
    if (value !== this.#drawn) return;
    const again = () => {
      this.#drawn = undefined;
      this.#body.replaceChildren(html`<div class="ways">${this.ways()}<button type="button" class="quiet" @click=${() => this.show({ value, label })}>${t("dialog.cancel")}</button></div>`);
      /** @type {HTMLElement | null} */ (this.#body.querySelector("button"))?.focus();
    };
    this.#body.replaceChildren(view, html`
      <div class="actions start">
        ${this.more(value)}
        <button type="button" @click=${again}>${icon("ui/sync.svg")}${t("file.replace")}</button>
        <button type="button" class="danger quiet" @click=${() => this.#remove()}>${icon("ui/trash.svg")}${t("file.remove")}</button>
      </div>`);
    void view.show({ value, label });
  }

  /** Buttons that give a file. @returns {any[]} */
  ways() {
    return [this.picker("", t("file.choose"), "ui/file.svg")];
  }

  /** Further buttons beside a file that is there. @param {string} _value @returns {any} */
  more(_value) {
    return null;
  }

  /** What is kept of a file that was picked. @param {File} file @returns {Promise<Blob>} */
  async prepare(file) {
    return file;
  }

  /**
   * A button that opens the system's picker, or its camera.
   * @param {string} accept media types @param {string} words @param {string} picture @param {string} [capture] "environment": the camera at once
   */
  picker(accept, words, picture, capture) {
    const input = /** @type {HTMLInputElement} */ (html`<input type="file" hidden accept=${accept || null} capture=${capture}>`);
    const pick = async () => {
      // The camera may cost the page its life: everything is kept, and this question found again.
      await this.session?.pause_at(this.path).catch(() => {});
      input.click();
    };
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      const file = input.files?.[0];
      if (file) void this.take(() => this.prepare(file), file.name);
    });
    return html`<span class="way"><button type="button" @click=${pick}>${icon(picture)}${words}</button>${input}</span>`;
  }

  /** Keeps what `get` gives and answers with it. @param {() => Promise<Blob | undefined>} get undefined: waved away @param {string} [name] */
  async take(get, name = "") {
    const before = [...this.#body.childNodes];
    this.#problem.textContent = "";
    this.#body.replaceChildren(html`<p class="quiet" role="status">${t("file.keeping")}</p>`);
    try {
      const blob = await get();
      if (!blob) return this.#body.replaceChildren(...before);
      const answer = await this.session.attach(this.path, blob, name);
      this.tell(answer);
    } catch (error) {
      this.#body.replaceChildren(...before);
      this.#problem.textContent = error instanceof DOMException ? t("file.no_picture") : error_text(error);
    }
  }

  async #remove() {
    const sure = await ask({ title: t("file.remove_title"), text: t("file.remove_text"), yes: t("file.remove"), danger: true });
    if (sure) this.tell(null);
  }

  /** @param {string | null} value */
  tell(value) {
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled: true } }));
  }
}

/** What keeps a file from being made, in the words of the app's language. @param {string} text */
export function refusal(text) {
  return Object.assign(new Error(text), { message_vi: text, message_en: text });
}
