/**
 * One round with the server: hello, push what waits, fetch documents, pull what changed. Each step is stored before
 * the next begins, so a round cut anywhere is finished by the next one.
 */
import { sign, utf8 } from "../sync/crypto.js";
import { adopt_keys } from "../sync/messages.js";
import { halved, make_push, PUSH_LIMITS } from "../sync/outbox.js";
import { apply_page } from "../sync/pages.js";
import { effective, take_receipt } from "../sync/receipts.js";
import { DeviceError } from "./errors.js";
import { all_rows, row_in } from "./list_index.js";
import { is_empty, unsent, with_doc } from "./rows.js";
import { env_of } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").OwnOp} OwnOp */
/** @typedef {import("./wire.js").Wire} Wire */
/** @typedef {{phase: "hello"|"push"|"documents"|"pull", done: number, total: number}} Progress */
/** @typedef {{session: Session, wire: Wire, cert: import("../sync/messages.js").Signed, token?: string, tell: (progress: Progress) => void}} Round */

const PULL_LIMIT = 200;
const SEALED_AT_ONCE = 50;

/** @param {Round} round @throws {DeviceError} net.*, or the server's own code */
export async function sync_round(round) {
  round.tell({ phase: "hello", done: 0, total: 1 });
  const greeted = { ...round, token: await hello(round) };
  await push(greeted);
  if ((await round.session.ledger.now()).head.state !== "active") throw new DeviceError("device.revoked");
  await drop_scopes(round.session, await lost_scopes(round.session));
  await fetch_documents(greeted);
  await pull(greeted);
}

/**
 * The point that must have signed: the pinned one, or the one it vouches for after a rotation.
 * @param {Session} session
 */
function trusted({ ledger }) {
  return async (/** @type {any} */ body) => {
    const { head } = await ledger.now();
    const adopted = body.server_keys ? await adopt_keys(head.server, body.server_keys) : null;
    return adopted?.sign ?? head.server.sign;
  };
}

/** @param {Round} round @returns {Promise<string>} token */
async function hello({ session, wire, cert }) {
  const { ledger, device } = session;
  const server_sign = trusted(session);
  const asked = await wire.post("hello", { device }, "challenge", { server_sign });
  const { challenge } = asked.body;
  const sig = await sign(ledger.sign_key, "hello", utf8(challenge));
  const last = await ledger.read("receipts", "last");
  const { body } = await wire.post("hello", { device, challenge, sig, cert, ...(last && { last_receipt: last }) }, "hello", { server_sign });
  const cursors = await ledger.list_plain("cursors");
  await ledger.write(async ({ head }) => {
    const server = (await adopt_keys(head.server, body.server_keys)) ?? head.server;
    const { epoch, server_time, state, person, grants } = body;
    const documents = state === "active" ? body.documents : head.documents;
    // A new epoch is a restored server: forget where we were in its feed, never what we have (P-12).
    const forget = epoch === head.epoch ? [] : cursors;
    return {
      change: {
        head: { server, epoch, server_time, state, person, grants, documents },
        drop: forget.map(({ id }) => ["cursors", id]),
      },
      result: null,
    };
  });
  return body.token;
}

/** @typedef {{h: string, n: number, wire: import("../sync/ops.js").Wire|null}} Waiting wire null: kept in its sealed form alone */

/**
 * Send what has no receipt of this epoch, oldest first. What the server did not store is tried again in the next
 * round, not in this one, and delays nothing else (I10).
 * @param {Round} round
 */
async function push({ session, wire, cert, token, tell }) {
  const { ledger, device } = session;
  let limits = PUSH_LIMITS;
  let outbox = await waiting_ops(session);
  const total = outbox.length;
  while (outbox.length) {
    tell({ phase: "push", done: total - outbox.length, total });
    const batch = next_batch(outbox, limits);
    const { path, content } = batch[0].wire ? { path: "push", content: { ops: batch.map((op) => op.wire) } } : await sealed_content(session, cert, batch);
    let answer;
    try {
      answer = await wire.post(path, content, "receipt", { server_sign: trusted(session), token });
    } catch (error) {
      if (!(error instanceof DeviceError) || error.details.status !== 413) throw error;
      if (batch.length > 1) limits = halved({ ...limits, max_ops: batch.length });
      else outbox = outbox.filter((op) => op !== batch[0]);
      continue;
    }
    const { body: receipt, ...signed } = answer;
    const { epoch } = (await ledger.now()).head;
    const taken = take_receipt(outbox, receipt, { epoch: epoch ?? "", device });
    if (receipt.epoch !== epoch) throw new DeviceError("net.server"); // restored since hello: the next round greets it anew
    await keep_verdicts(session, receipt, taken, signed);
    outbox = outbox.filter((op) => !batch.includes(op));
  }
}

