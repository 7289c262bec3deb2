/**
 * An instance of a form: answers go in one by one, and what depends on them follows. docs/form-language.md, "Instance".
 * The twin in Python is forms/instance.py; tests/conformance holds both to the same answers. No DOM, no clock.
 */
import { uuid } from "./chance.js";
import { date } from "./dates.js";
import { answer, answers_of, clean, view } from "./answers.js";
import { Context, build } from "./evaluate.js";
import { default_message } from "./messages.js";
import { Node } from "./tree.js";
import { first_problem } from "./validation.js";
import { to_boolean, to_number, to_text } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./evaluate.js").Env} Env */

const MAX_ROWS = 1000;
const ROW_ID = /\[[^\]]*\]/g;
/** Prepared forms by their program, so that a list of records prepares each form once. @type {WeakMap<object, Form>} */
const prepared = new WeakMap();

/** A program made ready to run: its nodes by path and its expressions as callables. */
class Form {
  /** @type {Map<string, any>} */
  specs = new Map();
  /** @type {Map<any, import("./evaluate.js").Evaluator>} */
  #built = new Map();

  /** @param {any} program */
  constructor(program) {
    this.program = program;
    this.#collect(program.root);
    /** @type {[string, string][]} */
    this.order = program.order.map((/** @type {string} */ key) => key.split("#"));
    const place = new Map(program.order.map((/** @type {string} */ key, /** @type {number} */ index) => [key, index]));
    /** @type {Map<string, number[]>} */
    this.dependents = new Map(
      Object.entries(program.dependents).map(([path, keys]) => [path, keys.map((/** @type {string} */ key) => place.get(key))]),
    );
  }

  /** @param {any} program @returns {Form} */
  static of(program) {
    let form = prepared.get(program);
    if (!form) prepared.set(program, (form = new Form(program)));
    return form;
  }

  /** @param {any[]} nodes */
  #collect(nodes) {
    for (const spec of nodes) {
      this.specs.set(spec.path, spec);
      this.#collect(spec.children ?? []);
    }
  }

  /** @param {any} ast */
  evaluator(ast) {
    let made = this.#built.get(ast);
    if (!made) this.#built.set(ast, (made = build(ast)));
    return made;
  }

  /** @param {string} path @returns {any[]} */
  choices(path) {
    return this.program.choices[this.specs.get(path)?.list] ?? [];
  }
}

/** One form being filled in. Paths with row ids; answers nested JSON. */
export class Instance {
  /** Paths of answers that the form does not have. @type {string[]} */
  #unknown = [];
  /** Path in the program → running nodes. @type {Map<string, Set<Node>>} */
  #at = new Map();
  /** @type {Map<string, Node>} */
  #by_path = new Map();

  /**
   * @param {any} program compiled by Python
   * @param {{answers?: any, env?: Partial<Env>}} [begin] no answers make a new instance, which takes the form's defaults
   */
  constructor(program, { answers = null, env = {} } = {}) {
    this.form = Form.of(program);
    /** @type {Env} */
    this.env = { ...BLANK_ENV, ...env };
    this.language = this.env.language || program.default_language;
    const fresh = !answers || Object.keys(answers).length === 0;
    this.root = new Node({ kind: "group", path: "", children: program.root }, null, "");
    this.#fill(this.root, program.root, answers ?? {}, fresh);
    this.#settle(new Set(this.form.order.keys()));
  }

  /** Answer a question. @param {string} path @param {any} value @returns {{changed: string[]}} @throws {RangeError} no such question */
  set(path, value) {
    const node = this.#node(path, "question");
    const kept = clean(value);
    if (same(kept, node.value)) return { changed: [] };
    node.value = kept;
    const changed = this.#settle(new Set(this.form.dependents.get(node.spec.path)));
    return { changed: [...new Set([path, ...changed])] };
  }

  /** Add a row at the end, or before row number `at` (from 0). @param {string} repeat_path @param {string} row_id @param {number} [at] @returns {{changed: string[]}} */
  add_row(repeat_path, row_id, at) {
    const repeat = this.#node(repeat_path, "repeat");
    if (repeat.rows.some((row) => row.row_id === row_id)) return { changed: [] };
    const row = this.#row(repeat, row_id, {}, true);
    repeat.rows.splice(at ?? repeat.rows.length, 0, row);
    return this.#changed_below(repeat, row);
  }

