/** What the JavaScript core makes of the messages of tests/fuzz/test_cores.py: a line of JSON in, a line out. */
import { createInterface } from "node:readline";
import { take_blobs } from "../../client/web/sync/blobs.js";
import { differing, repair_applies } from "../../client/web/sync/digests.js";
import { adopt_keys } from "../../client/web/sync/messages.js";
import { read_op } from "../../client/web/sync/ops.js";
import { apply_page } from "../../client/web/sync/pages.js";
import { take_receipt } from "../../client/web/sync/receipts.js";
import { answers } from "../../client/web/sync/shapes.js";

const NOW = { epoch: "e", device: "d" };
const CALLS = {
  fits: ({ kind, call, value }) => answers(kind, call, value),
  receipt: ({ value, waiting }) => take_receipt(waiting, value, NOW),
  blob: ({ value, waiting }) => take_blobs(waiting, value, NOW),
  page: ({ value, state }) => apply_page(state, value, NOW),
  repair: ({ value, state }) => repair_applies(state, value, NOW),
  digest: ({ value, ours }) => differing(ours, value),
  keys: ({ value, pinned }) => adopt_keys(pinned, value),
  op: async ({ value }) => {
    const { op, problem } = await read_op(value);
    return op ? { h: op.h, header: op.header, payload: op.payload } : { refused: problem.where };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { call, given } = JSON.parse(line);
  let answer;
  try {
    answer = (await CALLS[call](given)) ?? null;
  } catch (error) {
    answer = { raised: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
