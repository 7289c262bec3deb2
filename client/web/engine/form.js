/** A program made ready to run: nodes by path, expressions as callables, who follows whom. Shared by all its instances. Twin: forms/form.py. */
import { ChoiceList } from "./choice_lists.js";
import { build } from "./evaluate.js";

/** @typedef {import("./types").Rule} Rule */

/** By their program. @type {WeakMap<object, Form>} */
const prepared = new WeakMap();

export class Form {
  /** @type {Map<string, any>} */
  specs = new Map();
  /** @type {Map<string, any>} */
  row_specs = new Map();
  /** @type {Map<string, any[]>} */
  locks = new Map();
  /** @type {Map<any, import("./evaluate.js").Evaluator>} */
  #built = new Map();
  /** @type {Map<string, ChoiceList>} */
  #lists = new Map();

  /** @param {any} program */
  constructor(program) {
    this.program = program;
    this.#collect(program.root, []);
    const across = new Set(program.across);
    const started = new Set(Object.values(program.triggers ?? {}).flat());
    /** @type {Rule[]} */
    this.rules = program.order.map((/** @type {string} */ key) => this.#rule(key, across.has(key), started.has(key)));
    const place = new Map(program.order.map((/** @type {string} */ key, /** @type {number} */ number) => [key, number]));
    /** @param {Record<string, string[]>} [keys] @returns {Map<string, number[]>} */
    const numbered = (keys = {}) => new Map(Object.entries(keys).map(([path, each]) => [path, each.map((key) => place.get(key))]));
    this.readers = numbered(program.dependents);
    this.starts = numbered(program.triggers);
  }

  /** @param {any} program @returns {Form} */
  static of(program) {
    let form = prepared.get(program);
    if (!form) prepared.set(program, (form = new Form(program)));
    return form;
  }

  /** @param {any[]} nodes @param {any[]} locks */
  #collect(nodes, locks) {
    for (const spec of nodes) {
      const own = spec.writable_by ? [...locks, spec.writable_by] : locks;
      this.specs.set(spec.path, spec);
      this.locks.set(spec.path, own);
      if (spec.kind === "repeat") this.row_specs.set(spec.path, { ...spec, kind: "group" });
      if (spec.children) this.#collect(spec.children, own);
    }
  }

  /** @param {string} key @param {boolean} across @param {boolean} started @returns {Rule} */
  #rule(key, across, started) {
    const [path, column] = key.split("#");
    const around = across ? [] : [...this.row_specs.keys()].filter((above) => path.startsWith(`${above}/`));
    return { path, names: path.split("/").slice(1), column, ast: this.specs.get(path)[column], within: new Set(around), started };
  }

  /** @param {string} path */
  rules_below(path) {
    return [...this.rules.keys()].filter((number) => this.rules[number].path.startsWith(`${path}/`) && !this.rules[number].started);
  }

  /** @param {any} ast */
  evaluator(ast) {
    let made = this.#built.get(ast);
    if (!made) this.#built.set(ast, (made = build(ast)));
    return made;
  }

  /** @param {string} path @param {Record<string, any>} [lists] those from files, as in Env */
  choices(path, lists = {}) {
    const { list = "", parameters = {} } = this.specs.get(path) ?? {};
    return this.choice_list(list, lists, parameters.value, parameters.label);
  }

  /** @param {string} name @param {Record<string, any>} lists @param {string} [value] @param {string} [label] */
  choice_list(name, lists, value = "name", label = "label") {
    const { choices, default_language: language } = this.program;
    const source = own(choices, name) ?? own(lists, name) ?? NO_CHOICES;
    const key = `${name}|${value}|${label}`;
    let known = this.#lists.get(key);
    if (known?.source !== source) this.#lists.set(key, (known = new ChoiceList(source, { value, label, language })));
    return /** @type {ChoiceList} */ (known);
  }
}

/** @type {any[]} */
const NO_CHOICES = [];

/** @param {Record<string, any>} object @param {string} name */
function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
