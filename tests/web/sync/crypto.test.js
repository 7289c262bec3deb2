import assert from "node:assert/strict";
import { test } from "node:test";
import { b64, key_id, new_sign_keys, point_of, sha, sign, unb64, utf8, verify } from "../../../client/web/sync/crypto.js";

test("base64url goes both ways without padding", () => {
  for (let size = 0; size < 40; size++) {
    const bytes = crypto.getRandomValues(new Uint8Array(size));
    assert.equal(b64(bytes), Buffer.from(bytes).toString("base64url"));
    assert.deepEqual(unb64(b64(bytes)), bytes);
  }
});

for (const text of ["a", "ab=", "a+/b", "ab c", "á"]) {
  test(`"${text}" is not base64url`, () => assert.throws(() => unb64(text), TypeError));
}

test("a hash is SHA-256 in lower hex", async () => {
  assert.equal(await sha(utf8("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("a signature holds for its key, its kind and its bytes, and for nothing else", async () => {
  const keys = await new_sign_keys();
  const point = await point_of(keys.publicKey);
  const sig = await sign(keys.privateKey, "op", utf8("Bản Hon"));
  assert.equal(unb64(sig).length, 64);
  assert.equal(await verify(point, "op", utf8("Bản Hon"), sig), true);
  assert.equal(await verify(point, "receipt", utf8("Bản Hon"), sig), false);
  assert.equal(await verify(point, "op", utf8("Bản hon"), sig), false);
  assert.equal(await verify(await point_of((await new_sign_keys()).publicKey), "op", utf8("Bản Hon"), sig), false);
  assert.equal(await verify("rubbish", "op", utf8("Bản Hon"), sig), false);
  assert.equal(await verify(point, "op", utf8("Bản Hon"), "!"), false);
});

test("a private key made for use cannot be exported, and its id is short and stable", async () => {
  const keys = await new_sign_keys();
  await assert.rejects(crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const point = await point_of(keys.publicKey);
  assert.match(await key_id(point), /^[0-9a-f]{16}$/);
  assert.equal(await key_id(point), (await sha(unb64(point))).slice(0, 16));
});
