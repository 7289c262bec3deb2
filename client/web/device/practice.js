/**
 * Practice: the screens over records that live in this page's memory alone. Forms, lists and media are the real ones of
 * the device behind; nothing is signed, written or sent, and closing the page forgets it all.
 */
import { file_answer } from "../sync/blobs.js";
import { fold } from "../sync/text.js";
import { Campaign } from "./campaign.js";
import { local_date, local_iso } from "./clock.js";
import { DeviceError } from "./errors.js";
import { make_device } from "./methods.js";
import { PHASES } from "./rows.js";

/** @typedef {import("./methods.js").Device} Device */
/** @typedef {{rec: string, form: any, answers: any, phase: "draft"|"waiting", title: string, at: string, draft: any, history: any[]}} Practised */

/** What practising may ask of the real device: it reads there, locks and keeps settings. */
const ASKED = new Set(["lock", "program", "media", "settings", "set_settings"]);

/** @param {Device} real @param {{now?: () => Date, describe?: (program: any, answers: any, env: any) => string}} world describe: a record's name in lists @returns {Device} */
export function practice_device(real, { now = () => new Date(), describe = () => "" } = {}) {
  /** @type {Map<string, Practised>} */
  const records = new Map();
  /** @type {Map<string, Practised>} */
  const discarded = new Map();
  /** @type {Map<string, {data: Blob, name: string}>} */
  const files = new Map();

  /** @param {string} rec */
  const one = (rec) => {
    const found = records.get(rec);
    if (!found) throw new DeviceError("record.unknown", { rec });
    return found;
  };
  const counts = () => {
    const of_phase = Object.fromEntries(PHASES.map((phase) => [phase, 0]));
    for (const { phase } of records.values()) of_phase[phase] += 1;
    return of_phase;
  };
  /** @param {any} form @param {any} answers */
  const named = async (form, answers) => {
    const asked = { form_id: form.id, version: form.version };
    return describe(await real.program(asked), answers, await real.env({ form_id: form.id }));
  };
  /** What a real record would say at once: that it cannot wait. @param {Practised} record */
  const urgent = async ({ form, answers, phase }) => {
    const { campaign, person } = await real.status({});
    if (phase === "draft" || !campaign || !new Campaign(campaign).is_urgent(form.id, answers)) return {};
    return { urgent: { place: person.roles[0]?.unit_name ?? "", hotlines: campaign.hotlines, practice: true } };
  };
  const refuse = async () => {
    throw new DeviceError("practice.not_sent");
  };

  /** @type {Record<string, (asked: any) => Promise<any>>} */
  const own = {
    status: async () => ({ ...(await real.status({})), practice: true, reviews: false }),
    home: async () => ({ ...(await real.home({})), counts: counts(), unsent: counts().waiting, unsent_files: { count: 0, bytes: 0 }, last_sync: null, notices: [] }),
    env: async ({ rec }) => real.env({ form_id: one(rec).form.id }),
    start: async ({ form_id }) => {
      const { version } = await real.program({ form_id });
      const [rec, at, form] = [crypto.randomUUID(), local_iso(now()), { id: form_id, version }];
      records.set(rec, { rec, form, answers: {}, phase: "draft", title: "", at, draft: { answers: {}, saved_at: at }, history: [] });
      return { rec, form, answers: {}, draft: true };
    },
    open: async ({ rec }) => {
      const { form, answers, phase, title, draft, history } = one(rec);
      return {
        rec, form, answers, phase, title, history, state: phase === "draft" ? "draft" : "submitted", state_label: null, scope: "", base: phase === "draft" ? null : rec,
        files: {}, editable: true, may_void: false, remarks: [], conflicts: [], pending: [], own_answers: null, ...(draft && { draft }), ...(await urgent(one(rec))),
      };
    },
    save_draft: async ({ rec, answers, position }) => {
      const record = one(rec);
      record.draft = { answers, position, saved_at: local_iso(now()) };
      if (record.phase === "draft") Object.assign(record, { title: await named(record.form, answers), at: record.draft.saved_at });
      return { saved_at: record.draft.saved_at };
    },
    discard_draft: async ({ rec }) => {
      const record = one(rec);
      const undo_token = crypto.randomUUID();
      discarded.set(undo_token, { ...record });
      if (record.phase === "draft") records.delete(rec);
      record.draft = null;
      return { undo_token };
    },
    restore_draft: async ({ undo_token }) => {
      const record = discarded.get(undo_token);
      if (!record) throw new DeviceError("undo.expired");
      records.set(record.rec, record);
      return { rec: record.rec };
    },
    finalise: async ({ rec }) => {
      const record = one(rec);
      if (!record.draft) throw new DeviceError("record.no_draft", { rec });
      const { answers } = record.draft;
      const at = local_iso(now());
      record.history.push({ type: record.phase === "draft" ? "submit" : "edit", at, remarks: [] });
      Object.assign(record, { answers, draft: null, phase: "waiting", at, title: await named(record.form, answers) });
      return { h: "", n: 0, waiting: true };
    },
    list: async ({ phase, query = "", form_id, since = "", offset = 0, limit = 100 }) => {
      const words = fold(query).split(/\s+/);
      const found = [...records.values()].reverse().filter((record) =>
        (!phase || record.phase === phase) && (!form_id || record.form.id === form_id) && local_date(new Date(record.at)) >= since && words.every((word) => fold(record.title).includes(word)));
      const rows = found.slice(offset, offset + limit).map(({ rec, form, title, phase: at_phase, at, draft }) =>
        ({ rec, form_id: form.id, title, subtitle: "", phase: at_phase, state: "", state_label: null, at, attention: false, pending: 0, draft: Boolean(draft) }));
      return { rows, total: found.length, counts: counts() };
    },
    comment: async ({ rec, text, path = "" }) => {
      one(rec).history.push({ type: "comment", at: local_iso(now()), remarks: [{ path, text }] });
      return { h: "" };
    },
    alike: async () => ({ rows: [] }),
    outbox: async () => ({ confirmed: 0, waiting: [], stuck: [], files: [], receipts: [], as_of: null, handed: null }),
    attach: async ({ data, name, type }) => {
      const answer = await file_answer(new Uint8Array(await data.arrayBuffer()), name, type);
      files.set(answer, { data, name });
      return { answer, size: data.size };
    },
    file: async ({ answer }) => {
      const { data = null, name = "" } = files.get(answer) ?? {};
      return { data, name, type: data?.type ?? "", size: data?.size ?? 0, state: data ? "here" : "missing" };
    },
    carried: async () => ({ bundles: [], brought: [] }),
    drives: async () => ({ drives: [] }),
  };
  const device = make_device(async (method, asked) => {
    if (ASKED.has(method)) return real[method](asked);
    const given = await (own[method] ?? refuse)(asked);
    if (WRITING.has(method)) device.dispatchEvent(new Event("change"));
    return given;
  });
  return device;
}

const WRITING = new Set(["start", "discard_draft", "restore_draft", "finalise", "comment"]);
