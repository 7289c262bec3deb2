/** Push: what has no receipt of this epoch goes to the server, and its verdicts are kept (P-06, P-12). */
import { halved, make_push, PUSH_LIMITS } from "../sync/outbox.js";
import { effective, take_receipt } from "../sync/receipts.js";
import { erased_places } from "./changes.js";
import { DeviceError } from "./errors.js";
import { trusted } from "./hello.js";
import { all_rows, row_in } from "./list_index.js";
import { is_empty, unsent } from "./rows.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").OwnOp} OwnOp */

const SEALED_AT_ONCE = 50;

/** @typedef {{h: string, n: number, wire: import("../sync/ops.js").Wire|null}} Waiting wire null: kept in its sealed form alone */

/**
 * Send what has no receipt of this epoch, oldest first. What the server did not store is tried again in the next
 * round, not in this one, and delays nothing else (I10).
 * @param {import("./hello.js").Greeted} round
 */
export async function push({ session, wire, cert, token, tell }) {
  const { ledger, device } = session;
  let limits = PUSH_LIMITS;
  let outbox = await waiting_ops(session);
  const total = outbox.length;
  let refused = false;
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
    refused ||= taken.stuck.length > 0;
    outbox = outbox.filter((op) => !batch.includes(op));
  }
  if (!refused) session.swept = (await ledger.now()).head.epoch;
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
export async function waiting_ops(session) {
  const { ledger } = session;
  const { head, index } = await ledger.now();
  const rows = all_rows(index);
  const own = rows.flatMap((row) => unsent(row, head.epoch));
  const left = session.swept === head.epoch ? [] : await sealed_alone(ledger, head.epoch, rows);
  const waiting = [...own, ...left].sort((a, b) => a.n - b.n);
  return Promise.all(waiting.map(async ({ h, n }) => ({ h, n, wire: await ledger.read("ops", h) })));
}

/**
 * Own ops of which only the sealed form is here, of scopes this device lost: a restored server may not have them any
 * more (P-16, I8). Looked for once in a session and epoch: every op ever made has such a copy.
 * @param {Session["ledger"]} ledger
 * @param {string|null} epoch
 * @param {Row[]} rows
 * @returns {Promise<{h: string, n: number}[]>}
 */
async function sealed_alone(ledger, epoch, rows) {
  const listed = new Set(rows.flatMap(({ ops }) => ops.map(({ h }) => h)));
  const copies = await ledger.list_plain("sealed");
  return copies.filter(({ id, value }) => !listed.has(id) && value.epoch !== epoch).map(({ id, value }) => ({ h: id, n: value.n }));
}

/**
 * @param {Session} session
 * @param {{epoch: string, server_time: string}} receipt
 * @param {{settled: import("../sync/receipts.js").Verdict[], stuck: import("../sync/receipts.js").Verdict[]}} taken
 * @param {import("../sync/messages.js").Signed|null} signed null: the words came in a bundle, which is no receipt to show
 */
export function keep_verdicts({ ledger }, receipt, { settled, stuck }, signed) {
  const { epoch, server_time } = receipt;
  return ledger.write(async ({ head, index }) => {
    const stored = new Map(settled.map((verdict) => [verdict.h, verdict]));
    const refused = new Map(stuck.map((verdict) => [verdict.h, verdict]));
    const beside = await Promise.all(settled.map(async ({ h }) => ({ h, op: await ledger.read_plain("ops", h), sealed: await ledger.read_plain("sealed", h) })));
    const alone = new Set(beside.filter(({ op }) => !op).map(({ h }) => h)); // of records let go: nothing is left to list
    /** @type {Map<string, Row|null>} */
    const rows = new Map();
    for (const { rec } of [...settled, ...stuck]) {
      const row = row_in(index, rec);
      if (!row) continue;
      const ops = row.ops.filter(({ h }) => !alone.has(h)).map((op) => judged(op, stored.get(op.h), refused.get(op.h), epoch, server_time));
      rows.set(rec, is_empty({ ...row, ops }) ? null : { ...row, ops });
    }
    /** @type {import("./changes.js").Place[]} */
    const drop = [];
    for (const { h, rec, reason } of settled) {
      if (reason !== "record.erased") continue;
      drop.push(...(await erased_places(ledger, rec, [...(row_in(index, rec)?.ops ?? []), { h, n: -1 }])));
      rows.set(rec, null);
    }
    const gone = new Set(drop.map((place) => place.join()));
    return {
      change: {
        head: { server_time: head.server_time && head.server_time > server_time ? head.server_time : server_time },
        rows: [...rows],
        keep: signed ? [["receipts", "last", signed]] : [],
        put: beside.flatMap(({ h, op, sealed }) =>
          gone.has(`sealed,${h}`) ? [] : [.../** @type {[any, string, any][]} */ (op ? [["ops", h, { ...op, epoch }]] : []), ["sealed", h, { ...sealed, epoch }]],
        ),
        drop,
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
