/** A code that is read by the camera where the browser can, and typed everywhere. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { camera_is_here, open_camera } from "./camera.js";
import { FieldText } from "./text.js";

export class FieldBarcode extends FieldText {
  /** @param {any} given */
  set given(given) {
    super.given = given;
    if (!("BarcodeDetector" in window) || !camera_is_here()) return;
    this.append(html`<button type="button" class="beside" @click=${() => this.#scan(given)}>${icon("ui/barcode.svg")}${t("barcode.scan")}</button>`);
  }

  /** @param {any} given */
  async #scan({ path, session }) {
    await session.pause_at(path).catch(() => {});
    const detector = new BarcodeDetector();
    const text = await open_camera(session.state(path).label, async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue, { by_itself: true });
    if (text) this.dispatchEvent(new CustomEvent("answer", { detail: { value: this.parse(text), settled: true } }));
  }
}
