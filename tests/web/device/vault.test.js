import assert from "node:assert/strict";
import { test } from "node:test";
import { ITERATIONS, make_locks, new_device_keys, open_vault, pin_is_strong_enough, wait_s } from "../../../client/web/device/vault.js";
import { point_of, sign, utf8, verify } from "../../../client/web/sync/crypto.js";

const FEW = 1000; // iterations: the tests ask what opens, not how slowly
const keys = await new_device_keys();
const locks = await make_locks("v1", "246810", keys, FEW);
const vault = await open_vault("v1", locks, "246810");

test("the right PIN opens the vault and its signing key signs as the enrolled one", async () => {
  const sig = await sign(vault.sign_key, "op", utf8("x"));
  assert.equal(await verify(await point_of(keys.sign.publicKey), "op", utf8("x"), sig), true);
});

test("a wrong PIN, another vault's place, another device secret or another salt opens nothing", async () => {
  assert.equal(await open_vault("v1", locks, "246811"), null);
  assert.equal(await open_vault("v2", locks, "246810"), null);
  const { secret } = await make_locks("v1", "246810", keys, FEW);
  assert.equal(await open_vault("v1", { ...locks, secret }, "246810"), null);
  assert.equal(await open_vault("v1", { ...locks, salt: locks.salt.with(0, locks.salt[0] ^ 1) }, "246810"), null);
  assert.equal(await open_vault("v1", { ...locks, iterations: FEW + 1 }, "246810"), null);
});

test("an open vault gives no key away", async () => {
  await assert.rejects(crypto.subtle.exportKey("pkcs8", vault.sign_key));
  await assert.rejects(crypto.subtle.exportKey("raw", locks.secret));
});

test("a value opens in its own place alone, and never looks the same twice", async () => {
  const value = { answers: { full_name: "Lường Thị Đào" } };
  const kept = await vault.encrypt("drafts", "r1", value);
  assert.deepEqual(await vault.decrypt("drafts", "r1", kept), value);
  await assert.rejects(vault.decrypt("drafts", "r2", kept));
  await assert.rejects(vault.decrypt("records", "r1", kept));
  assert.equal(Buffer.from(kept.ct).includes("Đào"), false);
  const again = await vault.encrypt("drafts", "r1", value);
  assert.notDeepEqual(again.iv, kept.iv);
  assert.notDeepEqual(again.ct, kept.ct);
});

test("guessing costs at least 310,000 rounds a PIN", () => assert.ok(ITERATIONS >= 310_000));

for (const [pin, fits] of [["246810", true], ["123456789012", true], ["24681", false], ["1234567890123", false], ["24681a", false], ["", false]]) {
  test(`"${pin}" ${fits ? "is" : "is not"} a PIN`, () => assert.equal(pin_is_strong_enough(pin), fits));
}

const LONG_AGO = { now_ms: 10_000_000, awake_ms: 10_000_000 };
test("the wait after wrong PINs grows and ends at five minutes", () => {
  const waits = Array.from({ length: 12 }, (_, count) => wait_s({ count, at_ms: 1000 }, { now_ms: 1000, awake_ms: 0 }));
  assert.deepEqual(waits, [0, 0, 0, 5, 15, 30, 60, 120, 300, 300, 300, 300]);
  assert.equal(wait_s({ count: 9, at_ms: 0 }, LONG_AGO), 0);
});
test("setting the clock forward does not end the wait, nor does it end on a page just opened", () => {
  assert.equal(wait_s({ count: 8, at_ms: 0 }, { now_ms: 10_000_000, awake_ms: 1000 }), 299);
});
test("a clock set back does not lock its owner out", () => {
  assert.equal(wait_s({ count: 8, at_ms: 50_000_000 }, LONG_AGO), 0);
});
