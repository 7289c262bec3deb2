/**
 * An instance of a form: answers go in one by one, and what depends on them follows. docs/form-language.md, "Instance".
 * The twin in Python is forms/instance.py; tests/conformance holds both to the same answers. No DOM, no clock.
 */
import { answers_of, are_names, clean, same, view } from "./answers.js";
import { date } from "./dates.js";
import { Context } from "./evaluate.js";
import { fill, forget, make_row } from "./filling.js";
import { Following } from "./following.js";
import { Form } from "./form.js";
import { default_message } from "./messages.js";
import { offered } from "./offers.js";
import { Node } from "./tree.js";
import { first_problem } from "./validation.js";
import { to_boolean, to_text } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./evaluate.js").Env} Env */

const ROW_ID = /\[[^\]]*\]/g;
/** Types that the device answers by itself. */
const METADATA = new Set(["start", "end", "today", "deviceid", "username", "phonenumber", "email", "start-geopoint", "audit"]);

/** @type {Env} */
const BLANK_ENV = {
  seed: "",
  now: "1970-01-01T00:00:00.000+00:00",
  today: "1970-01-01",
  tz_offset_min: 0,
  roles: null,
  state: "draft",
  language: "",
  last_saved: {},
  lists: {},
};

export class Instance {
  /** Paths of answers that the form does not have. @type {string[]} */
  unknown = [];
  /** @type {Map<string, Node>} */
  by_path = new Map();

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
    fill(this, this.root, answers ?? {}, fresh);
    new Following(this).begin();
  }

  /** @param {string} path @param {any} value @returns {{changed: string[]}} @throws {RangeError} no such question */
  set(path, value) {
    const node = this.#node(path, "question");
    let kept = clean(value);
    if (node.spec.type === "select_multiple" && are_names(kept)) kept = this.choices(node.spec.path).in_order(kept);
    if (same(kept, node.value)) return { changed: [] };
    node.value = kept;
    const following = new Following(this);
    following.value_changed(node);
    return { changed: following.settle() };
  }

  /** @param {string} repeat_path @param {string} row_id @param {number} [at] @returns {{changed: string[]}} */
  add_row(repeat_path, row_id, at) {
    const repeat = this.#node(repeat_path, "repeat");
    if (repeat.rows.some((row) => row.row_id === row_id)) return { changed: [] };
    const row = make_row(this, repeat, row_id, {}, true);
    repeat.rows.splice(at ?? repeat.rows.length, 0, row);
    return this.#rows_changed(repeat, [row]);
  }

  /** @param {string} row_path @returns {{changed: string[]}} @throws {RangeError} no such row */
  remove_row(row_path) {
    const row = this.#node(row_path);
    if (!row.row_id) throw new RangeError(row_path);
    const repeat = row.repeat();
    repeat.rows.splice(repeat.rows.indexOf(row), 1);
    forget(this, row);
    return this.#rows_changed(repeat, []);
  }

  /** @param {string} path */
  state(path) {
    const node = this.#node(path);
    const relevant = node.shown();
    const found = relevant ? first_problem(this, node) : null;
    return {
      relevant,
      required: this.required(node),
      read_only: this.read_only(node),
      value: node.value,
      valid: !found,
      problem: found && { code: found.code, message: found.message[this.language] ?? "" },
      label: this.text(node.spec.label, node),
      hint: this.text(node.spec.hint, node),
      ...(node.spec.list ? { choices: offered(this, node).map((choice) => choice.name) } : {}),
    };
  }

  /** @param {string} path @returns {{name: string, label: string, icon?: string, image?: string, audio?: string}[]} */
  offered(path) {
    const node = this.#node(path);
    const told = (/** @type {any} */ each) => (typeof each === "string" ? each : this.text(each, node));
    return offered(this, node).map(({ columns, ...choice }) => ({
      .../** @type {any} */ (Object.fromEntries(Object.entries(choice).map(([key, each]) => [key, told(each)]))),
      label: this.text(choice.label, node) || choice.name,
    }));
  }

  /** @returns {{path: string, code: string, message: Record<string, string>}[]} */
  problems() {
    const found = this.unknown.map((path) => ({ path, code: "answer.unknown", message: default_message("answer.unknown") }));
    for (const node of this.root.walk()) {
      if (node.spec.kind !== "question" || !node.shown()) continue;
      const wrong = first_problem(this, node);
      if (wrong) found.push({ path: node.path, ...wrong });
    }
    return found;
  }

  tree() {
    return [...this.root.children.values()].map(view);
  }

  answers() {
    return answers_of(this.root, true);
  }

  snapshot() {
    return answers_of(this.root, false);
  }

  /** @param {string} [language] @returns {string} */
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

  event_date() {
    const ast = this.form.program.event_date;
    return ast ? date(null, to_text(this.value_of(ast, this.root))) : "";
  }

  /** @param {any} ast @param {Node} node @param {string} [language] @param {any} [choice] @returns {Value} */
  value_of(ast, node, language = "", choice = null) {
    return this.form.evaluator(ast)(new Context(this, node, node, language || this.language, choice));
  }

  /** @param {string} path */
  choices(path) {
    return this.form.choices(path, this.env.lists);
  }

  /** @param {string} name */
  choice_list(name) {
    return this.form.choice_list(name, this.env.lists ?? {});
  }

  /** @param {Node} node */
  required(node) {
    return !this.read_only(node) && this.#holds("required", node);
  }

  /** @param {Node} node */
  read_only(node) {
    const { spec } = node;
    if ((spec.calculation && !spec.trigger) || METADATA.has(spec.type)) return true;
    return this.#holds("read_only", node) || !this.may_write(node.path);
  }

  /** @param {string} path with row ids */
  may_write(path) {
    const { roles, state = "" } = this.env;
    const locks = (roles && this.form.locks.get(path.replace(ROW_ID, ""))) || [];
    return locks.every((lock) =>
      lock.some(
        (/** @type {{roles: string[], states: string[]|"*"}} */ rule) =>
          rule.roles.some((role) => roles?.includes(role)) && (rule.states === "*" || rule.states.includes(state)),
      ),
    );
  }

  /** @param {any} texts @param {Node} node @param {string} [language] @returns {string} */
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

  /** @param {import("./form.js").Rule} rule @param {Iterable<Node>|null} rows @returns {Node[]} */
  nodes({ path, names }, rows) {
    const found = [];
    for (const start of rows ?? [this.root]) {
      let level = [start];
      const below = start === this.root ? names : path.slice(start.spec.path.length + 1).split("/");
      below.forEach((name, depth) => {
        level = level.map((node) => /** @type {Node} */ (node.children.get(name)));
        if (depth < below.length - 1 && level[0]?.spec.kind === "repeat") level = level.flatMap((repeat) => repeat.rows);
      });
      found.push(...level);
    }
    return found;
  }

  /** @param {Node} repeat @param {Node[]} added */
  #rows_changed(repeat, added) {
    const following = new Following(this);
    following.rows_changed(repeat, added);
    return { changed: following.settle() };
  }

  /** @param {string} key @param {Node} node */
  #holds(key, node) {
    return key in node.spec && to_boolean(this.value_of(node.spec[key], node));
  }

  /** @param {string} path @param {string} [kind] @returns {Node} */
  #node(path, kind) {
    const node = this.by_path.get(path);
    if (!node || (kind && node.spec.kind !== kind)) throw new RangeError(path);
    return node;
  }
}
