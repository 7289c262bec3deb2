/** The frame around the screens: which one the address and the device's state call for, banners, navigation, messages. */
import { html } from "./html.js";
import { error_text, load_language, t } from "./i18n.js";
import { icon } from "./parts.js";
import { link, place_of } from "./router.js";
import { fetch_screen } from "./screens/later.js";

const TOAST_MS = 9000;
/** Screens for a device that is not open; an open one shows what the address says. */
const CLOSED = /** @type {Record<string, string>} */ ({ new: "cs-enrol", locked: "cs-unlock", needs_pin_reset: "cs-unlock" });
const NAVIGATION = /** @type {[string, string, string][]} screen, words, icon */ ([
  ["home", "nav.home", "ui/home.svg"],
  ["records", "nav.records", "ui/records.svg"],
  ["sync", "nav.sync", "ui/sync.svg"],
  ["settings", "nav.settings", "ui/settings.svg"],
]);
/** Who decides about records has a desk for it, beside home. @type {[string, string, string]} */
const DESK = ["queue", "nav.queue", "ui/check.svg"];
/** Screens that fill the whole screen: a person is in the middle of something. */
const WHOLE = new Set(["cs-enrol", "cs-unlock", "cs-fill"]);

export class App extends HTMLElement {
  /** @type {any} the screen shown and the place it belongs to */
  #screen = null;
  #same_as = "";
  /** @type {any} the screen that has begun: the one before it has kept what was typed there */
  #begun = null;
  #turn = 0;
  #top = html`<header class="app-top"></header>`;
  #main = html`<main id="main"></main>`;
  #navigation = html`<nav class="app-nav"></nav>`;
  #toast = html`<div class="toast" role="status" aria-live="polite"></div>`;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #toast_end;
  /** @type {(() => void) | undefined} applies the waiting version of the app */
  #update;
  #refreshing = false;
  /** @type {any} the device behind practice */
  #real;

