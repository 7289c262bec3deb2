/** What the screens show of a vault (ARCHITECTURE.md, "The device interface"). Reads; changes nothing. */
import { files } from "../engine/file_answers.js";
import { overlay } from "../sync/overlay.js";
import { states, unsent as unsent_files, waiting_files } from "./attachments.js";
import { DeviceError } from "./errors.js";
import { all_rows, counts, find_rows, unsent_count } from "./list_index.js";
import { DECIDED, attention_of, needs_a_person, phase_of, unfolded, unsent } from "./rows.js";
import { unit_of } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */

const LIST_LIMIT = 100;
const RECEIPTS_SHOWN = 20;

/** @param {Session} session */
export async function home({ ledger, library }) {
  const { head, index } = await ledger.now();
  const campaign = await library.campaign(head);
  const forms = (await library.current_forms(head)).filter(({ form_id }) => campaign.memberships(head.person, form_id, "submit").length);
  return {
    forms: forms.map(({ form_id, version, title, settings }) => ({ ...settings, form_id, version, title })),
    counts: counts(index, head.epoch),
    last_sync: head.last_sync,
    unsent: unsent_count(index, head.epoch),
    unsent_files: await unsent_files(ledger),
  };
}

/** @param {Session} session @param {import("./list_index.js").Query & {offset?: number, limit?: number}} asked */
export async function listing({ ledger, library }, { offset = 0, limit = LIST_LIMIT, ...query }) {
  const { head, index } = await ledger.now();
  const campaign = await library.campaign(head);
  const found = find_rows(index, head.epoch, query);
  const rows = found.slice(offset, offset + limit).map((row) => ({
    rec: row.rec,
    form_id: row.form.id,
    title: row.title,
    subtitle: row.subtitle,
    phase: phase_of(row, head.epoch),
    ...state_of(campaign, row),
    at: row.at,
    attention: attention_of(row, head.epoch),
    pending: unsent(row, head.epoch).length,
    draft: row.draft,
  }));
  return { rows, total: found.length, counts: counts(index, head.epoch) };
}

/** @param {import("./campaign.js").Campaign} campaign @param {Row} row */
function state_of(campaign, row) {
  const state = row.doc?.state ?? (row.ops.length ? campaign.initial(row.form.id) : "draft");
  return { state, state_label: state === "draft" ? null : campaign.state(row.form.id, state).label };
}

/**
 * The record view: the server's copy with pending ops laid over it, and the draft beside it.
 * @param {Session} session
 * @param {string} rec
 */
export async function record({ ledger, library }, rec) {
  const row = await ledger.row(rec);
  const { head } = await ledger.now();
  const campaign = await library.campaign(head);
  const doc = await ledger.read("records", rec);
  const draft = /** @type {import("./drafts.js").Draft|null} */ (row.draft ? await ledger.read("drafts", rec) : null);
  const own = await pending_ops(ledger, row, head.epoch);
  const shown = overlay(doc, own);
  const { state, state_label } = state_of(campaign, row);
  const unit = unit_of(row.scope);
  const received = row.ops.filter(({ epoch }) => epoch && epoch === head.epoch).at(-1);
  const form = draft?.form ?? shown.form ?? row.form;
  return {
    rec,
    form,
    scope: row.scope,
    title: row.title,
    phase: phase_of(row, head.epoch),
    state,
    state_label,
    answers: shown.answers ?? {},
    files: await states(ledger, named_in(await library.program(head, form.id, form.version).catch(no_form), [shown.answers, draft?.answers])),
    base: shown.base,
    editable: state === "draft" || campaign.writing(head.person, form.id, unit, state) !== null,
    may_void: state !== "draft" && campaign.may_void(head.person, form.id, unit, state),
    remarks: (doc?.remarks ?? []).map((/** @type {any} */ remark) => with_labels(campaign, form.id, remark)),
    history: (doc?.history ?? []).map((/** @type {any} */ entry) => with_labels(campaign, form.id, entry)),
    conflicts: doc?.conflicts ?? [],
    pending: shown.pending.map((op) => ({ ...op, ...receipt_of(own, op.h), ...decided(row, op.h) })),
    own_answers: own.filter(({ h, answers }) => answers && doc?.ops.includes(h)).at(-1)?.answers ?? null,
    ...(draft && { draft: { answers: draft.answers, saved_at: draft.saved_at, position: draft.position, behalf: draft.behalf ?? null } }),
    behalf: doc?.behalf ?? null,
    ...(received && { receipt: { received_at: received.received_at, rev: received.rev } }),
    ...urgent(campaign, form.id, unit, shown.answers, doc?.history ?? []),
  };
}

