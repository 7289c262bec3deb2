/** Pull: the feed's pages become records (P-11), and what this device may no longer hold is forgotten (P-16). */
import { PULL_LIMIT, apply_page, next_limit } from "../sync/pages.js";
import { forgotten_files } from "./attachments.js";
import { change_records, content_places, without_content } from "./changes.js";
import { trusted } from "./hello.js";
import { all_rows } from "./list_index.js";

/** @typedef {import("./session.js").Session} Session */

/** How many changes each device asks for at once, as its road was of late. @type {WeakMap<Session["ledger"], number>} */
const limits = new WeakMap();

/** Forget the scopes that are granted no more, or in another generation. @param {Session} session */
export async function drop_lost_scopes(session) {
  const { ledger } = session;
  const { head } = await ledger.now();
  const gens = new Map(head.grants.map(({ scope, gen }) => [scope, gen]));
  const cursors = await ledger.list_plain("cursors");
  await drop_scopes(session, cursors.filter(({ id, value }) => gens.get(id) !== value.gen).map(({ id }) => id));
}

/**
 * Whether the server has made a record of it; what waits for a person is none, and its author reads on why (P-06). Where no
 * page ever came, of a scope that was granted, written for and lost before its first pull, this alone tells.
 * @param {import("./rows.js").Row} row
 */
function in_a_record({ doc, ops }) {
  return doc || ops.some(({ verdict }) => verdict && ["applied", "merged", "conflict", "duplicate"].includes(verdict));
}

/**
 * Forget the records of scopes this device may no longer hold (P-16, I4, I8). Its own ops keep their sealed form alone,
 * outside the PIN, and those that wait their place in the list; a new draft is nobody's record yet and stays.
 * @param {Session} session
 * @param {string[]} scopes
 */
async function drop_scopes({ ledger }, scopes) {
  await ledger.write(async ({ head, index }) => {
    const granted = new Set(head.grants.map(({ scope }) => scope));
    const lost = all_rows(index).filter((row) => (scopes.includes(row.scope) ? row.doc || row.ops.length : !granted.has(row.scope) && in_a_record(row)));
    if (!scopes.length && !lost.length) return { change: null, result: null };
    const files = await forgotten_files(ledger, lost.map(({ rec }) => rec));
    return {
      change: {
        rows: lost.map((row) => [row.rec, without_content(row, head.epoch)]),
        put: files.put,
        drop: [...files.drop, ...lost.flatMap(content_places), ...scopes.map((scope) => /** @type {import("./changes.js").Place} */ (["cursors", scope]))],
      },
      result: null,
    };
  });
}

/**
 * A device that was revoked, lost perhaps, holds nothing readable any more: no record, no draft, no photo (I4). What is
 * sealed to the server stays until that is received, drafts too.
 * @param {Session} session
 */
export async function wipe({ ledger }) {
  const cursors = await ledger.list_plain("cursors");
  await ledger.write(async ({ head, index }) => {
    const rows = all_rows(index);
    const files = await forgotten_files(ledger, rows.map(({ rec }) => rec));
    const drop = [...files.drop, ...rows.flatMap(content_places), ...cursors.map(({ id }) => /** @type {import("./changes.js").Place} */ (["cursors", id]))];
    return { change: { rows: rows.map((row) => [row.rec, without_content(row, head.epoch)]), put: files.put, drop }, result: null };
  });
}

/** @param {import("./hello.js").Greeted} round */
export async function pull({ session, wire, token, tell }) {
  const { ledger } = session;
  for (let done = 0, more = true; more; ) {
    tell({ phase: "pull", done, total: 0 });
    const { head } = await ledger.now();
    const kept = new Map((await ledger.list_plain("cursors")).map(({ id, value }) => [id, value]));
    const cursors = Object.fromEntries(
      head.grants.map(({ scope, gen }) => [scope, { gen, cursor: kept.get(scope)?.gen === gen ? kept.get(scope).cursor : 0 }]),
    );
    const limit = limits.get(ledger) ?? PULL_LIMIT;
    limits.set(ledger, next_limit(limit, false)); // until it came
    const { body } = await wire.post("pull", { cursors, limit }, "page", { server_sign: trusted(session), token });
    limits.set(ledger, next_limit(limit, true));
    await drop_scopes(session, body.drop);
    let applied = 0;
    for (const page of body.pages) applied += await take_page(session, page);
    done += applied;
    more = body.more && applied > 0; // a page that does not apply would be asked for again for ever
  }
}

/**
 * Rows and cursor of a page in one step (P-11).
 * @param {Session} session
 * @param {import("../sync/pages.js").Page} page
 * @returns {Promise<number>} changes taken
 */
export function take_page(session, page) {
  const { ledger } = session;
  return ledger.write(async ({ head, index }) => {
    const kept = await ledger.read_plain("cursors", page.scope);
    const granted = head.grants.find(({ scope }) => scope === page.scope);
    const epoch = head.epoch ?? "";
    const known = kept?.gen === granted?.gen ? kept : null;
    const state = { scope: page.scope, gen: granted?.gen ?? -1, cursor: known?.cursor ?? 0, epoch };
    const { applies, rows: changes, cursor_state } = apply_page(state, page, { epoch });
    if (!applies) return { change: null, result: 0 };
    const { rows, keep, put, drop } = await change_records(session, { head, index }, page.scope, changes);
    const { gen, cursor } = cursor_state;
    return { change: { rows, keep, drop, put: [["cursors", page.scope, { gen, cursor, epoch }], ...put] }, result: changes.length };
  });
}
