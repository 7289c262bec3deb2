/** The cases both evaluators run; tests/forms/test_conformance.py runs the same. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { Instance } from "../../../client/web/engine/index.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const printed = execFileSync(`${root}/.venv/bin/python`, ["-m", "tests.conformance.compile_cases"], { cwd: root, maxBuffer: 1 << 28 });
const cases = JSON.parse(printed.toString());

for (const { name, program, answers, env, value } of cases.expressions) {
  test(`expression: ${name}`, () => {
    const instance = new Instance(program, { answers, env });
    assert.equal(instance.answers().result ?? null, value);
  });
}

for (const { name, program, answers, env, steps } of cases.forms) {
  test(`form: ${name}`, () => {
    const instance = new Instance(program, { answers, env });
    steps.forEach((step, number) => {
      let done = null;
      if (step.set) done = instance.set(...step.set);
      if (step.add_row) done = instance.add_row(...step.add_row);
      if (step.remove_row) done = instance.remove_row(step.remove_row);
      if (step.changed) assert.deepEqual(done, { changed: step.changed }, `step ${number}`);
      for (const [path, expected] of Object.entries(step.expect ?? {})) {
        const state = instance.state(path);
        const seen = Object.fromEntries(Object.keys(expected).map((key) => [key, state[key]]));
        assert.deepEqual(seen, expected, `step ${number}, ${path}`);
      }
      for (const [path, wanted] of Object.entries(step.offered ?? {})) { // labels, or whole choices
        const told = instance.offered(path).map((choice, at) => (typeof wanted[at] === "object" ? choice : choice.label));
        assert.deepEqual(told, wanted, `step ${number}, ${path}`);
      }
      if (step.problems) assert.deepEqual(instance.problems().map(({ path, code }) => [path, code]), step.problems, `step ${number}`);
      if (step.snapshot) assert.deepEqual(instance.snapshot(), step.snapshot, `step ${number}`);
      if (step.title) assert.equal(instance.title(), step.title);
    });
  });
}
