/** Recording a voice in the page: level and time shown, bounded, kept even when a call or another app cuts it short. */
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { refusal } from "./file.js";
import { hush } from "./media.js";

const TYPE = "audio/webm;codecs=opus";

export const records = () => "MediaRecorder" in window && Boolean(navigator.mediaDevices);

/**
 * @param {Element} place where time, level and the buttons are shown @param {{limit_s: number, bits_per_s: number, end: (stop: () => void) => void}} how end: is given what ends it and keeps it
 * @returns {Promise<Blob | undefined>} undefined: it was thrown away
 * @throws {Error} the microphone was refused, in the person's words
 */
export async function record_sound(place, { limit_s, bits_per_s, end }) {
  hush();
  /** @type {MediaStream} */
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { noiseSuppression: true, echoCancellation: true } });
  } catch {
    throw refusal(t("audio.refused"));
  }
  const recorder = new MediaRecorder(stream, { mimeType: MediaRecorder.isTypeSupported(TYPE) ? TYPE : "", audioBitsPerSecond: bits_per_s });
  /** @type {Blob[]} */
  const parts = [];
  let wanted = true;
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const over = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  const meter = /** @type {HTMLMeterElement} */ (html`<meter min="0" max="1" aria-label=${t("audio.level")}></meter>`);
  const told = html`<p class="range-value" role="timer"></p>`;
  const halt = watch_level(stream, recorder, (level, seconds) => {
    meter.value = level;
    told.textContent = `${clock(seconds)} / ${clock(limit_s)}`;
    if (seconds >= limit_s) stop();
  });
  end(stop);
  for (const track of stream.getTracks()) track.addEventListener("ended", stop); // a phone call takes the microphone
  document.addEventListener("visibilitychange", stop, { once: true });
  recorder.start(1000);
  const finish = html`<button type="button" class="main" @click=${stop}>${icon("ui/stop.svg")}${t("audio.stop")}</button>`;
  place.replaceChildren(html`
    <div class="recording">${told}${meter}
      <div class="actions start">${finish}<button type="button" class="quiet" @click=${() => { wanted = false; stop(); }}>${t("audio.discard")}</button></div>
    </div>`);
  finish.focus();
  await over;
  document.removeEventListener("visibilitychange", stop);
  halt();
  for (const track of stream.getTracks()) track.stop();
  return wanted ? new Blob(parts, { type: "audio/webm" }) : undefined;
}

/**
 * Tells loudness (0 to 1) and time while something is recorded.
 * @param {MediaStream} stream @param {MediaRecorder} recorder @param {(level: number, seconds: number) => void} tell @returns {() => void} stops it
 */
function watch_level(stream, recorder, tell) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const wave = new Uint8Array(analyser.fftSize);
  const began = performance.now();
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(wave);
    const loudest = wave.reduce((most, each) => Math.max(most, Math.abs(each - 128)), 0);
    if (recorder.state === "recording") tell(loudest / 128, Math.floor((performance.now() - began) / 1000));
  }, 120);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
