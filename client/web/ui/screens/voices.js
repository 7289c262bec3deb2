/**
 * Questions read aloud: an officer records them in the languages of the villages, listens again, keeps or throws away.
 * What is kept is a record of the campaign's form for it, and travels, is signed and is judged as every record is.
 * Loaded only by whoever may record.
 */
import { audio_id, spoken_questions, wording } from "../../sync/spoken.js";
import { ask_text } from "../dialog.js";
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { empty, heading, icon, phase_mark } from "../parts.js";
import { hush } from "../questions/media.js";
import { record_sound, records } from "../questions/recorder.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";
import { ask_date } from "./ask_date.js";

const LIMIT_S = 60;
const BITS_PER_S = 24_000;
const ALL = 10_000;
const LANGUAGE = "language"; // the question of the campaign's form whose choices are the languages

/** @typedef {{path: string, text: string, mark: string, kept?: any, changed: boolean}} Line  mark: of the wording; kept: its newest recording's row in the list; changed: it says an older wording */

export class VoicesScreen extends Screen {
  /** @type {(() => void) | undefined} ends a running recording and keeps it */
  #end;
  #busy = false;

  get #form() {
    return /** @type {any} */ (this.ctx.status.campaign).question_audio;
  }

  /** What is being recorded or heard is never drawn over. */
  async refresh() {
    if (!this.#busy) await super.refresh();
  }

  async leave() {
    hush();
    this.#end?.();
  }

  /** @param {Record<string, string>} params */
  async moved(params) {
    this.#end?.();
    this.#busy = false;
    await super.moved(params);
  }

  async load() {
    const { device } = this.ctx;
    const own = await device.program({ form_id: this.#form });
    const languages = own.choices[own.root.find((/** @type {any} */ { name }) => name === LANGUAGE).list];
    const forms = (await device.home({})).forms.filter((/** @type {any} */ { form_id }) => form_id !== this.#form);
    const form = forms.find((/** @type {any} */ { form_id }) => form_id === this.params.form)?.form_id ?? forms[0]?.form_id;
    const language = languages.find((/** @type {any} */ { name }) => name === this.params.language)?.name ?? languages[0].name;
    return { forms, languages, form, language, lines: form ? await this.#lines(form, language) : [] };
  }

  /** @param {string} form @param {string} language @returns {Promise<Line[]>} */
  async #lines(form, language) {
    const { device } = this.ctx;
    const program = await device.program({ form_id: form });
    const { rows } = await device.list({ form_id: this.#form, limit: ALL });
    /** @type {Map<string, any>} the newest of each question, by "form language path": a row's second line (list_view) */
    const kept = new Map();
    for (const row of rows.filter((/** @type {any} */ { phase }) => phase !== "rejected" && phase !== "draft").reverse()) {
      const [, name, mark] = /^(.*) (\w+)$/.exec(row.subtitle) ?? [];
      kept.set(name, { rec: row.rec, phase: row.phase, mark });
    }
    return Promise.all(spoken_questions(program.root).map(async ({ path, label }) => {
      const found = kept.get(audio_id(form, language, path));
      const mark = await wording(label, program.default_language);
      return { path, text: plain(label[program.default_language]), mark, kept: found, changed: Boolean(found && found.mark !== mark) };
    }));
  }

  /** @param {any} data */
  view({ forms, languages, form, language, lines }) {
    const done = lines.filter((/** @type {Line} */ { kept, changed }) => kept && !changed).length;
    const spoken = text_of(languages.find((/** @type {any} */ { name }) => name === language).label);
    return [
      heading({ title: t("voices.title"), back: link("home") }),
      html`<p class="lead">${t("voices.lead")}</p>`,
      !records() && html`<p class="notice" role="alert">${icon("ui/warning.svg")}<span>${t("voices.no_recorder")}</span></p>`,
      html`
        <div class="panel voices-of">
          <label for="voices-form">${t("voices.form")}</label>
          <select id="voices-form" @change=${(/** @type {any} */ event) => this.#to(event.target.value, language)}>
            ${forms.map((/** @type {any} */ each) => html`<option value=${each.form_id} ?selected=${each.form_id === form}>${text_of(each.title)}</option>`)}
          </select>
          <fieldset @change=${(/** @type {any} */ event) => this.#to(form, event.target.value)}>
            <legend>${t("voices.language")}</legend>
            <div class="cards">
              ${languages.map((/** @type {any} */ { name, label }) => html`<label class="card ${name === language ? "chosen" : ""}"><input type="radio" name="voices-language" id="voices-${name}" value=${name} .checked=${name === language}><span>${text_of(label)}</span></label>`)}
            </div>
          </fieldset>
        </div>`,
      lines.length
        ? html`<p id="voices-done" class="big" role="status">${t("voices.done", { n: done, of: lines.length, language: spoken })}</p>`
        : empty(t("home.no_forms"), ""),
      html`<ol class="voices">${lines.map((/** @type {Line} */ line) => this.#line(line, form, language))}</ol>`,
    ].filter(Boolean);
  }

  /** @param {string} form @param {string} language */
  #to(form, language) {
    this.ctx.go(link("voices", form, language));
  }

  /** @param {Line} line @param {string} form @param {string} language */
  #line({ path, text, mark, kept, changed }, form, language) {
    const place = html`<div class="take"></div>`;
    const button = (/** @type {string} */ picture, /** @type {string} */ words, /** @type {() => void} */ act, look = "") =>
      html`<button type="button" class=${look} aria-label="${words}: ${text}" @click=${act}>${icon(picture)}${words}</button>`;
    const actions = html`
      <div class="actions start">
        ${kept && button("ui/sound.svg", t("voices.listen"), () => this.#listen(place, kept.rec))}
        ${records() && button("ui/mic.svg", t(kept ? "voices.again" : "audio.record"), () => this.#record(place, actions, { path, text, mark, form, language }), kept ? "" : "main")}
        ${kept && button("ui/trash.svg", t("voices.withdraw"), () => this.#withdraw(kept.rec), "danger quiet")}
      </div>`;
    return html`
      <li class="panel" data-path=${path}>
        <p class="label">${text}</p>
        <p class="quiet">${changed ? t("voices.changed") : kept ? phase_mark(kept.phase) : t("voices.none")}</p>
        ${place}${actions}
      </li>`;
  }

  /** @param {Element} place @param {Element} actions @param {{path: string, text: string, mark: string, form: string, language: string}} line */
  async #record(place, actions, line) {
    if (this.#busy) return this.ctx.say(t("voices.one_at_a_time"));
    this.#busy = true;
    actions.setAttribute("hidden", "");
    const rest = () => {
      this.#busy = false;
      actions.removeAttribute("hidden");
      place.replaceChildren();
      /** @type {HTMLElement | null} */ (actions.querySelector("button"))?.focus();
    };
    try {
      const sound = await record_sound(place, { limit_s: LIMIT_S, bits_per_s: BITS_PER_S, end: (stop) => { this.#end = stop; } });
      if (!sound) return rest();
      const url = URL.createObjectURL(sound);
      const keep = html`<button type="button" class="main">${icon("ui/check.svg")}${t("voices.keep")}</button>`;
      const again = html`<button type="button">${icon("ui/mic.svg")}${t("voices.again")}</button>`;
      const drop = html`<button type="button" class="danger quiet">${icon("ui/trash.svg")}${t("audio.discard")}</button>`;
      const left = () => URL.revokeObjectURL(url);
      keep.addEventListener("click", async () => {
        if (await this.#keep(sound, line, keep)) { left(); rest(); await this.moved(this.params); }
      });
      again.addEventListener("click", () => { left(); rest(); void this.#record(place, actions, line); });
      drop.addEventListener("click", () => { left(); rest(); });
      place.replaceChildren(html`<div class="heard-again"><p>${t("voices.hear")}</p><audio controls src=${url} aria-label=${line.text}></audio><div class="actions start">${keep}${again}${drop}</div></div>`);
      keep.focus();
    } catch (error) {
      rest();
      this.ctx.say(error_text(error));
    }
  }

  /** @param {Blob} sound @param {{path: string, text: string, mark: string, form: string, language: string}} line @param {any} button @returns {Promise<boolean>} false: it is still here to be kept */
  async #keep(sound, { path, text, mark, form, language }, button) {
    const { device } = this.ctx;
    button.disabled = true;
    const begun = await device.start({ form_id: this.#form }).catch((/** @type {any} */ error) => void this.ctx.say(error_text(error)));
    try {
      if (!begun) return false;
      const { rec } = begun;
      const { answer } = await device.attach({ rec, path: "/recording", name: "doc.webm", type: sound.type, data: sound });
      await device.save_draft({ rec, form: begun.form, answers: { form, question: path, said: text, wording: mark, language, recording: answer } });
      await device.finalise({ rec, confirmed_date: await ask_date(this.ctx) });
      this.ctx.say(t("voices.kept"));
      return true;
    } catch (error) {
      await device.discard_draft({ rec: begun.rec }).catch(() => {});
      this.ctx.say(error_text(error));
      return false;
    } finally {
      button.disabled = false;
    }
  }

  /** @param {Element} place @param {string} rec */
  async #listen(place, rec) {
    hush();
    try {
      const { answers } = await this.ctx.device.open({ rec });
      const { data } = await this.ctx.device.file({ rec, answer: answers.recording });
      if (!data) return this.ctx.say(t("media.missing"));
      const sound = /** @type {HTMLAudioElement} */ (html`<audio controls src=${URL.createObjectURL(data)}></audio>`);
      place.replaceChildren(sound);
      await sound.play();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  /** @param {string} rec */
  async #withdraw(rec) {
    const reason = await ask_text({ title: t("voices.withdraw_title"), text: t("voices.withdraw_text"), label: t("record.void_reason"), yes: t("voices.withdraw"), danger: true });
    if (!reason) return;
    try {
      await this.ctx.device.void({ rec, reason });
      this.ctx.say(t("voices.withdrawn"));
      await this.moved(this.params);
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }
}

/** A label as it is read: a place for an answer is a pause. @param {any} text */
function plain(text) {
  return typeof text === "string" ? text : text.parts.map((/** @type {any} */ part) => (typeof part === "string" ? part : "…")).join("");
}
