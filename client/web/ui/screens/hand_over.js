/**
 * Handing over: what waits, as files for somebody to carry; opening what was brought back; and on a laptop, what is
 * carried for others. A file that was made or a slip that was given is never called received.
 */
import { html } from "../html.js";
import { error_text, t } from "../i18n.js";
import { heading, icon, moment, unsent_words } from "../parts.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

const TYPE = "text/plain";

export class HandOverScreen extends Screen {
  /** Files of the bundle made on this visit. @type {{name: string, text: string}[]} */
  #made = [];
  /** What opening a file came to, newest last. @type {{file: string, good: boolean, text: string}[]} */
  #opened = [];
  #busy = false;

  async load() {
    const { device } = this.ctx;
    const [{ unsent, unsent_files }, { handed }, carried, { drives }] = await Promise.all([device.home({}), device.outbox({}), device.carried({}), device.drives({})]);
    return { unsent, unsent_files, handed, carried, drives: drives.map((/** @type {any} */ { drive, name, files }) => ({ drive, name, files })), made: this.#made.map(({ name }) => name), opened: this.#opened, busy: this.#busy };
  }

  /** @param {any} data */
  view({ unsent, unsent_files, handed, carried, drives, opened, busy }) {
    const waits = unsent > 0 || unsent_files.count > 0;
    return [
      heading({ title: t("hand.title"), back: link("sync") }),
      html`
        <section class="panel" aria-labelledby="hand-give">
          <h2 id="hand-give">${t("hand.give")}</h2>
          <p class="big">${unsent_words(unsent, unsent_files)}</p>
          ${waits ? html`<p>${t("hand.give_how")}</p>` : html`<p class="quiet">${t("hand.nothing")}</p>`}
          ${handed && waits && html`<p class="notice">${icon("ui/info.svg")}<span>${t("hand.last", { n: handed.ops })} ${moment(handed.at)}. ${t("hand.not_received")}</span></p>`}
          ${waits && html`<button type="button" id="hand-make" class="main" ?disabled=${busy} @click=${this.#make}>${icon("ui/file.svg")}${t(busy ? "hand.making" : "hand.make")}</button>`}
          ${this.#made.length > 0 && html`<ul class="list" aria-label=${t("hand.files")}>${this.#made.map((file, at) => this.#file_row(file, at))}</ul>`}
        </section>`,
      html`
        <section class="panel" aria-labelledby="hand-take">
          <h2 id="hand-take">${t("hand.take")}</h2>
          <p>${t("hand.take_how")}</p>
          <label class="button file-button">${icon("ui/down.svg")}<span>${t("hand.open")}</span><input type="file" id="hand-open" class="sr" accept=".txt,text/plain" multiple @change=${this.#take}></label>
          <div role="status">${opened.length > 0 && html`<ul class="list">${opened.map(opened_row)}</ul>`}</div>
        </section>`,
      this.ctx.kind === "loopback" && html`
        <section class="panel" aria-labelledby="hand-drives">
          <h2 id="hand-drives">${t("drive.title")}</h2>
          ${drives.length ? html`<ul class="list">${drives.map((/** @type {any} */ drive) => this.#drive_row(drive))}</ul>` : html`<p class="quiet">${t("drive.none")}</p>`}
          <button type="button" class="quiet" @click=${() => this.refresh()}>${icon("ui/sync.svg")}${t("drive.again")}</button>
        </section>`,
      carried.bundles.length > 0 && html`
        <section class="panel" aria-labelledby="hand-carried">
          <h2 id="hand-carried">${t("hand.carried")}</h2>
          <p class="quiet">${t("hand.carried_how")}</p>
          <ul class="list">${carried.bundles.map(slip_row)}</ul>
        </section>`,
      carried.brought.length > 0 && html`
        <section class="panel" aria-labelledby="hand-back">
          <h2 id="hand-back">${t("hand.back")}</h2>
          <p class="quiet">${t("hand.back_how")}</p>
          <ul class="list">${carried.brought.map((/** @type {any} */ each) => this.#back_row(each))}</ul>
        </section>`,
    ].filter(Boolean);
  }

  /** @param {{name: string, text: string}} file @param {number} at */
  #file_row(file, at) {
    const shares = can_share(file);
    return html`
      <li class="row bundle">
        <span class="row-text"><strong>${file.name}</strong><span class="quiet">${t("hand.size", { kb: Math.ceil(file.text.length / 1024) })}</span></span>
        <span class="actions">
          ${shares && html`<button type="button" id=${`hand-share-${at}`} @click=${() => this.#share(file)}>${icon("ui/send.svg")}${t("hand.share")}</button>`}
          <button type="button" id=${`hand-save-${at}`} @click=${() => save(file)}>${icon("ui/down.svg")}${t("hand.save")}</button>
        </span>
      </li>`;
  }

  /** @param {any} each */
  #back_row({ device, device_name, person_name, made_at, given_at }) {
    return html`
      <li class="row bundle">
        <span class="row-text"><strong>${person_name} · ${device_name}</strong><span>${moment(made_at)} ${given_at ? t("hand.given") : ""}</span></span>
        <button type="button" @click=${() => this.#give_back(device)}>${icon("ui/down.svg")}${t("hand.save")}</button>
      </li>`;
  }

  /** @param {{drive: string, name: string, files: {name: string}[]}} found */
  #drive_row({ drive, name, files }) {
    return html`
      <li class="row bundle">
        <span class="row-text"><strong>${name}</strong><span class="quiet">${t("drive.holds", { n: files.length })}</span></span>
        <span class="actions">
          ${files.length > 0 && html`<button type="button" @click=${() => this.#take_all(drive, files)}>${icon("ui/down.svg")}${t("drive.take")}</button>`}
          ${this.#made.length > 0 && html`<button type="button" @click=${() => this.#write(drive, name)}>${icon("ui/up.svg")}${t("drive.write")}</button>`}
        </span>
      </li>`;
  }

  /** One after the other, each with its own answer as it comes. @param {string} drive @param {{name: string}[]} files */
  async #take_all(drive, files) {
    for (const { name } of files) {
      const [good, text] = await told(this.ctx.device.take_from_drive({ drive, name }));
      this.#opened = [...this.#opened, { file: name, good, text }];
      await this.refresh();
    }
  }

  /** @param {string} drive @param {string} name */
  async #write(drive, name) {
    try {
      const { written } = await this.ctx.device.write_to_drive({ drive, files: this.#made });
      this.ctx.say(t("drive.written", { n: written.length, name }));
      await this.refresh();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  #make = async () => {
    this.#busy = true;
    await this.refresh();
    try {
      const { files } = await this.ctx.device.make_bundle({});
      this.#made = files;
    } catch (error) {
      this.ctx.say(error_text(error));
    }
    this.#busy = false;
    await this.refresh();
  };

  /** @param {Event} event */
  #take = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    for (const file of input.files ?? []) {
      const [good, text] = await told(file.text().then((text) => this.ctx.device.take_bundle({ text })));
      this.#opened = [...this.#opened, { file: file.name, good, text }];
    }
    input.value = "";
    await this.refresh();
  };

  /** @param {string} device */
  async #give_back(device) {
    try {
      save(await this.ctx.device.give_back({ device }));
      await this.refresh();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  /** @param {{name: string, text: string}} file */
  async #share(file) {
    try {
      await navigator.share({ files: [as_file(file)], title: t("hand.title") });
    } catch (error) {
      if (/** @type {any} */ (error)?.name !== "AbortError") this.ctx.say(t("hand.share_failed"));
    }
  }
}

/** @param {Promise<any>} taking a bundle @returns {Promise<[boolean, string]>} whether it was taken, and what to tell */
async function told(taking) {
  try {
    const { opened, slip } = await taking;
    if (slip) return [true, t("hand.slip", { n: slip.ops, person: slip.person_name, code: code_of(slip) })];
    return [true, t(opened.late ? "hand.opened_late" : "hand.opened", { settled: opened.settled, changed: opened.changed })];
  } catch (error) {
    return [false, error_text(error)];
  }
}

/** @param {{file: string, good: boolean, text: string}} each */
function opened_row({ file, good, text }) {
  return html`<li class="row bundle ${good ? "" : "attention"}"><span class="row-text"><strong>${text}</strong><span class="quiet">${file}</span></span><span class="row-side">${icon(good ? "ui/check.svg" : "ui/warning.svg")}</span></li>`;
}

/** What is carried, as it would be read to the person who gave it. @param {any} slip */
function slip_row(slip) {
  const { id, person_name, device_name, ops, files, part, parts, taken_at, forwarded_at, problem } = slip;
  return html`
    <li class="row bundle ${problem ? "attention" : ""}">
      <span class="row-text">
        <strong>${person_name} · ${device_name}</strong>
        <span>${t("hand.holds", { n: ops, files })}${parts > 1 ? ` · ${part}/${parts}` : ""} · ${t("hand.code", { code: code_of(slip) })}</span>
        ${forwarded_at && problem && html`<span>${t("hand.erased")}</span>`}
        <span>${forwarded_at ? t("hand.forwarded") : t(problem ? "hand.forward_refused" : "hand.kept")} ${moment(forwarded_at ?? taken_at)}</span>
      </span>
      <a class="button quiet" href=${link("slip", id)}>${icon("ui/file.svg")}${t("slip.show")}</a>
      <span class="row-side">${icon(forwarded_at ? "ui/received.svg" : problem ? "ui/warning.svg" : "ui/clock.svg")}</span>
    </li>`;
}

/** Short enough to be written on paper. @param {{id: string}} slip */
function code_of({ id }) {
  return `${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase();
}

/** @param {{name: string, text: string}} file */
function as_file({ name, text }) {
  return new File([text], name, { type: TYPE });
}

/** @param {{name: string, text: string}} file */
function can_share(file) {
  return Boolean(navigator.canShare?.({ files: [as_file(file)] }));
}

/** @param {{name: string, text: string}} file */
function save({ name, text }) {
  const url = URL.createObjectURL(new Blob([text], { type: TYPE }));
  const to_file = /** @type {HTMLAnchorElement} */ (html`<a href=${url} download=${name}></a>`);
  to_file.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
