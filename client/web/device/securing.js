/**
 * Letting go of sealed copies that a proven backup of the server has (I8), and making them anew where it was restored.
 * Once a day of the server's is often enough.
 */
import { b64 } from "../sync/crypto.js";
import { seal } from "../sync/hpke.js";
import { wire_bytes } from "../sync/ops.js";
import { secure } from "../sync/securing.js";
import { places_of } from "./attachments.js";
import { all_rows } from "./list_index.js";

/** @typedef {import("./ledger.js").Ledger} Ledger */
/** @typedef {[import("./store.js").StoreName, string, any]} Put */

/**
 * Note and free what this hello allows. A file that can be read here stays: it is the record's own.
 * @param {import("./session.js").Session} session
 * @param {{epoch: string, server_time: string, safe_seq: number, counter?: number}} hello
 */
export function free_secured({ ledger }, { epoch, server_time, safe_seq, counter }) {
  const day = server_time.slice(0, 10);
  return ledger.write(async ({ head }) => {
    // Another tab may have heard of another epoch since.
    if (counter === undefined || head.epoch !== epoch || head.secured_on === day) return { change: null, result: null };
    const copies = await ledger.list_plain("sealed");
    const files = (await ledger.list_plain("blobs")).filter(({ value }) => !value.ct && value.n !== null);
    const all = [...copies, ...files];
    const { noted, free } = secure(all.map(({ id, value }) => ({ id, epoch: value.epoch, held: value.held })), { epoch, server_time, safe_seq, counter });
    const held = { epoch, counter, at: server_time };
    const [marks, gone] = [new Set(noted), new Set(free)];
    const put = (/** @type {"sealed"|"blobs"} */ store, /** @type {{id: string, value: any}[]} */ rows) =>
      rows.filter(({ id }) => marks.has(id)).map(({ id, value }) => /** @type {Put} */ ([store, id, { ...value, held }]));
    return {
      change: {
        head: { secured_on: day },
        put: [...put("sealed", copies), ...put("blobs", files)],
        drop: [
          ...copies.filter(({ id }) => gone.has(id)).map(({ id }) => /** @type {["sealed", string]} */ (["sealed", id])),
          ...files.filter(({ id }) => gone.has(id)).flatMap(({ id, value }) => places_of(id, value)),
        ],
      },
      result: null,
    };
  });
}

/**
 * A restored server may lack anything: every own op that can be read here lies sealed beside the vault once more (P-17).
 * @param {Ledger} ledger
 * @param {import("./ledger.js").Now} now
 * @returns {Promise<Put[]>}
 */
export async function sealed_again(ledger, { head, index }) {
  const made = all_rows(index)
    .flatMap(({ ops }) => ops)
    .map(async ({ h, n }) => {
    const wire = (await ledger.read_plain("sealed", h)) ? null : await ledger.read("ops", h);
    return wire ? [/** @type {Put} */ (["sealed", h, { n, sealed: b64(await seal(head.server.seal, "outbox/1", wire_bytes(wire))), epoch: null }])] : [];
  });
  return (await Promise.all(made)).flat();
}
