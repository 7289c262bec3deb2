import assert from "node:assert/strict";
import { test } from "node:test";
import { b64, new_seal_keys, point_of, utf8 } from "../../../client/web/sync/crypto.js";
import { AES_128_GCM, open, seal, unseal } from "../../../client/web/sync/hpke.js";

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));

/** RFC 9180, appendix A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0. */
const RFC = {
  info: "Ode on a Grecian Urn",
  recipient_private: "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
  recipient_point:
    "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
  enc: "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
  aad: "Count-0",
  plain: "Beauty is truth, truth beauty",
  cipher: "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
};

/** A key pair from a private number and its point, as WebCrypto takes it: JWK. */
async function keys_from(private_hex, point_hex) {
  const point = bytes(point_hex);
  const jwk = { kty: "EC", crv: "P-256", x: b64(point.slice(1, 33)), y: b64(point.slice(33)), ext: true };
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  return {
    publicKey: await crypto.subtle.importKey("jwk", jwk, algorithm, true, []),
    privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d: b64(bytes(private_hex)) }, algorithm, false, ["deriveBits"]),
  };
}

test("the vector of RFC 9180 opens", async () => {
  const keys = await keys_from(RFC.recipient_private, RFC.recipient_point);
  const plain = await open(keys, bytes(RFC.enc + RFC.cipher), utf8(RFC.info), utf8(RFC.aad), AES_128_GCM);
  assert.equal(Buffer.from(plain).toString(), RFC.plain);
});

test("what is sealed opens with the recipient's key and for the same use alone", async () => {
  const mine = await new_seal_keys();
  const other = await new_seal_keys();
  const sealed = await seal(await point_of(mine.publicKey), "outbox/1", utf8("Lường Thị Đào"));
  assert.equal(Buffer.from(await unseal(mine, "outbox/1", sealed)).toString(), "Lường Thị Đào");
  await assert.rejects(unseal(other, "outbox/1", sealed));
  await assert.rejects(unseal(mine, "draft/1", sealed));
  for (const at of [0, 10, 65, sealed.length - 1]) {
    await assert.rejects(unseal(mine, "outbox/1", sealed.with(at, sealed[at] ^ 1)));
  }
});

test("sealing the same twice gives two different texts", async () => {
  const point = await point_of((await new_seal_keys()).publicKey);
  assert.notDeepEqual(await seal(point, "a", utf8("x")), await seal(point, "a", utf8("x")));
});
