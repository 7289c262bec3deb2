import assert from "node:assert/strict";
import { test } from "node:test";
import { Autosave } from "../../../client/web/ui/autosave.js";

/** A save whose end the test decides. */
function slow_save() {
  /** @type {{done: () => void, fail: (error: Error) => void, value: number}[]} */
  const saves = [];
  const state = { value: 0 };
  const save = () => new Promise((done, fail) => saves.push({ done: () => done(undefined), fail, value: state.value }));
  return { saves, state, save };
}

test("answers given while a save runs are saved once more, the newest last", async () => {
  const { saves, state, save } = slow_save();
  const told = [];
  const autosave = new Autosave(save, (what) => told.push(what));
  state.value = 1; autosave.changed();
  state.value = 2; autosave.changed();
  state.value = 3; autosave.changed();
  assert.equal(saves.length, 1);
  saves[0].done();
  const kept = autosave.flush();
  await Promise.resolve(); await Promise.resolve();
  saves[1].done();
  await kept;
  assert.deepEqual(saves.map(({ value }) => value), [1, 3]);
  assert.deepEqual(told, ["saving", "saved"]);
});

test("a failed save is told, and flush rejects with its error, and a later one saves the answers", async () => {
  const { saves, state, save } = slow_save();
  const told = [];
  const autosave = new Autosave(save, (what, error) => told.push([what, error?.message]));
  state.value = 1; autosave.changed();
  const kept = autosave.flush();
  saves[0].fail(new Error("đầy"));
  await assert.rejects(kept, /đầy/);
  const again = autosave.flush();
  saves[1].done();
  await again;
  assert.equal(saves[1].value, 1);
  assert.deepEqual(told.map(([what]) => what), ["saving", "failed", "saving", "saved"]);
});

test("flush with nothing to save is done at once", async () => {
  await new Autosave(() => assert.fail("nothing changed"), () => {}).flush();
});
