/** Building the running tree: answers, defaults and rows. What has to be followed is told to following.js by others. Twin: forms/filling.py. */
import { answer, clean } from "./answers.js";
import { uuid } from "./chance.js";
import { Node } from "./tree.js";

/** @typedef {import("./instance.js").Instance} Instance */
/** @typedef {import("./evaluate.js").Env} Env */

const MAX_ROWS = 1000;
/** What the device knows about the filling in, put into a new record; `end` when it is finalised. @type {Record<string, (env: Env) => any>} */
const PRELOADED = {
  start: (env) => env.start || env.now,
  today: (env) => env.today,
  deviceid: (env) => env.deviceid,
  username: (env) => env.username,
  phonenumber: (env) => env.phonenumber,
  email: (env) => env.email,
};

/** @param {Instance} instance @param {Node} node @param {any} answers @param {boolean} fresh */
export function fill(instance, node, answers, fresh) {
  const specs = node.spec.children;
  if (!is_object(answers)) {
    instance.unknown.push(node.path);
    answers = {};
  }
  for (const name of Object.keys(answers)) {
    const known = (name === "__id" && node.row_id) || specs.some((/** @type {any} */ spec) => spec.name === name);
    if (!known) instance.unknown.push(`${node.path}/${name}`);
  }
  for (const spec of specs) {
    const child = new Node(spec, node, `${node.path}/${spec.name}`);
    node.children.set(spec.name, child);
    instance.by_path.set(child.path, child);
    const value = (Object.hasOwn(answers, spec.name) ? answers[spec.name] : null) ?? null; // a question may be named "constructor"
    if (spec.kind === "group") fill(instance, child, value ?? {}, fresh);
    else if (spec.kind === "repeat") fill_rows(instance, child, value ?? []);
    else {
      child.value = clean(value);
      note_metadata(child, instance.env, fresh);
    }
  }
  if (!fresh) return;
  for (const child of node.children.values()) {
    const { spec } = child;
    if (spec.default && child.value === null) child.value = answer(spec, instance.value_of(spec.default, child));
  }
}

/** @param {Node} node @param {Env} env @param {boolean} fresh */
function note_metadata(node, env, fresh) {
  const { type } = node.spec;
  if (type === "end" && env.end) node.value = env.end;
  else if (fresh && node.value === null && Object.hasOwn(PRELOADED, type)) node.value = clean(PRELOADED[type](env));
}

/** @param {Instance} instance @param {Node} repeat @param {any} rows */
function fill_rows(instance, repeat, rows) {
  if (!Array.isArray(rows) || rows.length > MAX_ROWS) {
    instance.unknown.push(repeat.path);
    return;
  }
  const seen = new Set();
  for (const row of rows) {
    const row_id = is_object(row) ? row.__id : null;
    if (typeof row_id !== "string" || !row_id || seen.has(row_id) || /[/[\]]/.test(row_id)) {
      instance.unknown.push(`${repeat.path}[]`);
      continue;
    }
    seen.add(row_id);
    repeat.rows.push(make_row(instance, repeat, row_id, row, false));
  }
}

/** @param {Instance} instance @param {Node} repeat @param {string} row_id @param {any} answers @param {boolean} fresh */
export function make_row(instance, repeat, row_id, answers, fresh) {
  const row = new Node(instance.form.row_specs.get(repeat.spec.path), repeat, `${repeat.path}[${row_id}]`, row_id);
  instance.by_path.set(row.path, row);
  fill(instance, row, answers, fresh);
  return row;
}

/** @param {Instance} instance @param {Node} repeat @param {number} wanted @returns {{added: Node[], gone: Node[]}} */
export function count_rows(instance, repeat, wanted) {
  const most = Number.isNaN(wanted) ? 0 : Math.trunc(Math.min(Math.max(wanted, 0), MAX_ROWS));
  /** @type {Node[]} */
  const added = [];
  const gone = repeat.rows.splice(most).reverse();
  for (const row of gone) forget(instance, row);
  repeat.spare.push(...gone);
  while (repeat.rows.length < most) {
    const spare = repeat.spare.pop();
    if (spare) for (const node of spare.walk()) instance.by_path.set(node.path, node);
    const row = spare ?? make_row(instance, repeat, row_id_for(instance, repeat), {}, true);
    repeat.rows.push(row);
    added.push(row);
  }
  return { added, gone };
}

/** @param {Instance} instance @param {Node} row */
export function forget(instance, row) {
  for (const node of row.walk()) instance.by_path.delete(node.path);
}

/** Of a row that repeat_count adds: it follows from the record and the row's number, so all draw the same. @param {Instance} instance @param {Node} repeat */
function row_id_for(instance, repeat) {
  const taken = new Set(repeat.rows.map((row) => row.row_id));
  for (let number = taken.size + 1; ; number++) {
    const row_id = uuid(`${instance.env.seed}|${repeat.path}|${number}`);
    if (!taken.has(row_id)) return row_id;
  }
}

/** @param {any} value */
function is_object(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