/** What a person decided about one's own op that could not be applied, in words. @param {Row} row @param {string} h */
function decided({ ops }, h) {
  const found = ops.find((op) => op.h === h);
  return found && DECIDED.has(found.verdict ?? "") ? { decided: found.message } : {};
}

/** Acts of the history that do not show that anybody else has seen the record. */
const OWN_ACTS = new Set(["submit", "edit"]);

/**
 * What to do at once about a finalised record that cannot wait, until somebody else has done something about it.
 * @param {import("./campaign.js").Campaign} campaign @param {string} form_id @param {string} unit @param {any} answers @param {any[]} history
 */
function urgent(campaign, form_id, unit, answers, history) {
  if (history.some(({ type }) => !OWN_ACTS.has(type)) || !campaign.is_urgent(form_id, answers)) return {};
  const place = campaign.units.find((/** @type {any} */ each) => each.code === unit)?.name ?? unit;
  return { urgent: { place, hotlines: campaign.hotlines } };
}

/** The file answers among these answers. @param {any} program null where the form is not here @param {any[]} said */
function named_in(program, said) {
  const named = program ? said.flatMap((answers) => files(program, answers)) : [];
  return [...new Set(named.map(([, answer]) => answer))];
}

/** @param {unknown} refused */
function no_form(refused) {
  if (refused instanceof DeviceError) return null;
  throw refused;
}

/** @param {import("./ledger.js").Ledger} ledger @param {Row} row @param {string|null} epoch */
export function pending_ops(ledger, row, epoch) {
  return Promise.all(
    row.ops.map(async ({ h, n, type, at, epoch: of, received_at }) => {
      const wire = await ledger.read("ops", h);
      const { answers = null, title } = wire ? JSON.parse(wire.payload) : {};
      const form = wire ? JSON.parse(wire.header).form : row.form;
      return { h, n, type, at, form, answers, title, received_at, settled: Boolean(of) && of === epoch };
    }),
  );
}

/** @param {{h: string, settled: boolean, received_at?: string}[]} own @param {string} h */
function receipt_of(own, h) {
  const { settled = false, received_at } = own.find((op) => op.h === h) ?? {};
  return { settled, ...(settled && { received_at }) };
}

/** @param {import("./campaign.js").Campaign} campaign @param {string} form_id @param {any} entry of DOC.history or DOC.remarks: its role in words, and its step */
function with_labels(campaign, form_id, entry) {
  const step = entry.action && campaign.workflow(form_id)?.steps[entry.action];
  return { ...entry, ...(step && { label: step.label }), role: campaign.roles[entry.role]?.label ?? entry.role };
}

/** @param {Session} session */
export async function outbox({ ledger }) {
  const { head, index } = await ledger.now();
  const rows = all_rows(index);
  const waiting = rows.flatMap((row) => unsent(row, head.epoch).map(({ n, at, type }) => ({ rec: row.rec, title: row.title, n, at, type, handed_at: n <= (head.handed?.last_n ?? 0) ? head.handed?.at : null })));
  const stuck = rows.flatMap((row) =>
    [...unsent(row, head.epoch).filter(({ verdict }) => verdict), ...unfolded(row, head.epoch).filter(needs_a_person)].map(
      ({ verdict, reason, message }) => ({ rec: row.rec, title: row.title, verdict, reason, message }),
    ),
  );
  const receipts = rows.flatMap((row) =>
    row.ops
      .filter(({ epoch }) => epoch && epoch === head.epoch)
      .map(({ received_at, verdict }) => ({ at: received_at ?? "", rec: row.rec, title: row.title, verdict })),
  );
  receipts.sort((a, b) => (a.at < b.at ? 1 : -1));
  return {
    confirmed: rows.flatMap(({ ops }) => ops).length - waiting.length,
    waiting: waiting.sort((a, b) => a.n - b.n),
    stuck,
    files: files_by_record(rows, waiting_files(await ledger.list_plain("blobs"), head.epoch)),
    receipts: receipts.slice(0, RECEIPTS_SHOWN),
    as_of: head.server_time,
    handed: head.handed ? { at: head.handed.at, ops: head.handed.ops, files: head.handed.files } : null,
  };
}

/**
 * Files that wait, a line a record, those of the oldest ops first.
 * @param {Row[]} rows
 * @param {ReturnType<typeof waiting_files>} waiting
 */
function files_by_record(rows, waiting) {
  const titles = new Map(rows.map(({ rec, title }) => [rec, title]));
  return [...new Set(waiting.map(({ rec }) => rec))].map((rec) => {
    const own = waiting.filter((file) => file.rec === rec);
    const problem = own.find((file) => file.problem)?.problem ?? null;
    return { rec, title: titles.get(rec) ?? "", count: own.length, bytes: own.reduce((sum, { size }) => sum + size, 0), problem };
  });
}
