import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { secure } from "../../../client/web/sync/securing.js";

/** The cases the Python core runs, too; made by tests/conformance/securing_cases.py. */
const cases = JSON.parse(readFileSync(new URL("../../conformance/securing.json", import.meta.url), "utf8"));

for (const { name, copy, hello, becomes } of cases) {
  test(`a copy ${name}`, () => {
    const { noted, free } = secure([copy], hello);
    assert.deepEqual([noted.includes(copy.id), free.includes(copy.id)], [becomes === "noted", becomes === "free"]);
  });
}
