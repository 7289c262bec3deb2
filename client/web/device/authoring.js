/**
 * Finalising: a draft, a comment or a voiding becomes a signed op (P-04, P-17).
 *
 * Encrypt, sign and seal first; then one strict transaction writes op, sealed copy, row and chain end, if no other tab
 * moved the chain; then both are read back. A crash before the transaction leaves the draft, one after it the op.
 */
import { files } from "../engine/file_answers.js";
import { Instance } from "../engine/index.js";
import { blobs_of, MAX_ASKED } from "../sync/blobs.js";
import { b64, sha, utf8 } from "../sync/crypto.js";
import { seal } from "../sync/hpke.js";
import { build_op, wire_bytes } from "../sync/ops.js";
import { nfc } from "../sync/text.js";
import { BUILT } from "./app_version.js";
import { named_by, refuse_lost } from "./attachments.js";
import { date_suspect, local_iso } from "./clock.js";
import { DeviceError } from "./errors.js";
import { random_bytes } from "./ids.js";
import { row_in } from "./list_index.js";
import { lists_of } from "./lists.js";
import { env_of, last_saved, unit_of } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./ledger.js").Now} Now */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{type: string, base: string|null, payload: Record<string, any>, blobs?: string[], row?: Partial<Row>, keep?: import("./ledger.js").Change["keep"]}} Plan row: what changes in the list; with `draft: false` the draft ends */

/**
 * @param {Session} session
 * @param {string} rec
 * @param {{device: string, corrected: string}|undefined} claimed_date what a person said of a suspect device date (P-05)
 * @throws {DeviceError} record.no_draft, form.invalid, form.unknown, record.locked, date.unconfirmed
 */
export async function finalise(session, rec, claimed_date) {
  const draft = /** @type {import("./drafts.js").Draft|null} */ (await session.ledger.read("drafts", rec));
  if (!draft) throw new DeviceError("record.no_draft", { rec });
  return append(session, rec, async (now, row) => {
    const { head } = now;
    if (date_suspect(session.clock(), BUILT, head.server_time) && !claimed_date) throw new DeviceError("date.unconfirmed", { rec });
    const campaign = await session.library.campaign(head);
    const unit = unit_of(row.scope);
    const state = row.doc?.state ?? "draft";
    const place = { unit, form_id: draft.form.id, state, rec, start: draft.started_at, campaign };
    const program = await session.library.program(head, draft.form.id, draft.form.version);
    const values = env_of(session, head, place);
    const lists = await lists_of(session.library, head, program, unit, values.roles);
    const env = { ...values, lists, last_saved: await last_saved(session, draft.form.id) };
    const instance = new Instance(program, { answers: draft.answers, env: { ...env, end: env.now } });
    const problems = instance.problems();
    if (problems.length) throw new DeviceError("form.invalid", { problems });
    // What intake and later readers evaluate with (P-06); random() and uuid() follow from the record's id.
    const { today, now: end, start, username, deviceid, phonenumber, email, tz_offset_min } = env;
    const volatile = { today, now: end, start, end, username, deviceid, phonenumber, email, tz_offset_min };
    const title = instance.title("vi");
    const answers = instance.snapshot();
    const blobs = await named_files(session, program, answers, row);
    return {
      type: row.doc || row.ops.length ? writing_kind(campaign, head, row) : "submit",
      base: draft.base,
      payload: { answers, volatile, title, ...(claimed_date && { claimed_date }), ...(draft.behalf && { behalf: draft.behalf }) },
      blobs,
      row: { form: draft.form, title, subtitle: instance.subtitle("vi"), draft: false },
    };
  });
}

/**
 * The blobs of the files these answers name.
 * @param {Session} session
 * @param {any} program
 * @param {any} answers
 * @param {Row} row
 * @throws {DeviceError} file.too_many, file.lost
 */
async function named_files({ ledger }, program, answers, row) {
  const blobs = blobs_of(files(program, answers).map(([, answer]) => answer));
  if (blobs.length > MAX_ASKED) throw new DeviceError("file.too_many", { max: MAX_ASKED });
  await refuse_lost(ledger, row, blobs);
  return blobs;
}

