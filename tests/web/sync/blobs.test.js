import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { files } from "../../../client/web/engine/file_answers.js";
import { blobs_of, chunk_count, decrypt_chunk, encrypt_blob, encrypt_chunk, file_answer, key_use, media_type_of, take_blobs } from "../../../client/web/sync/blobs.js";
import { sha, unb64 } from "../../../client/web/sync/crypto.js";

/** The cases the Python core runs, too; made by tests/conformance/blob_cases.py. */
const cases = JSON.parse(readFileSync(new URL("../../conformance/blobs.json", import.meta.url), "utf8"));

for (const { name, type, answer, media_type } of cases.names) {
  test(`"${name}" of ${type || "no type"} is named`, async () => {
    assert.equal(await file_answer(unb64(cases.data), name, type), answer);
    assert.equal(media_type_of(answer), media_type);
  });
}

test("what an op names", () => {
  for (const { answer, blobs } of cases.answers) assert.deepEqual(blobs_of([answer]), blobs, String(answer));
  assert.deepEqual(blobs_of(cases.together.answers), cases.together.blobs);
});

test("chunks are counted", () => {
  for (const { size, chunks } of cases.counts) assert.equal(chunk_count(size), chunks);
  assert.equal(key_use(cases.use.blob), cases.use.use);
});

for (const { key, i, plain, sealed } of cases.chunks) {
  test(`chunk ${i} opens in its place with its key alone`, async () => {
    assert.deepEqual(await encrypt_chunk(unb64(key), i, unb64(plain)), unb64(sealed));
    assert.deepEqual(await decrypt_chunk(unb64(key), i, unb64(sealed)), unb64(plain));
    await assert.rejects(decrypt_chunk(unb64(key), i + 1, unb64(sealed)));
    await assert.rejects(decrypt_chunk(new Uint8Array(32), i, unb64(sealed)));
  });
}

test("a long blob is cut where its chunks end", async () => {
  const key = Uint8Array.from({ length: 32 }, (_, at) => at);
  const sealed = await encrypt_blob(key, new Uint8Array(cases.long.size));
  assert.deepEqual(await Promise.all(sealed.map(sha)), cases.long.sealed);
});

test("the file answers of a form are found wherever they lie", () => {
  const { root, answers, found } = cases.files;
  assert.deepEqual(files({ root }, answers), found);
  assert.deepEqual(files({ root }, { g: "odd", r: [null, 3], house: 5 }), []);
});

for (const { name, waiting, now, answer, taken } of cases.taken) {
  test(`the server's word ${name}`, () => assert.deepEqual(take_blobs(waiting, answer, now), taken));
}
