/** One record: where it stands, its answers under their labels, what reviewers said, what happened; what may be done. */
import { answer_sections } from "../answer_list.js";
import { changed_section } from "../changes.js";
import { conflict_section } from "../conflicts.js";
import { copied } from "../copying.js";
import { ask, ask_text } from "../dialog.js";
import { format_time } from "../format.js";
import { FormSession } from "../form_session.js";
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { heading, icon, moment, phase_mark } from "../parts.js";
import { remark_box } from "../questions/question.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";
import { urgent_panel } from "../urgent.js";
import { reply_to } from "./reply.js";

const PENDING = /** @type {Record<string, string>} */ ({
  submit: "pending.submit",
  edit: "pending.edit",
  correct: "pending.edit",
  comment: "pending.comment",
  void: "pending.void",
  step: "pending.step",
});

/** What the server has and a person there must decide. */
const DECIDING = /** @type {Record<string, string>} */ ({
  submit: "deciding.submit",
  edit: "deciding.edit",
  correct: "deciding.edit",
  comment: "deciding.comment",
  void: "deciding.void",
  step: "deciding.step",
});

/** Acts that are no step of the workflow, which has its own words. */
const ACTS = /** @type {Record<string, string>} */ ({
  submit: "act.submit",
  edit: "act.edit",
  correct: "act.correct",
  comment: "act.comment",
  void: "act.void",
  resolve: "act.resolve",
  move: "act.move",
  link: "act.link",
});

/** Phases that only the device knows of: the workflow's words would claim too much. */
const OURS = new Set(["draft", "waiting"]);

export class RecordScreen extends Screen {
  async load() {
    const { device } = this.ctx;
    const { rec } = this.params;
    const record = await device.open({ rec });
    const program = await device.program({ form_id: record.form.id, version: record.form.version });
    const { forms } = await device.home({});
    const again = record.phase !== "draft" && forms.some((/** @type {any} */ form) => form.form_id === record.form.id);
    return { record, program, again, env: await device.env({ rec, reading: true }) };
  }

  async start() {
    this.addEventListener("reply", (event) => this.#comment(/** @type {CustomEvent} */ (event).detail.path));
    await super.start();
  }

  /** @param {any} data */
  view({ record, program, env, again }) {
    const session = new FormSession({ program, record: { ...record, draft: undefined }, env, device: this.ctx.device });
    const title = record.title || session.instance.title("vi") || t("record.untitled");
    return [
      heading({ title, back: link("records", record.phase) }),
      html`<p class="lead">${text_of(program.title)} ${phase_mark(record.phase, OURS.has(record.phase) ? "" : text_of(record.state_label))}</p>`,
      urgent_panel(record, program.title),
      record.behalf && html`<p class="quiet">${t("behalf.said", { name: record.behalf.reporter, at: format_time(record.behalf.at) })}</p>`,
      this.#where(record),
      this.#alike(record),
      record.phase === "has_issues" && this.#returned(record),
      this.#acts(record, again),
      record.own_answers && record.pending.length === 0 && changed_section(session, record.own_answers, t("record.changed")),
      conflict_section(session, record),
      ...answer_sections(session).filter(Boolean),
      this.#timeline(record, session),
    ].filter(Boolean);
  }

  /** The truth about what has and has not arrived. @param {any} record */
  #where({ pending, receipt, conflicts, draft, files }) {
    const unsent = Object.values(files).filter((state) => state === "here").length;
    return html`
      <div class="where">
        ${pending.map((/** @type {any} */ op) => html`<p class="waiting">${icon("ui/clock.svg")}<span>${op.decided ? text_of(op.decided) : t((op.settled ? DECIDING : PENDING)[op.type] ?? "pending.edit")} ${moment(op.at)}</span></p>`)}
        ${receipt && html`<p class="received">${icon("ui/received.svg")}<span>${t("record.received")} ${moment(receipt.received_at)}</span></p>`}
        ${unsent > 0 && html`<p class="waiting">${icon("ui/clock.svg")}<span>${t("home.unsent_files", { n: unsent })}</span></p>`}
        ${draft && html`<p>${icon("ui/edit.svg")}<span>${t("record.has_draft")} ${moment(draft.saved_at)}</span></p>`}
        ${conflicts.length > 0 && html`<p class="waiting">${icon("ui/warning.svg")}<span>${t("record.conflict", { n: conflicts.length })}</span></p>`}
      </div>`;
  }

