/** What a device believes of what comes back (P-19), and how it names what went wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceError } from "../../../client/web/device/errors.js";
import { Wire } from "../../../client/web/device/wire.js";
import { key_id, new_sign_keys, point_of, sha, sign, utf8 } from "../../../client/web/sync/crypto.js";

const server = await new_sign_keys();
const point = await point_of(server.publicKey);
const trust = { server_sign: async () => point };

/** A server that answers what it is told, signed by these keys. */
function answering(content, { keys = server, kind = "page", after = (text) => text } = {}) {
  return async (_, request) => {
    const { req } = await asked(request);
    const text = JSON.stringify({ req, pages: [], drop: [], more: false, ...content });
    const signature = `${await key_id(await point_of(keys.publicKey))}.${await sign(keys.privateKey, kind, utf8(text))}`;
    return new Response(after(text), { headers: { "Chungsuc-Signature": signature } });
  };
}
const unzip = (stream) => new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
const asked = ({ headers, body }) => (headers["Content-Encoding"] ? unzip(new Blob([body]).stream()) : new Response(body).json());
const post = (fetcher, content = {}) => new Wire("http://server", fetcher).post("pull", content, "page", trust);
const fails = (fetcher, code) => assert.rejects(post(fetcher), (error) => error instanceof DeviceError && error.code === code);
const plain = (body, init) => async () => new Response(body, init);

test("a signed answer to this request is believed, and its signed text is kept", async () => {
  const { body, text, key } = await post(answering({ more: false }));
  assert.equal(body.more, false);
  assert.deepEqual(JSON.parse(text), body);
  assert.equal(key, await key_id(point));
});

test("large requests travel gzipped, small ones as they are", async () => {
  for (const [size, encoding] of [[10, undefined], [5000, "gzip"]]) {
    let seen;
    await post(async (address, request) => {
      seen = request;
      assert.equal((await asked(request)).text.length, size);
      return answering({})(address, request);
    }, { text: "x".repeat(size) });
    assert.equal(seen.headers["Content-Encoding"], encoding);
    assert.deepEqual([seen.cache, seen.credentials], ["no-store", "omit"]);
  }
});

test("another key, another kind, an altered body or another request's answer is not believed", async () => {
  await fails(answering({}, { keys: await new_sign_keys() }), "net.unsigned");
  await fails(answering({}, { kind: "receipt" }), "net.unsigned");
  await fails(answering({ more: false }, { after: (text) => text.replace("false", "true") }), "net.unsigned");
  await fails(answering({ req: "0000000000000000" }), "net.unsigned");
  await fails(plain('{"more":false}'), "net.unsigned");
});

test("a signed answer that is none to this call is a failure of the server", async () => {
  for (const wrong of [{ pages: null }, { drop: [1] }, { more: "no" }, { pages: [{ scope: "a/b" }] }]) await fails(answering(wrong), "net.server");
});

test("what is no answer of a server is a portal's", async () => {
  await fails(plain("<h1>Wi-Fi</h1>"), "net.captive");
  await fails(plain("", { status: 302, headers: { Location: "http://portal" } }), "net.captive");
  await fails(plain("<h1>no</h1>", { status: 403 }), "net.captive");
  await fails(answering({}, { after: (text) => text.slice(0, -1) }), "net.captive"); // cut off
});

test("failures of the world and refusals of the server keep their names", async () => {
  await fails(async () => { throw new TypeError("failed"); }, "net.offline");
  await fails(async () => { throw new DOMException("late", "AbortError"); }, "net.timeout");
  await fails(plain("bad gateway", { status: 502 }), "net.server");
  const refusal = JSON.stringify({ error: { code: "request.too_large", message: "Too large.", message_vi: "Quá lớn.", details: { max_ops: 100 } } });
  await assert.rejects(post(plain(refusal, { status: 413 })), {
    code: "request.too_large", message_vi: "Quá lớn.", message_en: "Too large.", details: { status: 413, max_ops: 100 },
  });
});

test("a document is taken only under its own hash", async () => {
  const wire = new Wire("http://server", plain('{"form_id":"f"}'));
  assert.equal(new TextDecoder().decode(await wire.document(await sha(utf8('{"form_id":"f"}')))), '{"form_id":"f"}');
  await assert.rejects(wire.document(await sha(utf8("other"))), { code: "net.document" });
});