  /** @param {string} row_path @returns {{changed: string[]}} @throws {RangeError} no such row */
  remove_row(row_path) {
    const row = this.#node(row_path);
    if (!row.row_id) throw new RangeError(row_path);
    const repeat = row.repeat();
    repeat.rows.splice(repeat.rows.indexOf(row), 1);
    this.#forget(row);
    return this.#changed_below(repeat, row);
  }

  /** Of a question, group or repeat. @param {string} path */
  state(path) {
    const node = this.#node(path);
    const found = node.shown() ? first_problem(this, node) : null;
    return {
      relevant: node.shown(),
      required: this.required(node),
      read_only: this.read_only(node),
      value: node.value,
      valid: !found,
      problem: found && { code: found.code, message: found.message[this.language] ?? "" },
      label: this.text(node.spec.label, node),
      hint: this.text(node.spec.hint, node),
      ...(node.spec.list ? { choices: this.candidates(node).map((choice) => choice.name) } : {}),
    };
  }

  /** Everything that keeps the instance from being finalised. @returns {{path: string, code: string, message: Record<string, string>}[]} */
  problems() {
    const found = this.#unknown.map((path) => ({ path, code: "answer.unknown", message: default_message("answer.unknown") }));
    for (const node of this.root.walk()) {
      if (node.spec.kind !== "question" || !node.shown()) continue;
      const wrong = first_problem(this, node);
      if (wrong) found.push({ path: node.path, ...wrong });
    }
    return found;
  }

  /** The running tree for a screen: [{path, kind, name, relevant, children?, rows?: [{id, path, children}]}]. */
  tree() {
    return [...this.root.children.values()].map(view);
  }

  /** All that is kept while editing, hidden answers included. */
  answers() {
    return answers_of(this.root, true);
  }

  /** The finalised answers: what is not relevant is left out, calculated values are in. */
  snapshot() {
    return answers_of(this.root, false);
  }

  /** The record's name: instance_name, else the list view's title, else the form's title. @param {string} [language] @returns {string} */
  title(language = "") {
    const { program } = this.form;
    const ast = program.instance_name || program.list_view.title;
    return (ast && to_text(this.value_of(ast, this.root, language))) || this.text(program.title, this.root, language);
  }

  /** @param {string} [language] @returns {string} */
  subtitle(language = "") {
    const ast = this.form.program.list_view.subtitle;
    return ast ? to_text(this.value_of(ast, this.root, language)) : "";
  }

  /** The day this record belongs to, "" when the form names none or it is blank. */
  event_date() {
    const ast = this.form.program.event_date;
    return ast ? date(null, to_text(this.value_of(ast, this.root))) : "";
  }

  /** @param {any} ast @param {Node} node @param {string} [language] @param {any} [choice] @returns {Value} */
  value_of(ast, node, language = "", choice = null) {
    const choices = (/** @type {string} */ path) => this.form.choices(path);
    return this.form.evaluator(ast)(new Context(this.env, node, node, choices, language || this.language, choice));
  }

  /** @param {Node} node */
  required(node) {
    return !this.read_only(node) && this.#holds("required", node);
  }

  /** By the form, by a calculation, or because the author's role may not write it in this state. @param {Node} node */
  read_only(node) {
    return "calculation" in node.spec || this.#holds("read_only", node) || !this.may_write(node.path);
  }

  /** Whether `writable_by` of the question and all around it lets the author write here. @param {string} path */
  may_write(path) {
    for (let at = path; at; at = at.slice(0, at.lastIndexOf("/"))) {
      if (!writable(this.form.specs.get(at.replace(ROW_ID, "")), this.env)) return false;
    }
    return true;
  }

  /** The choices that the choice_filter leaves. @param {Node} node @returns {any[]} */
  candidates(node) {
    const choices = this.form.choices(node.spec.path);
    const { choice_filter } = node.spec;
    return choice_filter ? choices.filter((choice) => to_boolean(this.value_of(choice_filter, node, "", choice))) : choices;
  }

