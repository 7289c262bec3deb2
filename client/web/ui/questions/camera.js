/** The camera inside the page: a camera app beside it may cost the page its memory on a small phone. */
import { open_dialog } from "../dialog.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";

export function camera_is_here() {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Shows what the camera sees until something is taken of it.
 * @template T
 * @param {string} label
 * @param {(video: HTMLVideoElement) => Promise<T | undefined>} take of the picture on screen
 * @param {{by_itself?: boolean}} [how] by_itself: `take` is tried again and again until it gives something, without a button
 * @returns {Promise<T | undefined>} undefined: waved away
 */
export async function open_camera(label, take, { by_itself = false } = {}) {
  /** @type {MediaStream | undefined} */
  let stream;
  let open = true;
  const off = () => stream?.getTracks().forEach((track) => track.stop());
  const taken = await open_dialog((/** @type {(value: T) => void} */ done) => {
    const video = /** @type {HTMLVideoElement} */ (html`<video class="camera" .muted=${true} .playsInline=${true} .autoplay=${true} aria-label=${t("camera.sees")}></video>`);
    const problem = html`<p class="problem" role="alert"></p>`;
    const shoot = /** @type {HTMLButtonElement} */ (html`<button type="button" class="main" disabled ?hidden=${by_itself} @click=${give}>${icon("ui/camera.svg")}${t("camera.shoot")}</button>`);
    async function give() {
      const value = await take(video);
      if (value !== undefined) done(value);
      return value !== undefined;
    }
    const watch = async () => {
      if (!open || (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && (await give()))) return;
      setTimeout(watch, 150);
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } }, audio: false }).then((found) => {
      stream = found;
      if (!open) return off();
      video.srcObject = found;
      video.addEventListener("playing", () => { shoot.disabled = false; }, { once: true });
      if (by_itself) void watch();
    }, () => { problem.textContent = t("camera.refused"); });
    return html`
      <div class="finder">
        <header class="heading"><h2>${label}</h2></header>
        <div class="stage">${video}${problem}</div>
        <div class="actions"><button type="button" @click=${() => done(/** @type {any} */ (undefined))}>${t("dialog.cancel")}</button>${shoot}</div>
      </div>`;
  }, { label, wide: true });
  open = false;
  off();
  return taken;
}
