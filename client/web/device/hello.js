/** Hello (P-15): the device proves its key and learns epoch, time, grants and documents; and whose word counts. */
import { sign, utf8 } from "../sync/crypto.js";
import { adopt_keys } from "../sync/messages.js";
import { row_in } from "./list_index.js";
import { free_secured, sealed_again } from "./securing.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{phase: "hello"|"push"|"documents"|"pull"|"files", done: number, total: number}} Progress */
/** @typedef {{session: Session, wire: import("./wire.js").Wire, cert: import("../sync/messages.js").Signed, tell: (progress: Progress) => void}} Round */
/** @typedef {Round & {token: string}} Greeted */

/**
 * The point that must have signed: the pinned one, or the one it vouches for after a rotation.
 * @param {Session} session
 */
export function trusted({ ledger }) {
  return async (/** @type {any} */ body) => {
    const { head } = await ledger.now();
    const adopted = body.server_keys ? await adopt_keys(head.server, body.server_keys) : null;
    return adopted?.sign ?? head.server.sign;
  };
}

/** @param {Round} round @returns {Promise<string>} token */
export async function hello({ session, wire, cert }) {
  const { ledger, device } = session;
  const server_sign = trusted(session);
  const asked = await wire.post("hello", { device }, "challenge", { server_sign });
  const { challenge } = asked.body;
  const sig = await sign(ledger.sign_key, "hello", utf8(challenge));
  const last = await ledger.read("receipts", "last");
  const { audio_language } = (await ledger.now()).head;
  const { body } = await wire.post("hello", { device, challenge, sig, cert, ...(last && { last_receipt: last }), ...(audio_language !== undefined && { audio_language }) }, "hello", { server_sign });
  await keep_word(session, body);
  await free_secured(session, body);
  return body.token;
}

/** @param {any} index @param {any[]} decisions @returns {Map<string, import("./rows.js").Row>} the rows whose ops a person decided about */
function decided_rows(index, decisions) {
  const rows = new Map();
  for (const { rec, h, verdict, message } of decisions) {
    const row = rows.get(rec) ?? row_in(index, rec);
    if (!row?.ops.some((/** @type {any} */ op) => op.h === h)) continue;
    const ops = row.ops.map((/** @type {any} */ op) => (op.h === h ? { ...op, verdict, message, reason: undefined } : op));
    rows.set(rec, { ...row, ops });
  }
  return rows;
}

/** What the server said of itself and of this device, in a hello or in a bundle. Believed by the caller already. @param {Session} session @param {any} body */
export async function keep_word(session, body) {
  const { ledger } = session;
  const cursors = await ledger.list_plain("cursors");
  /** @type {any[]} about own ops that could not be applied (P-06) */
  const decisions = body.decisions ?? [];
  await ledger.write(async ({ head, index }) => {
    const server = (await adopt_keys(head.server, body.server_keys)) ?? head.server;
    const { epoch, server_time, state, person, grants, chain, reviewers = head.reviewers, address = session.origin } = body;
    const documents = state === "active" ? body.documents : head.documents;
    // A new epoch is a restored server: begin its feed anew, and keep what we have (P-12). The cursors stay, at 0: they
    // say which scopes were held, so that one lost in the same breath is dropped (I4).
    const anew = epoch === head.epoch ? [] : cursors;
    const copies = epoch === head.epoch ? [] : await sealed_again(ledger, { head, index });
    if (epoch !== head.epoch) session.compared.clear();
    return {
      change: {
        rows: [...decided_rows(index, decisions)],
        head: { ...(address !== session.origin && { next_address: address }), server, epoch, server_time, state, person, grants, documents, chain, reviewers },
        put: [...copies, ...anew.map(({ id, value }) => /** @type {[any, string, any]} */ (["cursors", id, { ...value, cursor: 0, epoch }]))],
      },
      result: null,
    };
  });
}
