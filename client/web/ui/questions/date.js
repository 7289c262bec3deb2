/**
 * A date in three boxes: day, month, year; fewer where the form asks for less. No phone's calendar shows dd/mm/yyyy for
 * sure, and nobody scrolls a calendar back to 1951. A button says today; the phone's calendar is one more button where
 * the browser can open it.
 */
import { looks, precision_of } from "../appearances.js";
import { date_from_parts, date_parts, split_date } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { Boxes } from "./boxes.js";

const BOXES = [
  { label: "date.day", digits: 2, name: "d" },
  { label: "date.month", digits: 2, name: "m" },
  { label: "date.year", digits: 4, name: "y" },
];
/** How many boxes a precision leaves out; ODK keeps such a date as its first day. */
const LEFT_OUT = { day: 0, month: 1, year: 2 };
const TODAY = { day: "date.today", month: "date.this_month", year: "date.this_year" };

/** Fires "answer" ({value: ISO date | null | the text as typed, settled}). */
export class FieldDate extends HTMLElement {
  /** @type {Boxes | undefined} */
  boxes;
  #left_out = 0;

  /** @param {{key: string, spec?: any, today?: string, session?: any}} given */
  set given({ key, spec = {}, today, session }) {
    const now = today ?? session.instance.env?.today ?? "";
    const precision = precision_of(spec);
    this.#left_out = LEFT_OUT[precision];
    const boxes = new Boxes(BOXES.slice(this.#left_out), key, (settled) => this.#tell(settled), (typed) => this.#split(typed));
    this.boxes = boxes;
    this.replaceChildren(html`
      <div class="date-boxes">
        ${boxes.nodes}
        <div class="date-buttons">
          <button type="button" @click=${() => this.#put(now)}>${t(TODAY[precision])}</button>
          ${precision === "day" && !looks(spec, "no-calendar") && this.#calendar()}
        </div>
      </div>`);
  }

  #calendar() {
    const calendar = /** @type {any} */ (html`<input type="date" class="calendar" tabindex="-1" aria-hidden="true">`);
    if (!("showPicker" in calendar)) return null;
    calendar.addEventListener("change", () => this.#put(calendar.value));
    return html`<span class="calendar-holder">
      ${calendar}
      <button type="button" class="icon-button" aria-label=${t("date.calendar")} @click=${() => calendar.showPicker()}>${icon("ui/calendar.svg")}</button>
    </span>`;
  }

  /** A whole date typed or pasted into one box. @param {string} typed */
  #split(typed) {
    return split_date(typed)?.slice(this.#left_out) ?? null;
  }

  /** @param {string} iso */
  #put(iso) {
    this.boxes?.put(date_parts(iso).slice(this.#left_out));
    this.#tell(true);
  }

  /** @param {boolean} settled */
  #tell(settled) {
    const typed = this.boxes?.typed() ?? [];
    const blank = typed.every((each) => !each);
    const iso = blank ? null : date_from_parts(...first_days(typed));
    // Half a date is kept as typed, so that leaving the page loses nothing and the question says it is no date.
    const value = iso === undefined ? typed.join("/") : iso;
    this.dispatchEvent(new CustomEvent("answer", { detail: { value, settled } }));
  }

  /** @param {any} state */
  show({ value, required, wrong }) {
    const typed = String(value ?? "").split("/");
    const parts = /^\d{4}-/.test(value) ? date_parts(value).slice(this.#left_out) : typed;
    this.boxes?.show(parts, { required, wrong, keep: this.contains(document.activeElement) });
  }
}

/** @param {string[]} typed fewer than three parts are of the first day, the first month @returns {[string, string, string]} */
function first_days(typed) {
  return /** @type {[string, string, string]} */ ([...Array(3 - typed.length).fill("1"), ...typed]);
}
