/**
 * Drafts: started, saved at each answer, sealed at each pause (P-17), thrown away and taken back.
 */
import { b64, utf8 } from "../sync/crypto.js";
import { seal } from "../sync/hpke.js";
import { local_iso } from "./clock.js";
import { DeviceError } from "./errors.js";
import { random_hex, uuid7 } from "./ids.js";
import { row_in } from "./list_index.js";
import { is_empty } from "./rows.js";
import { env_of, unit_of } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/**
 * @typedef {object} Draft
 * @property {{id: string, version: string}} form
 * @property {any} answers
 * @property {string|null} base what the author saw when the draft began
 * @property {any} [position] where the screen was
 * @property {{reporter: string, at: string}|null} [behalf] whose report was keyed in, and when it was written
 * @property {string} started_at
 * @property {string} saved_at
 */

const PAUSE_MS = 2000;

export class Drafts {
  #session;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} drafts changed since they were sealed */
  #unsealed = new Map();
  /** @type {Map<string, {rec: string, draft: Draft, row: import("./rows.js").Row}>} */
  #discarded = new Map();

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * A new record of the current form version, in the unit where this person may submit it.
   * @param {string} form_id
   * @throws {DeviceError} form.unknown, form.not_allowed
   */
  async start(form_id) {
    const { ledger, library, clock } = this.#session;
    return ledger.write(async ({ head }) => {
      const program = await library.program(head, form_id);
      const [membership] = (await library.campaign(head)).memberships(head.person, form_id, "submit");
      if (!membership) throw new DeviceError("form.not_allowed", { form_id });
      const rec = uuid7(clock().getTime());
      const at = local_iso(clock());
      const form = { id: form_id, version: program.version };
      /** @type {Draft} */
      const draft = { form, answers: {}, base: null, started_at: at, saved_at: at };
      /** @type {import("./rows.js").Row} */
      const row = { rec, form, scope: `${membership.unit}/${form_id}`, title: "", subtitle: "", at, doc: null, draft: true, ops: [] };
      return { change: { rows: [[rec, row]], keep: [["drafts", rec, draft]] }, result: { rec, form, answers: {}, draft: true } };
    });
  }

  /**
   * @param {string} rec
   * @param {any} answers all that the screen keeps, hidden answers included
   * @param {{position?: any, behalf?: Draft["behalf"], base: string|null, form: {id: string, version: string}}} more base: for a draft that begins now
   */
  async save(rec, answers, { position, behalf, base, form }) {
    const { ledger, clock } = this.#session;
    const before = /** @type {Draft|null} */ (await ledger.read("drafts", rec));
    const saved_at = local_iso(clock());
    await ledger.write(async ({ index }) => {
      const row = row_in(index, rec);
      if (!row) throw new DeviceError("record.unknown", { rec });
      /** @type {Draft} */
      const draft = { form, base, started_at: saved_at, ...before, answers, position, saved_at, ...(behalf !== undefined && { behalf }) };
      // The list's page of 500 rows is written when the draft begins and at a pause, not at each answer.
      const rows = /** @type {[string, import("./rows.js").Row][]} */ (row.draft ? [] : [[rec, { ...row, draft: true }]]);
      return { change: { rows, keep: [["drafts", rec, draft]] }, result: null };
    });
    clearTimeout(this.#unsealed.get(rec));
    this.#unsealed.set(rec, setTimeout(() => void this.pause().catch(() => {}), PAUSE_MS));
    return { saved_at };
  }

  /** Seal what changed to the server's key, outside the PIN, and name it in the lists. The screen need not wait. */
  async pause() {
    for (const [rec, timer] of this.#unsealed) {
      clearTimeout(timer);
      this.#unsealed.delete(rec);
      await this.#seal(rec);
    }
  }

  /** @param {string} rec */
  #seal(rec) {
    const { ledger, library, device } = this.#session;
    return ledger.write(async ({ head, index }) => {
      const draft = /** @type {Draft|null} */ (await ledger.read("drafts", rec));
      const row = row_in(index, rec);
      if (!draft || !row) return { change: null, result: null };
      const campaign = await library.campaign(head);
      const env = env_of(this.#session, head, { unit: unit_of(row.scope), form_id: row.form.id, campaign });
      const { form, answers, saved_at } = draft;
      // Of a received record the list says what the server said, also while it is being edited.
      const named = row.doc || row.ops.length ? {} : { at: saved_at, ...(await library.describe(head, form, answers, env)) };
      const sealed = b64(await seal(head.server.seal, "draft/1", utf8(JSON.stringify({ device, rec, form, answers, saved_at }))));
      return { change: { rows: [[rec, { ...row, ...named }]], put: [["sealed_drafts", rec, { sealed }]] }, result: null };
    });
  }

  /** @param {string} rec @returns {Promise<{undo_token: string}>} good until the app is locked or closed */
  async discard(rec) {
    clearTimeout(this.#unsealed.get(rec));
    this.#unsealed.delete(rec);
    const { ledger } = this.#session;
    const draft = /** @type {Draft|null} */ (await ledger.read("drafts", rec));
    if (!draft) throw new DeviceError("record.no_draft", { rec });
    const undo_token = random_hex(8);
    await ledger.write(async ({ index }) => {
      const row = row_in(index, rec);
      if (!row) throw new DeviceError("record.unknown", { rec });
      this.#discarded.set(undo_token, { rec, draft, row });
      const left = { ...row, draft: false };
      const rows = /** @type {[string, import("./rows.js").Row|null][]} */ ([[rec, is_empty(left) ? null : left]]);
      return { change: { rows, drop: [["drafts", rec], ["sealed_drafts", rec]] }, result: null };
    });
    return { undo_token };
  }

  /** @param {string} undo_token @throws {DeviceError} undo.expired */
  async restore(undo_token) {
    const found = this.#discarded.get(undo_token);
    if (!found) throw new DeviceError("undo.expired");
    const { rec, draft, row } = found;
    await this.#session.ledger.write(async ({ index }) => {
      const now = { ...(row_in(index, rec) ?? row), draft: true };
      return { change: { rows: [[rec, now]], keep: [["drafts", rec, draft]] }, result: null };
    });
    this.#discarded.delete(undo_token);
    return { rec };
  }
}
