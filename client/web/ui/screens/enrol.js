/** A one-time link becomes a person on this device: who it is for, a name for the device, a PIN twice. */
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { heading, icon } from "../parts.js";
import { PIN_MIN } from "../pin_pad.js";
import { Screen } from "../screen.js";

export class EnrolScreen extends Screen {
  #link = location.hash.startsWith("#enrol=") ? location.href : "";
  #name = "";
  #pin = "";

  async load() {
    if (!this.#link) return { step: "paste" };
    return { step: "who", who: await this.ctx.device.peek_enrolment({ link: this.#link }) };
  }

  /** @param {any} data */
  view({ step, who }) {
    return step === "paste" ? this.#paste() : this.#who(who);
  }

  #paste() {
    const field = /** @type {HTMLInputElement} */ (html`<input type="url" required autocomplete="off" placeholder="https://…/app/#enrol=…">`);
    /** @param {Event} event */
    const open = (event) => {
      event.preventDefault();
      this.#link = field.value.trim();
      this.moved({});
    };
    return [
      heading({ title: t("enrol.welcome") }),
      html`
        <div class="panel">
          <p>${t("enrol.how")}</p>
          <ol class="steps"><li>${t("enrol.how_1")}</li><li>${t("enrol.how_2")}</li><li>${t("enrol.how_3")}</li></ol>
        </div>`,
      html`
        <form class="panel" @submit=${open}>
          <label class="field">${t("enrol.paste")}${field}</label>
          <button class="main">${t("enrol.open_link")}</button>
        </form>`,
    ];
  }

  /** @param {any} who */
  #who(who) {
    const field = /** @type {HTMLInputElement} */ (html`<input type="text" required maxlength="60" autocomplete="off" .value=${this.#name || machine_name()}>`);
    /** @param {Event} event */
    const next = (event) => {
      event.preventDefault();
      this.#name = field.value.trim().normalize("NFC");
      this.#ask_pin("enrol.pin_choose", t("enrol.pin_rule"));
    };
    return [
      heading({ title: t("enrol.title") }),
      html`
        <div class="panel who">
          ${icon("ui/person.svg")}
          <div>
            <p class="big">${who.person_name}</p>
            <p>${who.unit_name}</p>
            <p class="quiet">${text_of(who.campaign?.label ?? who.campaign)}</p>
            ${who.demo && html`<p class="mark demo">${t("app.demo")}</p>`}
          </div>
        </div>`,
      html`
        <form class="panel" @submit=${next}>
          <p>${t("enrol.check_who")}</p>
          <label class="field">${t("enrol.machine")}<span class="hint">${t("enrol.machine_hint")}</span>${field}</label>
          <button class="main">${t("enrol.that_is_me")}</button>
        </form>`,
    ];
  }

  /** @param {string} label key @param {string} text @param {boolean} [wrong] */
  #ask_pin(label, text, wrong) {
    const pad = /** @type {import("../pin_pad.js").PinPad} */ (document.createElement("cs-pin-pad"));
    pad.addEventListener("pin", (/** @type {any} */ event) => this.#take_pin(event.detail.pin));
    pad.label = t(label);
    this.replaceChildren(
      heading({ title: t(label) }),
      html`<p class=${wrong ? "problem" : "lead"} role=${wrong ? "alert" : "note"}>${text}</p>`,
      pad,
    );
    pad.focus();
  }

  /** @param {string} pin */
  #take_pin(pin) {
    if (!this.#pin) {
      if (pin.length < PIN_MIN) return this.#ask_pin("enrol.pin_choose", t("enrol.pin_short"), true);
      this.#pin = pin;
      return this.#ask_pin("enrol.pin_again", t("enrol.pin_again_why"));
    }
    const same = pin === this.#pin;
    if (same) return this.#enrol();
    this.#pin = "";
    return this.#ask_pin("enrol.pin_choose", t("enrol.pin_differ"), true);
  }

  async #enrol() {
    this.replaceChildren(
      heading({ title: t("enrol.working") }),
      html`<div class="panel"><progress></progress><p role="status">${t("enrol.working_text")}</p></div>`,
    );
    try {
      await this.ctx.device.enrol({ link: this.#link, pin: this.#pin, name: this.#name });
      this.#pin = "";
      history.replaceState(null, "", "#/home");
      await this.ctx.settle();
      this.ctx.say(t("enrol.done"));
    } catch (error) {
      this.#pin = "";
      if (/** @type {any} */ (error)?.code === "vault.pin_weak") return this.#ask_pin("enrol.pin_choose", error_text(error), true);
      await this.moved({});
      this.prepend(html`<p class="problem" role="alert">${error_text(error)}</p>`);
    }
  }
}

/** A first name for the device, which its owner may change. */
function machine_name() {
  const agent = navigator.userAgent;
  const model = /Android [^;]+; ([^;)]+)/.exec(agent)?.[1];
  const system = ["Android", "Windows", "Macintosh", "Linux"].find((name) => agent.includes(name));
  return model && model !== "K" ? model : t(system === "Android" ? "enrol.phone" : "enrol.computer");
}
