/** An attached file as people know it: the photo, the recording, the paper's name; and honestly whether it was sent. */
import { format_size } from "../format.js";
import { open_dialog } from "../dialog.js";
import { html } from "../html.js";
import { error_text, t } from "../i18n.js";
import { icon } from "../parts.js";

const STATES = /** @type {Record<string, string>} */ ({ here: "file.here", sent: "file.sent", missing: "file.missing" });

export class FileView extends HTMLElement {
  #shown = "";
  #url = "";

  /** @param {{session: any}} given */
  set given({ session }) {
    this.session = session;
  }

  /** @param {any} state */
  async show({ value, label }) {
    const answer = value ?? "";
    if (answer === this.#shown) return;
    this.#shown = answer;
    if (!answer) return this.replaceChildren(html`<output class="value quiet">${t("question.blank")}</output>`);
    this.replaceChildren(html`<p class="quiet" role="status">${t("app.opening")}</p>`);
    try {
      const file = await this.session.file(answer);
      if (answer === this.#shown) this.replaceChildren(this.#body(file, label));
    } catch (error) {
      this.replaceChildren(html`<p class="problem">${error_text(error)}</p>`);
    }
  }

  /** @param {any} file of device.file @param {string} label */
  #body({ data, type, size, name, state }, label) {
    const about = [name, format_size(size), t(STATES[state] ?? "file.missing")].filter(Boolean).join(" · ");
    return html`<div class="file ${type.split("/")[0]}">${data && this.#content(data, type, name, label)}<p class="quiet">${about}</p></div>`;
  }

  /** @param {Blob} data @param {string} type @param {string} name @param {string} label */
  #content(data, type, name, label) {
    this.#forget();
    const url = (this.#url = URL.createObjectURL(data));
    if (type.startsWith("audio/")) return html`<audio controls src=${url} aria-label=${label}></audio>`;
    if (!type.startsWith("image/")) return html`<a class="button" href=${url} download=${name || "file"}>${icon("ui/file.svg")}${t("file.open")}</a>`;
    const enlarge = () => open_dialog((done) => html`
      <div class="enlarged"><img src=${url} alt=${label}><div class="actions"><button type="button" class="main" @click=${() => done(undefined)}>${t("file.close")}</button></div></div>`, { label, wide: true });
    return html`<button type="button" class="thumb" aria-label=${t("file.enlarge", { label })} @click=${enlarge}><img src=${url} alt=""></button>`;
  }

  #forget() {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
  }

  disconnectedCallback() {
    this.#forget();
    this.#shown = "";
  }
}
