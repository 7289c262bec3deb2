/** The running tree of an instance: groups, repeats with rows, questions. Holds answers and relevance; computes nothing. Twin: forms/tree.py. */
import { number_text } from "./values.js";

export class Node {
  /** @type {Map<string, Node>} */
  children = new Map();
  /** @type {Node[]} */
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

  text() {
    return this.shown() ? this.kept() : "";
  }

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

  /** @param {string} name @returns {Node[]} */
  named(name) {
    const child = this.children.get(name);
    if (!child) return [];
    return child.spec.kind === "repeat" ? [...child.rows] : [child];
  }

  /** @param {string[]} names @returns {Node[]} */
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

  /** @returns {Node[]} */
  rows_around() {
    const found = [];
    /** @type {Node|null} */
    let node = this;
    for (; node; node = node.parent) if (node.row_id) found.push(node);
    return found;
  }

  row_number() {
    const [row] = this.rows_around();
    return row ? row.repeat().rows.indexOf(row) + 1 : 1;
  }

  /** @returns {Node} */
  repeat() {
    return /** @type {Node} */ (this.parent);
  }

  /** @returns {Generator<Node>} */
  *walk() {
    yield this;
    for (const child of [...this.rows, ...this.children.values()]) yield* child.walk();
  }
}

/** @param {Node[]} rows @param {string[]} names @returns {Node[]} */
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

/** @param {any} value @returns {string} */
export function answer_text(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number") return number_text(value);
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? value.map(answer_text).join(" ") : "";
}
