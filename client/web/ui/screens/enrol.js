/** A one-time link becomes a person on this device: who it is for, a name for the device, a PIN twice. */
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { inside_a_chat_app, leave_chat_app } from "../in_app.js";
import { heading, icon } from "../parts.js";
import { PIN_MIN } from "../pin_pad.js";
import { Screen } from "../screen.js";

export class EnrolScreen extends Screen {
  #link = location.hash.startsWith("#enrol=") ? location.href : "";
  #name = "";
  #pin = "";
  #stays = !inside_a_chat_app(navigator.userAgent);

  async load() {
    if (!this.#stays) return { step: "elsewhere" };
    if (!this.#link) return { step: "paste" };
    return { step: "who", who: await this.ctx.device.peek_enrolment({ link: this.#link }) };
  }

  /** @param {any} data */
  view({ step, who }) {
    if (step === "elsewhere") {
      const stay = () => {
        this.#stays = true;
        this.moved({});
      };
      return [heading({ title: t("enrol.welcome") }), leave_chat_app(location.href, stay, (text) => this.ctx.say(text))];
    }
    return step === "paste" ? this.#paste() : this.#who(who);
  }

  #paste() {
    const field = /** @type {HTMLInputElement} */ (html`<input type="url" required autocomplete="off" placeholder="https://…/app/#enrol=…">`);
    const file = /** @type {HTMLInputElement} */ (html`<input class="sr" type="file" accept=".txt,text/plain" @change=${() => this.#read(file.files?.[0])}>`);
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
          <label class="button file-button">${icon("ui/file.svg")}${t("enrol.file")}${file}</label>
        </form>`,
    ];
  }

  /** A file as the console saves it: the link somewhere in a text. @param {File | undefined} file */
  async #read(file) {
    const found = /https?:\/\/\S+#enrol=\S+/.exec((await file?.text()) ?? "");
    if (!found) return this.ctx.say(t("enrol.file_wrong"));
    this.#link = found[0];
    await this.moved({});
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
          <p>${t("enrol.holds")}</p>
          <ul class="steps"><li>${t("enrol.holds_1")}</li><li>${t("enrol.holds_2")}</li><li>${t("enrol.holds_3")}</li></ul>
          <label class="check"><input type="checkbox" required><span>${t("enrol.agree")}</span></label>
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
      await this.ctx.device.enrol({ link: this.#link, pin: this.#pin, name: this.#name, agreed: true });
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
