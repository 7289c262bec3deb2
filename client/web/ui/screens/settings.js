/** Settings: language, text size, lock, whose device this is and which server it trusts. */
import { from_second_part } from "../../second_part.js";
import { Instance } from "../../engine/instance.js";
import { format_size, format_time } from "../format.js";
import { html } from "../html.js";
import { LANGUAGES, error_text, language, load_language, t, text_of } from "../i18n.js";
import { heading, icon } from "../parts.js";
import { Screen } from "../screen.js";

const LANGUAGE_NAMES = /** @type {Record<string, string>} */ ({ vi: "settings.vi", en: "settings.en" });
export const TEXT_SIZES = /** @type {[string, string][]} */ ([
  ["normal", "settings.size_normal"],
  ["large", "settings.size_large"],
  ["huge", "settings.size_huge"],
  ["double", "settings.size_double"],
]);
const THEMES = /** @type {[string, string][]} */ ([["auto", "settings.theme_auto"], ["sun", "settings.theme_sun"]]);

export class SettingsScreen extends Screen {
  async load() {
    const { device, status } = this.ctx;
    return { settings: await device.settings({}), status, language: language(), spoken: await this.#spoken() };
  }

  /** The languages the campaign's questions are read aloud in; none before its forms have arrived. @returns {Promise<any[]>} */
  async #spoken() {
    const form_id = this.ctx.status.campaign?.question_audio;
    if (!form_id) return [];
    const { root, choices } = await this.ctx.device.program({ form_id }).catch(() => ({ root: [] }));
    return choices?.[root.find((/** @type {any} */ { name }) => name === "language")?.list] ?? [];
  }

  /** @param {any} data */
  view({ settings, status, spoken }) {
    const size = settings.text_size ?? TEXT_SIZES[0][0];
    return [
      heading({ title: t("settings.title") }),
      this.#choices("language", t("settings.language"), LANGUAGES.map((code) => [code, LANGUAGE_NAMES[code]]), language()),
      spoken.length > 0 && this.#choices("audio_language", t("settings.audio_language"), [["", t("settings.audio_none")], ...spoken.map((/** @type {any} */ { name, label }) => [name, text_of(label)])], settings.audio_language, heard_words(settings)),
      this.#choices("text_size", t("settings.text_size"), TEXT_SIZES, size),
      this.#choices("theme", t("settings.theme"), THEMES, settings.theme ?? "auto"),
      !status.practice && html`
        <section class="panel" aria-label=${t("practice.title")}>
          <p>${t("practice.text")}</p>
          <button type="button" @click=${this.#practise}>${icon("ui/edit.svg")}${t("practice.begin")}</button>
        </section>`,
      html`
        <section class="panel" aria-label=${t("settings.lock")}>
          <p>${t("settings.lock_text")}</p>
          <button type="button" @click=${this.#lock}>${icon("ui/lock.svg")}${t("settings.lock")}</button>
        </section>`,
      html`
        <dl class="panel about">
          ${line(t("settings.person"), status.person?.name)}
          ${(status.person?.roles ?? []).map((/** @type {any} */ role) => line(text_of(role.label), role.unit_name))}
          ${line(t("settings.device_name"), settings.device_name ?? settings.name)}
          ${line(t("settings.agreed"), settings.agreed_at && format_time(settings.agreed_at))}
          ${line(t("settings.device_id"), status.device_id)}
          ${line(t("settings.server"), settings.server_url ?? status.server_url)}
          ${line(t("settings.campaign"), text_of(status.campaign?.label))}
          ${line(t("settings.version"), status.app_version)}
          ${line(t("settings.free"), settings.free_bytes !== null && format_size(settings.free_bytes))}
          ${line(t("settings.storage"), t(status.storage_persisted ? "settings.storage_kept" : "settings.storage_may_go"))}
        </dl>`,
      !status.practice && this.#server(settings),
      !status.storage_persisted && html`<button type="button" @click=${() => this.#change({ persist: true })}>${t("settings.keep")}</button>`,
    ].filter(Boolean);
  }

  /** Where the server is now, for when it moved while nobody could tell this device. @param {any} settings */
  #server({ next_address, address_problem }) {
    return html`
      <details class="panel" ?open=${Boolean(next_address || address_problem)}>
        <summary>${t("server.moved")}</summary>
        <p>${t("server.how")}</p>
        ${next_address && html`<p class="notice" role="status">${icon("ui/clock.svg")}<span>${t("server.trying", { address: next_address })}</span></p>`}
        ${address_problem && html`<p class="problem" role="status">${address_problem.address}: ${error_text(address_problem)}</p>`}
        <label class="field" for="server-address">${t("server.address")}</label>
        <input type="url" id="server-address" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="https://">
        <div class="actions">
          <button type="button" id="server-try" @click=${this.#move}>${icon("ui/check.svg")}${t("server.try")}</button>
          ${next_address && this.ctx.kind === "browser" && html`<button type="button" id="server-reload" @click=${() => location.reload()}>${icon("ui/sync.svg")}${t("server.reload")}</button>`}
        </div>
      </details>`;
  }

  #move = async () => {
    const input = /** @type {HTMLInputElement} */ (this.querySelector("#server-address"));
    try {
      const { server_url, next_address } = await this.ctx.device.set_server({ address: input.value });
      this.ctx.say(next_address ? t("server.kept") : t("server.is", { address: server_url }));
    } catch (error) {
      this.ctx.say(error_text(error));
    }
    await this.refresh();
  };

  #practise = async () => {
    const { practice_device } = await from_second_part(() => import("../../device/practice.js"));
    const describe = (/** @type {any} */ program, /** @type {any} */ answers, /** @type {any} */ env) => new Instance(program, { answers, env }).title("vi");
    await this.ctx.practise(/** @type {any} */ (practice_device(/** @type {any} */ (this.ctx.device), { describe })));
  };

  /** @param {string} name @param {string} label @param {string[][]} options @param {string} chosen @param {string} [note] */
  #choices(name, label, options, chosen, note) {
    return html`
      <fieldset class="panel" @change=${(/** @type {any} */ event) => this.#change({ [name]: event.target.value })}>
        <legend>${label}</legend>
        <div class="cards">
          ${options.map(([value, key]) => html`<label class="card ${value === chosen ? "chosen" : ""}"><input type="radio" name=${name} value=${value} id="${name}-${value}" .checked=${value === chosen}><span>${t(key)}</span></label>`)}
        </div>
        ${note && html`<p class="quiet" role="status">${note}</p>`}
      </fieldset>`;
  }

  /** @param {any} changed */
  async #change(changed) {
    try {
      if (changed.language) await load_language(changed.language);
      await this.ctx.device.set_settings(changed);
      await this.ctx.restyle(changed);
      if (changed.persist) await this.ctx.settle();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  #lock = async () => {
    await this.ctx.device.lock({});
    await this.ctx.settle();
  };
}

/** How much can be heard in the language that was chosen. @param {any} settings */
function heard_words({ audio_language, audio }) {
  if (!audio_language || !audio) return "";
  if (!audio.named) return t("settings.audio_nothing");
  return t(audio.missing ? "settings.audio_coming" : "settings.audio_here", { n: audio.named, here: audio.named - audio.missing });
}

/** @param {string} term @param {any} value */
function line(term, value) {
  return value && html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
}
