/**
 * How a record stands for somebody who decides about it: the server's copy with this device's own ops over it, read by
 * the same workflow that will judge them. The twin of client/standing.py; a browser carries nothing for others.
 */
import { answers_hash } from "../sync/canonical.js";
import { CONTENT_TYPES } from "../sync/overlay.js";
import { state_after } from "../sync/workflow.js";
import { since_of } from "./rows.js";
import { unit_of } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{state: string, answers_hash: string, since: string, author: string}} Known */
/** @typedef {Known & {answers: any, form: {id: string, version: string}, base: string, doc: any}} Standing */

/** Verdicts of ops that are, or will be, part of the record; the others wait for a person. */
const FOLDS = new Set([null, "applied", "merged", "conflict"]);
const ACTIONS = ["edit", "correct", "step", "void"];

/** Own ops that stand over the server's copy. @param {Row} row @param {string|null} epoch */
export function over(row, epoch) {
  return row.ops.filter(({ h, epoch: of, verdict }) => !row.doc?.ops.includes(h) && (of !== epoch || FOLDS.has(verdict)));
}

/**
 * @param {Session} session
 * @param {Row} row
 * @returns {Promise<Standing|null>} null: a draft, nobody's record yet
 */
export async function standing({ ledger, library }, row) {
  const { head } = await ledger.now();
  const waits = over(row, head.epoch);
  if (!row.doc && !waits.length) return null;
  const campaign = await library.campaign(head);
  const workflow = campaign.workflow(row.form.id);
  const unit = unit_of(row.scope);
  const mine = Object.fromEntries(ACTIONS.map((action) => [action, campaign.roles_for(head.person, row.form.id, action, unit)]));
  const doc = await ledger.read("records", row.rec);
  let { state, since } = { state: doc?.state ?? campaign.initial(row.form.id), since: since_of(doc) };
  let seen = { answers: doc?.answers ?? {}, form: doc?.form ?? row.form, base: doc?.hash ?? "", answers_hash: doc?.answers_hash ?? "" };
  for (const { h, type, at } of waits) {
    const wire = await ledger.read("ops", h);
    if (!wire) continue;
    const payload = JSON.parse(wire.payload);
    const after = state_after(workflow, state, { type, action: payload.action }, mine);
    if (after !== state) since = at;
    state = after;
    if (!CONTENT_TYPES.has(type)) continue;
    const { form, blobs } = JSON.parse(wire.header);
    seen = { answers: payload.answers, form, base: h, answers_hash: await answers_hash(payload.answers, form, blobs) };
  }
  return { ...seen, state, since, author: doc?.author.name ?? head.person.name, doc };
}