  /** A text in the language, or the default one, with `${name}` filled in. @param {any} texts @param {Node} node @param {string} [language] @returns {string} */
  text(texts, node, language = "") {
    if (!texts) return "";
    const text = texts[language || this.language] || texts[this.form.program.default_language] || Object.values(texts)[0];
    if (typeof text === "string") return text;
    return text.parts.map((/** @type {any} */ part) => (typeof part === "string" ? part : to_text(this.value_of(part, node)))).join("");
  }

  /** The program's node at a path, for a screen: type, appearance, media, choices' list. @param {string} path @returns {any} */
  spec(path) {
    return this.#node(path).spec;
  }

  /** @param {string} key @param {Node} node */
  #holds(key, node) {
    return key in node.spec && to_boolean(this.value_of(node.spec[key], node));
  }

  /** @param {string} path @param {string} [kind] @returns {Node} */
  #node(path, kind) {
    const node = this.#by_path.get(path);
    if (!node || (kind && node.spec.kind !== kind)) throw new RangeError(path);
    return node;
  }

  /** @param {Node} node @param {any[]} specs @param {any} answers @param {boolean} fresh */
  #fill(node, specs, answers, fresh) {
    if (!is_object(answers)) {
      this.#unknown.push(node.path);
      answers = {};
    }
    const known = new Set(specs.map(({ name }) => name));
    if (node.row_id) known.add("__id");
    this.#unknown.push(...Object.keys(answers).filter((name) => !known.has(name)).map((name) => `${node.path}/${name}`));
    for (const spec of specs) {
      const child = new Node(spec, node, `${node.path}/${spec.name}`);
      node.children.set(spec.name, child);
      this.#register(child);
      const value = (Object.hasOwn(answers, spec.name) ? answers[spec.name] : null) ?? null; // a question may be named "constructor"
      if (spec.kind === "group") this.#fill(child, spec.children, value ?? {}, fresh);
      else if (spec.kind === "repeat") this.#fill_rows(child, value ?? []);
      else child.value = clean(value);
    }
    if (!fresh) return;
    for (const child of node.children.values()) {
      if ("default" in child.spec && child.value === null) {
        child.value = answer(child.spec, this.value_of(child.spec.default, child));
      }
    }
  }

  /** @param {Node} repeat @param {any} rows */
  #fill_rows(repeat, rows) {
    if (!Array.isArray(rows) || rows.length > MAX_ROWS) {
      this.#unknown.push(repeat.path);
      return;
    }
    const seen = new Set();
    for (const row of rows) {
      const row_id = is_object(row) ? row.__id : null;
      if (typeof row_id !== "string" || !row_id || seen.has(row_id) || /[/[\]]/.test(row_id)) {
        this.#unknown.push(`${repeat.path}[]`);
        continue;
      }
      seen.add(row_id);
      repeat.rows.push(this.#row(repeat, row_id, row, false));
    }
  }

  /** @param {Node} repeat @param {string} row_id @param {any} answers @param {boolean} fresh */
  #row(repeat, row_id, answers, fresh) {
    const row = new Node({ ...repeat.spec, kind: "group" }, repeat, `${repeat.path}[${row_id}]`, row_id);
    this.#by_path.set(row.path, row);
    this.#fill(row, repeat.spec.children, answers, fresh);
    return row;
  }

  /** @param {Node} node */
  #register(node) {
    this.#by_path.set(node.path, node);
    if (node.row_id) return;
    const found = this.#at.get(node.spec.path);
    if (found) found.add(node);
    else this.#at.set(node.spec.path, new Set([node]));
  }

  /** @param {Node} row */
  #forget(row) {
    for (const node of row.walk()) {
      this.#by_path.delete(node.path);
      if (!node.row_id) this.#at.get(node.spec.path)?.delete(node);
    }
  }

  /** A row came or went: whoever reads the repeat or anything in it, and all that is computed in it, follows. @param {Node} repeat @param {Node} row @returns {{changed: string[]}} */
  #changed_below(repeat, row) {
    const paths = new Set([repeat.spec.path, ...[...row.walk()].map((node) => node.spec.path)]);
    const dirty = new Set([...paths].flatMap((path) => this.form.dependents.get(path) ?? []));
    this.form.order.forEach(([path], index) => {
      if (paths.has(path) && path !== repeat.spec.path) dirty.add(index);
    });
    return { changed: [...new Set([repeat.path, ...this.#settle(dirty)])] };
  }

  /** Evaluate the expressions numbered in `dirty` and all that follows from them, in the program's order. @param {Set<number>} dirty @returns {string[]} */
  #settle(dirty) {
    const { order, dependents, specs } = this.form;
    /** @type {string[]} */
    const changed = [];
    for (let index = 0, left = dirty.size; left > 0 && index < order.length; index++) {
      if (!dirty.has(index)) continue;
      left--;
      const [path, column] = order[index];
      const touched = [...(this.#at.get(path) ?? [])].filter((node) => this.#evaluate(node, column));
      if (!touched.length) continue;
      changed.push(...touched.map((node) => node.path));
      const paths = new Set([path]);
      const following = [];
      if (column === "repeat_count") {
        for (const below of specs.keys()) if (below.startsWith(`${path}/`)) paths.add(below);
        order.forEach(([below], inner) => paths.has(below) && following.push(inner));
      }
      following.push(...[...paths].flatMap((each) => dependents.get(each) ?? []));
      for (const next of following) {
        if (next > index && !dirty.has(next)) {
          dirty.add(next);
          left++;
        }
      }
    }
    return changed;
  }

  /** @param {Node} node @param {string} column */
  #evaluate(node, column) {
    const value = this.value_of(node.spec[column], node);
    if (column === "relevant") {
      const before = node.relevant;
      node.relevant = to_boolean(value);
      return before !== node.relevant;
    }
    if (column === "repeat_count") return this.#count_rows(node, to_number(value));
    const computed = answer(node.spec, value);
    if (same(computed, node.value)) return false;
    node.value = computed;
    return true;
  }

  /** Of a row that repeat_count adds: it follows from the record and the row's number, so all draw the same. @param {Node} repeat */
  #row_id(repeat) {
    const taken = new Set(repeat.rows.map((row) => row.row_id));
    for (let number = taken.size + 1; ; number++) {
      const row_id = uuid(`${this.env.seed}|${repeat.path}|${number}`);
      if (!taken.has(row_id)) return row_id;
    }
  }

  /** Make the repeat have so many rows; rows taken away are kept and come back first. @param {Node} repeat @param {number} wanted */
  #count_rows(repeat, wanted) {
    const count = Number.isNaN(wanted) ? 0 : Math.trunc(Math.min(Math.max(wanted, 0), MAX_ROWS));
    const before = repeat.rows.length;
    while (repeat.rows.length > count) {
      const row = /** @type {Node} */ (repeat.rows.pop());
      this.#forget(row);
      repeat.spare.push(row);
    }
    while (repeat.rows.length < count) {
      const spare = repeat.spare.pop();
      if (spare) for (const node of spare.walk()) this.#register(node);
      repeat.rows.push(spare ?? this.#row(repeat, this.#row_id(repeat), {}, true));
    }
    return before !== count;
  }
}

/** @type {Env} */
const BLANK_ENV = {
  seed: "",
  now: "1970-01-01T00:00:00.000+00:00",
  today: "1970-01-01",
  tz_offset_min: 0,
  roles: null,
  state: "draft",
  language: "",
};

/** May the author write this question (or group) in this state? `writable_by` absent: yes. @param {any} spec @param {Env} env */
function writable(spec, { roles, state }) {
  if (!roles || !spec?.writable_by) return true;
  return spec.writable_by.some(
    (/** @type {{roles: string[], states: string[]|"*"}} */ rule) =>
      rule.roles.some((role) => roles.includes(role)) && (rule.states === "*" || rule.states.includes(state ?? "")),
  );
}

/** @param {any} a @param {any} b @returns {boolean} */
function same(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => same(each, b[i]));
  return a === b;
}

/** @param {any} value */
function is_object(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
