/** A form that notes where filling in began asks first, and says why; no is an answer too. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { point_of } from "../places.js";

const LIMIT_MS = 60_000;

/** @type {WeakSet<import("../form_session.js").FormSession>} forms whose person has answered */
const answered = new WeakSet();

/** @param {import("../form_session.js").FormSession} session @returns {HTMLElement | null} null: nothing to ask */
export function ask_for_the_start(session) {
  const spec = session.program.root.find((/** @type {any} */ node) => node.type === "start-geopoint");
  if (!spec || answered.has(session) || session.record.phase !== "draft" || session.state(spec.path).value || !("geolocation" in navigator)) return null;
  const told = html`<p>${t("place.start_why")}</p>`;
  const buttons = html`
    <div class="actions start">
      <button type="button" @click=${() => answer(true)}>${icon("ui/place.svg")}${t("place.start_yes")}</button>
      <button type="button" class="quiet" @click=${() => answer(false)}>${t("place.start_no")}</button>
    </div>`;
  const panel = html`<section class="panel" aria-label=${t("place.start_title")}>${told}${buttons}</section>`;
  /** @param {boolean} yes */
  const answer = (yes) => {
    answered.add(session);
    if (!yes) return panel.remove();
    buttons.remove();
    told.setAttribute("role", "status");
    told.textContent = t("place.searching");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      session.set(spec.path, point_of(coords));
      told.textContent = t("place.start_done");
    }, () => { told.textContent = t("place.start_failed"); }, { enableHighAccuracy: true, timeout: LIMIT_MS });
  };
  return panel;
}