  /** @param {import("./types.js").Device} device @param {string} kind of device, for the page about this app */
  async begin(device, kind) {
    this.#real = device;
    /** @type {import("./types.js").Context} */
    this.ctx = {
      device,
      kind,
      status: await device.status({}),
      go: (hash) => { location.hash = hash; },
      say: (text, undo) => this.#say(text, undo),
      settle: () => this.#settle(),
      restyle: (settings) => this.#restyle(settings),
      practise: (device) => this.#practise(device),
    };
    await this.#style(await device.settings({}));
    this.replaceChildren(this.#top, this.#main, this.#navigation, this.#toast);
    window.addEventListener("hashchange", () => this.#route());
    for (const name of ["online", "offline"]) window.addEventListener(name, () => this.#frame());
    device.addEventListener("change", () => this.#changed());
    await this.#route();
  }

  /** A newer version waits. @param {() => void} apply */
  set update(apply) {
    this.#update = apply;
    if (this.ctx) this.#frame();
  }

  #place() {
    const { state } = /** @type {any} */ (this.ctx).status;
    const place = place_of(location.hash);
    const closed = place.screen !== "cs-enrol" && CLOSED[state];
    return closed ? { screen: closed, params: {}, same_as: `${closed} ${state}` } : place;
  }

  async #route() {
    const place = this.#place();
    const turn = ++this.#turn;
    if (!this.#toast.querySelector("button")) this.#toast.replaceChildren();
    if (this.#screen && place.same_as === this.#same_as) {
      await this.#screen.moved({ ...place.params });
    } else {
      const screen = /** @type {any} */ (customElements.get(place.screen) ? document.createElement(place.screen) : await this.#make(place.screen));
      if (turn !== this.#turn) return; // its person went on meanwhile
      const left = this.#screen;
      this.#same_as = screen.localName === place.screen ? place.same_as : ""; // else the next look is a new try
      this.#screen = screen;
      screen.ctx = this.ctx;
      screen.params = { ...place.params };
      this.#main.replaceChildren(screen);
      this.#frame();
      await left?.leave();
      if (this.#screen !== screen) return; // somebody went on meanwhile
      this.#begun = screen;
      await screen.start();
    }
    this.#arrive();
  }

  /** Of the second part of the app. @param {string} name @returns {Promise<any>} the screen, or one that says that it is not here yet */
  async #make(name) {
    try {
      await fetch_screen(name);
      return document.createElement(name);
    } catch (why) {
      return Object.assign(document.createElement("cs-not-here"), { why });
    }
  }

  /** A new screen begins at its top, and a screen reader at its heading. */
  #arrive() {
    this.#frame();
    const title = this.#screen.querySelector("h1");
    document.title = t("app.name"); // headings name persons, and titles stand on task bars and in histories
    if (this.#screen.contains(document.activeElement)) return;
    window.scrollTo(0, 0);
    title?.focus({ preventScroll: true });
  }

  /** Banners and navigation, as they stand now. */
  #frame() {
    const { status } = /** @type {any} */ (this.ctx);
    const open = status.state === "open";
    const demo = status.demo && status.state !== "new";
    this.#top.replaceChildren(...[
      status.practice && html`<p class="bar-practice" role="note"><span>${t("practice.bar")}</span> <button type="button" @click=${() => this.#practise(null)}>${t("practice.end")}</button></p>`,
      demo && html`<p class="bar-demo">${t("app.demo")}</p>`,
      this.#update && html`<p class="bar-update">${t("app.update_ready")} <button type="button" @click=${this.#update}>${t("app.update")}</button></p>`,
      open && !navigator.onLine && html`<p class="bar-offline">${icon("ui/offline.svg")}<span>${t("app.offline")}</span></p>`,
    ].filter(Boolean));
    const whole = WHOLE.has(this.#screen?.localName);
    this.classList.toggle("whole", whole);
    this.classList.toggle("practice", Boolean(status.practice));
    this.#navigation.hidden = whole;
    this.#navigation.setAttribute("aria-label", t("nav.label"));
    const places = status.reviews ? [NAVIGATION[0], DESK, ...NAVIGATION.slice(1)] : NAVIGATION;
    this.#navigation.replaceChildren(...places.map(([screen, words, picture]) =>
      html`<a href=${link(screen)} aria-current=${this.#screen?.localName === `cs-${screen}` && "page"}>${icon(picture)}<span>${t(words)}</span></a>`));
  }

  /** @param {string} text @param {() => unknown} [undo] */
  #say(text, undo) {
    clearTimeout(this.#toast_end);
    const hush = () => this.#toast.replaceChildren();
    const take_back = async () => {
      hush();
      try {
        await undo?.();
      } catch (error) {
        this.#say(error_text(error));
      }
    };
    this.#toast.replaceChildren(html`<p><span>${text}</span>${undo && html`<button type="button" @click=${take_back}>${t("app.undo")}</button>`}</p>`);
    this.#toast_end = setTimeout(hush, TOAST_MS);
  }

  /** The device says that something changed; what comes in while reading is read together afterwards. */
  async #changed() {
    if (this.#refreshing) return;
    this.#refreshing = true;
    await Promise.resolve();
    this.#refreshing = false;
    const ctx = /** @type {any} */ (this.ctx);
    const before = ctx.status;
    await this.#status();
    if (ctx.status.state !== before.state) return this.#route();
    if (JSON.stringify(ctx.status) !== JSON.stringify(before)) this.#frame();
    // Until the screen before it has kept everything, a new one shows nothing: to see it means that all is kept.
    if (this.#begun === this.#screen) await this.#screen?.refresh();
  }

  async #settle() {
    const ctx = /** @type {any} */ (this.ctx);
    await this.#status();
    if (ctx.status.state === "open") await this.#style(await ctx.device.settings({}));
    await this.#route();
  }

  /** The screens over another device, for training; without one, over the real one again. @param {import("./types.js").Device | null} device */
  async #practise(device) {
    const ctx = /** @type {any} */ (this.ctx);
    ctx.device = device ?? this.#real;
    device?.addEventListener("change", () => this.#changed());
    this.#same_as = "";
    if (location.hash === "#/home") return this.#settle();
    await this.#status();
    ctx.go("#/home");
  }

  /** What the device is now. One that was locked has nobody practising. */
  async #status() {
    const ctx = /** @type {any} */ (this.ctx);
    ctx.status = await ctx.device.status({});
    if (ctx.status.practice && ctx.status.state !== "open") {
      ctx.device = this.#real;
      ctx.status = await ctx.device.status({});
    }
  }

  /** @param {any} settings */
  async #restyle(settings) {
    await this.#style(settings);
    await this.#screen.moved(this.#screen.params);
    this.#frame();
  }

  /** @param {any} settings */
  async #style({ language, text_size, theme }) {
    if (language) {
      await load_language(language).catch((error) => this.#say(error_text(error)));
      document.documentElement.lang = language;
    }
    if (theme) document.documentElement.dataset.theme = theme;
    if (text_size) document.documentElement.dataset.text = text_size;
  }
}
