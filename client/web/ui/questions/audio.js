/** A recording made in the page: level and time shown, bounded, kept even when a call or another app cuts it short. */
import { looks } from "../appearances.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { FieldFile, refusal } from "./file.js";
import { hush } from "./media.js";

/** Longer than this nobody listens to, and no bad road carries it. */
const LIMIT_S = 300;
/** Of Opus, by the form's `quality`. */
const BITS_PER_S = /** @type {Record<string, number>} */ ({ "voice-only": 12_000, low: 24_000, normal: 48_000 });
const TYPE = "audio/webm;codecs=opus";

export class FieldAudio extends FieldFile {
  /** @type {(() => void) | undefined} ends a running recording and keeps it */
  #end;

  ways() {
    const quality = this.spec?.parameters?.quality;
    const records = quality !== "external" && "MediaRecorder" in window && navigator.mediaDevices;
    return [
      records && html`<button type="button" @click=${() => this.take(() => this.#record(BITS_PER_S[quality] ?? BITS_PER_S.low), "")}>${icon("ui/mic.svg")}${t("audio.record")}</button>`,
      !looks(this.spec ?? {}, "new") && this.picker("audio/*", t("audio.choose"), "ui/file.svg"),
    ];
  }

  /** @param {number} audioBitsPerSecond @returns {Promise<Blob | undefined>} */
  async #record(audioBitsPerSecond) {
    hush();
    /** @type {MediaStream} */
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { noiseSuppression: true, echoCancellation: true } });
    } catch {
      throw refusal(t("audio.refused"));
    }
    const recorder = new MediaRecorder(stream, { mimeType: MediaRecorder.isTypeSupported(TYPE) ? TYPE : "", audioBitsPerSecond });
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
      told.textContent = `${clock(seconds)} / ${clock(LIMIT_S)}`;
      if (seconds >= LIMIT_S) stop();
    });
    this.#end = stop;
    for (const track of stream.getTracks()) track.addEventListener("ended", stop); // a phone call takes the microphone
    document.addEventListener("visibilitychange", stop, { once: true });
    recorder.start(1000);
    const finish = html`<button type="button" class="main" @click=${stop}>${icon("ui/stop.svg")}${t("audio.stop")}</button>`;
    this.querySelector(".file-body")?.replaceChildren(html`
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

  disconnectedCallback() {
    this.#end?.();
  }
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
