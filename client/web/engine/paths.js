/** Paths in expressions: through the running tree, and into lists of choices. Node-sets in the order of the form. Twin: forms/paths.py. */
import { column_of } from "./choice_lists.js";
import { equalities, narrowed } from "./lookups.js";
import { to_boolean } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./evaluate.js").Context} Context */
/** @typedef {import("./evaluate.js").Evaluator} Evaluator */
/** @typedef {any[]} Ast */

class Entry {
  row_id = "";

  /** @param {string} content @param {number} number its place, from 1 */
  constructor(content, number) {
    this.content = content;
    this.number = number;
  }

  text() {
    return this.content;
  }

  row_number() {
    return this.number;
  }

  rows_around() {
    return [];
  }
}

/** @param {Ast} start @param {Ast[]} steps @param {(ast: Ast) => Evaluator} build @returns {Evaluator} */
export function tree_path(start, steps, build) {
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

/** @param {Node[]} found @param {Evaluator[]} predicates @param {Context} context */
function filter(found, predicates, context) {
  for (const predicate of predicates) {
    const all = found;
    found = all.filter((node, index) => keeps(predicate(context.at(node, index + 1, all.length)), index + 1));
  }
  return found;
}

/** @param {Value} value @param {number} position */
const keeps = (value, position) => (typeof value === "number" ? value === position : to_boolean(value));

/** @param {string} name @param {Ast[]} steps @param {(ast: Ast) => Evaluator} build @returns {Evaluator} */
export function list_path(name, [, item, last], build) {
  const predicates = item.slice(2);
  const column = last ? last[1] : "name";
  const lookups = predicates.length ? equalities(predicates[0]).map(([where, wanted]) => ({ where, wanted: build(wanted) })) : [];
  /** @type {Evaluator[]} */
  const tests = predicates.map(build);
  return (context) => {
    const choices = context.world.choice_list(name);
    let found = null;
    for (const { where, wanted } of lookups) found = found ?? narrowed(choices, where, wanted(context));
    found = found ?? Array.from(choices.rows, (_, number) => number);
    let places = found; // the first predicate sees the whole list around each
    let size = choices.rows.length;
    for (const test of tests) {
      found = found.filter((number, index) => {
        const place = places[index] + 1;
        return keeps(test(context.among(choices.choice(number), place, size)), place);
      });
      places = found.map((_, index) => index);
      size = found.length;
    }
    return /** @type {any} */ (found.map((number) => new Entry(cell(context, choices.choice(number), column), number + 1)));
  };
}

/** @param {Context} context @param {any} choice @param {string} column @returns {string} */
export function cell(context, choice, column) {
  return column === "label" ? context.label(choice) : column_of(choice, column);
}

/** @param {Evaluator[]} parts @returns {Evaluator} */
export function union(parts) {
  return (context) => {
    const found = new Set(parts.flatMap((part) => /** @type {Node[]} */ (part(context))));
    return [...context.node.root().walk()].filter((node) => found.has(node));
  };
}
