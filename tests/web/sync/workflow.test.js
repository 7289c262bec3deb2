/** The cases both cores run; tests/sync/test_workflow_cases.py runs the same. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { due_states, state_after, steps_for } from "../../../client/web/sync/workflow.js";

const cases = JSON.parse(readFileSync(new URL("../../conformance/workflow.json", import.meta.url), "utf8"));

for (const { name, roles, due } of cases.due_states) test(`whose turn: ${name}`, () => assert.deepEqual(due_states(cases.workflow, roles), due));
for (const { name, state, roles, steps } of cases.steps_for) {
  test(`steps: ${name}`, () => assert.deepEqual(steps_for(cases.workflow, state, roles).map(([action]) => action), steps));
}
for (const { name, state, op, roles, after } of cases.state_after) {
  test(`state after: ${name}`, () => assert.equal(state_after(cases.workflow, state, op, roles), after));
}
