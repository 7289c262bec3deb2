/** The JavaScript half of forms.py: races on standard input, [[loads, edits] in seconds] for each on standard output. */
import { Instance } from "../../client/web/engine/index.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { env, loads, edits, races } = JSON.parse(Buffer.concat(chunks).toString());

const timed = (call) => {
  const began = performance.now();
  call();
  return (performance.now() - began) / 1000;
};
const times = (call, often) => Array.from({ length: often }, (_, number) => timed(() => call(number)));

console.log(JSON.stringify(races.map((race) => {
  const text = JSON.stringify(race.program);
  const open = () => new Instance(JSON.parse(text), { answers: race.answers, env: { ...env, lists: race.lists } });
  const opened = times(open, loads);
  const instance = open();
  const edit = (number) => {
    instance.set(race.edit, race.values.length ? race.values[number % race.values.length] : number);
    if (race.read) instance.state(race.read);
  };
  return [opened, times(edit, edits)];
})));
