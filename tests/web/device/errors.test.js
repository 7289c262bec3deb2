import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DeviceError, MESSAGES } from "../../../client/web/device/errors.js";

const page = readFileSync(new URL("../../../docs/problems-device.md", import.meta.url), "utf8");

test("every refusal of the device is on its page with the words it says, and no other", () => {
  const said = [...page.matchAll(/^\| `([^`]+)` \| (.+) \| (.+) \|$/gm)].map(([, code, en, vi]) => [code, [vi, en]]);
  assert.deepEqual(Object.fromEntries(said), MESSAGES);
});

test("every refusal has words in both languages, in NFC", () => {
  for (const [code, [vi, en]] of Object.entries(MESSAGES)) {
    assert.ok(vi && en && vi !== en, code);
    assert.equal(vi, vi.normalize("NFC"), code);
  }
});

test("a code of the server keeps the server's words", () => {
  const error = new DeviceError("enrol.used", {}, undefined, { vi: "Đã dùng.", en: "Used." });
  assert.deepEqual([error.message_vi, error.message_en, error.message], ["Đã dùng.", "Used.", "enrol.used: Used."]);
  assert.equal(new DeviceError("never.heard").message_vi, MESSAGES["device.failure"][0]);
});
