import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent, next_round_s } from "../../../client/web/device/agent.js";
import { DeviceError } from "../../../client/web/device/errors.js";
import { with_lock } from "../../../client/web/device/locks.js";

test("the pause doubles with each failure up to fifteen minutes, and is spread", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 60].map((failures) => next_round_s(failures, 0.5)), [15, 30, 60, 120, 240, 480, 900, 900, 900]);
  assert.deepEqual([0, 1].map((random) => next_round_s(1, random)), [7.5, 22.5]);
  assert.equal(next_round_s(0, 0.5), 600);
});

/** An agent and the promise of its rest. */
function begun(round, lock) {
  let told = () => {};
  const agent = new Agent(round, () => told(), lock);
  const at_rest = () => new Promise((resolve) => { told = () => !agent.progress.running && resolve(); });
  return { agent, at_rest };
}

test("a wake during a round is followed by another round, and rounds never overlap", async () => {
  let rounds = 0;
  let inside = 0;
  const { agent, at_rest } = begun(async () => {
    assert.equal(++inside, 1);
    if (++rounds === 1) agent.wake();
    await Promise.resolve();
    inside -= 1;
  }, "a");
  const first = at_rest();
  agent.wake();
  await first;
  await at_rest();
  agent.stop();
  assert.equal(rounds, 2);
});

test("a failed round says its code and the next one clears it", async () => {
  let fail = true;
  const { agent, at_rest } = begun(async () => { if (fail) throw new DeviceError("net.offline"); }, "b");
  let rest = at_rest();
  agent.wake();
  await rest;
  assert.equal(agent.progress.error_code, "net.offline");
  fail = false;
  rest = at_rest();
  agent.wake();
  await rest;
  assert.equal(agent.progress.error_code, undefined);
  agent.stop();
});

test("work under one lock is done one after another, failures included", async () => {
  const order = [];
  const slow = with_lock("c", async () => { await Promise.resolve(); order.push(1); throw new Error("x"); });
  const next = with_lock("c", async () => { order.push(2); });
  await assert.rejects(slow);
  await next;
  assert.deepEqual(order, [1, 2]);
});
