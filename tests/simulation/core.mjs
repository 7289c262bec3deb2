/** The JavaScript core for tests/simulation/javascript.py: a call a line in, its answer a line out. */
import { createInterface } from "node:readline";
import { unb64 } from "../../client/web/sync/crypto.js";
import { bucket_digests, differing, in_buckets, repair_applies, root_digest } from "../../client/web/sync/digests.js";
import { adopt_keys } from "../../client/web/sync/messages.js";
import { build_op, read_op } from "../../client/web/sync/ops.js";
import { make_push } from "../../client/web/sync/outbox.js";
import { overlay } from "../../client/web/sync/overlay.js";
import { apply_page } from "../../client/web/sync/pages.js";
import { effective, take_receipt } from "../../client/web/sync/receipts.js";
import { secure } from "../../client/web/sync/securing.js";

const map = (/** @type {Record<string, string>} */ held) => new Map(Object.entries(held));

const CALLS = {
  make_push: ({ outbox, limits }) => make_push(outbox, limits),
  take_receipt: ({ outbox, receipt, now }) => take_receipt(outbox, receipt, now),
  effective: ({ verdict }) => effective(verdict),
  apply_page: ({ state, page, now }) => apply_page(state, page, now),
  overlay: ({ doc, ops }) => overlay(doc, ops),
  bucket_digests: ({ held }) => bucket_digests(map(held)),
  root_digest: ({ buckets }) => root_digest(buckets),
  differing: ({ ours, theirs }) => differing(ours, theirs),
  in_buckets: ({ held, buckets }) => in_buckets(map(held), buckets),
  repair_applies: ({ state, answer, now }) => repair_applies(state, answer, now),
  secure: ({ copies, hello }) => secure(copies, hello),
  adopt_keys: ({ pinned, offered }) => adopt_keys(pinned, offered),
  read_op: async ({ wire }) => {
    const { op, problem } = await read_op(wire);
    return op ? { h: op.h, header: op.header, payload: op.payload } : { refused: problem.where };
  },
  build_op: async ({ state, key, intent, random, at }) => {
    const pkcs8 = unb64(key);
    const sign_key = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    const { op, state: after } = await build_op({ ...state, sign_key }, intent, () => unb64(random), () => at);
    return { wire: op.wire, h: op.h, n: after.n, prev: after.prev };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { call, given } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify((await CALLS[call](given)) ?? null)}\n`);
}
