/** What follows when something changes: the rules to evaluate again, in the program's order, in the rows concerned alone. Twin: forms/following.py. */
import { answer, same } from "./answers.js";
import { count_rows } from "./filling.js";
import { to_boolean, to_number } from "./values.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./instance.js").Instance} Instance */

export class Following {
  /** Paths, in order. @type {Set<string>} */
  #changed = new Set();
  /** Rule → rows to evaluate it in. @type {Map<number, Set<Node>|null>} */
  #marked = new Map();
  /** The rule being evaluated: those before it are settled, so triggers that start each other end. */
  #at = -1;
  #firing = true;

  /** @param {Instance} instance */
  constructor(instance) {
    this.instance = instance;
    this.form = instance.form;
  }

  begin() {
    this.#firing = false;
    this.form.rules.forEach(({ started }, number) => started || this.#put(number, null));
    this.settle();
  }

  /** @param {Node} node */
  value_changed(node) {
    this.#changed.add(node.path);
    this.#mark_readers(node);
    if (this.#firing) for (const number of this.form.starts.get(node.spec.path) ?? []) this.#mark(number, node);
  }

  /** @param {Node} repeat @param {Node[]} added */
  rows_changed(repeat, added) {
    const { path } = repeat.spec;
    this.#changed.add(repeat.path);
    for (const [below, numbers] of this.form.readers) {
      if (below !== path && !below.startsWith(`${path}/`)) continue;
      // Rows that stayed have what they read of their own.
      for (const number of numbers) if (!this.form.rules[number].within.has(path)) this.#mark(number, repeat);
    }
    if (!added.length) return;
    for (const number of this.form.rules_below(path)) for (const row of added) this.#put(number, row);
  }

  /** @returns {string[]} the paths whose value, relevance or rows changed */
  settle() {
    for (let number = 0; this.#marked.size; number++) {
      const rows = this.#marked.get(number);
      if (rows === undefined) continue;
      this.#at = number;
      this.#marked.delete(number);
      const rule = this.form.rules[number];
      for (const node of this.instance.nodes(rule, rows)) this.#evaluate(rule, node);
    }
    return [...this.#changed];
  }

  /** @param {Node} node */
  #mark_readers(node) {
    for (const number of this.form.readers.get(node.spec.path) ?? []) this.#mark(number, node);
  }

  /** @param {number} number @param {Node} node */
  #mark(number, node) {
    const { within } = this.form.rules[number];
    this.#put(number, (within.size && node.rows_around().find((row) => within.has(row.spec.path))) || null);
  }

  /** @param {number} number @param {Node|null} row */
  #put(number, row) {
    if (number <= this.#at) return;
    const rows = this.#marked.get(number);
    if (row && rows) rows.add(row);
    else if (rows !== null) this.#marked.set(number, row && new Set([row]));
  }

  /** @param {import("./form.js").Rule} rule @param {Node} node */
  #evaluate({ column, ast }, node) {
    const value = this.instance.value_of(ast, node);
    if (column === "relevant") {
      const before = node.relevant;
      node.relevant = to_boolean(value);
      if (before === node.relevant) return;
      this.#changed.add(node.path);
      this.#mark_readers(node);
    } else if (column === "calculation") {
      const computed = answer(node.spec, value);
      if (same(computed, node.value)) return;
      node.value = computed;
      this.value_changed(node);
    } else {
      const { added, gone } = count_rows(this.instance, node, to_number(value));
      if (added.length || gone.length) this.rows_changed(node, added);
    }
  }
}
