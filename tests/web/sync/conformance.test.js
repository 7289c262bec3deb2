/** The cases both sync cores run; tests/sync/test_conformance.py runs the same. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answers_hash, canonical, revision_hash } from "../../../client/web/sync/canonical.js";
import { b64, key_id, unb64, utf8, verify } from "../../../client/web/sync/crypto.js";
import { unseal } from "../../../client/web/sync/hpke.js";
import { adopt_keys, verify_response, verify_signed } from "../../../client/web/sync/messages.js";
import { build_op, read_op } from "../../../client/web/sync/ops.js";
import { make_push } from "../../../client/web/sync/outbox.js";
import { overlay } from "../../../client/web/sync/overlay.js";
import { PULL_LIMIT, apply_page, next_limit } from "../../../client/web/sync/pages.js";
import { effective, take_receipt } from "../../../client/web/sync/receipts.js";

const cases = JSON.parse(readFileSync(new URL("../../conformance/sync.json", import.meta.url), "utf8"));

/** The device's private key, as the named algorithm uses it. */
function private_key(name, usages) {
  const point = unb64(cases.device.point);
  const jwk = { kty: "EC", crv: "P-256", d: cases.device.d, x: b64(point.slice(1, 33)), y: b64(point.slice(33)) };
  return crypto.subtle.importKey("jwk", jwk, { name, namedCurve: "P-256" }, false, usages);
}

const seal_keys = async () => ({
  privateKey: await private_key("ECDH", ["deriveBits"]),
  publicKey: await crypto.subtle.importKey("raw", unb64(cases.device.point), { name: "ECDH", namedCurve: "P-256" }, true, []),
});

test("canonical texts and hashes", async () => {
  for (const { value, text } of cases.canonical) assert.equal(canonical(value), text);
  for (const value of cases.not_canonical) assert.throws(() => canonical(value));
  for (const { answers, form, blobs, hash } of cases.answers_hash) assert.equal(await answers_hash(answers, form, blobs), hash);
  for (const { revision, hash } of cases.revision_hash) assert.equal(await revision_hash(revision), hash);
  assert.equal(await key_id(cases.device.point), cases.device.key_id);
});

for (const { state, intent, at, wire, h, after } of cases.ops) {
  test(`an op is built byte for byte and read again: ${intent.type}`, async () => {
    const sign_key = await private_key("ECDSA", ["sign"]);
    const random = (size) => Uint8Array.from({ length: size }, (_, i) => i);
    const built = await build_op({ ...state, sign_key }, intent, random, () => at);
    assert.equal(built.op.wire.header, wire.header);
    assert.equal(built.op.wire.payload, wire.payload);
    assert.deepEqual({ n: built.state.n, prev: built.state.prev }, after);
    const { op } = await read_op(wire);
    assert.equal(op.h, h);
    assert.ok(await verify(cases.device.point, "op", utf8(wire.header), wire.sig));
    assert.ok(!(await verify(cases.other.point, "op", utf8(wire.header), wire.sig)));
  });
}

for (const [name, wire] of Object.entries(cases.bad_wires)) {
  test(`no op: ${name}`, async () => assert.ok("problem" in (await read_op(wire))));
}

for (const [name, { wire, answers }] of Object.entries(cases.odd_wires)) {
  test(`an op, although written otherwise: ${name}`, async () => {
    const { op } = await read_op(wire);
    assert.deepEqual(op.payload.answers, answers);
    assert.deepEqual(op.wire, wire);
  });
}

test("what Python sealed opens with its key for its use alone", async () => {
  const { use, plain, sealed } = cases.sealed;
  assert.equal(new TextDecoder().decode(await unseal(await seal_keys(), use, unb64(sealed))), plain);
  await assert.rejects(unseal(await seal_keys(), "draft/1", unb64(sealed)));
});

test("only the server's signature is believed", async () => {
  const { body, header, kind } = cases.response;
  const { point } = cases.server;
  assert.equal((await verify_response(utf8(body), header, kind, point)).epoch, "e1");
  for (const wrong of [[utf8(`${body} `), header, kind, point], [utf8(body), header, "page", point], [utf8(body), null, kind, point], [utf8(body), header, kind, cases.other.point]]) {
    assert.equal(await verify_response(...wrong), null);
  }
  assert.equal((await verify_signed(cases.cert, "cert", point)).kind, "cert");
  assert.equal(await verify_signed(cases.cert, "receipt", point), null);
  const { pinned, offered, adopted } = cases.rotation;
  assert.deepEqual(await adopt_keys(pinned, offered), adopted);
  assert.equal(await adopt_keys(pinned, { ...offered, previous: [] }), null);
});

for (const { name, outbox, receipt, epoch, device, left, settled, stuck } of cases.receipts) {
  test(`a receipt ${name}`, () => {
    const taken = take_receipt(outbox, receipt, { epoch, device });
    const hashes = (list) => list.map(({ h }) => h);
    assert.deepEqual([hashes(taken.outbox), hashes(taken.settled), hashes(taken.stuck)], [left, settled, stuck]);
  });
}

test("what became of a duplicate", () => {
  for (const { verdict, is } of cases.effective) assert.equal(effective(verdict), is);
});

for (const { name, state, page, epoch, applies, seqs, cursor } of cases.pages) {
  test(`a page ${name}`, () => {
    const applied = apply_page(state, page, { epoch });
    assert.deepEqual([applied.applies, applied.rows.map(({ seq }) => seq), applied.cursor_state.cursor], [applies, seqs, cursor]);
  });
}

test("pushes", () => {
  for (const { outbox, limits, takes } of cases.push) assert.equal(make_push(outbox, limits).length, takes);
});

for (const { name, arrived, limits } of cases.limits) {
  test(`how much is asked for: ${name}`, () => {
    let limit = PULL_LIMIT;
    assert.deepEqual(arrived.map((came) => (limit = next_limit(limit, came))), limits);
  });
}

for (const { name, doc, ops, seen } of cases.overlay) {
  test(`overlay: ${name}`, () => assert.deepEqual(overlay(doc, ops), seen));
}
