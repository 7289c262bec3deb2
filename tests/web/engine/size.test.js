/** A phone on a slow link loads the engine whole: it stays small as it is served, comments and all. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const engine = new URL("../../../client/web/engine/", import.meta.url);

test("the engine is at most 25 KB gzipped", () => {
  const modules = readdirSync(engine).filter((name) => name.endsWith(".js")).sort();
  const whole = Buffer.concat(modules.map((name) => readFileSync(new URL(name, engine))));
  const size = gzipSync(whole, { level: 9 }).length;
  assert.ok(size <= 25 * 1024, `${size} bytes`);
});
