/** A time of day in two boxes, and a date with a time: both are typed as they are said, 24 hours. */
import { date_parts, offset_text, time_from_parts, time_parts } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Boxes } from "./boxes.js";

const BOXES = [
  { label: "time.hour", digits: 2, name: "h" },
  { label: "time.minute", digits: 2, name: "min" },
];

/** @param {string} typed `8:30`, `08h30` @returns {string[] | null} */
function split_time(typed) {
  const parts = /^\s*(\d{1,2})[:h.](\d{2})\s*$/.exec(typed);
  return parts ? [parts[1], parts[2]] : null;
}

/** The hour on this device's clock. */
function now() {
  const at = new Date();
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0"));
}

/** Fires "answer" ({value: "HH:MM" | null | the text as typed, settled}). */
export class FieldTime extends HTMLElement {
  /** @type {Boxes | undefined} */
  #boxes;

  /** @param {{key: string}} given */
  set given({ key }) {
    const boxes = new Boxes(BOXES, key, (settled) => this.#tell(settled), split_time);
    const set_now = () => {
      boxes.put(now());
      this.#tell(true);
    };
    this.#boxes = boxes;
    this.replaceChildren(html`<div class="date-boxes">${boxes.nodes}<div class="date-buttons"><button type="button" @click=${set_now}>${t("time.this_hour")}</button></div></div>`);
  }

  /** @param {boolean} settled */
  #tell(settled) {
    const [hour, minute] = this.#boxes?.typed() ?? [];
    const time = time_from_parts(hour, minute);
    this.dispatchEvent(new CustomEvent("answer", { detail: { value: time === undefined ? `${hour}:${minute}` : time, settled } }));
  }

  /** @param {any} state */
  show({ value, required, wrong }) {
    const [hour, minute] = time_parts(value);
    const parts = hour ? [hour, minute] : String(value ?? "").split(":");
    this.#boxes?.show(parts, { required, wrong, keep: this.contains(document.activeElement) });
  }
}

/** Fires "answer" ({value: "2021-12-05T08:30:00.000+07:00" | null | the text as typed, settled}). */
export class FieldDatetime extends HTMLElement {
  #day = "";
  #time = "";
  /** @type {any[]} */
  #fields = [];

  /** @param {any} given */
  set given({ spec, session, key }) {
    this.session = session;
    const [date, time] = ["cs-date", "cs-time"].map((name) => /** @type {any} */ (document.createElement(name)));
    date.given = { key, spec, session };
    time.given = { key };
    date.addEventListener("answer", (/** @type {any} */ event) => this.#tell(event, (value) => { this.#day = value; }));
    time.addEventListener("answer", (/** @type {any} */ event) => this.#tell(event, (value) => { this.#time = value; }));
    this.#fields = [date, time];
    this.replaceChildren(html`<div class="datetime">${date}${time}</div>`);
  }

  /** @param {any} event @param {(value: string) => void} note */
  #tell(event, note) {
    event.stopPropagation();
    note(event.detail.value ?? "");
    const whole = /^\d{4}-/.test(this.#day) && /^\d\d:\d\d$/.test(this.#time);
    const zone = offset_text(/** @type {any} */ (this.session).instance.env.tz_offset_min ?? 0);
    const value = whole ? `${this.#day}T${this.#time}:00.000${zone}` : [this.#day, this.#time].filter(Boolean).join(" ") || null;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled: event.detail.settled && Boolean(this.#day && this.#time) } }));
  }

  /** @param {any} state */
  show({ value, ...state }) {
    const text = String(value ?? "");
    const whole = date_parts(text.slice(0, 10))[0] && text[10] === "T";
    const typing = this.contains(document.activeElement);
    if (!typing) [this.#day, this.#time] = whole ? [text.slice(0, 10), text.slice(11, 16)] : half(text);
    this.#fields[0]?.show({ ...state, value: this.#day || null });
    this.#fields[1]?.show({ ...state, value: this.#time || null });
  }
}

/** What was typed of a date with a time that is not whole. @param {string} text @returns {[string, string]} */
function half(text) {
  const parts = text.split(" ");
  const time = parts.find((part) => part.includes(":")) ?? "";
  return [parts.find((part) => part !== time) ?? "", time];
}
