/** The PIN opens a vault: whose, when several people share the device; how long to wait after wrong ones. */
import { ask } from "../dialog.js";
import { html } from "../html.js";
import { error_text, t } from "../i18n.js";
import { heading, icon } from "../parts.js";
import { Screen } from "../screen.js";

export class UnlockScreen extends Screen {
  /** @type {string | undefined} */
  #vault;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  #message = html`<p class="problem" role="alert"></p>`;

  async load() {
    const { vaults, vault, wait_s } = this.ctx.status;
    return { vaults, chosen: this.#vault ?? (vaults.length === 1 ? vaults[0].vault : undefined), last: vault, wait_s };
  }

  /** @param {any} data */
  view({ vaults, chosen, wait_s }) {
    const known = vaults.find((/** @type {any} */ one) => one.vault === chosen);
    if (!known) return this.#choose(vaults);
    return known.needs_reset ? this.#reset(known, vaults) : this.#ask_pin(known, vaults, wait_s);
  }

  /** @param {any[]} vaults */
  #choose(vaults) {
    return [
      heading({ title: t("unlock.who") }),
      html`<ul class="list">${vaults.map((one) => html`<li><button type="button" class="row" @click=${() => this.#take(one.vault)}>${icon("ui/person.svg")}<strong>${one.person_name}</strong>${one.demo && html`<span class="mark demo">${t("app.demo_short")}</span>`}</button></li>`)}</ul>`,
    ];
  }

  /** @param {string | undefined} vault */
  #take(vault) {
    this.#vault = vault ?? "";
    this.moved({});
  }

  /** @param {any[]} vaults */
  #someone_else(vaults) {
    return vaults.length > 1 && html`<button type="button" class="link" @click=${() => this.#take(undefined)}>${t("unlock.someone_else")}</button>`;
  }

  /** @param {any} known @param {any[]} vaults @param {number} wait_s */
  #ask_pin(known, vaults, wait_s) {
    const pad = /** @type {import("../pin_pad.js").PinPad} */ (document.createElement("cs-pin-pad"));
    pad.label = t("unlock.pin");
    pad.addEventListener("pin", (/** @type {any} */ event) => this.#try(pad, event.detail.pin, known.vault));
    this.#message.textContent = "";
    if (wait_s) this.#wait(pad, wait_s);
    return [
      heading({ title: t("unlock.hello", { name: known.person_name }) }),
      this.#message,
      pad,
      html`<div class="foot">${this.#someone_else(vaults)}<button type="button" class="link" @click=${() => this.#forgot(known.vault)}>${t("unlock.forgot")}</button></div>`,
    ];
  }

  /** @param {any} pad @param {string} pin @param {string} vault */
  async #try(pad, pin, vault) {
    if (!pin) return;
    pad.busy = true;
    this.#message.textContent = t("unlock.opening");
    try {
      await this.ctx.device.unlock({ vault, pin });
      await this.ctx.settle();
    } catch (error) {
      pad.busy = false;
      pad.clear();
      this.#message.textContent = error_text(error);
      const wait_s = /** @type {any} */ (error)?.details?.wait_s;
      if (wait_s) this.#wait(pad, wait_s);
      else pad.focus();
    }
  }

  /** Counts down in words; keys stay off till then. @param {any} pad @param {number} wait_s */
  #wait(pad, wait_s) {
    const until = Date.now() + wait_s * 1000;
    clearInterval(this.#clock);
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      pad.busy = left > 0;
      this.#message.textContent = left > 0 ? t("unlock.wait", { n: left }) : "";
      if (left <= 0) clearInterval(this.#clock);
    };
    this.#clock = setInterval(tick, 1000);
    tick();
  }

  async leave() {
    clearInterval(this.#clock);
  }

  /** @param {string} vault */
  async #forgot(vault) {
    if (!(await ask({ title: t("forgot.title"), text: t("forgot.text"), yes: t("forgot.yes"), danger: true }))) return;
    try {
      const { sent, waiting } = await this.ctx.device.forgot_pin({ vault });
      await this.ctx.settle();
      this.ctx.say(t("forgot.done", { sent, waiting }));
    } catch (error) {
      this.#message.textContent = error_text(error);
    }
  }

  /** @param {any} known @param {any[]} vaults */
  #reset(known, vaults) {
    return [
      heading({ title: t("reset.title") }),
      html`<div class="panel"><p class="big">${known.person_name}</p><p>${t("reset.text")}</p><p>${t("reset.next")}</p>${this.#someone_else(vaults)}</div>`,
    ];
  }
}
