/**
 * Comparing what this device holds with the server, and mending it where they differ (P-14).
 *
 * After each pull that caught up, for scopes that changed since they were last compared in this session; what differs
 * is found by buckets, and only those are asked for.
 */
import { bucket_digests, differing, in_buckets, repair_applies, root_digest } from "../sync/digests.js";
import { change_records } from "./changes.js";
import { trusted } from "./hello.js";
import { all_rows } from "./list_index.js";

/** @typedef {import("./hello.js").Greeted} Greeted */
/** @typedef {import("./ledger.js").Now} Now */
/** @typedef {import("../sync/pages.js").CursorState} CursorState */

/** Of a scope of thousands, what is said of them stays a small request. */
const BUCKETS_AT_ONCE = 64;

/** Ask about all scopes at once; mend those that differ. @param {Greeted} round */
export async function compare(round) {
  const { session, wire, token } = round;
  const cursors = await cursors_of(session.ledger);
  const changed = [...cursors.values()].filter(({ scope, cursor }) => session.compared.get(scope) !== cursor);
  if (!changed.length) return;
  const ours = new Map();
  for (const { scope } of changed) ours.set(scope, await bucket_digests(await held_in(session, scope)));
  const asked = await Promise.all(changed.map(async ({ scope, gen, cursor }) => [scope, { gen, cursor, root: await root_digest(ours.get(scope)) }]));
  const { body } = await wire.post("digest", { scopes: Object.fromEntries(asked) }, "page", { server_sign: trusted(session), token });
  for (const { scope, cursor } of changed) {
    const where = differing(ours.get(scope), body.scopes[scope]);
    if (!where.length) session.compared.set(scope, cursor);
    for (let at = 0; at < where.length; at += BUCKETS_AT_ONCE) {
      if (!(await mend(round, scope, where.slice(at, at + BUCKETS_AT_ONCE)))) return; // something was pulled meanwhile: the next round compares anew
    }
  }
}

/** @type {WeakMap<object, string>} by what the list says of a document: the hash in the document itself, read once */
const HASHES = new WeakMap();

/**
 * Record → hash of the server's documents that are here and can be read.
 * @param {import("./session.js").Session} session
 * @param {string} scope
 */
async function held_in({ ledger }, scope) {
  const { index } = await ledger.now();
  const rows = all_rows(index).filter((row) => row.scope === scope && row.doc);
  const found = await Promise.all(
    rows.map(async ({ rec, doc }) => {
      const listed = /** @type {object} */ (doc);
      const hash = HASHES.get(listed) ?? (await ledger.read("records", rec).catch(() => null))?.hash;
      if (hash) HASHES.set(listed, hash);
      return /** @type {[string, string]} */ ([rec, hash ?? ""]);
    }),
  );
  return new Map(found.filter(([, hash]) => hash));
}

/** Where the device stands in the scopes it may hold. @param {import("./ledger.js").Ledger} ledger @returns {Promise<Map<string, CursorState>>} */
async function cursors_of(ledger) {
  const { head } = await ledger.now();
  const gens = new Map(head.grants.map(({ scope, gen }) => [scope, gen]));
  const kept = (await ledger.list_plain("cursors")).filter(({ id, value }) => gens.get(id) === value.gen);
  return new Map(kept.map(({ id, value }) => [id, { scope: id, gen: value.gen, cursor: value.cursor, epoch: value.epoch ?? head.epoch ?? "" }]));
}

/** Bring some buckets into line; false when the device stands elsewhere by now. @param {Greeted} round @param {string} scope @param {number[]} buckets */
async function mend({ session, wire, token }, scope, buckets) {
  const { ledger } = session;
  for (let more = true; more; ) {
    const gen = (await cursors_of(ledger)).get(scope)?.gen;
    const asked = { scope, gen, buckets, held: in_buckets(await held_in(session, scope), buckets) };
    const { body } = await wire.post("repair", asked, "page", { server_sign: trusted(session), token });
    const applied = await ledger.write(async (now) => {
      const state = (await cursors_of(ledger)).get(scope);
      if (!state || !repair_applies(state, body, { epoch: now.head.epoch ?? "" })) return { change: null, result: false };
      return { change: await change_records(session, now, scope, body.changes), result: true };
    });
    if (!applied) return false;
    more = body.more && body.changes.length > 0;
  }
  return true;
}