  /** Other records here that look like this one; asked for once the screen stands, because it reads them all. @param {any} record */
  #alike({ rec }) {
    const place = html`<div></div>`;
    const show = async () => {
      const { rows } = await this.ctx.device.alike({ rec });
      if (!rows.length) return;
      const links = rows.map((/** @type {any} */ row) => html`<p><a href=${link("record", row.rec)}>${row.title} ${row.subtitle}</a></p>`);
      place.append(html`<div class="where"><p class="waiting">${icon("ui/warning.svg")}<span>${t("record.alike")}</span></p>${links}</div>`);
    };
    show().catch(() => undefined); // a hint: the record is shown without it
    return place;
  }

  /** @param {any} record */
  #returned({ history, remarks }) {
    const back = history.filter((/** @type {any} */ entry) => entry.reason).at(-1);
    return html`
      <div class="returned">
        <p><strong>${t("fill.returned")}</strong> ${back?.reason}</p>
        ${remarks.filter((/** @type {any} */ remark) => !remark.path).map(remark_box)}
      </div>`;
  }

  /** @param {any} record @param {boolean} again */
  #acts(record, again) {
    const { rec } = this.params;
    const may_void = record.may_void ?? record.editable;
    return html`
      <div class="actions record-acts">
        ${record.editable && html`<a class="button main" href=${link("fill", rec)}>${icon("ui/edit.svg")}${t(record.draft ? "record.continue" : "record.edit")}</a>`}
        ${record.phase !== "draft" && html`<button type="button" @click=${() => this.#comment()}>${icon("ui/comment.svg")}${t("record.comment")}</button>`}
        ${again && html`<button type="button" @click=${() => this.#again(record)}>${icon("ui/plus.svg")}${t("record.again")}</button>`}
        ${record.draft && html`<button type="button" @click=${() => this.#discard(record)}>${icon("ui/trash.svg")}${t("record.discard")}</button>`}
        ${may_void && record.phase !== "draft" && html`<button type="button" class="danger quiet" @click=${() => this.#void()}>${icon("ui/close.svg")}${t("record.void")}</button>`}
      </div>`;
  }

  /** @param {() => Promise<any>} act @param {string} done */
  async #do(act, done) {
    try {
      await act();
      this.ctx.say(done);
      await this.refresh();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  /** @param {string} [path] of the question a reviewer spoke of */
  async #comment(path) {
    const said = await reply_to(this.ctx, this.params.rec, path);
    if (said) this.ctx.say(said);
    await this.refresh();
  }

  /** A new record of the same form, begun with these answers. @param {any} record */
  async #again({ form, answers }) {
    const { device } = this.ctx;
    try {
      const begun = await device.start({ form_id: form.id });
      const program = await device.program({ form_id: form.id, version: begun.form.version });
      await device.save_draft({ rec: begun.rec, form: begun.form, answers: copied(program, answers, () => crypto.randomUUID()) });
      this.ctx.go(link("fill", begun.rec));
      this.ctx.say(t("record.again_done"));
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  async #void() {
    const reason = await ask_text({ title: t("record.void_title"), text: t("record.void_text"), label: t("record.void_reason"), yes: t("record.void"), danger: true });
    if (reason) await this.#do(() => this.ctx.device.void({ rec: this.params.rec, reason }), t("record.void_done"));
  }

  /** @param {any} record */
  async #discard(record) {
    if (!(await ask({ title: t("record.discard_title"), text: t("record.discard_text"), yes: t("record.discard"), danger: true }))) return;
    try {
      const { undo_token } = await this.ctx.device.discard_draft({ rec: this.params.rec });
      this.ctx.say(t("record.discarded"), () => this.ctx.device.restore_draft({ undo_token }).then(() => this.refresh()));
      if (record.phase === "draft") this.ctx.go(link("home"));
      else await this.refresh();
    } catch (error) {
      this.ctx.say(error_text(error));
    }
  }

  /** Newest first: what waits, then every act with who, when by their clock, when the server signed for it, and what was said. @param {any} record @param {FormSession} session */
  #timeline({ history, pending }, session) {
    if (!history.length && !pending.length) return null;
    return html`
      <section class="timeline" aria-label=${t("record.history")}>
        <h2>${t("record.history")}</h2>
        <ol>
          ${[...pending].reverse().map((/** @type {any} */ op) => html`
            <li class="waits">
              <p><strong>${t(ACTS[op.type] ?? "act.other")}</strong></p>
              <p class="quiet">${when(op)}</p>
            </li>`)}
          ${[...history].reverse().map((/** @type {any} */ entry) => html`
            <li>
              <p><strong>${text_of(entry.label) || t(ACTS[entry.type] ?? "act.other")}</strong> <span class="quiet">${[text_of(entry.by?.name ?? entry.by), text_of(entry.role)].filter(Boolean).join(", ")}</span></p>
              <p class="quiet">${when(entry)}</p>
              ${entry.reason && html`<p>${entry.reason}</p>`}
              ${entry.remarks.map((/** @type {any} */ remark) => html`<p>${remark.path && html`<strong>${label_at(session, remark.path)} </strong>`}${remark.text}</p>`)}
            </li>`)}
        </ol>
      </section>`;
  }
}

/** When it was done, by its author's clock, and when the server signed for it. @param {{at?: string, received_at?: string | null}} act */
function when({ at, received_at }) {
  return t(received_at ? "record.when" : "record.when_waiting", { at: format_time(at ?? ""), received: format_time(received_at ?? "") });
}

/** @param {FormSession} session @param {string} path which an older version of the form may have had alone */
function label_at(session, path) {
  try {
    return session.state(path).label;
  } catch {
    return "";
  }
}
