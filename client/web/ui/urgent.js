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
  const message = t("urgent.sms_text", { form: text_of(form_title), place: urgent.place, at: format_time(at), code: rec.slice(-6) });
  return html`
    <section class="urgent" role="alert">
      <p class="big">${icon("ui/warning.svg")}${t(receipt ? "urgent.unread" : "urgent.unseen")}</p>
      <p>${t(receipt ? "urgent.unread_why" : "urgent.unseen_why")}</p>
      ${urgent.hotlines.map((/** @type {any} */ { label, phone, sms = true }) => html`
        <div class="hotline">
          <p><strong>${text_of(label)}</strong> ${phone}</p>
          <a class="button call" href="tel:${bare(phone)}">${icon("ui/phone.svg")}${t("urgent.call", { phone })}</a>
          ${sms && html`<a class="button" href="sms:${bare(phone)}?body=${encodeURIComponent(message)}">${icon("ui/comment.svg")}${t("urgent.sms")}</a>`}
        </div>`)}
    </section>`;
}

/** @param {string} phone as it is written */
function bare(phone) {
  return phone.replaceAll(" ", "");
}
