/** A record that cannot wait: nobody has seen it yet, so here is whom to call, and a message ready to send. */
import { format_time } from "./format.js";
import { html } from "./html.js";
import { t, text_of } from "./i18n.js";
import { icon } from "./parts.js";

/**
 * @param {any} record view of a finalised record
 * @param {any} form_title
 * @returns {HTMLElement | ""} nothing where somebody has seen it, or it may wait
 */
export function urgent_panel({ rec, urgent, pending, receipt }, form_title) {
  if (!urgent) return "";
  const at = pending.at(-1)?.at ?? receipt?.received_at ?? "";
  // Who is called knows the number; the message names no person, because anybody may read it on the way.
  // In practice nobody is called: the buttons are to be seen, not to be pressed.
  const way = (/** @type {string} */ look, /** @type {string} */ href, /** @type {string} */ picture, /** @type {string} */ words) =>
    urgent.practice
      ? html`<button type="button" class=${look} disabled>${icon(picture)}${words}</button>`
      : html`<a class="button ${look}" href=${href}>${icon(picture)}${words}</a>`;
  const message = t("urgent.sms_text", { form: text_of(form_title), place: urgent.place, at: format_time(at), code: rec.slice(-6) });
  return html`
    <section class="urgent" role="alert">
      ${urgent.practice && html`<p class="big">${t("practice.urgent")}</p>`}
      <p class="big">${icon("ui/warning.svg")}${t(receipt ? "urgent.unread" : "urgent.unseen")}</p>
      <p>${t(receipt ? "urgent.unread_why" : "urgent.unseen_why")}</p>
      ${urgent.hotlines.map((/** @type {any} */ { label, phone, sms = true }) => html`
        <div class="hotline">
          <p><strong>${text_of(label)}</strong> ${phone}</p>
          ${way("call", `tel:${bare(phone)}`, "ui/phone.svg", t("urgent.call", { phone }))}
          ${sms && way("", `sms:${bare(phone)}?body=${encodeURIComponent(message)}`, "ui/comment.svg", t("urgent.sms"))}
        </div>`)}
    </section>`;
}

/** @param {string} phone as it is written */
function bare(phone) {
  return phone.replaceAll(" ", "");
}
