/** Filling in a form: a page for each group, every answer kept at once, a last page with what is missing and the sending. */
import { html } from "../html.js";
import { FormSession } from "../form_session.js";
import { error_text, t, text_of } from "../i18n.js";
import { REVIEW, page_of } from "../pages.js";
import { heading, icon } from "../parts.js";
import { body_of } from "../questions/body.js";
import { hush } from "../questions/media.js";
import { remark_box } from "../questions/question.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";
import { steady } from "../steady.js";
import { ask_date } from "./ask_date.js";
import { FillingLog } from "./filling_log.js";
import { review_page } from "./fill_review.js";
import { reply_to } from "./reply.js";
import { ask_for_the_start } from "./start_place.js";

export class FillScreen extends Screen {
  /** @type {FormSession | undefined} */
  #session;
  /** @type {any[]} elements of the page with update() */
  #inner = [];
  #saved = html`<p class="saved" role="status"></p>`;
  /** The page whose problems were shown once; the second "next" goes on. */
  #warned = "";
  /** @type {FillingLog | undefined} */
  #log;
  /** What changed since it was drawn; undefined: everything may have. @type {Set<string> | undefined} */
  #stale = new Set();

  async start() {
    const { device } = this.ctx;
    this.replaceChildren(html`<p class="waiting" role="status">${t("app.opening")}</p>`);
    try {
      const { rec } = this.params;
      const record = await device.open({ rec });
      const [program, env] = await Promise.all([device.program({ form_id: record.form.id, version: record.form.version }), device.env({ rec })]);
      const save = (/** @type {any} */ answers) => device.save_draft({ rec, form: record.form, answers, behalf: session.behalf, position: { page: this.params.page, path: session.pending } });
      const session = new FormSession({ program, record, env, device, save });
      this.#session = session;
      this.#log = await FillingLog.begin(session);
      const draw = steady(this, () => this.#update());
      session.addEventListener("changed", (event) => {
        this.#note(/** @type {CustomEvent} */ (event).detail.paths);
        draw();
      });
      session.addEventListener("saving", (event) => this.#tell_saved(/** @type {CustomEvent} */ (event).detail));
      this.addEventListener("removed", (event) => this.ctx.say(t("repeat.removed"), /** @type {CustomEvent} */ (event).detail.undo));
      document.addEventListener("visibilitychange", this);
      this.addEventListener("reply", (event) => this.#reply(/** @type {CustomEvent} */ (event).detail.path));
      this.addEventListener("quick", (event) => this.#quick(/** @type {CustomEvent} */ (event).detail.path));
      const left = record.draft?.position ?? {};
      this.params.page ??= left.page;
      this.#begin_at_remark(record);
      this.#paint();
      if (left.path && this.params.page === left.page) queueMicrotask(() => this.#focus(left.path));
    } catch (error) {
      this.failed(error);
    }
  }

  /** A returned record opens where the reviewer's first remark stands. @param {any} record */
  #begin_at_remark(record) {
    const first = record.remarks?.find((/** @type {any} */ remark) => remark.path);
    const page = first && page_of(this.#shown(), first.path);
    if (!page || this.params.page) return;
    this.params.page = page.key;
    queueMicrotask(() => this.#go_to(first.path));
  }

  /** A form being filled in is never rebuilt under the fingers. */
  async refresh() {}

  /** @param {Record<string, string>} params */
  async moved(params) {
    Object.assign(this.params, { page: undefined }, params);
    this.#warned = "";
    if (this.#session) this.#paint();
  }

  async leave() {
    document.removeEventListener("visibilitychange", this);
    hush();
    this.#keep();
    await this.#log?.leave("form exit").catch(() => {});
    // Whoever leaves does not stay for the next try of a save that failed: it is made at once.
    await this.#session?.flush().catch(() => this.#session?.flush()).catch(() => {});
    this.#session?.close();
  }

  /** @param {string} path of the question a reviewer spoke of */
  async #reply(path) {
    const said = await reply_to(this.ctx, this.params.rec, path);
    if (said) this.ctx.say(said);
  }

  /** The phone was turned off, another app came in front: what stands half typed is kept too. */
  handleEvent() {
    if (document.visibilityState !== "hidden") return;
    this.#keep();
    this.#session?.flush().catch(() => {});
  }

  /** Takes half-typed words before their pause is over. */
  #keep() {
    for (const field of this.querySelectorAll("cs-text, cs-number, cs-barcode")) /** @type {any} */ (field).keep();
  }

  #shown() {
    return this.#session?.shown_pages() ?? [];
  }

  #here() {
    const pages = this.#shown();
    const at = pages.findIndex(({ key }) => key === this.params.page);
    return { pages, at: this.params.page === REVIEW ? pages.length : Math.max(at, 0) };
  }

  #paint() {
    const session = /** @type {FormSession} */ (this.#session);
    const { pages, at } = this.#here();
    const page = pages[at];
    const spec = page?.spec;
    hush();
    session.pending = undefined;
    this.#log?.show(page ? page.nodes.map((node) => `${page.parent}/${node.name}`) : []);
    const label = (/** @type {string} */ path) => session.state(path).label;
    const title = page ? (spec ? label(spec.path) : text_of(session.program.title)) : t("fill.review");
    this.#inner = page ? body_of(page.nodes, page.parent, session) : [];
    this.replaceChildren(.../** @type {HTMLElement[]} */ ([
      html`
        <div class="fill-top">
          <a class="icon-button" href=${link("home")} aria-label=${t("fill.leave")}>${icon("ui/close.svg")}</a>
          <p class="fill-name">${text_of(session.program.title)}</p>
          ${this.#saved}
        </div>`,
      html`<div class="progress"><progress max=${pages.length + 1} value=${at + 1} aria-label=${t("fill.progress")}></progress><p>${t("fill.page", { n: at + 1, of: pages.length + 1 })}</p></div>`,
      heading({ title }),
      this.#returned(at),
      at === 0 && ask_for_the_start(session),
      page ? html`<div class="page">${spec && session.state(spec.path).hint && html`<p class="lead">${session.state(spec.path).hint}</p>`}${this.#inner}</div>` : this.#review(),
      this.#bar(pages, at),
    ].filter(Boolean)));
  }

  /** Why it came back, on the first page and the last. @param {number} at */
  #returned(at) {
    const { record } = /** @type {FormSession} */ (this.#session);
    const back = record.phase === "has_issues" && record.history?.filter((/** @type {any} */ entry) => entry.reason).at(-1);
    if (!back) return "";
    const general = record.remarks.filter((/** @type {any} */ remark) => !remark.path);
    return html`
      <div class="returned ${at ? "short" : ""}">
        <p><strong>${t("fill.returned")}</strong> ${back.reason}</p>
        ${general.map(remark_box)}
        ${record.remarks.some((/** @type {any} */ remark) => remark.path) && html`<ul>${record.remarks.filter((/** @type {any} */ remark) => remark.path).map((/** @type {any} */ remark) => html`<li><button type="button" class="link" @click=${() => this.#go_to(remark.path)}>${remark.text}</button></li>`)}</ul>`}
      </div>`;
  }

  #review() {
    return review_page(/** @type {FormSession} */ (this.#session), {
      go_to: (path) => this.#go_to(path),
      page_link: (page) => link("fill", this.params.rec, page.key),
    });
  }

  /** @param {import("../pages.js").Page[]} pages @param {number} at */
  #bar(pages, at) {
    const last = at >= pages.length;
    const before = at > 0 && pages[at - 1].key;
    return html`
      <div class="bar">
        ${before && html`<a class="button" href=${link("fill", this.params.rec, before)}>${icon("ui/back.svg")}${t("fill.back")}</a>`}
        ${last
          ? html`<button type="button" class="main" id="fill-send" @click=${this.#finalise}>${icon("ui/send.svg")}${t("fill.finalise")}</button>`
          : html`<button type="button" class="main" id="fill-next" @click=${() => this.#next(pages, at)}>${t("fill.next")}${icon("ui/forward.svg")}</button>`}
      </div>`;
  }

  /** On to the next page; problems of this one are shown first, once. @param {import("../pages.js").Page[]} pages @param {number} at */
  #next(pages, at) {
    const session = /** @type {FormSession} */ (this.#session);
    const here = pages[at];
    const wrong = session.problems().filter((/** @type {any} */ problem) => page_of(pages, problem.path) === here).map(({ path }) => path);
    if (wrong.length && this.#warned !== here.key) {
      this.#warned = here.key;
      session.demand(wrong);
      this.#focus(wrong[0]);
      this.ctx.say(t("fill.page_problems", { n: wrong.length }));
      const next = this.querySelector("#fill-next");
      next?.replaceChildren(t("fill.next_anyway"), icon("ui/forward.svg"));
      return;
    }
    // Answers on this page may have opened or closed later pages.
    const now = this.#shown();
    const after = now[now.findIndex(({ key }) => key === here.key) + 1];
    this.ctx.go(link("fill", this.params.rec, after?.key ?? REVIEW));
  }

  /** `quick`: a choice was made, so on to the next question, or page. @param {string} path */
  #quick(path) {
    const questions = [...this.querySelectorAll("cs-question:not([hidden])")];
    const next = questions[questions.findIndex((question) => /** @type {HTMLElement} */ (question).dataset.path === path) + 1];
    if (next) return /** @type {any} */ (next).focus_control();
    const { pages, at } = this.#here();
    if (pages[at]) this.#next(pages, at);
  }

  /** To the page of a question, and to the question. @param {string} path */
  #go_to(path) {
    const page = page_of(this.#shown(), path);
    if (!page) return;
    const address = link("fill", this.params.rec, page.key);
    if (page.key === this.params.page || location.hash === address) return this.#focus(path);
    this.ctx.go(address);
    window.addEventListener("hashchange", () => queueMicrotask(() => this.#focus(path)), { once: true });
  }

  /** @param {string} path */
  #focus(path) {
    for (const repeat of this.querySelectorAll("cs-repeat")) {
      if (path.startsWith(`${/** @type {HTMLElement} */ (repeat).dataset.path}[`)) /** @type {any} */ (repeat).open_for(path);
    }
    /** @type {any} */ (this.querySelector(`cs-question[data-path="${CSS.escape(path)}"]`))?.focus_control();
  }

  /** @param {Set<string>} [paths] */
  #note(paths) {
    if (!paths) this.#stale = undefined;
    else for (const path of paths) this.#stale?.add(path);
  }

  #update() {
    const paths = this.#stale;
    this.#stale = new Set();
    for (const element of this.#inner) element.update(paths);
  }

  /** @param {{state: string, error?: any}} saving */
  #tell_saved({ state, error }) {
    const words = { saving: "fill.saving", saved: "fill.saved", failed: "fill.save_failed" }[state] ?? "fill.saving";
    this.#saved.className = `saved ${state}`;
    this.#saved.textContent = t(words, { why: error ? error_text(error) : "" });
  }

  #finalise = async () => {
    const session = /** @type {FormSession} */ (this.#session);
    const send = /** @type {HTMLButtonElement} */ (this.querySelector("#fill-send"));
    const problems = session.problems();
    session.demand(problems.map(({ path }) => path));
    if (problems.length) return this.#go_to(problems[0].path);
    send.disabled = true;
    try {
      await this.#log?.leave("form finalize");
      await session.flush();
      const { rec } = this.params;
      await this.ctx.device.finalise({ rec, confirmed_date: await ask_date(this.ctx) });
      this.#log = undefined; // it is in the record, and closed
      history.replaceState(null, "", link("home"));
      this.ctx.go(link("sent", rec));
    } catch (error) {
      send.disabled = false;
      this.ctx.say(error_text(error));
    }
  };
}
