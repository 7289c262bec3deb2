/** Runs the JavaScript engine for tests/forms/test_properties.py: a case a line in, its end state a line out. */
import { createInterface } from "node:readline";
import { Instance } from "../../client/web/engine/index.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { program, edits, env } = JSON.parse(line);
  const instance = new Instance(program, { env });
  for (const [method, ...given] of edits) instance[method](...given);
  const problems = instance.problems().map(({ path, code }) => [path, code]);
  const seen = { answers: instance.answers(), snapshot: instance.snapshot(), title: instance.title(), tree: instance.tree(), problems };
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}
