/** One record before its reviewer: answers with what changed marked, remarks beside questions, the workflow's steps. */
import { answer_sections } from "../answer_list.js";
import { print_answer } from "../answer_text.js";
import { ask_text } from "../dialog.js";
import { format_time } from "../format.js";
import { FormSession } from "../form_session.js";
import { html } from "../html.js";
import { error_text, t, text_of } from "../i18n.js";
import { heading, icon, moment, phase_mark } from "../parts.js";
import { remark_box } from "../questions/question.js";
import { link } from "../router.js";
import { Screen } from "../screen.js";

/** @typedef {import("../types.js").Spec} Spec */

/** Remarks begun and not sent, by record: leaving the screen loses none. @type {Map<string, {path: string, text: string}[]>} */
const begun = new Map();
const TONES = /** @type {Record<string, [string, string]>} class, icon */ ({
  positive: ["main", "ui/check.svg"],
  attention: ["", "ui/undo.svg"],
  negative: ["danger quiet", "ui/close.svg"],
  neutral: ["", "ui/forward.svg"],
});

export class ReviewScreen extends Screen {
  async load() {
    const { device } = this.ctx;
    const { rec } = this.params;
    const record = await device.review({ rec });
    const [program, env] = await Promise.all([device.program({ form_id: record.form.id, version: record.form.version }), device.env({ rec, reading: true })]);
    return { record, program, env, begun: begun.get(rec) ?? [] };
  }

  /** @param {any} data */
  view({ record, program, env, begun: said }) {
    const { device } = this.ctx;
    const session = new FormSession({ program, record: { ...record, draft: undefined }, env, device });
    const before = record.before && new FormSession({ program, record: { ...record, answers: record.before.answers, draft: undefined }, env, device });
    const may_remark = record.steps.some((/** @type {any} */ step) => step.remarks);
    let changed = 0;
    const sections = answer_sections(session, {
      beside: (path, spec, label, text) => {
        const was = before && before.instance.by_path.has(path) ? print_answer(before.instance, spec, before.state(path).value) : "";
        const news = before && was !== text;
        if (news) changed += 1;
        return [
          news && html`<p class="was"><span class="mark carried">${t("review.changed")}</span> ${t("review.was")} <del>${was || t("question.blank")}</del></p>`,
          ...said.filter((/** @type {any} */ remark) => remark.path === path).map((/** @type {any} */ remark) => this.#begun(remark)),
          may_remark && html`<button type="button" class="icon-button remark-button" aria-label=${t("review.remark_on", { label })} title=${t("review.remark")} @click=${() => this.#remark(path, label, record.phrases)}>${icon("ui/comment.svg")}</button>`,
        ].filter(Boolean);
      },
    }).filter(Boolean);
    return [
      heading({ title: record.title || session.instance.title("vi") || t("record.untitled"), back: link("queue") }),
      html`<p class="lead">${text_of(program.title)} ${phase_mark(record.phase === "waiting" ? "waiting" : record.phase, text_of(record.state_label))}</p>`,
      html`<p class="quiet">${t("review.by", { name: record.author })}</p>`,
      record.carried && html`<p class="notice">${icon("ui/info.svg")}<span>${t("review.carried")}</span></p>`,
      record.pending.length > 0 && html`<p class="notice">${icon("ui/clock.svg")}<span>${t("review.unsent", { n: record.pending.length })}</span></p>`,
      (record.urgency || record.due) && html`
        <p class="marks">
          ${record.urgency && html`<span class="mark ${record.urgency.rank === 0 ? "hot" : "calm"}">${text_of(record.urgency.label)}</span>`}
          ${record.due && html`<span class="mark calm">${t("review.due", { at: format_time(record.due) })}</span>`}
        </p>`,
      record.conflicts.length > 0 && html`<p class="notice">${icon("ui/warning.svg")}<span>${t("review.conflict", { n: record.conflicts.length })}</span></p>`,
      changed > 0 && html`<p class="notice changed-count">${icon("ui/edit.svg")}<span>${t("review.changes", { n: changed })}</span></p>`,
      ...sections,
      ...record.remarks.filter((/** @type {any} */ remark) => !remark.path).map(remark_box),
      this.#story(record),
      this.#steps(record, said),
    ].filter(Boolean);
  }

  /** The last acts, the newest first; the whole history is the record's own screen. @param {any} record */
  #story({ rec, history, may_correct }) {
    const last = [...history].reverse().slice(0, 3);
    return html`
      <section class="panel" aria-label=${t("record.history")}>
        <h2>${t("record.history")}</h2>
        <ul class="story">${last.map((entry) => html`<li><strong>${text_of(entry.label) || t(`act.${entry.type}`)}</strong> <span class="quiet">${[entry.by, text_of(entry.role)].filter(Boolean).join(", ")}, ${moment(entry.received_at ?? entry.at)}</span>${entry.reason && html`<p>${entry.reason}</p>`}</li>`)}</ul>
        <div class="actions record-acts">
          ${may_correct && html`<a class="button" href=${link("fill", rec)}>${icon("ui/edit.svg")}${t("review.correct")}</a>`}
          <a class="button quiet" href=${link("record", rec)}>${icon("ui/records.svg")}${t("review.more")}</a>
          <button type="button" class="quiet" @click=${() => window.print()}>${icon("ui/file.svg")}${t("review.print")}</button>
        </div>
      </section>`;
  }

