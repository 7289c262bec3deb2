import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical } from "../../../client/web/sync/canonical.js";
import { key_id, new_sign_keys, point_of, sign, utf8 } from "../../../client/web/sync/crypto.js";
import { adopt_keys, verify_response, verify_signed } from "../../../client/web/sync/messages.js";

const old_keys = await new_sign_keys();
const new_keys = await new_sign_keys();
const old_point = await point_of(old_keys.publicKey);
const new_point = await point_of(new_keys.publicKey);
const body = utf8('{"req":"1"}');
const header = async (keys, kind, bytes) => `${await key_id(await point_of(keys.publicKey))}.${await sign(keys.privateKey, kind, bytes)}`;

test("a response is believed on the pinned key's signature over these bytes in this kind", async () => {
  const good = await header(old_keys, "page", body);
  assert.deepEqual(await verify_response(body, good, "page", old_point), { req: "1" });
  assert.equal(await verify_response(utf8('{"req":"2"}'), good, "page", old_point), null);
  assert.equal(await verify_response(body, good, "receipt", old_point), null);
  assert.equal(await verify_response(body, await header(new_keys, "page", body), "page", old_point), null);
  for (const none of [null, "", "x", "x.y", `${await key_id(old_point)}.AAAA`]) {
    assert.equal(await verify_response(body, none, "page", old_point), null);
  }
});

test("a kept text is believed on its signature", async () => {
  const text = '{"epoch":"e1"}';
  const signed = { text, sig: await sign(old_keys.privateKey, "receipt", utf8(text)), key: await key_id(old_point) };
  assert.deepEqual(await verify_signed(signed, "receipt", old_point), { epoch: "e1" });
  assert.equal(await verify_signed({ ...signed, text: '{"epoch":"e2"}' }, "receipt", old_point), null);
  assert.equal(await verify_signed(signed, "cert", old_point), null);
  assert.equal(await verify_signed({}, "receipt", old_point), null);
});

test("new server keys are pinned only when the old key signed them", async () => {
  const pinned = { sign: old_point, seal: "S1" };
  const next = { sign: new_point, seal: "S2" };
  const sig = await sign(old_keys.privateKey, "keys", utf8(canonical(next)));
  assert.deepEqual(await adopt_keys(pinned, { ...next, previous: [{ sign: old_point, sig }] }), next);
  assert.equal(await adopt_keys(pinned, next), null);
  assert.equal(await adopt_keys(pinned, { ...next, previous: [{ sign: new_point, sig }] }), null);
  assert.equal(await adopt_keys(pinned, { ...next, seal: "S3", previous: [{ sign: old_point, sig }] }), null);
});
