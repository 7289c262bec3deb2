/** Where a browser gives no keys and no store (plain http on an address): why, and what to do. Needs no device. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { heading, icon } from "../parts.js";

export function insecure_page() {
  return html`
    <main id="main">
      ${heading({ title: t("insecure.title") })}
      <div class="panel">
        ${icon("ui/lock.svg")}
        <p>${t("insecure.why")}</p>
        <p>${t("insecure.what")}</p>
        <p class="quiet">${location.origin}</p>
      </div>
    </main>`;
}
