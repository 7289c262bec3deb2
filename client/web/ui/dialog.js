/** Questions that stop everything: yes or no, a reason in words, or any content. The phone's back button means no. */
import { html } from "./html.js";
import { t } from "./i18n.js";

/**
 * Shows content in a modal dialog until it is answered.
 * @template T
 * @param {(done: (answer: T) => void) => HTMLElement} content @param {{label: string, wide?: boolean}} options
 * @returns {Promise<T | undefined>} undefined when it was waved away
 */
export function open_dialog(content, { label, wide }) {
  return new Promise((resolve) => {
    /** @type {T | undefined} */
    let answer;
    const dialog = /** @type {HTMLDialogElement} */ (html`<dialog aria-label=${label} class=${wide ? "wide" : "narrow"}></dialog>`);
    const back = () => dialog.close();
    dialog.append(content((given) => { answer = given; dialog.close(); }));
    dialog.addEventListener("close", () => {
      window.removeEventListener("popstate", back);
      dialog.remove();
      // Our own history entry goes first: an address set before that would be undone by it.
      if (!history.state?.dialog) return resolve(answer);
      window.addEventListener("popstate", () => resolve(answer), { once: true });
      history.back();
    }, { once: true });
    document.body.append(dialog);
    history.pushState({ dialog: true }, "");
    window.addEventListener("popstate", back);
    dialog.showModal();
  });
}

/** @param {{title: string, text?: string, yes: string, no?: string, danger?: boolean}} question @returns {Promise<boolean>} */
export async function ask({ title, text, yes, no, danger }) {
  const answer = await open_dialog((done) => html`
    <div class="question-box">
      <h2>${title}</h2>
      ${text && html`<p>${text}</p>`}
      <div class="actions">
        <button type="button" class="quiet" @click=${() => done(false)}>${no ?? t("dialog.no")}</button>
        <button type="button" class=${danger ? "danger" : "main"} @click=${() => done(true)}>${yes}</button>
      </div>
    </div>`, { label: title });
  return answer === true;
}

/** @param {{title: string, text?: string, label: string, yes: string, danger?: boolean, phrases?: string[]}} question phrases: ready words to begin with @returns {Promise<string | undefined>} what was written, never blank */
export function ask_text({ title, text, label, yes, danger, phrases = [] }) {
  return open_dialog((/** @type {(answer: string | undefined) => void} */ done) => {
    const area = /** @type {HTMLTextAreaElement} */ (html`<textarea rows="4" required maxlength="1000"></textarea>`);
    /** @param {string} phrase */
    const say = (phrase) => {
      area.value = [area.value.trim(), phrase].filter(Boolean).join(" ");
      area.focus();
    };
    /** @param {Event} event */
    const send = (event) => {
      event.preventDefault();
      const written = area.value.trim().normalize("NFC");
      if (written) done(written);
      else area.focus();
    };
    return html`
      <form class="question-box" @submit=${send}>
        <h2>${title}</h2>
        ${text && html`<p>${text}</p>`}
        <label class="field">${label}${area}</label>
        ${phrases.length > 0 && html`<div class="phrases">${phrases.map((phrase) => html`<button type="button" class="quiet" @click=${() => say(phrase)}>${phrase}</button>`)}</div>`}
        <div class="actions">
          <button type="button" class="quiet" @click=${() => done(undefined)}>${t("dialog.no")}</button>
          <button class=${danger ? "danger" : "main"}>${yes}</button>
        </div>
      </form>`;
  }, { label: title });
}