/**
 * A change the state locks still goes, as a proposed amendment the commune decides on; one by a role that may never
 * write here does not begin.
 * @param {import("./campaign.js").Campaign} campaign
 * @param {import("./ledger.js").Head} head
 * @param {Row} row
 */
function writing_kind(campaign, head, row) {
  const state = row.doc?.state ?? campaign.initial(row.form.id);
  const unit = unit_of(row.scope);
  const own = !row.doc || row.doc.author === head.person.name;
  const kind = campaign.writing(head.person, row.form.id, unit, state, own);
  if (kind) return kind;
  if (campaign.memberships(head.person, row.form.id, "edit", unit).length) return "edit";
  throw new DeviceError("record.locked", { rec: row.rec });
}

/**
 * @param {Session} session
 * @param {string} rec
 * @param {string} text
 * @param {string} [path]
 */
export function comment(session, rec, text, path) {
  const said = nfc(text).trim();
  if (!said) throw new DeviceError("record.reason_missing");
  return append(session, rec, async (_, row) => ({
    type: "comment",
    base: await seen(session, row),
    payload: { text: said, ...(path && { path }) },
  }));
}

/** @param {Session} session @param {string} rec @param {string} reason */
export function void_record(session, rec, reason) {
  const said = nfc(reason ?? "").trim();
  if (!said) throw new DeviceError("record.reason_missing");
  return append(session, rec, async (_, row) => ({ type: "void", base: await seen(session, row), payload: { reason: said } }));
}

/**
 * The content its holder has before them: their newest own content op not in the document yet, else the document.
 * @param {Session} session
 * @param {Row} row
 */
export async function seen(session, row) {
  if (!row.doc && !row.ops.length) throw new DeviceError("record.unknown", { rec: row.rec }); // a draft is nobody's yet
  const doc = await session.ledger.read("records", row.rec);
  const own = row.ops.filter(({ type, h }) => ["submit", "edit", "correct"].includes(type) && !row.doc?.ops.includes(h));
  return own.at(-1)?.h ?? doc?.hash ?? null;
}

/**
 * Sign an op and keep it.
 * @param {Session} session
 * @param {string} rec
 * @param {(now: Now, row: Row) => Promise<Plan>} plan
 * @returns {Promise<{h: string, n: number, waiting: true}>}
 */
export async function append({ ledger, device, clock }, rec, plan) {
  const { h, n } = await ledger.write(async (now) => {
    const row = row_in(now.index, rec);
    if (!row) throw new DeviceError("record.unknown", { rec });
    const { type, base, payload, blobs = [], row: changed = {}, keep = [] } = await plan(now, row);
    const { head } = now;
    const chain = { device, n: head.n, prev: head.prev, sign_key: ledger.sign_key };
    const intent = { type, rec, base, form: changed.form ?? row.form, scope: row.scope, payload, blobs };
    const { op, state } = await build_op(chain, intent, random_bytes, () => local_iso(clock()));
    const sealed = b64(await seal(head.server.seal, "outbox/1", wire_bytes(op.wire)));
    const own = { h: op.h, n: state.n, type, at: op.header.at, epoch: null, verdict: null };
    return {
      change: {
        head: { n: state.n, prev: state.prev },
        rows: [[rec, { ...row, ...changed, at: op.header.at, ops: [...row.ops, own] }]],
        keep: [["ops", op.h, op.wire, { n: state.n, rec, epoch: null }], ...keep],
        put: [["sealed", op.h, { n: state.n, sealed, epoch: null }], ...(await named_by(ledger, blobs, state.n))],
        drop: changed.draft === false ? [["drafts", rec], ["sealed_drafts", rec]] : [],
      },
      result: { h: op.h, n: state.n },
    };
  });
  await read_back(ledger, h);
  return { h, n, waiting: true };
}

/** @param {import("./ledger.js").Ledger} ledger @param {string} h @throws {DeviceError} store.not_read_back */
async function read_back(ledger, h) {
  const wire = await ledger.read("ops", h);
  const sealed = await ledger.read_plain("sealed", h);
  if (!wire || !sealed || (await sha(utf8(wire.header))) !== h) throw new DeviceError("store.not_read_back", { h });
}