/** @param {Waiting[]} outbox @param {import("../sync/outbox.js").Limits} limits @returns {Waiting[]} all open or all sealed */
function next_batch(outbox, limits) {
  const open = outbox.filter(({ wire }) => wire);
  if (!open.length) return outbox.slice(0, SEALED_AT_ONCE);
  const chosen = new Set(make_push(/** @type {any} */ (open), limits));
  return open.filter(({ wire }) => wire && chosen.has(wire));
}

/** @param {Session} session @param {import("../sync/messages.js").Signed} cert @param {Waiting[]} batch */
async function sealed_content({ ledger, device }, cert, batch) {
  const rows = await Promise.all(batch.map(({ h }) => ledger.read_plain("sealed", h)));
  return { path: "bundles", content: { device, cert, sealed: rows.map(({ sealed }) => sealed) } };
}

/** @param {Session} session @returns {Promise<Waiting[]>} oldest first */
async function waiting_ops({ ledger }) {
  const { head, index } = await ledger.now();
  const own = all_rows(index).flatMap((row) => unsent(row, head.epoch)).sort((a, b) => a.n - b.n);
  return Promise.all(own.map(async ({ h, n }) => ({ h, n, wire: await ledger.read("ops", h) })));
}

/**
 * @param {Session} session
 * @param {import("../sync/receipts.js").Receipt} receipt
 * @param {{settled: import("../sync/receipts.js").Verdict[], stuck: import("../sync/receipts.js").Verdict[]}} taken
 * @param {import("../sync/messages.js").Signed} signed
 */
function keep_verdicts({ ledger }, receipt, { settled, stuck }, signed) {
  const { epoch, server_time } = receipt;
  return ledger.write(async ({ head, index }) => {
    const stored = new Map(settled.map((verdict) => [verdict.h, verdict]));
    const refused = new Map(stuck.map((verdict) => [verdict.h, verdict]));
    /** @type {Map<string, Row>} */
    const rows = new Map();
    for (const { rec } of [...settled, ...stuck]) {
      const row = row_in(index, rec);
      if (row) rows.set(rec, { ...row, ops: row.ops.map((op) => judged(op, stored.get(op.h), refused.get(op.h), epoch, server_time)) });
    }
    const beside = await Promise.all(settled.map(async ({ h }) => ({ h, op: await ledger.read_plain("ops", h), sealed: await ledger.read_plain("sealed", h) })));
    return {
      change: {
        head: { server_time: head.server_time && head.server_time > server_time ? head.server_time : server_time },
        rows: [...rows],
        keep: [["receipts", "last", signed]],
        put: beside.flatMap(({ h, op, sealed }) => [
          .../** @type {[any, string, any][]} */ (op ? [["ops", h, { ...op, epoch }]] : []),
          ["sealed", h, { ...sealed, epoch }],
        ]),
      },
      result: null,
    };
  });
}

/** @param {OwnOp} op @param {import("../sync/receipts.js").Verdict|undefined} stored @param {import("../sync/receipts.js").Verdict|undefined} refused @param {string} epoch @param {string} server_time @returns {OwnOp} */
function judged(op, stored, refused, epoch, server_time) {
  if (stored) {
    const { reason, message, rev } = stored;
    return { ...op, epoch, verdict: effective(stored), reason, message, rev, received_at: op.received_at ?? server_time };
  }
  return refused ? { ...op, verdict: refused.verdict, reason: refused.reason, message: refused.message } : op;
}

/** Scopes of kept cursors that are granted no more, or in another generation. @param {Session} session */
async function lost_scopes({ ledger }) {
  const { head } = await ledger.now();
  const gens = new Map(head.grants.map(({ scope, gen }) => [scope, gen]));
  const cursors = await ledger.list_plain("cursors");
  return cursors.filter(({ id, value }) => gens.get(id) !== value.gen).map(({ id }) => id);
}

