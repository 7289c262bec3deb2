/** AST → a callable over a context: built once a form, called for every node. Raises nothing on data. Twin: forms/evaluate.py. */
import { column_of } from "./choice_lists.js";
import { FUNCTIONS, LAZY } from "./functions.js";
import { arithmetic, compare, to_boolean, to_number, to_text } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {(context: Context) => Value} Evaluator */
/** @typedef {any[]} Ast */

/**
 * What an evaluation may know of the world; nothing else is read from it.
 * @typedef {object} Env
 * @property {string} seed the record's id, from which random() and uuid() follow (chance.js)
 * @property {string} now ISO date-time with offset
 * @property {string} today ISO date
 * @property {number} tz_offset_min
 * @property {string} [username]
 * @property {string} [deviceid]
 * @property {string} [phonenumber]
 * @property {string[]|null} [roles] of the author; null: not limited by role
 * @property {string} [state] of the record, "draft" while it is filled in
 * @property {string} [language] of labels; "": the form's default
 * @property {string} [email]
 * @property {string} [start] when filling in began
 * @property {string} [end] and ended; "" while it has not
 * @property {any} [last_saved] answers of this device's last finalised record of the form
 * @property {Record<string, {columns: string[], rows: string[][]}>} [lists] choice lists from files
 */

/** Where an expression stands: "." is `node`, current() is `current`; position and size are those of a predicate. */
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

  /** Where something is drawn: in this record, at this node, by this call of the form. @param {Value} number */
  place(number) {
    return `${this.env.seed}|${this.node.path}|${to_text(number)}`;
  }

  /** Which row of its repeat a node is in, from 1; 1 outside repeats. @param {Node} node */
  row_number(node) {
    const [row] = node.rows_around();
    return row ? row.repeat().rows.indexOf(row) + 1 : 1;
  }

  /** The targets in the rows numbered by `indexes`. @param {Node[]} targets @param {[Node[], number][]} indexes @returns {Value} */
  indexed(targets, indexes) {
    const wanted = new Map();
    for (const [rows, number] of indexes) if (rows[0]?.row_id && Number.isFinite(number)) wanted.set(rows[0].repeat(), Math.trunc(number));
    if (wanted.size < indexes.length) return "";
    return targets.filter((node) => node.rows_around().every((row) => row.repeat().rows.indexOf(row) + 1 === wanted.get(row.repeat())));
  }

  /** @param {string} path @param {string} name */
  choice_label(path, name) {
    const [choice] = this.world.choices(path).named(name);
    if (!choice) return name;
    const text = choice.label[this.language] || Object.values(choice.label)[0] || "";
    return typeof text === "string" ? text : name;
  }
}

/** Turn an AST into a callable. @param {Ast} ast @returns {Evaluator} */
export function build(ast) {
  const [head, ...parts] = ast;
  switch (head) {
    case "num": {
      const number = Number(parts[0]);
      return () => number;
    }
    case "str": return () => parts[0];
    case "self": return (context) => [context.node];
    case "col": return ({ choice }) => (choice ? column_of(choice, parts[0]) : "");
    case "neg": {
      const inner = build(parts[0]);
      return (context) => -to_number(inner(context));
    }
    case "call": return call(parts[0], parts.slice(1).map(build));
    case "ref": {
      const names = parts[0].split("/").slice(1);
      return (context) => context.node.refer(names);
    }
    case "path": return path(parts[0], parts.slice(1));
  }
  const [a, b] = parts.map(build);
  switch (head) {
    case "or": return (context) => to_boolean(a(context)) || to_boolean(b(context));
    case "and": return (context) => to_boolean(a(context)) && to_boolean(b(context));
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

/** @param {Ast} start @param {Ast[]} steps @returns {Evaluator} */
function path(start, steps) {
  /** @type {(context: Context) => any} */
  let begin;
  if (start[0] === "root") begin = (context) => [context.node.root()];
  else if (start[0] === "current") begin = (context) => [context.current];
  else begin = build(start);
  const built = steps.map(([kind, ...rest]) => {
    const name = kind === "child" ? rest.shift() : "";
    return { kind, name, predicates: rest.map(build) };
  });
  return (context) => {
    /** @type {Node[]} */
    let found = [...begin(context)];
    for (const { kind, name, predicates } of built) {
      if (kind === "parent") {
        found = [...new Set(found.map((node) => node.outer()))].filter((node) => node !== null);
      } else if (kind === "child") {
        found = found.flatMap((node) => filter(node.named(name), predicates, context));
      } else {
        found = filter(found, predicates, context);
      }
    }
    return found.filter((node) => node.shown());
  };
}

/** XPath 1.0 §2.4: a number is a position, anything else a condition. @param {Node[]} found @param {Evaluator[]} predicates @param {Context} context */
function filter(found, predicates, context) {
  for (const predicate of predicates) {
    const all = found;
    found = all.filter((node, index) => {
      const value = predicate(context.at(node, index + 1, all.length));
      return typeof value === "number" ? value === index + 1 : to_boolean(value);
    });
  }
  return found;
}
