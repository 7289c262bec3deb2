/** Bundles by the JavaScript core, a line of JSON in and out, for tests/sync/test_bundles.py. */
import { createInterface } from "node:readline";
import { file_name, read_bundle, split_up, write_bundle } from "../../client/web/sync/bundles.js";

const CALLS = { write_bundle, read_bundle, split_up, file_name };

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  let answer;
  try {
    answer = await CALLS[name](...given);
  } catch (error) {
    answer = { code: error.code ?? String(error) };
  }
  console.log(JSON.stringify(answer));
}