/**
 * Forget the records of scopes this device may no longer hold (P-16, I4, I8). Its own ops keep their sealed form alone,
 * outside the PIN, and those that wait their place in the list; a new draft is nobody's record yet and stays.
 * @param {Session} session
 * @param {string[]} scopes
 */
async function drop_scopes({ ledger }, scopes) {
  if (!scopes.length) return;
  await ledger.write(async ({ head, index }) => {
    const lost = all_rows(index).filter((row) => scopes.includes(row.scope) && (row.doc || row.ops.length));
    return {
      change: {
        rows: lost.map((row) => [row.rec, without_content(row, head.epoch)]),
        drop: [...lost.flatMap(content_places), ...scopes.map((scope) => /** @type {Place} */ (["cursors", scope]))],
      },
      result: null,
    };
  });
}

/** @typedef {[import("./store.js").StoreName, string]} Place */

/** What is left of a row when its record is no longer this device's to read. @param {Row} row @param {string|null} epoch @returns {Row|null} */
function without_content(row, epoch) {
  const left = { ...row, title: "", subtitle: "", doc: null, draft: false, ops: unsent(row, epoch) };
  return is_empty(left) ? null : left;
}

/** Where readable content of a record lies. @param {Row} row @returns {Place[]} */
function content_places({ rec, ops }) {
  return [["records", rec], ["drafts", rec], ...ops.map(({ h }) => /** @type {Place} */ (["ops", h]))];
}

/** @param {Round} round */
async function fetch_documents({ session: { ledger, library }, wire, token, tell }) {
  const missing = await library.missing((await ledger.now()).head);
  for (const [done, { hash }] of missing.entries()) {
    tell({ phase: "documents", done, total: missing.length });
    await library.add(hash, await wire.document(hash, token));
  }
}

/** @param {Round} round */
async function pull({ session, wire, token, tell }) {
  const { ledger } = session;
  for (let done = 0, more = true; more; ) {
    tell({ phase: "pull", done, total: 0 });
    const { head } = await ledger.now();
    const kept = new Map((await ledger.list_plain("cursors")).map(({ id, value }) => [id, value]));
    const cursors = Object.fromEntries(
      head.grants.map(({ scope, gen }) => [scope, { gen, cursor: kept.get(scope)?.gen === gen ? kept.get(scope).cursor : 0 }]),
    );
    const { body } = await wire.post("pull", { cursors, limit: PULL_LIMIT }, "page", { server_sign: trusted(session), token });
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
function take_page(session, page) {
  const { ledger, library } = session;
  return ledger.write(async ({ head, index }) => {
    const kept = await ledger.read_plain("cursors", page.scope);
    const granted = head.grants.find(({ scope }) => scope === page.scope);
    const epoch = head.epoch ?? "";
    const known = kept?.gen === granted?.gen ? kept : null;
    const state = { scope: page.scope, gen: granted?.gen ?? -1, cursor: known?.cursor ?? 0, epoch };
    const { applies, rows: changes, cursor_state } = apply_page(state, page, { epoch });
    if (!applies) return { change: null, result: 0 };
    const campaign = await library.campaign(head);
    const env = env_of(session, head, { campaign });
    /** @type {Map<string, Row|null>} */
    const rows = new Map();
    /** @type {[any, string, any][]} */
    const keep = [];
    /** @type {Place[]} */
    const drop = [];
    for (const { rec, kind, doc } of changes) {
      const row = rows.get(rec) ?? row_in(index, rec);
      if (kind === "leave") {
        if (row?.scope !== page.scope) continue; // it came back in a scope this device holds
        rows.set(rec, without_content(row, head.epoch));
        drop.push(...content_places(row));
        continue;
      }
      const named = { title: doc.title ?? "", subtitle: (await library.describe(head, doc.form, doc.answers, env)).subtitle };
      const base = row ?? { rec, form: doc.form, scope: doc.scope, ...named, at: doc.received_at, doc: null, draft: false, ops: [] };
      const waits = unsent(base, head.epoch).length > 0;
      rows.set(rec, with_doc(waits ? base : { ...base, ...named }, doc));
      keep.push(["records", rec, doc]);
    }
    const { gen, cursor } = cursor_state;
    return { change: { rows: [...rows], keep, drop, put: [["cursors", page.scope, { gen, cursor, epoch }]] }, result: changes.length };
  });
}
