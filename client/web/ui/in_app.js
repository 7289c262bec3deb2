/**
 * A page opened inside a chat app: that app's browser keeps its own store and throws it away, so nothing may be set up
 * there. Pure but for the two buttons.
 */
import { copy_text } from "./copy_text.js";
import { html } from "./html.js";
import { t } from "./i18n.js";
import { icon } from "./parts.js";

const CHAT_APPS = /\b(Zalo|FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|Viber|Telegram)|; wv\)/i;

/** @param {string} agent navigator.userAgent */
export function inside_a_chat_app(agent) {
  return CHAT_APPS.test(agent);
}

/** The address that opens a page in Chrome on Android, its fragment included. @param {string} address https or http */
export function chrome_intent(address) {
  const [, scheme, rest] = /** @type {RegExpExecArray} */ (/^(https?):\/\/(.*)$/.exec(address));
  return `intent://${rest}#Intent;scheme=${scheme};package=com.android.chrome;end`;
}

/** @param {string} address @param {() => void} stay goes on here all the same @param {(text: string) => void} say */
export function leave_chat_app(address, stay, say) {
  const shown = /** @type {HTMLInputElement} */ (html`<input type="text" readonly aria-label=${t("in_app.link")} .value=${address}>`);
  const copy = async () => {
    await copy_text(address);
    say(t("in_app.copied"));
  };
  return html`
    <div class="panel">
      <p class="big">${icon("ui/warning.svg")} ${t("in_app.title")}</p>
      <p>${t("in_app.why")}</p>
      <a class="button main" href=${chrome_intent(address)}>${t("in_app.open")}</a>
      <p>${t("in_app.or")}</p>
      ${shown}
      <button type="button" @click=${copy}>${t("in_app.copy")}</button>
      <button type="button" class="link" @click=${stay}>${t("in_app.stay")}</button>
    </div>`;
}
