/** Where something is: asked of the device only when the person presses, with the doubt in metres shown, or typed by hand. */
import { print_answer } from "../answer_text.js";
import { format_decimal } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { point_of, point_typed } from "../places.js";

/** Metres at which a place is taken without asking further, where the form says nothing (ODK's). */
const GOOD_M = 5;
const LIMIT_MS = 120_000;
const PROBLEMS = /** @type {Record<number, string>} GeolocationPositionError */ ({ 1: "place.refused", 2: "place.unknown", 3: "place.too_long" });

/** Fires "answer" ({value: "lat lon alt acc" | "lat lon" | null, settled}). */
export class FieldGeopoint extends HTMLElement {
  /** @type {number | null} of watchPosition */
  #watch = null;
  /** @type {GeolocationCoordinates | null} the best so far */
  #best = null;
  #drawn = "";
  #body = html`<div class="place-body"></div>`;

  /** @param {any} given */
  set given({ spec, session, key }) {
    this.spec = spec;
    this.session = session;
    this.key = key;
    this.replaceChildren(html`<div role="group" aria-labelledby="${key}-label" aria-describedby="${key}-hint ${key}-problem">${this.#body}</div>`);
  }

  /** @param {any} state */
  show({ value }) {
    const drawn = String(value);
    if (this.#watch !== null || drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#draw(value);
  }

  /** @param {string | null} value @param {string} [problem] */
  #draw(value, problem) {
    const text = value ? print_answer(this.session.instance, /** @type {any} */ (this.spec), value) : "";
    this.#body.replaceChildren(.../** @type {HTMLElement[]} */ ([
      text && html`<output class="value">${text}</output>`,
      problem && html`<p class="problem" role="alert">${problem}</p>`,
      html`
        <div class="actions start">
          ${"geolocation" in navigator && html`<button type="button" @click=${() => this.#begin(value)}>${icon("ui/place.svg")}${t(value ? "place.again" : "place.get")}</button>`}
          ${value && html`<button type="button" class="danger quiet" @click=${() => this.#tell(null)}>${icon("ui/trash.svg")}${t("place.remove")}</button>`}
        </div>`,
      this.#by_hand(),
    ].filter(Boolean)));
  }

  #by_hand() {
    const [lat, lon] = ["place.latitude", "place.longitude"].map((words) => {
      const input = /** @type {HTMLInputElement} */ (html`<input type="text" inputmode="text" autocomplete="off">`);
      return { input, field: html`<label class="field">${t(words)}${input}</label>` };
    });
    const problem = html`<p class="problem" role="alert"></p>`;
    const take = () => {
      const point = point_typed(lat.input.value, lon.input.value);
      problem.textContent = point === undefined ? t("place.not_one") : "";
      if (point) this.#tell(point);
    };
    return html`<details class="guidance"><summary>${t("place.by_hand")}</summary><div class="by-hand">${lat.field}${lon.field}${problem}<button type="button" @click=${take}>${t("place.take_typed")}</button></div></details>`;
  }

  /** @param {string | null} before */
  #begin(before) {
    const good = Number(this.spec?.parameters?.["capture-accuracy"] ?? GOOD_M);
    const told = html`<p role="status">${t("place.searching")}</p>`;
    const take = /** @type {HTMLButtonElement} */ (html`<button type="button" class="main" disabled @click=${() => this.#best && this.#tell(point_of(this.#best))}>${t("place.take")}</button>`);
    this.#best = null;
    this.#body.replaceChildren(told, html`<div class="actions start">${take}<button type="button" @click=${() => this.#end(before)}>${t("dialog.cancel")}</button></div>`);
    this.#watch = navigator.geolocation.watchPosition(({ coords }) => {
      if (this.#best && this.#best.accuracy <= coords.accuracy) return;
      this.#best = coords;
      take.disabled = false;
      told.textContent = t("place.so_far", { metres: format_decimal(Math.round(coords.accuracy)) });
      if (coords.accuracy <= good) this.#tell(point_of(coords));
    }, ({ code }) => {
      if (this.#best && code === 3) return; // no better one came in time; the best so far can still be taken
      this.#end(before, t(PROBLEMS[code] ?? "place.unknown"));
    }, { enableHighAccuracy: true, timeout: LIMIT_MS, maximumAge: 0 });
  }

  /** @param {string | null} value @param {string} [problem] */
  #end(value, problem) {
    this.#rest();
    this.#draw(value, problem);
    /** @type {HTMLElement | null} */ (this.#body.querySelector("button"))?.focus();
  }

  #rest() {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
  }

  /** @param {string | null} value */
  #tell(value) {
    this.#rest();
    this.#drawn = "";
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled: true } }));
  }

  disconnectedCallback() {
    this.#rest();
  }
}
