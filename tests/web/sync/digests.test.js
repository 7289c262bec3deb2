import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bucket_digests, differing, in_buckets, repair_applies, root_digest } from "../../../client/web/sync/digests.js";

/** The cases the Python core runs, too; made by tests/conformance/digest_cases.py. */
const { cases, repairs } = JSON.parse(readFileSync(new URL("../../conformance/digests.json", import.meta.url), "utf8"));

for (const { name, ours, theirs, root, same, differing: where, asked } of cases) {
  test(`a digest: ${name}`, async () => {
    const held = new Map(Object.entries(ours));
    const mine = await bucket_digests(held);
    assert.equal(await root_digest(mine), root);
    assert.equal((await root_digest(theirs)) === root, same);
    assert.deepEqual(differing(mine, theirs), where);
    assert.deepEqual(in_buckets(held, where), asked);
  });
}

for (const { name, state, answer, epoch, applies } of repairs) {
  test(`a repair ${name}`, () => assert.equal(repair_applies(state, answer, { epoch }), applies));
}

test("what is no digest differs nowhere", async () => {
  const mine = await bucket_digests(new Map());
  for (const theirs of [null, [], {}, "x", ["0".repeat(16)]]) assert.deepEqual(differing(mine, theirs), []);
});
