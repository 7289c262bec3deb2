/** Pictures and sound that a form brings along: shown and played from the device, never from a network. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";

/** One sound at a time: the next one stops it. @type {{audio: HTMLAudioElement, rest: () => void} | null} */
let playing = null;

/**
 * A picture of the form. Decoration beside its label, so it is not read out.
 * @param {import("../form_session.js").FormSession} session @param {string} name of the file @param {() => void} [shown] told when there is one
 */
export function picture(session, name, shown) {
  const image = /** @type {HTMLImageElement} */ (html`<img class="picture" alt="" hidden>`);
  void session.media(name).then((url) => {
    if (!url) return;
    image.src = url;
    image.hidden = false;
    shown?.();
  });
  return image;
}

/**
 * A button that reads a question or choice aloud; pressed while it speaks, it stops, pressed again, it repeats. With words
 * and as wide as them for whoever hears questions instead of reading them.
 * @param {import("../form_session.js").FormSession} session @param {string} name of the recording @param {string} label of what it reads @param {boolean} [large]
 */
export function play_button(session, name, label, large = false) {
  const button = /** @type {HTMLButtonElement} */ (html`<button type="button" class="${large ? "large" : "icon-button"} play" @click=${press}></button>`);
  let heard = false;
  /** @param {boolean} on */
  const turn = (on) => {
    button.classList.toggle("playing", on);
    button.setAttribute("aria-label", t(on ? "media.stop" : heard ? "media.play_again" : "media.play", { label }));
    button.replaceChildren(icon(on ? "ui/stop.svg" : "ui/sound.svg"), large ? t(on ? "media.stop_word" : heard ? "media.again_word" : "media.play_word") : "");
  };
  turn(false);
  async function press() {
    const mine = button.classList.contains("playing");
    hush();
    if (mine) return;
    const url = await session.media(name);
    if (!url) {
      button.disabled = true;
      button.setAttribute("aria-label", t("media.missing"));
      return;
    }
    const audio = new Audio(url);
    playing = { audio, rest: () => turn(false) };
    audio.addEventListener("ended", hush);
    heard = true;
    turn(true);
    await audio.play().catch(hush);
  }
  return button;
}

/** Stops what is playing. */
export function hush() {
  playing?.audio.pause();
  playing?.rest();
  playing = null;
}
