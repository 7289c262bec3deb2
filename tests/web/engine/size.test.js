/** The engine's weight: what a phone has to read of it, comments apart, compressed as it travels. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const folder = new URL("../../../client/web/engine/", import.meta.url);
const MOST_BYTES = 25_000;

test("the engine stays below 25 KB", () => {
  const code = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8").replace(/\/\*\*[^]*?\*\/|^\s*\/\/.*$|^\s+/gm, ""));
  const size = gzipSync(code.join("\n"), { level: 9 }).length;
  assert.ok(size < MOST_BYTES, `${size} bytes`);
});
