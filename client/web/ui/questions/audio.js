/** A question answered by a recording, made in the page or chosen. */
import { looks } from "../appearances.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { FieldFile } from "./file.js";
import { record_sound, records } from "./recorder.js";

/** Longer than this nobody listens to, and no bad road carries it. */
const LIMIT_S = 300;
/** Of Opus, by the form's `quality`. */
const BITS_PER_S = /** @type {Record<string, number>} */ ({ "voice-only": 12_000, low: 24_000, normal: 48_000 });

export class FieldAudio extends FieldFile {
  /** @type {(() => void) | undefined} ends a running recording and keeps it */
  #end;

  ways() {
    const quality = this.spec?.parameters?.quality;
    return [
      quality !== "external" && records() && html`<button type="button" @click=${() => this.take(() => this.#record(BITS_PER_S[quality] ?? BITS_PER_S.low), "")}>${icon("ui/mic.svg")}${t("audio.record")}</button>`,
      !looks(this.spec ?? {}, "new") && this.picker("audio/*", t("audio.choose"), "ui/file.svg"),
    ];
  }

  /** @param {number} bits_per_s */
  #record(bits_per_s) {
    const place = /** @type {Element} */ (this.querySelector(".file-body"));
    return record_sound(place, { limit_s: LIMIT_S, bits_per_s, end: (stop) => { this.#end = stop; } });
  }

  disconnectedCallback() {
    this.#end?.();
  }
}
