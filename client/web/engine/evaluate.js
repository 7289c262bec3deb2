/** AST → a callable over a context: built once a form, called for every node. Raises nothing on data. Twin: forms/evaluate.py. */
import { FUNCTIONS, LAZY } from "./functions.js";
import { search } from "./matching.js";
import { cell, list_path, tree_path, union } from "./paths.js";
import { answer_text } from "./tree.js";
import { arithmetic, compare, to_boolean, to_number, to_text } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {(context: Context) => Value} Evaluator */
/** @typedef {any[]} Ast */

/** @typedef {import("./types").Env} Env */

export class Context {
  position = 1;
  size = 1;

  /**
   * @param {import("./instance.js").Instance} world
   * @param {Node} node
   * @param {Node} current
   * @param {string} language
   * @param {any} [choice] the candidate of a choice_filter
   */
  constructor(world, node, current, language, choice = null) {
    this.world = world;
    this.node = node;
    this.current = current;
    this.language = language;
    this.choice = choice;
  }

  get env() {
    return this.world.env;
  }

  /** @param {Node} node @param {number} position @param {number} size */
  at(node, position, size) {
    const inner = new Context(this.world, node, this.current, this.language, this.choice);
    inner.position = position;
    inner.size = size;
    return inner;
  }

  /** @param {Value} number */
  place(number) {
    return `${this.env.seed}|${this.node.path}|${to_text(number)}`;
  }

  /** @param {any} choice @param {number} position @param {number} size */
  among(choice, position, size) {
    const inner = this.at(this.node, position, size);
    inner.choice = choice;
    return inner;
  }

  /** @param {Node[]} targets @param {[Node[], number][]} indexes @returns {Value} */
  indexed(targets, indexes) {
    const wanted = new Map();
    for (const [rows, number] of indexes) if (rows[0]?.row_id && Number.isFinite(number)) wanted.set(rows[0].repeat(), Math.trunc(number));
    if (wanted.size < indexes.length) return "";
    return targets.filter((node) => node.rows_around().every((row) => row.repeat().rows.indexOf(row) + 1 === wanted.get(row.repeat())));
  }

  /** @param {string} path @param {string} name */
  choice_label(path, name) {
    const [choice] = this.world.choices(path).named(name);
    return choice ? this.label(choice) : name;
  }

  /** @param {any} choice @returns {string} */
  label({ label, name }) {
    const text = label[this.language] || Object.values(label)[0] || "";
    return typeof text === "string" ? text : name;
  }

  /** @param {string} name @param {string} column @param {string} text @param {string} wanted */
  pulled(name, column, text, wanted) {
    return this.world.choice_list(name).where(column, text).map((choice) => cell(this, choice, wanted));
  }
}

/** @param {Ast} ast @returns {Evaluator} */
export function build(ast) {
  const [head, ...parts] = ast;
  switch (head) {
    case "num": {
      const number = Number(parts[0]);
      return () => number;
    }
    case "str": return () => parts[0];
    case "self": return (context) => [context.node];
    case "col": return (context) => (context.choice ? cell(context, context.choice, parts[0]) : "");
    case "neg": {
      const inner = build(parts[0]);
      return (context) => -to_number(inner(context));
    }
    case "call": return call(parts[0], parts.slice(1).map(build));
    case "ref": {
      const names = parts[0].split("/").slice(1);
      return (context) => context.node.refer(names);
    }
    case "path": return parts[0][0] === "instance" ? list_path(parts[0][1], parts.slice(1), build) : tree_path(parts[0], parts.slice(1), build);
    case "|": return union(parts.map(build));
    case "pattern": {
      const finds = /** @type {any} */ (search(parts[0]));
      return () => finds;
    }
    case "last-saved": return (context) => last_saved(context.env, parts[0].split("/").slice(1));
  }
  const built = parts.map(build);
  const [a, b] = built;
  switch (head) {
    case "or": return (context) => built.some((part) => to_boolean(part(context)));
    case "and": return (context) => built.every((part) => to_boolean(part(context)));
    case "=": case "!=": case "<": case "<=": case ">": case ">=":
      return (context) => compare(head, a(context), b(context));
    case "+": case "-": case "*": case "div": case "mod":
      return (context) => arithmetic(head, a(context), b(context));
  }
  throw new TypeError(`not an AST: ${JSON.stringify(ast)}`);
}

/** @param {string} name @param {Evaluator[]} values @returns {Evaluator} */
function call(name, values) {
  if (Object.hasOwn(LAZY, name)) return (context) => LAZY[name](context, ...values);
  const made = FUNCTIONS[name];
  return (context) => made(context, ...values.map((value) => value(context)));
}

/** @param {Env} env @param {string[]} names @returns {string} */
function last_saved(env, names) {
  let found = env.last_saved;
  for (const name of names) found = found && !Array.isArray(found) && typeof found === "object" && Object.hasOwn(found, name) ? found[name] : null;
  return answer_text(found);
}