  /** @param {any} record @param {any[]} said */
  #steps(record, said) {
    return html`
      <div class="actions steps-bar">
        ${record.steps.map((/** @type {any} */ step) => {
          const [looks, picture] = TONES[step.tone] ?? TONES.neutral;
          return html`<button type="button" id=${`step-${step.action}`} class=${looks} @click=${() => this.#take(record, step, said)}>${icon(picture)}${text_of(step.label)}${step.remarks && said.length > 0 ? ` (${said.length})` : ""}</button>`;
        })}
        ${!record.steps.length && html`<p class="quiet">${t("review.no_step")}</p>`}
      </div>`;
  }

  /** @param {{path: string, text: string}} remark */
  #begun(remark) {
    const drop = () => {
      begun.set(this.params.rec, (begun.get(this.params.rec) ?? []).filter((each) => each !== remark));
      void this.refresh();
    };
    return html`<div class="remark" role="note">${icon("ui/comment.svg")}<p>${remark.text} <span class="quiet">${t("review.with_return")}</span></p><button type="button" class="icon-button quiet" aria-label=${t("review.drop_remark", { text: remark.text })} @click=${drop}>${icon("ui/trash.svg")}</button></div>`;
  }

  /** @param {string} path @param {string} label @param {any[]} phrases */
  async #remark(path, label, phrases) {
    const text = await ask_text({ title: label, label: t("review.remark_label"), yes: t("review.remark"), phrases: phrases.map(text_of) });
    if (!text) return;
    begun.set(this.params.rec, [...(begun.get(this.params.rec) ?? []), { path, text }]);
    await this.refresh();
  }

  /** @param {any} record @param {any} step @param {any[]} said */
  async #take(record, step, said) {
    const { rec, answers_hash, phrases } = record;
    const label = text_of(step.label);
    let reason;
    if (step.reason === "required" || step.remarks) {
      const text = said.length ? t("review.remarks_go", { n: said.length }) : undefined;
      reason = await ask_text({ title: label, text, label: t("review.reason"), yes: label, phrases: phrases.map(text_of) });
      if (!reason) return;
    }
    try {
      await this.ctx.device.step({ rec, action: step.action, answers_hash, reason, remarks: step.remarks ? said : [] });
      begun.delete(rec);
      const { rows } = await this.ctx.device.queue({ tab: "mine", limit: 2 });
      const next = rows.find((/** @type {any} */ row) => row.rec !== rec);
      // Said once the next screen has come: a new screen begins without the words of the one before.
      window.addEventListener("hashchange", () => this.ctx.say(t("review.done", { step: label })), { once: true });
      this.ctx.go(next ? link("review", next.rec) : link("queue"));
    } catch (error) {
      this.ctx.say(error_text(error));
      await this.refresh();
    }
  }
}
