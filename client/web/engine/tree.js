/** The running tree of an instance: groups, repeats with rows, questions. Holds answers and relevance; computes nothing. Twin: forms/tree.py. */
import { number_text } from "./values.js";

/** A group, a row of a repeat, a repeat or a question. `path` is as in answers: `/items[<row id>]/qty`. */
export class Node {
  /** @type {Map<string, Node>} */
  children = new Map();
  /** Of a repeat. @type {Node[]} */
  rows = [];
  /** Rows that repeat_count took away; they come back in order. @type {Node[]} */
  spare = [];
  /** @type {any} */
  value = null;
  relevant = true;

  /** @param {any} spec of the program @param {Node|null} parent @param {string} path @param {string} [row_id] */
  constructor(spec, parent, path, row_id = "") {
    this.spec = spec;
    this.parent = parent;
    this.path = path;
    this.row_id = row_id;
  }

  /** The answer as expressions read it; blank where the question is not relevant. */
  text() {
    return this.shown() ? this.kept() : "";
  }

  /** The answer as text, also while the question is not relevant. */
  kept() {
    return this.value === null ? "" : answer_text(this.value);
  }

  shown() {
    /** @type {Node|null} */
    let node = this;
    for (; node; node = node.parent) if (!node.relevant) return false;
    return true;
  }

  /** @returns {Node} */
  root() {
    return this.parent ? this.parent.root() : this;
  }

  /** XPath's parent: a row's is the group around its repeat. @returns {Node|null} */
  outer() {
    return this.row_id && this.parent ? this.parent.parent : this.parent;
  }

  /** Child nodes of a name; a repeat's rows each carry its name. @param {string} name @returns {Node[]} */
  named(name) {
    const child = this.children.get(name);
    if (!child) return [];
    return child.spec.kind === "repeat" ? [...child.rows] : [child];
  }

  /** What `${name}` means seen from here: rows of repeats around this node are bound, others give all rows. @param {string[]} names @returns {Node[]} */
  refer(names) {
    /** @type {Node} */
    let node = this.root();
    for (let depth = 0; depth < names.length; depth++) {
      const child = node.children.get(names[depth]);
      if (!child) return [];
      node = child;
      if (child.spec.kind !== "repeat") continue;
      const bound = depth < names.length - 1 && this.rows_around().find((row) => row.parent === child);
      if (!bound) return below(child.rows, names.slice(depth + 1));
      node = bound;
    }
    return node.spec.kind === "question" || node.shown() ? [node] : [];
  }

  /** The rows this node is in, innermost first; a row is in itself. @returns {Node[]} */
  rows_around() {
    const found = [];
    /** @type {Node|null} */
    let node = this;
    for (; node; node = node.parent) if (node.row_id) found.push(node);
    return found;
  }

  /** Which row of its repeat the node is in, from 1; 1 outside repeats. */
  row_number() {
    const [row] = this.rows_around();
    return row ? row.repeat().rows.indexOf(row) + 1 : 1;
  }

  /** Of a row. @returns {Node} */
  repeat() {
    return /** @type {Node} */ (this.parent);
  }

  /** This node and all below it, in the form's order; rows among them, spare rows not. @returns {Generator<Node>} */
  *walk() {
    yield this;
    for (const child of [...this.rows, ...this.children.values()]) yield* child.walk();
  }
}

/** The nodes of these names below all the rows. @param {Node[]} rows @param {string[]} names @returns {Node[]} */
function below(rows, names) {
  let found = rows;
  for (const name of names) {
    found = found.flatMap((node) => {
      const child = node.children.get(name);
      return child ? (child.spec.kind === "repeat" ? child.rows : [child]) : [];
    });
  }
  return found.filter((node) => node.spec.kind === "question" || node.shown());
}

/** An answer as text: numbers without exponent, select_multiple joined by spaces. What no question takes is blank. @param {any} value @returns {string} */
export function answer_text(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number") return number_text(value);
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? value.map(answer_text).join(" ") : "";
}
