import assert from "node:assert/strict";
import { test } from "node:test";
import { new_sign_keys, point_of, sha, utf8 } from "../../../client/web/sync/crypto.js";
import { build_op, read_op, verify_op } from "../../../client/web/sync/ops.js";
import { make_push } from "../../../client/web/sync/outbox.js";

const keys = await new_sign_keys();
const START = { device: "4d1c7a55-0000-4000-8000-000000000001", n: 0, prev: null, sign_key: keys.privateKey };
const INTENT = {
  type: "submit",
  rec: "017d8a3c-0000-7000-8000-000000000001",
  base: null,
  form: { id: "support_case", version: "2021120101" },
  scope: "03424-07/support_case",
  payload: { answers: { full_name: "Lu\u031bo\u031b\u0300ng" }, title: "x" },
};
const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const clock = () => "2021-12-05T08:00:00.000+07:00";
const build = (state, intent = INTENT) => build_op(state, intent, random, clock);

test("an op is signed over the exact bytes of its header and read back the same", async () => {
  const { op } = await build(START);
  assert.equal(await verify_op(op, await point_of(keys.publicKey)), true);
  assert.equal(await verify_op(op, await point_of((await new_sign_keys()).publicKey)), false);
  assert.equal(op.h, await sha(utf8(op.wire.header)));
  assert.deepEqual(await read_op(JSON.parse(JSON.stringify(op.wire))), { op });
});

test("ops of a device count from one and name the op before", async () => {
  const first = await build(START);
  const second = await build(first.state);
  assert.deepEqual([first.op.header.n, first.op.header.prev], [1, null]);
  assert.deepEqual([second.op.header.n, second.op.header.prev], [2, first.op.h]);
  assert.deepEqual([second.state.n, second.state.prev], [2, second.op.h]);
});

test("the payload begins with a fresh salt and its text is NFC", async () => {
  const one = (await build(START)).op;
  const two = (await build(START)).op;
  assert.match(one.wire.payload, /^\{"salt":"[A-Za-z0-9_-]{22}",/);
  assert.notEqual(one.payload.salt, two.payload.salt);
  assert.equal(one.payload.answers.full_name, "Lường".normalize("NFC"));
});

test("an op altered in any part is not read or not the same op", async () => {
  const { wire } = (await build(START)).op;
  const damaged = [
    null,
    [],
    {},
    { ...wire, sig: 1 },
    { ...wire, payload: wire.payload.replace("x", "y") },
    { ...wire, header: "not json" },
    { ...wire, header: "[1]" },
    ...["v", "type", "rec", "form", "scope", "at", "payload_sha256", "n", "prev", "base", "blobs"].map((key) => {
      const header = JSON.parse(wire.header);
      delete header[key];
      return { ...wire, header: JSON.stringify(header) };
    }),
  ];
  for (const one of damaged) assert.equal((await read_op(one)).problem?.code, "op.unreadable", JSON.stringify(one));
});

test("unknown keys of a header are kept", async () => {
  const { wire } = (await build(START)).op;
  const header = JSON.stringify({ ...JSON.parse(wire.header), later: 1 });
  assert.equal((await read_op({ ...wire, header })).op.header.later, 1);
});

test("a push takes the oldest ops that fit, at least one", async () => {
  const wires = [1, 2, 3, 4].map((n) => ({ h: String(n), n, wire: { header: `h${n}`, payload: "p".repeat(1000), sig: "s" } }));
  const sent = (limits) => make_push([wires[2], wires[0], wires[3], wires[1]], limits).map(({ header }) => header);
  assert.deepEqual(sent({ max_ops: 3, max_bytes: 1e6 }), ["h1", "h2", "h3"]);
  assert.deepEqual(sent({ max_ops: 100, max_bytes: 2200 }), ["h1", "h2"]);
  assert.deepEqual(sent({ max_ops: 100, max_bytes: 10 }), ["h1"]);
  assert.deepEqual(make_push([], { max_ops: 100, max_bytes: 10 }), []);
});
